"""What a rollout lead may know of their rosters, and what a partner may know of a proposal.

A lead's answers come from what leads typed and sent themselves and from live grants, never from pairs or seats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from rollout.kernel import clock
from rollout.kernel.database import ask
from tenants.members import queries as members
from tenants.pairs.models import Pair
from tenants.roster.models import ProposedPair, RosterPerson, RosterUpload

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Invitation, Member

SOON = timedelta(days=3)


def uploads(member: Member) -> QuerySet[RosterUpload]:
    """Every roster of the organisation, the newest first, with the number of its rows."""
    return RosterUpload.objects.annotate(rows=Count("people")).order_by("-uploaded_at", "pk")


def drafts(member: Member) -> QuerySet[RosterUpload]:
    """Rosters that were checked and not sent."""
    return uploads(member).filter(sent_at__isnull=True)


def upload_of(digest: str) -> RosterUpload | None:
    """The roster that this very file was loaded as, unless that one was undone."""
    return RosterUpload.objects.filter(digest=digest, undone_at__isnull=True).first()


def people_of(upload: RosterUpload) -> QuerySet[RosterPerson]:
    """The rows of a roster in the file's order, each with its invitation.

    `is_standing` says, before sending, that the address needs no second invitation.
    """
    people = upload.people.prefetch_related("invitation")
    if upload.sent_at:
        return people.annotate(is_standing=F("kept"))
    return people.annotate(is_standing=Exists(_standing()))


def _standing() -> QuerySet[Invitation]:
    return members.standing_invitations().filter(email=OuterRef("email"))


@dataclass(frozen=True, slots=True)
class Counts:
    """A roster in numbers of what leads themselves typed and sent."""

    people: int
    kept: int
    pairs: int
    open: int
    accepted: int

    @property
    def to_invite(self) -> int:
        return self.people - self.kept


def counts_of(upload: RosterUpload) -> Counts:
    """How many people and proposed pairs a roster has, and how its invitations stand."""
    kept = Q(kept=True) if upload.sent_at else Q(Exists(_standing()))
    waiting = Q(invitation__accepted_at__isnull=True, invitation__revoked_at__isnull=True)
    found = upload.people.aggregate(
        people=Count("id"),
        kept=Count("id", filter=kept),
        pairs=Count("proposal", distinct=True),
        open=Count("id", filter=waiting & Q(invitation__isnull=False)),
        accepted=Count("id", filter=Q(invitation__accepted_at__isnull=False)),
    )
    return Counts(**found)


@dataclass(frozen=True, slots=True)
class PairLine:
    """A proposed pair as its lead reads it. `state` is invited, open, not_shared or taken_back."""

    label: str
    names: tuple[str, ...]
    state: str
    pair_id: UUID | None


def proposals_of(upload: RosterUpload) -> QuerySet[ProposedPair]:
    """The pairs that a roster proposes, by label, with the people on both sides."""
    return (
        ProposedPair.objects.filter(Exists(upload.people.filter(proposal=OuterRef("pk"))))
        .prefetch_related("people__invitation")
        .order_by("label", "pk")
    )


def pair_lines(proposals: Sequence[ProposedPair]) -> list[PairLine]:
    """Proposals with what the database says of them: from live grants alone."""
    states = _states_of([proposal.pk for proposal in proposals])
    return [_line(proposal, *states.get(proposal.pk, ("invited", None))) for proposal in proposals]


def pair_lines_of(rows: Iterable[RosterPerson]) -> dict[UUID, PairLine]:
    """For rows of a roster, the proposed pair that each belongs to, by the proposal's id."""
    wanted = {row.proposal_id for row in rows if row.proposal_id}
    proposals = list(ProposedPair.objects.filter(pk__in=wanted).prefetch_related("people__invitation"))
    return {proposal.pk: line for proposal, line in zip(proposals, pair_lines(proposals), strict=True)}


