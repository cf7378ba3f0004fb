"""Who looks for a partner, and whom somebody may meet. The database decides what each of them is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404

from rollout.accounts.models import Account
from rollout.kernel import clock
from rollout.kernel.database import ask, ask_one
from tenants.finder import policy
from tenants.finder.models import Declined, Introduction, Profile, Registration, Yes
from tenants.members.queries import sites_in_use

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member, Site


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody who looks for a partner says, without the name."""

    id: UUID
    side: str
    kind: str
    brings: str
    looks_for: str
    themes: list[str]
    site: UUID | None
    place: str
    times: list[str]
    time_words: str
    turn: str = ""
    """Where it stands in the order of this reader, which means nothing."""


@dataclass(frozen=True, slots=True)
class Other:
    """The other person of an introduction: what they say while they look, and who they are once both may meet."""

    introduction: UUID
    is_mine: bool
    """Whether the member who looks has asked."""
    offer: Offer | None
    name: str
    email: str
    """The address that the other signs in with."""


def profile_of(member: Member) -> Profile | None:
    """What this member says of themselves, if they ever did."""
    return Profile.objects.filter(member=member).first()


def is_looking(member: Member) -> bool:
    """Whether this member's own words are switched on, so that they see those of others."""
    return Profile.objects.filter(member=member, is_on=True).exists()


def offers_to(
    member: Member, *, site: UUID | None = None, time: str = "", theme: str = "", skip: int = 0, amount: int
) -> list[Offer]:
    """People on the other side who look as well, in an order that ranks nobody: one of its own for each reader."""
    return [Offer(*row) for row in ask("offers", None, site, time, theme, skip, amount)]


def offer_to(member: Member, pk: UUID) -> Offer:
    """One of them; a hidden and a missing one are the same 404."""
    rows = ask("offers", pk, None, "", "", 0, 1)
    if not rows:
        raise Http404
    return Offer(*rows[0])


def introductions_of(member: Member) -> QuerySet[Introduction]:
    """All introductions of this member, the newest first. Those that they declined are gone for them."""
    return Introduction.objects.exclude(pk__in=Declined.objects.values("introduction_id")).order_by("-asked_at", "id")


def introduction_of(member: Member, pk: UUID) -> Introduction:
    """One introduction; a hidden and a missing one are the same 404."""
    if (found := introductions_of(member).filter(pk=pk).first()) is None:
        raise Http404
    return found


def others(member: Member) -> dict[UUID, Other]:
    """The other person of each introduction of this member, by introduction."""
    rows = ask("people_met")
    accounts = [account for *_said, account in rows if account]
    emails = dict(Account.objects.filter(pk__in=accounts).values_list("pk", "email")) if accounts else {}
    found = {}
    for introduction, is_mine, *said, name, account in rows:
        offer = Offer(introduction, *said) if said[0] is not None else None
        found[introduction] = Other(introduction, is_mine, offer, name, emails.get(account) or "")
    return found


def has_said_yes(member: Member, introduction: UUID) -> bool:
    """Whether this member has said yes to a pair. Nobody else can ask."""
    return Yes.objects.filter(introduction_id=introduction, member=member).exists()


def waiting_for_me(member: Member) -> QuerySet[Introduction]:
    """Introductions that wait for this member's answer."""
    return introductions_of(member).filter(
        asked__in=Profile.objects.filter(member=member), state__in=policy.WAITING, lapses_at__gt=clock.now()
    )


def to_choose(member: Member) -> QuerySet[Introduction]:
    """Introductions in which both may meet and this member has not said whether they want to be a pair."""
    said = Yes.objects.filter(introduction=OuterRef("pk"), member=member)
    return introductions_of(member).filter(~Exists(said), state=Introduction.State.ACCEPTED)


def sites() -> QuerySet[Site]:
    """The places that can be chosen."""
    return sites_in_use()


def registration_is_open() -> bool:
    """Whether people may come in by themselves to look for a partner."""
    return bool(ask_one("registration_open"))


def open_registration(member: Member) -> Registration | None:
    """The present opening, as a rollout lead reads it."""
    return Registration.objects.filter(closed_at__isnull=True).first()
