"""Addresses of people: the lead's list, invitations, one's own pages."""

from __future__ import annotations

from django.urls import path

from tenants.members.queries import HATS
from tenants.members.views import entry, invitations, own, people, rules, tokens, typed

app_name = "members"

urlpatterns = [
    path("people/", people.PersonList.as_view(), name="person-list"),
    path("people/invite/", people.PersonInvite.as_view(), name="person-invite"),
    path("people/invitations/", invitations.InvitationList.as_view(), name="invitation-list"),
    path("people/invitations/<uuid:invitation>/", invitations.InvitationDetail.as_view(), name="invitation-detail"),
    path(
        "people/invitations/<uuid:invitation>/correct/",
        invitations.InvitationCorrect.as_view(),
        name="invitation-correct",
    ),
    path(
        "people/invitations/<uuid:invitation>/resend/", invitations.InvitationResend.as_view(), name="invitation-resend"
    ),
    path(
        "people/invitations/<uuid:invitation>/revoke/", invitations.InvitationRevoke.as_view(), name="invitation-revoke"
    ),
    path("people/second-step/", rules.SecondFactorForAll.as_view(), name="second-factor"),
    path("people/<uuid:person>/", people.PersonDetail.as_view(), name="person-detail"),
    path("people/<uuid:person>/give-office/", people.OfficeGrant.as_view(), name="office-grant"),
    path("people/<uuid:person>/end-office/", people.OfficeEnd.as_view(), name="office-end"),
    path("people/<uuid:person>/end/", people.PersonEnd.as_view(), name="person-end"),
    path("invitations/<slug:token>/", entry.InvitationPage.as_view(), name="invitation-landing"),
    path("invitations/<slug:token>/continue/", entry.InvitationContinue.as_view(), name="invitation-continue"),
    path("invitations/<slug:token>/accept/", entry.InvitationAccept.as_view(), name="invitation-accept"),
    path("invitations/<slug:token>/take-up/", entry.InvitationTakeUp.as_view(), name="invitation-take-up"),
    path("profile/", own.Profile.as_view(), name="profile"),
    path("typed/", typed.TypedBefore.as_view(), name="typed"),
    path("tokens/", tokens.TokenList.as_view(), name="token-list"),
    path("tokens/<uuid:token>/revoke/", tokens.TokenRevoke.as_view(), name="token-revoke"),
    path("finance/", own.FinanceHome.as_view(), name="finance-home"),
    path("facilitator/", own.FacilitatorHome.as_view(), name="facilitator-home"),
    path("programmes/", own.ProviderHome.as_view(), name="provider-home"),
    *(
        path(f"notices/{hat}/<uuid:notice>/read/", own.notice_read_in(hat).as_view(), {"hat": hat}, name="notice-read")
        for hat in map(str, HATS)
    ),
]
