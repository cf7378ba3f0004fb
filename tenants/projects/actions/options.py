"""The board on which both partners lay options before they decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit import actions as audit
from tenants.members.models import Side
from tenants.pairs import actions as pairs
from tenants.projects import permissions, policy
from tenants.projects.content import plain
from tenants.projects.models import Decision, DecisionOption

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Seat

MOST_OPTIONS = 12
SETTLED = _("The options stay as they are while a decision is on the table, and once it is settled.")


@transaction.atomic
def add(
    *, decision: Decision, text: str, pros: str = "", cons: str = "", assumes: str = "", by: Member
) -> DecisionOption:
    """Lay an option beside the others. While the decision is on the table, the options stay as they are."""
    decision, seat = _locked(decision.pair_id, decision.pk, by)
    _refuse_settled(decision)
    if decision.options.filter(withdrawn_at__isnull=True).count() >= MOST_OPTIONS:
        raise DomainError("too_many_options", _("A board holds at most twelve options."))
    option = DecisionOption.objects.create(
        pair_id=decision.pair_id,
        decision=decision,
        seat=seat,
        text=plain(text),
        pros=plain(pros),
        cons=plain(cons),
        assumes=plain(assumes),
        added_at=clock.now(),
    )
    audit.record("decision.option_added", subject=option, pair=decision.pair_id)
    return option


@transaction.atomic
def withdraw(*, option: DecisionOption, by: Member) -> DecisionOption:
    """Take one's own option back. The partner's stays."""
    decision, seat = _locked(option.pair_id, option.decision_id, by)
    option = decision.options.get(pk=option.pk)  # whoever holds the decision holds its board
    if option.seat_id != seat.pk:
        raise DomainError("not_your_option", _("Only the person who laid out an option can take it back."))
    if option.withdrawn_at is not None:
        return option
    _refuse_settled(decision)
    option.withdrawn_at = clock.now()
    option.save(update_fields=["withdrawn_at"])
    audit.record("decision.option_withdrawn", subject=option, pair=decision.pair_id)
    return option


def refuse_one_sided(decision: Decision) -> None:
    """A major decision goes on the table with at least two options, one or more from each partner."""
    if decision.kind != Decision.Kind.MAJOR:
        return
    live = decision.options.filter(withdrawn_at__isnull=True, seat__left_at__isnull=True)
    if set(live.values_list("seat__side", flat=True)) != set(Side):
        raise DomainError(
            "options_needed", _("A major decision needs at least two options, one or more from each of you. Add yours.")
        )


def _locked(pair: UUID, pk: UUID, by: Member) -> tuple[Decision, Seat]:
    seat = pairs.own_seat(pair, by, permissions.WRITE_DECISION)
    found = Decision.objects.select_for_update(of=("self",)).filter(pk=pk, pair_id=seat.pair_id).first()
    if found is None:
        raise NotPermitted(permissions.WRITE_DECISION)
    return found, seat


def _refuse_settled(decision: Decision) -> None:
    if decision.state not in policy.OPEN_TO_OPTIONS:
        raise DomainError("wrong_state", SETTLED)
