"""Rounds: opened by either, answered by each alone, read by both at once or by nobody else."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.database import ask, refusals
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.sealing import seal
from tenants.audit import actions as audit
from tenants.instruments import permissions, policy, queries
from tenants.instruments.definition import Definition, Said
from tenants.instruments.models import Answer, Remark, Round
from tenants.instruments.policy import Act
from tenants.members.models import Side
from tenants.pairs import actions as pairs
from tenants.pairs.models import Seat

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tenants.members.models import Member
    from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair

OPEN_FOR = 14
"""Days, when nobody says otherwise."""
LONGEST = 366
WHY_NOT = {
    Round.State.OPEN: _("This round is open. It can be read when both of you have answered."),
    Round.State.REVEALED: _("Both of you have answered. The answers stay as they are. You can add a remark."),
    Round.State.KEPT: _("This round is complete. The answers stay as they are."),
    Round.State.CLOSED: _("This round is closed. You can open a new one."),
}
IS_OVER = {"round_is_over": _("This round is over. Look at it again.")}


@transaction.atomic
def open_round(
    *, pair: Pair, code: str, version: int | None = None, occasion: str = Round.Occasion.REGULAR, about: str = "",
    closes_on: date | None = None, by: Member,
) -> Round:  # fmt: skip
    """Ask both partners the same, or oneself alone where the instrument is private.

    Raises DomainError: `no_such_instrument`, `no_partner`, `date_is_past`, `date_too_far`, `baseline_stands`.
    """
    seat = pairs.own_seat(pair.pk, by, permissions.OPEN_ROUND)
    known = queries.definitions(by)
    versions = [found for found in queries.newest(known) if found.code == code]
    definition = known.get((code, version)) if version is not None else next(iter(versions), None)
    if definition is None:
        sentence = _("There is no such instrument. Choose one from the list.")
        raise DomainError("no_such_instrument", sentence, field="instrument")
    return _begin(seat, definition, occasion, about, closes_on)


@transaction.atomic
def answer_again(*, round: Round, by: Member) -> Round:  # noqa: A002 - the word people use
    """Ask the same once more, so that both can correct what they said. The old answers stay, and are named."""
    seat, asked = _readable(round, by, permissions.OPEN_ROUND)
    _refuse_unless(asked, Act.REPLACE)
    if asked.occasion == Round.Occasion.BASELINE:
        raise DomainError("baseline_stands", _("The start stays as it is. You can open a new round at any time."))
    definition = queries.definition_for(by, asked.code, asked.version)
    return _begin(seat, definition, asked.occasion, asked.about, None, replaces=asked)


@transaction.atomic
def answer(
    *, round: Round, values: Mapping[str, int | str], lines: Mapping[str, str] | None = None,  # noqa: A002
    felt_heard: int | None = None, keeps_sealed: bool = False, by: Member,
) -> Round:  # fmt: skip
    """Say one's own, or say it differently while the other has not answered. With both, both appear to both.

    Nothing tells the partner that one has answered: there is no entry in the record before both have.
    Raises DomainError: `round_is_over`, and what `Definition.checked` says.
    """
    seat, asked = _readable(round, by, permissions.ANSWER_ROUND)
    _refuse_unless(asked, Act.ANSWER)
    definition = queries.definition_for(by, asked.code, asked.version)
    said = definition.checked(Said(values, lines or {}, felt_heard))
    if keeps_sealed and not definition.may_keep_sealed:
        raise DomainError("cannot_keep_sealed", _("This is read by both of you as soon as both have answered."))
    _write(seat, asked, said, keeps_sealed)
    asked.refresh_from_db()
    if not definition.is_private and asked.state != Round.State.OPEN:
        audit.record(f"round.{asked.state}", subject=asked, pair=asked.pair_id)
    return asked


@transaction.atomic
def show(*, round: Round, by: Member) -> Round:  # noqa: A002
    """Open what one kept sealed. When nothing is kept sealed any more, both answers appear to both."""
    _seat, asked = _readable(round, by, permissions.ANSWER_ROUND)
    _refuse_unless(asked, Act.SHOW)
    with refusals(IS_OVER):
        own = queries.own_answer(by, asked)
        if own is None or not own.keeps_sealed:
            raise DomainError("nothing_to_open", _("Your own answers are not sealed."))
        own.keeps_sealed = False
        own.save(update_fields=["keeps_sealed"])
    asked.refresh_from_db()
    if asked.state == Round.State.REVEALED:
        audit.record("round.revealed", subject=asked, pair=asked.pair_id)
    return asked


@transaction.atomic
def close(*, round: Round, by: Member) -> Round:  # noqa: A002
    """End a round before both have answered. Who had answered keeps the answer; nobody learns who had not."""
    _seat, asked = _readable(round, by, permissions.CLOSE_ROUND)
    _refuse_unless(asked, Act.CLOSE)
    with refusals(IS_OVER):
        ask("close_round", asked.pk)
    asked.refresh_from_db()
    if asked.citizen_seat_id and asked.professional_seat_id:
        audit.record("round.closed", subject=asked, pair=asked.pair_id)
    return asked


@transaction.atomic
def remark(*, round: Round, text: str, by: Member) -> Remark:  # noqa: A002
    """Add some words to a round that both can read. The answers stay as they are."""
    seat, asked = _readable(round, by, permissions.REMARK_ROUND)
    _refuse_unless(asked, Act.REMARK)
    made = Remark.objects.create(pair_id=asked.pair_id, round=asked, seat=seat, text=text, made_at=clock.now())
    audit.record("round.remarked", subject=asked, pair=asked.pair_id)
    return made


def _readable(wanted: Round, by: Member, permission: str) -> tuple[Seat, Round]:
    seat = pairs.own_seat(wanted.pair_id, by, permission)
    found = Round.objects.filter(pk=wanted.pk, pair_id=seat.pair_id).first()
    if found is None:
        raise NotPermitted(permission)
    return seat, found


def _refuse_unless(asked: Round, act: Act) -> None:
    state = policy.state_at(asked.state, asked.closes_at, clock.now())
    if not policy.may(state, act):
        raise DomainError("round_is_over" if act != Act.REMARK else "wrong_state", WHY_NOT[state])


def _begin(
    seat: Seat, definition: Definition, occasion: str, about: str, closes_on: date | None,
    replaces: Round | None = None,
) -> Round:  # fmt: skip
    seats = {seat.side: seat.pk}
    if not definition.is_private:
        other = Seat.objects.filter(pair_id=seat.pair_id, left_at__isnull=True).exclude(pk=seat.pk).first()
        if other is None:
            raise DomainError("no_partner", _("Your partner’s place is free. Invite a partner first."))
        seats[other.side] = other.pk
    try:
        with transaction.atomic(), refusals(IS_OVER):
            made = Round.objects.create(
                pair_id=seat.pair_id, code=definition.code, version=definition.version, occasion=occasion,
                about=" ".join(about.split()), citizen_seat_id=seats.get(Side.CITIZEN),
                professional_seat_id=seats.get(Side.PROFESSIONAL), opened_by=seat, opened_at=clock.now(),
                closes_at=_end_of(closes_on or clock.today() + timedelta(days=OPEN_FOR)), replaces=replaces,
            )  # fmt: skip
    except IntegrityError:
        if replaces is not None:
            raise DomainError("asked_again", _("A new round has already been opened in place of this one.")) from None
        sentence = _("You have a start already. It stays, so that you can look back at it. Choose another occasion.")
        raise DomainError("baseline_stands", sentence, field="occasion") from None
    if not definition.is_private:
        audit.record("round.opened", subject=made, pair=seat.pair_id)
    return made


def _end_of(day: date) -> datetime:
    if day < clock.today():
        raise DomainError("date_is_past", _("Choose today or a later day."), field="closes_on")
    if day > clock.today() + timedelta(days=LONGEST):
        raise DomainError("date_too_far", _("Choose a day within a year."), field="closes_on")
    return timezone.make_aware(datetime.combine(day, time.max))


def _write(seat: Seat, asked: Round, said: Said, keeps_sealed: bool) -> None:
    text = json.dumps({"values": dict(said.values), "lines": dict(said.lines), "felt_heard": said.felt_heard})
    now = clock.now()
    try:
        with transaction.atomic(), refusals(IS_OVER):
            own = Answer.objects.filter(round=asked, seat=seat).first()
            if own is not None:
                own.sealed, own.keeps_sealed, own.given_at = seal(text, queries.purpose(own.pk)), keeps_sealed, now
                own.save(update_fields=["sealed", "keeps_sealed", "given_at"])
                return
            pk = uuid.uuid4()
            Answer.objects.create(
                pk=pk, pair_id=asked.pair_id, round=asked, seat=seat, sealed=seal(text, queries.purpose(pk)),
                keeps_sealed=keeps_sealed, given_at=now,
            )  # fmt: skip
    except IntegrityError:
        sentence = _("You have just answered in another window. Look at your answer there.")
        raise DomainError("answered_meanwhile", sentence) from None
