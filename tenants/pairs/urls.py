from django.urls import path

from tenants.pairs import former, views

app_name = "pairs"
urlpatterns = [
    path("", views.HomePage.as_view(), name="home"),
    path("next/", views.Next.as_view(), name="next"),
    path("new/", views.FoundPage.as_view(), name="found"),
    path("<uuid:pair>/", views.PairPage.as_view(), name="page"),
    path("<uuid:pair>/invite/", views.InvitePage.as_view(), name="invite"),
    path("<uuid:pair>/invitations/<uuid:pk>/resend/", views.InvitationResend.as_view(), name="invitation-resend"),
    path("<uuid:pair>/invitations/<uuid:pk>/revoke/", views.InvitationRevoke.as_view(), name="invitation-revoke"),
    path("<uuid:pair>/rename/", views.RenamePage.as_view(), name="rename"),
    path("<uuid:pair>/pause/", views.Pause.as_view(), name="pause"),
    path("<uuid:pair>/resume/", views.Resume.as_view(), name="resume"),
    path("<uuid:pair>/leave/", views.LeavePage.as_view(), name="leave"),
    path("<uuid:pair>/close/", views.ClosePage.as_view(), name="close"),
    path("<uuid:pair>/separate/", views.SeparatePage.as_view(), name="separate"),
    path("<uuid:pair>/return/", former.Return.as_view(), name="return"),
    path("<uuid:pair>/release/", former.ReleasePage.as_view(), name="release"),
]
