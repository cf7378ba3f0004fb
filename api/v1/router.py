"""Every operation of version 1, by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.v1 import (
    applications,
    assistance,
    audit,
    boardpacks,
    boards,
    conversations,
    disclosure,
    finder,
    indicators,
    instruments,
    meetings,
    members,
    pairs,
    roster,
    surfacing,
    webhooks,
)
from api.v1.agreement import hours, needs, shared
from api.v1.projects import decisions, results, shared_tasks
from api.v1.reflections import learning, own, together
from api.v1.relationship import balance, differences, snapbacks, trying
from api.v1.workplan import files, frames, measures, people, plan

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
    "read-back-sheets": assistance.Sheets,
    "letters": assistance.Letters,
    "helped-people": assistance.HelpedPeople,
    "assisted-sessions": assistance.Sessions,
    "assisted-entries": assistance.Entries,
    "assisted-keys": assistance.Keys,
    "rounds": instruments.Rounds,
    "answers": instruments.Answers,
    "shared-lines": shared.SharedLines,
    "principles": shared.Principles,
    "principle-versions": shared.PrincipleVersions,
    "principle-reviews": shared.PrincipleReviews,
    "time-agreements": hours.TimeAgreements,
    "given-hours": hours.GivenHours,
    "needs": needs.Needs,
    "shared-needs": needs.SharedNeeds,
    "snap-backs": snapbacks.SnapBacks,
    "look-backs": snapbacks.LookBacks,
    "differences": differences.Differences,
    "assumptions": trying.Assumptions,
    "hard-conversations": trying.HardConversations,
    "experiments": trying.Experiments,
    "balances": balance.Balances,
    "time-reasons": balance.TimeReasons,
    "reflections": own.Reflections,
    "passages": own.Passages,
    "shown-passages": own.ShownPassages,
    "pair-reflections": together.PairReflections,
    "learnings": learning.Learnings,
    "learning-shares": learning.LearningShares,
    "projects": frames.Projects,
    "measures": measures.Measures,
    "plan-tasks": plan.PlanTasks,
    "milestones": plan.Milestones,
    "stakeholders": people.Stakeholders,
    "files": files.Files,
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
    "finder-profiles": finder.Profiles,
    "finder-offers": finder.Offers,
    "introductions": finder.Introductions,
    "applications": applications.Applications,
    "own-texts": applications.OwnTexts,
    "joint-texts": applications.JointTexts,
    "systems": applications.Systems,
    "messages": conversations.Messages,
    "meetings": meetings.Meetings,
    "meeting-shares": meetings.MeetingShares,
    "webhooks": webhooks.Webhooks,
    "webhook-deliveries": webhooks.WebhookDeliveries,
}

router = SimpleRouter(use_regex_path=False)
for prefix, viewset in COLLECTIONS.items():
    router.register(prefix, viewset, basename=prefix)

# What a person has once needs no id.
ONES = [
    path("me/", members.Me.as_view({"get": "retrieve", "patch": "partial_update"}, basename="me"), name="me"),
    path(
        "news-choice/",
        conversations.NewsChoices.as_view({"get": "retrieve", "patch": "partial_update"}, basename="news_choice"),
        name="news-choice",
    ),
    path(
        "calendar-feed/",
        meetings.CalendarFeeds.as_view(
            {"get": "retrieve", "post": "create", "delete": "destroy"}, basename="calendar_feed"
        ),
        name="calendar-feed",
    ),
    path(
        "registration/",
        finder.Registrations.as_view({"get": "retrieve", "patch": "partial_update"}, basename="registration"),
        name="registration",
    ),
    path("report/", indicators.ReportOfPeriod.as_view({"get": "retrieve"}, basename="report"), name="report"),
]
urlpatterns = [*ONES, *router.urls]
