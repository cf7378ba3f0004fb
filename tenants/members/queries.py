"""Who is here, who is in the organisation, and who has been invited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, Func, JSONField, OuterRef, Prefetch, Q, TextField

from rollout.kernel import clock
from rollout.kernel.database import ask, ask_one
from rollout.kernel.tenancy import PARTNER
from rollout.kernel.tokens import hashed
from tenants.members import notices
from tenants.members.models import OFFICES, Invitation, Member, Notice, Office, Role, Site

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

HATS = (PARTNER, *OFFICES)
STRONG_OFFICES = frozenset(
    {Role.SPONSOR, Role.BOARD_MEMBER, Role.BOARD_SECRETARY, Role.FINANCE, Role.ROLLOUT_LEAD, Role.PROVIDER_LEAD}
)
"""Whoever holds one of these proves with a second factor who they are."""


def _with_offices(people: QuerySet[Member]) -> QuerySet[Member]:
    return people.prefetch_related(Prefetch("offices", Office.objects.filter(ended_at__isnull=True)))


def member_here(person: UUID | None) -> Member | None:
    """The member that this account is in the organisation we are in, with offices, how pages are set for them, and
    the half hours in which they help or are helped now.

    None for a stranger.
    """
    if person is None:
        return None
    # These ask of the person who looks, and of no other.
    display = Func(function="own_display", output_field=TextField())
    half_hours = Func(function="own_half_hours", output_field=JSONField())
    here = Member.objects.filter(ended_at__isnull=True).annotate(display=display, half_hours=half_hours)
    return _with_offices(here).filter(pk=person).first()


def takes_reminders_by_mail() -> bool:
    """Whether reminders may go by e-mail to the person as whom we are here. Nobody else can know it."""
    return bool(ask_one("takes_reminders_by_mail"))


def needs_second_factor(member: Member) -> bool:
    """Whether an office of this member asks for a second factor, whichever hat they wear now."""
    return not STRONG_OFFICES.isdisjoint(member.held_roles)


def people_listed(member: Member, search: str = "") -> QuerySet[Member]:
    """The organisation's list of people, as a rollout lead reads it. Who joined for a pair alone is not in it."""
    people = Member.objects.filter(listed=True, ended_at__isnull=True)
    for word in search.split():
        people = people.filter(Q(name__icontains=word) | Q(site__name__icontains=word))
    return _with_offices(people.select_related("site"))


def holders_of(role: str) -> QuerySet[Member]:
    """The members who hold an office, by name."""
    return Member.objects.filter(offices__role=role, offices__ended_at__isnull=True, ended_at__isnull=True)


def sites_in_use() -> QuerySet[Site]:
    """The places of the organisation that are not archived."""
    return Site.objects.filter(archived_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Found:
    """What the person who holds an invitation's link may know of it. `state` "yours" means accepted by this person."""

    id: UUID
    kind: str
    name: str
    email: str
    side: str
    partner_kind: str
    state: str
    inviter: str
    pair_id: UUID | None

    @property
    def is_from_partner(self) -> bool:
        return self.kind == Invitation.Kind.PARTNER


def invitation_at(token: str) -> Found | None:
    """The invitation that this link belongs to in the organisation we are in, or None."""
    rows = ask("invitation_for", hashed(token))
    return Found(*rows[0]) if rows else None


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that still wait for an answer, as far as the reader may see any."""
    return Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)


def invitations_of_leads(member: Member) -> QuerySet[Invitation]:
    """What rollout leads sent and nobody accepted yet, expired ones too: those that run out first come first."""
    return open_invitations().filter(kind=Invitation.Kind.MEMBER).select_related("site").order_by("expires_at", "name")


def invitation_of_leads(member: Member) -> QuerySet[Invitation]:
    """Every invitation that rollout leads sent, whatever became of it."""
    return Invitation.objects.filter(kind=Invitation.Kind.MEMBER).select_related("site")


def standing_invitations() -> QuerySet[Invitation]:
    """Leads' invitations that need no second one: open, or accepted by somebody who is in the list of people now."""
    present = Member.objects.filter(pk=OuterRef("accepted_by_id"), listed=True, ended_at__isnull=True)
    return Invitation.objects.filter(
        Q(accepted_at__isnull=True, expires_at__gte=clock.now()) | Exists(present),
        kind=Invitation.Kind.MEMBER,
        revoked_at__isnull=True,
    )


def partner_invitations_of(member: Member) -> QuerySet[Invitation]:
    """The open invitations that this partner sent, from all of their pairs."""
    return open_invitations().filter(kind=Invitation.Kind.PARTNER, invited_by_id=member.pk, expires_at__gte=clock.now())


def notices_for(member: Member) -> list[notices.Line]:
    """What waits for this member in the hat they wear, the newest first. Read ones are gone."""
    unread = Notice.objects.filter(recipient=member, read_at__isnull=True)
    return [notices.line_of(notice) for notice in unread]
