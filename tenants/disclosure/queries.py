"""What a reader may see of the pairs that show themselves.

One way of building it serves everybody: the preview that partners sign, the pages of sponsors and leads, the
report, the pack and the API. So none of them can show more than another.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from rollout.kernel import clock
from rollout.kernel.tenancy import PARTNER, here
from tenants.disclosure.models import DisclosureGrant, RowClass
from tenants.disclosure.permissions import READERS
from tenants.disclosure.shown import (
    LiveGrant,
    Pick,
    Showing,
    ShownDecision,
    ShownPair,
    ShownPerson,
    ShownPoint,
    ShownProject,
    ShownResult,
    ShownSupport,
)
from tenants.pairs.models import Pair, Seat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from tenants.members.models import Member

__all__ = [
    "LiveGrant",
    "Pick",
    "Showing",
    "ShownDecision",
    "ShownPair",
    "ShownPerson",
    "ShownPoint",
    "ShownProject",
    "ShownResult",
    "ShownSupport",
    "address_of",
    "as_shown",
    "live_grants_of",
    "shown_pair",
    "shown_pairs",
]


def shown_pairs(member: Member | None) -> list[ShownPair]:
    """Every pair that shows itself to this person in the present hat, or to the board whose pack is made.

    In the partner's hat nobody reads as an audience, so the list is empty.
    """
    return as_shown(_showings(member))


def shown_pair(member: Member | None, pair: UUID) -> ShownPair | None:
    """One of them, or None when it is hidden or does not exist."""
    return next(iter(as_shown(_showings(member, pair))), None)


def as_shown(showings: Mapping[UUID, Showing]) -> list[ShownPair]:
    """The pairs with exactly what the showings name, by title. The database still has the last word on each row."""
    if not showings:
        return []
    # The rows of a pair's work are reached from the pair, whose app does not know the apps above it.
    pairs = (
        Pair.objects.filter(pk__in=showings)
        .select_related("site", "shared_task", "project")
        .prefetch_related(
            Prefetch("seats", Seat.objects.filter(left_at__isnull=True).select_related("member")),
            "decisions",
            "results__points",
            "support_requests",
        )
        .order_by("title", "id")
    )
    return [_shown(pair, showings[pair.pk]) for pair in pairs]


def live_grants_of(pair: UUID) -> tuple[LiveGrant, ...]:
    """What a pair shows now or after its cooling-off, in words, for its own two partners. Newest first."""
    grants = DisclosureGrant.objects.filter(_not_over(), pair_id=pair)
    by_package: dict[UUID, list[DisclosureGrant]] = defaultdict(list)
    for grant in grants:
        by_package[grant.surfacing_id].append(grant)
    found = [
        LiveGrant(
            surfacing_id=surfacing,
            audience=of_package[0].audience,
            audience_id=of_package[0].audience_id,
            what=in_words(Pick(grant.row_class, grant.item_id) for grant in of_package),
            since=of_package[0].valid_from,
            until=of_package[0].valid_to,
            is_in_force=of_package[0].valid_from <= clock.now(),
        )
        for surfacing, of_package in by_package.items()
    ]
    return tuple(sorted(found, key=lambda live: (live.since, live.surfacing_id), reverse=True))


def in_words(picks: Iterable[Pick]) -> tuple[str, ...]:
    """What is shown, as a short list to read: classes by name, decisions and results by number."""
    count: dict[str, int] = defaultdict(int)
    for pick in picks:
        count[pick.row_class] += 1
    words = {
        RowClass.PAIR: gettext("The pair's title and place, and whether it works, rests or has ended"),
        RowClass.PEOPLE: gettext("The names of both partners"),
        RowClass.TASK: gettext("The shared task"),
        RowClass.PROJECT: gettext("What the project is about, its aim and its reasons"),
        RowClass.DECISION: ngettext("%(count)s decision", "%(count)s decisions", count[RowClass.DECISION])
        % {"count": count[RowClass.DECISION]},
        RowClass.RESULT: ngettext("%(count)s result", "%(count)s results", count[RowClass.RESULT])
        % {"count": count[RowClass.RESULT]},
        RowClass.SUPPORT: ngettext(
            "%(count)s request for support", "%(count)s requests for support", count[RowClass.SUPPORT]
        )
        % {"count": count[RowClass.SUPPORT]},
    }
    return tuple(words[row_class] for row_class in RowClass if count[row_class])


def address_of(pair: UUID) -> str:
    """The page of a shown pair for the present hat; empty in a hat that reads no pairs."""
    hat = here().capacity
    return reverse(f"disclosure:shown-{hat.replace('_', '-')}", args=[pair]) if hat in READERS else ""


def _not_over() -> Q:
    return Q(ended_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=clock.now()))


def _showings(member: Member | None, pair: UUID | None = None) -> dict[UUID, Showing]:
    where = here()
    if where.capacity == PARTNER:
        return {}
    if member is not None and member.pk != where.person:
        raise ValueError("what is shown can be asked for by the person who looks, and by nobody else")
    grants = DisclosureGrant.objects.filter(_not_over(), valid_from__lte=clock.now())
    if pair is not None:
        grants = grants.filter(pair_id=pair)
    by_pair: dict[UUID, list[DisclosureGrant]] = defaultdict(list)
    for grant in grants:
        by_pair[grant.pair_id].append(grant)
    return {
        pair_id: Showing(
            picks=frozenset(Pick(grant.row_class, grant.item_id) for grant in of_pair),
            since=min(grant.valid_from for grant in of_pair),
            until=_last(of_pair),
            audiences=frozenset(grant.audience for grant in of_pair),
        )
        for pair_id, of_pair in by_pair.items()
    }


def _last(grants: Iterable[DisclosureGrant]) -> datetime | None:
    ends = [grant.valid_to for grant in grants if grant.row_class == RowClass.PAIR]
    dates = [end for end in ends if end is not None]
    return max(dates, default=None) if len(dates) == len(ends) else None


def _shown(pair: Any, showing: Showing) -> ShownPair:
    picks = showing.picks
    task = getattr(pair, "shared_task", None) if Pick(RowClass.TASK) in picks else None
    project = getattr(pair, "project", None) if Pick(RowClass.PROJECT) in picks else None
    return ShownPair(
        id=pair.pk,
        title=pair.title,
        site=pair.site.name if pair.site else "",
        has_ended=pair.stage == Pair.Stage.ENDED,
        people=tuple(_person(seat) for seat in pair.seats.all()) if Pick(RowClass.PEOPLE) in picks else None,
        shared_task=task.text if task else None,
        decisions=tuple(_decision(row) for row in pair.decisions.all() if Pick(RowClass.DECISION, row.pk) in picks),
        results=tuple(_result(row) for row in pair.results.all() if Pick(RowClass.RESULT, row.pk) in picks),
        since=showing.since,
        until=showing.until,
        audiences=showing.audiences,
        project=_project(project) if project and project.active_since else None,
        support=tuple(_support(row) for row in pair.support_requests.all() if Pick(RowClass.SUPPORT, row.pk) in picks),
    )


def _project(row: Any) -> ShownProject:
    return ShownProject(
        theme=row.theme,
        theme_words=str(row.get_theme_display()),
        place=row.place,
        aim=row.aim,
        how_much=row.how_much,
        by_when=row.by_when,
        whose_issue=row.whose_issue,
        how_we_know=row.how_we_know,
    )


def _support(row: Any) -> ShownSupport:
    return ShownSupport(
        id=row.pk,
        first_month=row.first_month,
        last_month=row.last_month,
        hours_agreed=row.hours_agreed,
        hours_given=row.hours_given,
        text=row.text,
        written_at=row.written_at,
    )


def _person(seat: Seat) -> ShownPerson:
    return ShownPerson(
        id=seat.member_id, name=seat.member.name, side=seat.side, side_words=str(seat.get_side_display())
    )


def _decision(row: Any) -> ShownDecision:
    return ShownDecision(
        id=row.pk,
        title=row.title,
        text=row.text,
        state=row.state,
        state_words=str(row.get_state_display()),
        agreed_at=row.agreed_at,
    )


def _result(row: Any) -> ShownResult:
    return ShownResult(
        id=row.pk,
        title=row.title,
        measure=row.measure,
        unit=row.unit,
        higher_is_better=row.higher_is_better,
        baseline_value=row.baseline_value,
        baseline_on=row.baseline_on,
        current_value=row.current_value,
        current_on=row.current_on,
        direction=row.direction,
        direction_words=str(row.get_direction_display()),
        place=row.place,
        evidence=row.evidence,
        side_effects=row.side_effects,
        not_achieved=row.not_achieved,
        state=row.state,
        state_words=str(row.get_state_display()),
        claimed_at=row.claimed_at,
        corroborated_at=row.corroborated_at,
        points=tuple(ShownPoint(point.on, point.value) for point in row.points.all()),
    )
