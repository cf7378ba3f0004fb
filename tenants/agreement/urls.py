from __future__ import annotations

from django.urls import include, path

from tenants.agreement.views import hours, needs, principles, shared

app_name = "agreement"

_five = [
    path("", shared.Five.as_view(), name="five"),
    path("write/", shared.LineWrite.as_view(), name="line-write"),
    path("<uuid:pk>/sign/", shared.LineSign.as_view(), name="line-sign"),
    path("<uuid:pk>/contest/", shared.LineContest.as_view(), name="line-contest"),
]
_principles = [
    path("", principles.PrincipleList.as_view(), name="principles"),
    path("new/", principles.PrinciplePropose.as_view(), name="principle-propose"),
    path("<uuid:pk>/", principles.PrinciplePage.as_view(), name="principle"),
    path("<uuid:pk>/write/", principles.PrincipleWrite.as_view(), name="principle-write"),
    path("versions/<uuid:pk>/sign/", principles.VersionSign.as_view(), name="version-sign"),
    path("versions/<uuid:pk>/withdraw/", principles.VersionWithdraw.as_view(), name="version-withdraw"),
    path("versions/<uuid:pk>/review/", principles.VersionReview.as_view(), name="version-review"),
]
_time = [
    path("", hours.TimePage.as_view(), name="time"),
    path("write/", hours.TimeWrite.as_view(), name="time-write"),
    path("hours/", hours.HoursNote.as_view(), name="hours"),
    path("<uuid:pk>/sign/", hours.TimeSign.as_view(), name="time-sign"),
    path("<uuid:pk>/withdraw/", hours.TimeWithdraw.as_view(), name="time-withdraw"),
]
_needs = [
    path("", needs.NeedsPage.as_view(), name="needs"),
    path("note/", needs.NeedNote.as_view(), name="need-note"),
    path("<uuid:pk>/look/", needs.NeedLook.as_view(), name="need-look"),
    path("<uuid:pk>/share/", needs.NeedShare.as_view(), name="need-share"),
    path("<uuid:pk>/remove/", needs.NeedRemove.as_view(), name="need-remove"),
]

urlpatterns = [
    path("pairs/<uuid:pair>/what-we-share/", include(_five)),
    path("pairs/<uuid:pair>/principles/", include(_principles)),
    path("pairs/<uuid:pair>/time/", include(_time)),
    path("pairs/<uuid:pair>/taking-part/", include(_needs)),
]