def _states_of(proposals: Sequence[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
    """For each proposal: invited, open or not_shared, and the pair where it is open."""
    return {proposal: (state, pair) for proposal, state, pair in ask("proposal_states", list(proposals))}


def _line(proposal: ProposedPair, state: str, pair: UUID | None) -> PairLine:
    # A corrected roster may name a side twice: the invitation that stands is the one that counts.
    sides: dict[str, RosterPerson] = {}
    for person in sorted(proposal.people.all(), key=lambda person: not _is_taken_back(person)):
        sides[person.side] = person
    if state == "invited" and any(_is_taken_back(person) for person in sides.values()):
        state = "taken_back"
    names = tuple(sides[side].name for side in sorted(sides))
    return PairLine(label=proposal.label, names=names, state=state, pair_id=pair)


def _is_taken_back(person: RosterPerson) -> bool:
    return person.invitation is not None and person.invitation.revoked_at is not None


def repeated_proposals(upload: RosterUpload) -> dict[UUID, UUID]:
    """Own proposal → the one that an earlier sent roster already made: same label, and at least one same address."""
    own = upload.people.filter(proposal__isnull=False).values_list("email", "proposal_id", "proposal__label")
    by_address = {email: (proposal, _folded(label)) for email, proposal, label in own}
    earlier = (
        RosterPerson.objects.filter(
            proposal__isnull=False, upload__sent_at__isnull=False, upload__undone_at__isnull=True
        )
        .exclude(upload=upload)
        .annotate(address=Coalesce("invitation__email", "email"))
        .filter(address__in=list(by_address))
        .order_by("upload__sent_at")
        .values_list("address", "proposal_id", "proposal__label")
    )
    found: dict[UUID, UUID] = {}
    for address, proposal, label in earlier:
        own_proposal, own_label = by_address[address]
        if _folded(label) == own_label:
            found.setdefault(own_proposal, proposal)
    return found


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())


@dataclass(frozen=True, slots=True)
class OpenAtSite:
    """The pairs of one place that have chosen to show themselves to the organisation."""

    site: str
    pairs: tuple[Pair, ...]


def open_pairs(member: Member) -> list[OpenAtSite]:
    """The pairs that a live grant shows to the lead, by place. Whether there are others is not known here."""
    by_site: dict[str, list[Pair]] = {}
    for pair in Pair.objects.select_related("site").order_by("site__name", "title"):
        by_site.setdefault(pair.site.name if pair.site else "", []).append(pair)
    return [OpenAtSite(site, tuple(pairs)) for site, pairs in by_site.items()]


@dataclass(frozen=True, slots=True)
class WaitingInvitations:
    """The leads' invitations without an answer: in all, soon to run out, and run out."""

    open: int
    soon: int
    expired: int


def waiting_invitations(member: Member) -> WaitingInvitations:
    """How many people have not answered the rollout team."""
    now = clock.now()
    found = (
        members.invitations_of_leads(member)
        .order_by()
        .aggregate(
            open=Count("id", filter=Q(expires_at__gte=now)),
            soon=Count("id", filter=Q(expires_at__gte=now, expires_at__lt=now + SOON)),
            expired=Count("id", filter=Q(expires_at__lt=now)),
        )
    )
    return WaitingInvitations(**found)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pair that a lead proposes to this member. Who the other person would be is what the lead typed."""

    id: UUID
    label: str
    shared_task: str
    side: str
    kind: str
    other: str
    since: datetime
    accepted: bool


def proposals_for(member: Member) -> list[Proposal]:
    """The pairs proposed to this member that they have not accepted. Not answering is an answer nobody sees."""
    return [proposal for proposal in _proposals() if not proposal.accepted]


def proposal_for(member: Member, pk: UUID) -> Proposal | None:
    """One proposal made to this member, accepted or not."""
    return next((proposal for proposal in _proposals() if proposal.id == pk), None)


def _proposals() -> Iterable[Proposal]:
    return (Proposal(*row) for row in ask("my_proposals"))
