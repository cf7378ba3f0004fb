from __future__ import annotations

from django.urls import include, path

from tenants.instruments.views import publishing, reading, rounds

app_name = "instruments"

_rounds = [
    path("", rounds.RoundList.as_view(), name="rounds"),
    path("open/", rounds.RoundOpen.as_view(), name="open"),
    path("mine/", reading.OwnAnswers.as_view(), name="own"),
    path("over-time/", reading.TrendPage.as_view(), name="trend"),
    path("<uuid:pk>/", reading.RoundPage.as_view(), name="round"),
    path("<uuid:pk>/answer/", rounds.RoundAnswer.as_view(), name="answer"),
    path("<uuid:pk>/close/", rounds.RoundClose.as_view(), name="close"),
    path("<uuid:pk>/show/", rounds.RoundShow.as_view(), name="show"),
    path("<uuid:pk>/again/", rounds.RoundAgain.as_view(), name="again"),
    path("<uuid:pk>/remark/", rounds.RoundRemark.as_view(), name="remark"),
]

urlpatterns = [
    path("pairs/<uuid:pair>/questions/", include(_rounds)),
    path("instruments/", publishing.InstrumentList.as_view(), name="list"),
    path("instruments/add/", publishing.InstrumentAdd.as_view(), name="add"),
]
