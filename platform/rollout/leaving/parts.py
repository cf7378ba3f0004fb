"""The parts of a download, and what people call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

TITLES = {
    "accounts.Account": _("Your account"),
    "accounts.Session": _("Where you are signed in"),
    "accounts.EntryCode": _("Ways into organisations"),
    "accounts.Acceptance": _("Notices and terms that you accepted"),
    "accounts.PrivateKey": _("Your key for what you write for yourself alone"),
    "accounts.ApiToken": _("Keys for your own programs"),
    "platform_audit.Event": _("What you did with your account"),
    "identity.SheetCode": _("Codes of your sheet to sign in with"),
    "identity.AddressChange": _("Changes of your address"),
    "identity.FactorReset": _("Second steps that an operator was asked to take away"),
    "signon.Connection": _("Sign-in services that know you"),
    "jobs.Job": _("Work that was done for you in the background"),
    "leaving.Erasure": _("Erasures that you asked for"),
    "mfa.Authenticator": _("Your second steps"),
    "mfa.Passkey": _("Names of your passkeys"),
    "organisations.OrganisationRequest": _("Organisations that you asked for as an operator"),
    "members.Member": _("You in this organisation"),
    "members.Office": _("Your offices"),
    "members.Invitation": _("Invitations to you and from you"),
    "members.Notice": _("News for you"),
    "roster.RosterPerson": _("What a rollout lead typed about you"),
    "roster.ProposedPair": _("Pairs that a rollout lead proposed to you"),
    "roster.RosterUpload": _("Rosters that you uploaded"),
    "pairs.Seat": _("Your places in pairs"),
    "pairs.Pair": _("Your pairs"),
    "pairs.LeavingReason": _("Why you left pairs"),
    "disclosure.DisclosureGrant": _("What your pairs show, and to whom"),
    "projects.SharedTask": _("Shared tasks that you wrote or signed"),
    "projects.Decision": _("Decisions that you proposed or signed"),
    "projects.DecisionReason": _("Reasons that you gave"),
    "projects.ResultClaim": _("Results that you wrote or signed"),
    "projects.ResultPoint": _("Values of these results"),
    "projects.Witness": _("Witnesses whom you asked"),
    "projects.SharedTaskKey": _("Your signatures under shared tasks"),
    "projects.DecisionKey": _("Your signatures under decisions"),
    "projects.ResultKey": _("Your signatures under results"),
    "instruments.Round": _("Check-ins and other rounds that you opened"),
    "instruments.Answer": _("Your answers"),
    "instruments.Remark": _("Your remarks on answers"),
    "relationship.SnapBack": _("Moments when you snapped back"),
    "relationship.LookBack": _("Days at which you would have liked to look back"),
    "relationship.DifferenceItem": _("What you wrote about where you differ"),
    "relationship.Restatement": _("What you understood of your partner's words"),
    "relationship.Assumption": _("Assumptions that you wrote down"),
    "relationship.HardConversation": _("Hard conversations that you prepared"),
    "relationship.Experiment": _("Experiments that you tried"),
    "relationship.Sprint": _("Sprints that you proposed"),
    "relationship.Minutes": _("Minutes that you told of"),
    "relationship.PauseAnswer": _("What you answered to a pause"),
    "relationship.TimeReason": _("Why you had no time"),
    "reflections.Reflection": _("Your reflections"),
    "reflections.SharedPassage": _("Passages of them that you shared"),
    "reflections.PairReflection": _("Reflections of your pairs that you wrote or signed"),
    "reflections.PairReflectionPart": _("Your own parts of these"),
    "reflections.PairReflectionKey": _("Your signatures under these"),
    "reflections.Learning": _("What you learnt and wrote down"),
    "reflections.LearningShare": _("What you proposed to share of it"),
    "reflections.LearningShareKey": _("Your signatures under that"),
    "projects.DecisionOption": _("Options that you laid out"),
    "workplan.ProjectFrame": _("Aims and reasons that you wrote or signed"),
    "workplan.FrameSource": _("Sources of these projects"),
    "workplan.FrameKey": _("Your signatures under projects"),
    "workplan.Measure": _("Measures that you began"),
    "workplan.MeasureValue": _("Values that you added to measures"),
    "workplan.MeasureNote": _("Notes that you added to measures"),
    "workplan.PlanTask": _("Tasks that you wrote down"),
    "workplan.Milestone": _("Milestones that you wrote down"),
    "workplan.Stakeholder": _("People around your projects whom you put on the list"),
    "workplan.StakeholderContact": _("Notes that you made about speaking with them"),
    "workplan.PairFile": _("Files that you uploaded"),
    "conversations.Message": _("Messages that you wrote"),
    "conversations.ReadMark": _("How far you have read"),
    "conversations.NewsChoice": _("Which e-mails you chose"),
    "meetings.Meeting": _("Meetings for which you offered times"),
    "meetings.OfferedTime": _("Times that you offered"),
    "meetings.Move": _("Meetings that you moved"),
    "meetings.CalendarFeed": _("The address of your calendar"),
    "agreement.SharedLine": _("Lines of what you share that you wrote or signed"),
    "agreement.LineReason": _("Why you did not agree with a line"),
    "agreement.LineKey": _("Your signatures under what you share"),
    "agreement.Principle": _("Working principles that you began"),
    "agreement.PrincipleVersion": _("Working principles that you wrote or signed"),
    "agreement.PrincipleKey": _("Your signatures under working principles"),
    "agreement.Review": _("Looks again at a principle that you began"),
    "agreement.ReviewAnswer": _("What you said when you looked again at a principle"),
    "agreement.TimeAgreement": _("Time agreements that you wrote or signed"),
    "agreement.TimeKey": _("Your signatures under time agreements"),
    "agreement.HoursGiven": _("Hours that you gave"),
    "agreement.CommunicationNeed": _("What helps you take part"),
    "agreement.NeedShare": _("What of it you shared with a partner"),
    "finder.Profile": _("What you said when you looked for a partner"),
    "finder.Introduction": _("People whom you asked to meet"),
    "finder.Declined": _("Introductions that you declined"),
    "finder.Yes": _("Your answers after you had met"),
    "applications.OwnText": _("What you wrote alone for an application"),
    "applications.JointText": _("What you wrote together for an application"),
    "applications.Application": _("Applications that you began or signed"),
    "applications.ApplicationKey": _("Your signatures under applications"),
    "assistance.LetterCode": _("Codes that came to you by letter"),
    "assistance.HelperChoice": _("Helpers whom you named"),
    "assistance.ReadBackCode": _("Codes that you read out to a helper"),
    "assistance.AssistedSession": _("Half hours in which somebody helped, or you did"),
    "assistance.AssistedKey": _("Decisions that you signed by a code read out to a helper"),
    "assistance.AssistedEntry": _("What a helper typed for you, or you for somebody"),
    "surfacing.Surfacing": _("Packages that you made or signed"),
    "surfacing.SurfacingItem": _("What these packages hold"),
    "surfacing.SurfacingKey": _("Your signatures under packages"),
    "surfacing.SupportRequest": _("Requests for support that you wrote"),
    "boards.BoardBody": _("Boards that you look after as executive sponsor"),
    "boards.BoardMembership": _("Your places on boards"),
    "boardpacks.BoardPack": _("Board packs that you asked for"),
    "boardpacks.PackRead": _("Board packs that you opened"),
    "exports.Export": _("Files of the organisation's data that you asked for"),
    "api.KeptAnswer": _("Answers of the API that are kept for a day"),
    "webhooks.Webhook": _("Your webhooks"),
    "webhooks.Delivery": _("Messages of your webhooks"),
    "audit.Event": _("What you did in this organisation"),
}
"""What each part of a download is called. A part without a title goes by the name of its table."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one kind. `name` stands in the data, `title` is for people."""

    name: str
    title: str
    rows: Sequence[Mapping[str, Any]]


def title_of(name: str) -> str:
    """What people call the rows of a model."""
    return str(TITLES.get(name, name))


Row = dict[str, Any]
Open = Callable[[list[Row], UUID], list[Row]]
_openers: dict[str, Open] = {}


def add_opener(name: str, open_rows: Open) -> None:
    """Let a room open its rows for the person whose they are, where the database itself holds them sealed."""
    _openers[name] = open_rows


def opened(name: str, rows: list[Row], person: UUID) -> list[Row]:
    """Rows of one kind as their person reads them."""
    return _openers[name](rows, person) if name in _openers else rows
