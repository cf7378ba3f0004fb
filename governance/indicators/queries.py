"""What a reader is shown about a period. The reader is the present hat: a person in an office, or a board's job."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from governance.indicators import papers
from governance.indicators.report import PairReport, Period, Report, report_of
from governance.journey.policy import Evidence
from rollout.kernel import clock
from rollout.kernel.dates import day_of
from rollout.kernel.tenancy import current_place
from tenants.disclosure.models import Audience, DisclosureGrant, RowClass
from tenants.disclosure.queries import ShownPair, shown_pairs
from tenants.members.models import Role
from tenants.pairs.models import Pair
from tenants.projects.models import Decision, ResultClaim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from tenants.members.models import Member

SIGNED = (ResultClaim.State.CLAIMED, ResultClaim.State.CORROBORATED, ResultClaim.State.DISPROVED)


def lately() -> Period:
    """The three months up to today: the period of a report that nobody asked another one of."""
    today = clock.today()
    month = today.month - 3
    year = today.year if month > 0 else today.year - 1
    first = date(year, month if month > 0 else month + 12, 1)
    return Period(first, today)


def report_for(member: Member | None, period: Period) -> Report:
    """Everything that this reader is shown, with the figures that follow from it."""
    shown = shown_pairs(member)
    ids = [pair.id for pair in shown]
    facts = {
        pair: (stage, agreed_at)
        for pair, stage, agreed_at in Pair.objects.filter(pk__in=ids).values_list(
            "id", "stage", "shared_task__agreed_at"
        )
    }
    seen = _first_shown(ids)
    proposed = dict(Decision.objects.filter(pair_id__in=ids, agreed_at__isnull=False).values_list("id", "proposed_at"))
    issued = papers.first_issued()
    pairs = []
    for pair in shown:
        stage, task_signed_at = facts[pair.id]
        pairs.append(
            _reported(
                pair,
                period,
                Evidence(
                    stage=stage,
                    task_signed_on=day_of(task_signed_at),
                    shown_to_sponsor_on=_sponsor_knows_since(seen[pair.id]),
                    shown_in_organisation_on=min(
                        (on for audience, on in seen[pair.id].items() if audience != Audience.SPONSOR), default=None
                    ),
                    issued_in_pack_on=issued.get(pair.id),
                ),
                {decision: day_of(at) for decision, at in proposed.items()},
            )
        )
    return report_of(pairs, period=period, on=clock.today())


def _first_shown(pairs: Iterable[UUID]) -> dict[UUID, dict[str, date]]:
    """For each pair: since when it shows itself to each kind of audience, as far as this reader is one."""
    days: dict[UUID, dict[str, date]] = defaultdict(dict)
    live = DisclosureGrant.objects.filter(
        pair_id__in=pairs, row_class=RowClass.PAIR, ended_at__isnull=True, valid_from__lte=clock.now()
    )
    for pair, audience, since in live.order_by("-valid_from").values_list("pair_id", "audience", "valid_from"):
        on = day_of(since)
        assert on is not None
        days[pair][audience] = on
    return days


def _sponsor_knows_since(days: Mapping[str, date]) -> date | None:
    """Since when a sponsor can read a pair. What a sponsor reads in this report, a sponsor knows.

    Who shows themselves to the organisation shows themselves to its sponsors as well.
    """
    where = current_place()
    reads = where is not None and where.capacity == Role.SPONSOR
    told = (on for audience, on in days.items() if reads or audience in (Audience.SPONSOR, Audience.ORGANISATION))
    return min(told, default=None)


def _reported(pair: ShownPair, period: Period, evidence: Evidence, proposed: Mapping[UUID, date | None]) -> PairReport:
    """The pair without anything that both partners have not signed as it stands."""
    decisions = tuple(decision for decision in pair.decisions if decision.agreed_at)
    results = tuple(result for result in pair.results if result.state in SIGNED)
    waited = []
    for decision in decisions:
        agreed_on, proposed_on = day_of(decision.agreed_at), proposed.get(decision.id)
        if agreed_on and proposed_on and period.holds(agreed_on):
            waited.append((agreed_on - proposed_on).days)
    return PairReport(
        shown=replace(
            pair,
            decisions=decisions,
            results=results,
            shared_task=pair.shared_task if evidence.task_signed_on else None,
        ),
        evidence=replace(
            evidence,
            result_claimed_on=min((on for result in results if (on := day_of(result.claimed_at))), default=None),
            result_confirmed_on=min((on for result in results if (on := day_of(result.corroborated_at))), default=None),
        ),
        days_to_sign=tuple(waited),
    )
