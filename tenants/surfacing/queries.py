"""What a pair can show, the packages it has made, and what each looks like to its readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.database import ask_one
from tenants.disclosure.models import Audience, DisclosureGrant, RowClass
from tenants.disclosure.queries import Pick, Showing, ShownPair, as_shown, in_words
from tenants.pairs.models import Pair, Seat
from tenants.projects.models import Decision, ResultClaim, SharedTask
from tenants.surfacing import audiences, policy
from tenants.surfacing.audiences import AudienceChoice
from tenants.surfacing.models import SupportRequest, Surfacing, SurfacingKey
from tenants.surfacing.policy import Circumstances, Package, Standing
from tenants.workplan.models import ProjectFrame

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.members.models import Member

MOST_REQUESTS = 5
"""Older requests are no longer offered: what lacked then is not what lacks now."""
STANDINGS = {
    Standing.WAITING: (_("Waiting for both signatures"), "blue"),
    Standing.CHANGED: (_("Changed, cannot be signed"), "yellow"),
    Standing.COOLING_OFF: (_("Signed, not yet shown"), "blue"),
    Standing.IN_FORCE: (_("Shown now"), "green"),
    Standing.OVER: (_("Over"), "grey"),
    Standing.WITHDRAWN: (_("Ended by you"), "grey"),
    Standing.LAPSED: (_("Ended because a partner left"), "grey"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a pair can tick."""

    pick: Pick
    label: str
    detail: str = ""

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.pick.row_class}:{self.pick.item_id}" if self.pick.item_id else self.pick.row_class


@dataclass(frozen=True, slots=True)
class Signature:
    """One partner's line under a package, in the shape of the component that draws it."""

    name: str
    side: str
    signed_at: datetime | None
    is_you: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PackageView:
    """A package as its two partners see it before and after they sign."""

    surfacing: Surfacing
    audience: AudienceChoice
    standing: Standing
    shown: ShownPair
    signatures: tuple[Signature, ...]
    needs_reason: bool
    waits_first: bool
    may_sign: bool
    may_withdraw: bool

    @property
    def standing_words(self) -> str:
        """The standing for people."""
        return str(STANDINGS[self.standing][0])

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return STANDINGS[self.standing][1]


@dataclass(frozen=True, slots=True)
class PackageLine:
    """One package in the list on the pair's page."""

    surfacing: Surfacing
    label: str
    what: tuple[str, ...]
    standing: Standing

    @property
    def standing_words(self) -> str:
        """The standing for people."""
        return str(STANDINGS[self.standing][0])

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return STANDINGS[self.standing][1]


def pairs_of(member: Member) -> QuerySet[Pair]:
    """The pairs in which this member sits now."""
    return Pair.objects.filter(
        pk__in=Seat.objects.filter(member=member, left_at__isnull=True).values("pair_id")
    ).select_related("site")


def surfacings_of(member: Member) -> QuerySet[Surfacing]:
    """The packages of this member's own pairs, newest first."""
    return Surfacing.objects.filter(pair__in=pairs_of(member)).select_related("pair__site")


def waiting_for(member: Member) -> QuerySet[Surfacing]:
    """Packages that this member can sign and has not signed. Whether the partner has signed makes no difference."""
    return surfacings_of(member).filter(state=Surfacing.State.OPEN).exclude(keys__seat__member=member)


def offers_of(pair: Pair) -> tuple[Offer, ...]:
    """What the pair can tick besides its title and place, which are always shown."""
    offers = [Offer(Pick(RowClass.PEOPLE), gettext("Our names"))]
    task = SharedTask.objects.filter(pair=pair, agreed_at__isnull=False).first()
    if task:
        offers.append(Offer(Pick(RowClass.TASK), gettext("Our shared task"), task.text))
    project = ProjectFrame.objects.filter(pair=pair, state=ProjectFrame.State.ACTIVE).first()
    if project:
        label = gettext("What our project is about, its aim and its reasons")
        offers.append(Offer(Pick(RowClass.PROJECT), label, f"{project.get_theme_display()}: {project.aim}"))
    offers += [
        Offer(Pick(RowClass.DECISION, row.pk), gettext("Decision: %(title)s") % {"title": row.title})
        for row in Decision.objects.filter(pair=pair, state=Decision.State.AGREED)
    ]
    offers += [
        Offer(
            Pick(RowClass.RESULT, row.pk),
            gettext("Result: %(title)s") % {"title": row.title},
            str(row.get_state_display()),
        )
        for row in ResultClaim.objects.filter(
            pair=pair, state__in=[ResultClaim.State.CLAIMED, ResultClaim.State.CORROBORATED]
        )
    ]
    offers += [
        Offer(Pick(RowClass.SUPPORT, row.pk), gettext("Our request for the time that was agreed"), row.text)
        for row in SupportRequest.objects.filter(pair=pair)[:MOST_REQUESTS]
    ]
    return tuple(offers)


