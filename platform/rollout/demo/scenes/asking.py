"""Two partners answer the same questions, each alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.demo.script import CITIZEN, LETTERS
from rollout.demo.script.asking import HELPER, SAID
from rollout.demo.stage import acting
from tenants.assistance import actions as assistance
from tenants.instruments import actions
from tenants.instruments.models import Round
from tenants.instruments.shipping import shipped
from tenants.pairs.queries import seat_of

if TYPE_CHECKING:
    from rollout.demo.script.asking import Answers, Asking
    from rollout.demo.stage import Two
    from tenants.members.models import Member
    from tenants.pairs.models import Pair


def put(two: Two) -> None:
    """Put the rounds of this pair on the stage, on their days."""
    if two.title == LETTERS:
        two.at(HELPER[1], name_helper)
    for asking in SAID.get(two.title, ()):
        two.at(asking.day, ask, asking)
        for said in asking.answers:
            two.at(said.day, answer_with_help if said.helper else answer, asking, said)
        if asking.remark:
            two.at(asking.remark[0], remark, asking)


def ask(two: Two, asking: Asking) -> None:
    """One of the two opens a round."""
    with two.acting(asking.by) as (member, pair):
        actions.open_round(pair=pair, code=asking.code, occasion=asking.occasion, about=asking.about, by=member)


def answer(two: Two, asking: Asking, said: Answers) -> None:
    """One of the two answers."""
    with two.acting(said.by) as (member, pair):
        asked = _round(pair, asking)
        values = dict(zip(shipped()[asked.code, asked.version].items, said.numbers, strict=True))
        actions.answer(round=asked, values=values, lines=said.words, by=member)


def remark(two: Two, asking: Asking) -> None:
    """One of the two adds some words that both read."""
    assert asking.remark
    _day, side, text = asking.remark
    with two.acting(side) as (member, pair):
        actions.remark(round=_round(pair, asking), text=text, by=member)


def name_helper(two: Two) -> None:
    """Somebody from another pair may help. They sign in with the address that was named, and see it."""
    with two.acting(CITIZEN) as (member, pair):
        assistance.name_helper(pair=pair, address=HELPER[0], by=member)
    with acting(two.organisation, HELPER[0]) as helper:
        assistance.recognise(by=helper)


def answer_with_help(two: Two, asking: Asking, said: Answers) -> None:
    """The helper types what is read out. It counts when the person has read out a code from their own sheet."""
    with two.acting(said.by) as (member, pair):
        asked, seat, code = _round(pair, asking), seat_of(member, pair.pk), _code(member)
        assert seat is not None
    with acting(two.organisation, said.helper) as helper:
        session = assistance.start(seat_id=seat.pk, confidential=True, by=helper)
        entry = assistance.enter(session=session, round_id=asked.pk, numbers=said.numbers, by=helper)
        assistance.confirm(entry=entry, said=code, by=helper)
        assistance.end(session=session, by=helper)


def _code(member: Member) -> str:
    return assistance.make_codes(by=member)[0][1]


def _round(pair: Pair, asking: Asking) -> Round:
    """The newest round with these questions."""
    return Round.objects.filter(pair=pair, code=asking.code).latest("opened_at")
