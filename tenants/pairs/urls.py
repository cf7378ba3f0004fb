from django.urls import path

from tenants.pairs.views import former, pages

app_name = "pairs"
urlpatterns = [
    path("", pages.HomePage.as_view(), name="home"),
    path("next/", pages.Next.as_view(), name="next"),
    path("new/", pages.FoundPage.as_view(), name="found"),
    path("<uuid:pair>/", pages.PairPage.as_view(), name="page"),
    path("<uuid:pair>/invite/", pages.InvitePage.as_view(), name="invite"),
    path("<uuid:pair>/invitations/<uuid:pk>/resend/", pages.InvitationResend.as_view(), name="invitation-resend"),
    path("<uuid:pair>/invitations/<uuid:pk>/revoke/", pages.InvitationRevoke.as_view(), name="invitation-revoke"),
    path("<uuid:pair>/rename/", pages.RenamePage.as_view(), name="rename"),
    path("<uuid:pair>/pause/", pages.Pause.as_view(), name="pause"),
    path("<uuid:pair>/resume/", pages.Resume.as_view(), name="resume"),
    path("<uuid:pair>/leave/", pages.LeavePage.as_view(), name="leave"),
    path("<uuid:pair>/close/", pages.ClosePage.as_view(), name="close"),
    path("<uuid:pair>/separate/", pages.SeparatePage.as_view(), name="separate"),
    path("<uuid:pair>/return/", former.Return.as_view(), name="return"),
    path("<uuid:pair>/release/", former.ReleasePage.as_view(), name="release"),
]
