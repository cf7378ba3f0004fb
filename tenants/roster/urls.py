"""Addresses under /rollout/: the lead's home, rosters, and the proposals that come out of them."""

from __future__ import annotations

from django.urls import path

from tenants.roster.views import lead, proposals, rosters

app_name = "roster"

urlpatterns = [
    path("", lead.LeadHome.as_view(), name="lead-home"),
    path("roster/", rosters.RosterUploadPage.as_view(), name="upload-new"),
    path("roster/template.csv", rosters.Template.as_view(), {"kind": "csv"}, name="template-csv"),
    path("roster/template.xlsx", rosters.Template.as_view(), {"kind": "xlsx"}, name="template-xlsx"),
    path("roster/<uuid:upload>/", rosters.RosterPage.as_view(), name="upload"),
    path("roster/<uuid:upload>/pairs/", rosters.ProposedPairs.as_view(), name="proposed-pairs"),
    path("roster/<uuid:upload>/send/", rosters.RosterSend.as_view(), name="upload-send"),
    path("roster/<uuid:upload>/discard/", rosters.RosterDiscard.as_view(), name="upload-discard"),
    path("roster/<uuid:upload>/undo/", rosters.RosterUndo.as_view(), name="upload-undo"),
    path("roster/<uuid:upload>/<uuid:person>/correct/", rosters.RowCorrect.as_view(), name="row-correct"),
    path("proposals/<uuid:proposal>/", proposals.ProposalPage.as_view(), name="proposal"),
    path("proposals/<uuid:proposal>/accept/", proposals.ProposalAccept.as_view(), name="proposal-accept"),
]
