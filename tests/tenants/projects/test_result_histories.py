"""Random histories of a result and its witnesses: whatever is done, no impossible state is ever reached."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.db import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.projects import queries
from tenants.projects.actions import results, witnesses
from tenants.projects.content import content_of, hash_of_result
from tenants.projects.models import ResultClaim, Witness
from tenants.projects.policy.results import TRANSITIONS, Act, State, after, may
from tenants.projects.policy.witnesses import TRANSITIONS as QUESTIONS
from tenants.projects.policy.witnesses import Act as OfWitness
from tenants.projects.policy.witnesses import State as Question
from tenants.projects.policy.witnesses import may as may_be
from tests.world import inside, sql
from tests.world_projects import content, day, workshop

RAW = {  # what a row of each state must hold besides
    State.DRAFT: "claimed_at = NULL, corroborated_at = NULL",
    State.CORROBORATED: "claimed_at = coalesce(claimed_at, now()), corroborated_at = now()",
}
ACTS = (
    "edit",
    "edit_back",
    "add_value",
    "remove_value",
    "sign",
    "sign",
    "disprove",
    "ask",
    "answer",
    "answer",
    "take_back",
)
BY_HAND = ("forge", "take_key", "answer_by_hand")
STEPS = st.tuples(
    st.sampled_from([*ACTS, *BY_HAND, "wait"]),
    st.booleans(),
    st.sampled_from(list(State)),
    st.sampled_from(Witness.Answer.values),
)
NUMBERS = itertools.count()
TO = {"edit": Act.EDIT, "add_value": Act.EDIT, "disprove": Act.DISPROVE, "ask": Act.ASK}


class Life:
    """One result, who was asked about it, and the day it is."""

    def __init__(self, shop):
        self.shop, self.now, self.result, self.tokens = shop, clock.now(), shop.result(), []

    def row(self):
        with inside(self.shop.organisation, self.shop.citizen):
            return ResultClaim.objects.get(pk=self.result.pk)

    def questions(self):
        with inside(self.shop.organisation):
            return [queries.question_at(token).state for token in self.tokens]

    def act(self, step, who, target, given_answer):
        """Do one thing, through the actions or as somebody with a database console would."""
        result, one = self.row(), {"result": self.result, "by": who}
        if step in ("answer", "take_back"):
            if not self.tokens:
                return
            with inside(self.shop.organisation):
                token = self.tokens[-1 if step == "answer" else 0]
                if step == "answer":
                    witnesses.answer(token=token, given=given_answer)
                else:
                    witnesses.withdraw(token=token)
            return
        with inside(self.shop.organisation, who):
            match step:
                case "edit":
                    results.edit(**one, content=replace(content_of(result), evidence=f"List {next(NUMBERS)}"))
                case "edit_back":
                    results.edit(**one, content=content())
                case "add_value":
                    results.add_point(**one, on=day(40), value=Decimal(25))
                case "remove_value":
                    results.remove_point(**one, on=day(40))
                case "sign":
                    results.sign(**one, shown=result.content_hash)
                case "disprove":
                    results.disprove(**one)
                case "ask":
                    address = f"w{next(NUMBERS)}@example.org"
                    made = witnesses.ask(**one, name="W", email=address, relation="Knows")
                    self.tokens.append(queries.witness_token(made.pk))
                case "forge":
                    more = RAW.get(target, "claimed_at = coalesce(claimed_at, now()), corroborated_at = NULL")
                    sql(f"UPDATE projects_resultclaim SET state = %s, {more} WHERE id = %s", target.value, result.pk)
                    settle()
                case "take_key":
                    sql("DELETE FROM projects_resultkey WHERE result_id = %s", result.pk)
                case "answer_by_hand":
                    sql("UPDATE projects_witness SET answer = 'confirmed', answered_at = now(), withdrawn_at = NULL")


def sound(life):
    """What must always be true of a result, of the keys under it and of what its witnesses say."""
    result = life.row()
    with inside(life.shop.organisation, life.shop.citizen):
        points = list(result.points.values_list("on", "value"))
        signed = sql("SELECT content_hash FROM projects_resultkey WHERE result_id = %s", result.pk)
        confirmed = result.witnesses.filter(
            answer="confirmed", withdrawn_at__isnull=True, content_hash=result.content_hash
        ).count()
    assert result.content_hash == hash_of_result(content_of(result), points)
    assert (result.claimed_at is None) == (result.state == State.DRAFT)
    assert (result.corroborated_at is not None) == (result.state == State.CORROBORATED)
    if result.state == State.DRAFT:
        assert len(signed) < 2
    else:
        assert signed == [(result.content_hash,)] * 2
    if result.state == State.CORROBORATED:
        assert confirmed


def test_no_history_reaches_an_impossible_state(north):
    shop = workshop(north)

    @settings(max_examples=30, deadline=None)
    @given(history=st.lists(STEPS, max_size=14))
    def live(history):
        go_through(Life(shop), history)

    live()


def test_a_long_life_goes_through_every_state(north):
    """The table is not kept by nothing happening: one history reaches all of it."""
    life, seen, told = Life(workshop(north)), set(), set()
    story = (
        "sign sign- ask answer take_back ask answer edit sign sign- edit_back sign sign-"
        " ask edit edit_back sign sign- wait disprove sign sign- disprove edit"
    )
    for words in story.split():
        go_through(life, [(words.rstrip("-"), words.endswith("-"), State.DRAFT, "confirmed")])
        seen.add(life.row().state)
        with clock.at(life.now):
            told.update(life.questions())
    assert seen == set(State)
    assert told == set(Question)


def go_through(life, history):
    """Live one history, and look after every step."""
    for step, by_citizen, target, given_answer in history:
        who = life.shop.citizen if by_citizen else life.shop.professional
        if step == "wait":
            life.now += timedelta(days=31)
        with clock.at(life.now):
            before, asked = life.row(), life.questions()
            try:
                life.act(step, who, target, given_answer)
                done = True
            except (DomainError, DatabaseError):
                done = False
            sound(life)
            now, answered = life.row(), life.questions()
        _as_the_table_says(step, State(before.state), State(now.state), done=done)
        for was, became in zip(asked, answered, strict=False):
            assert became == was or became in QUESTIONS[Question(was)].values()
        if done and asked and step == "answer":
            assert may_be(asked[-1], OfWitness.ANSWER)
            assert answered[-1] == Question.ANSWERED
        if done and asked and step == "take_back":
            assert may_be(asked[0], OfWitness.WITHDRAW)
            assert answered[0] == Question.WITHDRAWN


def _as_the_table_says(step, before, now, *, done):
    assert now in {before, *TRANSITIONS[before].values()}
    if not done:
        assert now == before
    elif step in TO and not (step == "disprove" and before == State.DISPROVED):
        assert now == after(before, TO[step])
    elif step == "sign":
        assert may(before, Act.SIGN) or now == before != State.DISPROVED
    elif step == "forge":
        assert now == before or now in TRANSITIONS[before].values()
