"""Results: drafted, signed by both, and found to be wrong when they are. A result that shows no change is a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.pairs import signing
from tenants.projects import permissions
from tenants.projects.content import ResultContent, content_of, hash_of_result, rounded
from tenants.projects.models import ResultClaim, ResultPoint
from tenants.projects.policy import results as policy
from tenants.projects.policy.results import Act, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

Direction = ResultClaim.Direction
MOST_VALUES = 100
WHY_NOT = {
    Act.EDIT: _("This result was found to be wrong. Write a new one."),
    Act.SIGN: _("This result is already signed by both of you, or was found to be wrong."),
    Act.DISPROVE: _("This result is a draft. You can simply change it."),
}


@transaction.atomic
def draft(
    *, pair: Pair, content: ResultContent, points: Iterable[tuple[date, Decimal]] = (), by: Member
) -> ResultClaim:
    """Write down what changed, or did not. `points` are dated values for its chart."""
    seat = pairs.own_seat(pair.pk, by, permissions.WRITE_RESULT)
    content, points = content.kept(), [(day, rounded(value)) for day, value in points]
    _refuse_contradiction(content)
    result = ResultClaim.objects.create(
        pair_id=pair.pk,
        content_hash=hash_of_result(content, points),
        written_by=seat,
        written_at=clock.now(),
        **content.values(),
    )
    ResultPoint.objects.bulk_create(
        ResultPoint(pair_id=pair.pk, result=result, on=day, value=value) for day, value in points
    )
    audit.record("result.drafted", subject=result, pair=pair.pk)
    return result


@transaction.atomic
def edit(*, result: ResultClaim, content: ResultContent, by: Member) -> ResultClaim:
    """Change what a result says. It is a draft again: both sign again, and nobody outside is shown it any more."""
    result, _seat = pairs.held(result, by, permissions.WRITE_RESULT)
    _refuse_unless(result, Act.EDIT)
    content = content.kept()
    _refuse_contradiction(content)
    if content == content_of(result).kept():
        return result
    for name, value in content.values().items():
        setattr(result, name, value)
    _become_draft(result, *content.values())
    audit.record("result.edited", subject=result, pair=result.pair_id)
    return result


@transaction.atomic
def add_point(*, result: ResultClaim, on: date, value: Decimal, by: Member) -> ResultClaim:
    """Add one dated value for the chart. It belongs to what is signed, so the result is a draft again."""
    result, _seat = pairs.held(result, by, permissions.WRITE_RESULT)
    _refuse_unless(result, Act.EDIT)
    if on > clock.today():
        raise DomainError("date_is_ahead", _("A value cannot be from a day that has not come yet."), field="on")
    if on in (result.baseline_on, result.current_on) or result.points.filter(on=on).exists():
        raise DomainError("value_of_that_day", _("There is already a value for that day."), field="on")
    if result.points.count() >= MOST_VALUES:
        raise DomainError("too_many_values", _("A chart has at most 100 values."))
    _reopen(result)
    ResultPoint.objects.create(pair_id=result.pair_id, result=result, on=on, value=rounded(value))
    _become_draft(result)
    audit.record("result.value_added", subject=result, pair=result.pair_id, on=on)
    return result


@transaction.atomic
def remove_point(*, result: ResultClaim, on: date, by: Member) -> ResultClaim:
    """Take one dated value out of the chart. The result is a draft again."""
    result, _seat = pairs.held(result, by, permissions.WRITE_RESULT)
    _refuse_unless(result, Act.EDIT)
    point = result.points.filter(on=on).first()
    if point is None:
        return result
    _reopen(result)
    point.delete()
    _become_draft(result)
    audit.record("result.value_removed", subject=result, pair=result.pair_id, on=on)
    return result


@transaction.atomic
def sign(*, result: ResultClaim, shown: str, by: Member) -> ResultClaim:
    """Add one partner's key to the result that was shown; with the second it is claimed by both."""
    result, seat = pairs.held(result, by, permissions.SIGN_RESULT)
    if result.content_hash == shown and result.state != State.DISPROVED and signing.has_key(result, seat):
        return result
    _refuse_unless(result, Act.SIGN)
    signing.refuse_another_text(result, shown)
    signing.add_key(result, seat)
    audit.record("result.signed", subject=result, pair=result.pair_id)
    if signing.both_signed(result):
        result.state, result.claimed_at = policy.after(result.state, Act.CLAIM), clock.now()
        result.save(update_fields=["state", "claimed_at"])
        audit.record("result.claimed", subject=result, pair=result.pair_id)
        signing.settle_keys()
    return result


@transaction.atomic
def disprove(*, result: ResultClaim, by: Member) -> ResultClaim:
    """Say that a signed result turned out to be wrong. One partner is enough, and it is no shame.

    From now on nobody else is shown it, and every board pack that cites it gets a slip that says "corrected".
    """
    result, _seat = pairs.held(result, by, permissions.WRITE_RESULT)
    if result.state == State.DISPROVED:
        return result
    _refuse_unless(result, Act.DISPROVE)
    result.state, result.corroborated_at = policy.after(result.state, Act.DISPROVE), None
    result.save(update_fields=["state", "corroborated_at"])
    audit.record("result.disproved", subject=result, pair=result.pair_id)
    return result


def _refuse_unless(result: ResultClaim, act: Act) -> None:
    if not policy.may(result.state, act):
        raise DomainError("wrong_state", WHY_NOT[act])


def _refuse_contradiction(content: ResultContent) -> None:
    if content.current_on < content.baseline_on:
        raise DomainError(
            "dates_reversed", _("This day must not be before the day of the start value."), field="current_on"
        )
    if content.current_on > clock.today():
        raise DomainError("date_is_ahead", _("A value cannot be from a day that has not come yet."), field="current_on")
    if content.direction == Direction.NO_CHANGE:
        return
    rose = content.current_value > content.baseline_value
    moved = content.current_value != content.baseline_value
    if not moved or (content.direction == Direction.BETTER) != (rose == content.higher_is_better):
        raise DomainError(
            "numbers_say_otherwise",
            _("Your two values say something else. Check them, or choose another answer."),
            field="direction",
        )


def _reopen(result: ResultClaim) -> None:
    if result.state != State.DRAFT:
        _become_draft(result)


def _become_draft(result: ResultClaim, *changed: str) -> None:
    result.state, result.claimed_at, result.corroborated_at = policy.after(result.state, Act.EDIT), None, None
    result.content_hash = hash_of_result(content_of(result), result.points.values_list("on", "value"))
    result.save(update_fields=["state", "claimed_at", "corroborated_at", "content_hash", *changed])