def may_open_from_start(pair: Pair) -> bool:
    """Whether starting in the open is still a question: nothing is shown, or about to be, beyond one sponsor."""
    return not DisclosureGrant.objects.filter(_live(), ~Q(audience=Audience.SPONSOR), pair=pair).exists()


def circumstances_of(pair: Pair | UUID, surfacing: Surfacing | None = None) -> Circumstances:
    """What is so around a package of this pair now."""
    pair_id = pair.pk if isinstance(pair, Pair) else pair
    return Circumstances(
        now=clock.now(),
        present_hash=str(ask_one("package_hash_of", surfacing.pk)) if surfacing else "",
        is_proven=ResultClaim.objects.filter(pair_id=pair_id, state=ResultClaim.State.CORROBORATED).exists(),
        is_released=DisclosureGrant.objects.filter(
            _live(), ~Q(audience=Audience.SPONSOR), pair_id=pair_id, valid_from__lte=clock.now()
        ).exists(),
    )


def package_of(surfacing: Surfacing) -> Package:
    """The package as the policy knows it."""
    return Package(
        audience=surfacing.audience,
        package_hash=surfacing.package_hash,
        from_start=surfacing.open_from_start,
        state=surfacing.state,
        keys=frozenset(
            policy.Key(key.seat.side, key.package_hash, key.override_reason) for key in _valid_keys(surfacing)
        ),
        effective_from=surfacing.effective_from,
        valid_to=surfacing.valid_to,
    )


def package_view(surfacing: Surfacing, member: Member) -> PackageView:
    """The whole page of a package: what its readers would see, who they are, and who has signed."""
    around, package = circumstances_of(surfacing.pair_id, surfacing), package_of(surfacing)
    standing = policy.standing(package, around)
    signatures = _signatures(surfacing, member)
    starts = surfacing.effective_from or policy.starts_at(surfacing.audience, around)
    picks = frozenset(Pick(item.row_class, item.item_id) for item in surfacing.items.all())
    showing = Showing(picks, starts, surfacing.valid_to, frozenset({surfacing.audience}))
    (shown,) = as_shown({surfacing.pair_id: showing})
    signed = any(line.is_you and line.signed_at for line in signatures)
    return PackageView(
        surfacing=surfacing,
        audience=audiences.find(surfacing.audience, surfacing.audience_id),
        standing=standing,
        shown=shown,
        signatures=signatures,
        needs_reason=policy.needs_reason(package, around),
        waits_first=starts > around.now,
        may_sign=standing == Standing.WAITING and not signed,
        may_withdraw=surfacing.state in (policy.OPEN, policy.SIGNED) and standing != Standing.OVER,
    )


def package_lines(pair: UUID) -> tuple[PackageLine, ...]:
    """The pair's packages that wait, are signed, or are shown; what is over is left to the audit trail."""
    rows = list(
        Surfacing.objects.filter(pair_id=pair, state__in=[policy.OPEN, policy.SIGNED]).prefetch_related(
            "items", "keys__seat"
        )
    )
    if not rows:
        return ()
    labels = {(choice.audience, choice.audience_id): choice.label for choice in audiences.choices()}
    now = clock.now()
    lines = []
    for row in rows:
        around = Circumstances(now=now, present_hash=row.package_hash)
        label = labels.get((row.audience, row.audience_id)) or audiences.gone(row.audience, row.audience_id).label
        what = in_words(Pick(item.row_class, item.item_id) for item in row.items.all())
        lines.append(PackageLine(row, label, what, policy.standing(package_of(row), around)))
    return tuple(line for line in lines if line.standing != Standing.OVER)


def _live() -> Q:
    return Q(ended_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=clock.now()))


def _valid_keys(surfacing: Surfacing) -> list[SurfacingKey]:
    # Filtered here, so that a list can fetch the keys of all its packages at once.
    found: Any = surfacing.keys.all()
    if "keys" not in getattr(surfacing, "_prefetched_objects_cache", {}):
        found = found.select_related("seat")
    return [key for key in found if key.seat.left_at is None and key.package_hash == surfacing.package_hash]


def _signatures(surfacing: Surfacing, member: Member) -> tuple[Signature, ...]:
    keys = {key.seat_id: key for key in _valid_keys(surfacing)}
    seats = Seat.objects.filter(pair_id=surfacing.pair_id, left_at__isnull=True).select_related("member")
    return tuple(
        Signature(
            name=seat.member.name,
            side=str(seat.get_side_display()),
            signed_at=keys[seat.pk].signed_at if seat.pk in keys else None,
            is_you=seat.member_id == member.pk,
            reason=keys[seat.pk].override_reason if seat.pk in keys else "",
        )
        for seat in seats
    )
