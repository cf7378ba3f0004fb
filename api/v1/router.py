"""Every operation of version 1, by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.v1 import (
    assistance,
    audit,
    boardpacks,
    boards,
    disclosure,
    indicators,
    instruments,
    members,
    pairs,
    roster,
    surfacing,
    webhooks,
)
from api.v1.projects import decisions, results, shared_tasks

if TYPE_CHECKING:
    from api.operations import Operations

COLLECTIONS: dict[str, type[Operations]] = {
    "members": members.Members,
    "sites": members.Sites,
    "invitations": members.Invitations,
    "notices": members.Notices,
    "pairs": pairs.Pairs,
    "seats": pairs.Seats,
    "former-pairs": pairs.FormerPairs,
    "partner-invitations": pairs.PartnerInvitations,
    "shared-tasks": shared_tasks.SharedTasks,
    "decisions": decisions.Decisions,
    "results": results.Results,
    "witnesses": results.Witnesses,
    "instruments": instruments.Instruments,
    "helpers": assistance.Helpers,
    "helped-people": assistance.HelpedPeople,
    "assisted-sessions": assistance.Sessions,
    "assisted-entries": assistance.Entries,
    "rounds": instruments.Rounds,
    "answers": instruments.Answers,
    "surfacings": surfacing.Surfacings,
    "audiences": surfacing.Audiences,
    "offers": surfacing.Offers,
    "proposals": roster.Proposals,
    "pair-events": audit.PairEvents,
    "shown-pairs": disclosure.ShownPairs,
    "boards": boards.Boards,
    "board-places": boards.BoardPlaces,
    "packs": boardpacks.Packs,
    "pack-requests": boardpacks.PackRequests,
    "roster-uploads": roster.RosterUploads,
    "proposed-pairs": roster.ProposedPairs,
    "events": audit.Events,
    "webhooks": webhooks.Webhooks,
    "webhook-deliveries": webhooks.WebhookDeliveries,
}

router = SimpleRouter(use_regex_path=False)
for prefix, viewset in COLLECTIONS.items():
    router.register(prefix, viewset, basename=prefix)

# What a person has once needs no id.
ONES = [
    path("me/", members.Me.as_view({"get": "retrieve", "patch": "partial_update"}, basename="me"), name="me"),
    path("report/", indicators.ReportOfPeriod.as_view({"get": "retrieve"}, basename="report"), name="report"),
]
urlpatterns = [*ONES, *router.urls]
