"""The parts of a download, and what people call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

TITLES = {
    "accounts.Account": _("Your account"),
    "accounts.Session": _("Where you are signed in"),
    "accounts.EntryCode": _("Ways into organisations"),
    "accounts.Acceptance": _("Notices and terms that you accepted"),
    "accounts.ApiToken": _("Keys for your own programs"),
    "platform_audit.Event": _("What you did with your account"),
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
    "conversations.Message": _("Messages that you wrote"),
    "conversations.ReadMark": _("How far you have read"),
    "conversations.NewsChoice": _("Which e-mails you chose"),
    "meetings.Meeting": _("Meetings for which you offered times"),
    "meetings.OfferedTime": _("Times that you offered"),
    "meetings.Move": _("Meetings that you moved"),
    "meetings.CalendarFeed": _("The address of your calendar"),
    "surfacing.Surfacing": _("Packages that you made or signed"),
    "surfacing.SurfacingItem": _("What these packages hold"),
    "surfacing.SurfacingKey": _("Your signatures under packages"),
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
