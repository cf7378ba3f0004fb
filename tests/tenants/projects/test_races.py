"""Two partners at the same moment, on a database where things are really committed."""

from __future__ import annotations

import threading

import pytest

from rollout.organisations.models import Organisation
from tenants.pairs import actions as pairs
from tenants.pairs import signing
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions, results, shared_task
from tenants.projects.models import Decision, ResultClaim, SharedTask
from tests.racing import PATIENCE, at_once, together
from tests.world import inside, sql
from tests.world_projects import workshop

MANY = 32


@pytest.fixture
def shop(committed):
    return workshop(Organisation.objects.get(slug="north"))


def events(shop, action):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM audit_event WHERE action = %s", action)[0][0]


def test_both_sign_a_decision_at_once_and_it_is_agreed_exactly_once(shop):
    decision = shop.proposed()

    def sign(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            decisions.sign(decision=decision, shown=decision.content_hash, by=who)

    assert at_once(MANY, sign) == [None] * MANY
    with inside(shop.organisation, shop.citizen):
        assert Decision.objects.get().state == "agreed"
        assert sql("SELECT count(*) FROM projects_decisionkey") == [(2,)]
    assert (events(shop, "decision.signed"), events(shop, "decision.agreed")) == (2, 1)


def test_both_sign_the_shared_task_at_once(shop):
    task = shop.task()

    def sign(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            shared_task.sign(task=task, shown=task.content_hash, by=who)

    assert at_once(MANY, sign) == [None] * MANY
    with inside(shop.organisation, shop.citizen):
        assert SharedTask.objects.get().agreed_at is not None
        assert Pair.objects.get().stage == "working"
    assert (events(shop, "shared_task.agreed"), events(shop, "pair.started_work")) == (1, 1)


def test_both_sign_a_result_at_once(shop):
    result = shop.result()

    def sign(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            results.sign(result=result, shown=result.content_hash, by=who)

    assert at_once(MANY, sign) == [None] * MANY
    with inside(shop.organisation, shop.citizen):
        assert ResultClaim.objects.get().state == "claimed"
    assert events(shop, "result.claimed") == 1


def test_both_write_the_first_shared_task_at_once(shop):
    def write(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            shared_task.write(pair=shop.pair, text=f"Text {index % 2}", by=who)

    assert at_once(8, write) == [None] * 8
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT count(*) FROM projects_sharedtask") == [(1,)]


def test_one_edits_while_the_other_signs(shop):
    for round_, threads in enumerate((MANY, 2, 2, 2, 2, 2)):
        decision = shop.proposed(f"Round {round_}", signed_by=(shop.professional,))

        def meet(index, decision=decision):
            who = shop.partners[index % 2]
            with inside(shop.organisation, who):
                if index % 2:
                    decisions.sign(decision=decision, shown=decision.content_hash, by=who)
                else:
                    decisions.edit(decision=decision, title=decision.title, text="Another text.", by=who)

        answers = at_once(threads, meet)
        now, keys = signed_now(shop, decision)
        # Whoever came second is told, and nobody's key stands under a text that they have not read.
        outcome = (set(answers[0::2]), set(answers[1::2]), now.state, len(keys), now.text)
        assert outcome in (
            ({None}, {"text_changed"}, "proposed", 0, "Another text."),
            ({"wrong_state"}, {None}, "agreed", 2, "We open on Tuesdays until eight."),
        )
        assert {key for (key,) in keys} <= {now.content_hash}


def signed_now(shop, decision):
    """The decision as it stands, and what the keys under it are for."""
    with inside(shop.organisation, shop.citizen):
        keys = sql("SELECT content_hash FROM projects_decisionkey WHERE decision_id = %s", decision.pk)
        return Decision.objects.get(pk=decision.pk), keys


def test_without_the_lock_a_key_stands_under_an_older_text(shop, monkeypatch):
    """The control: who signs without holding the decision signs a text that is another one by then."""
    decision = shop.proposed(signed_by=(shop.professional,))
    old, read, changed = decision.content_hash, threading.Event(), threading.Event()
    compare = signing.refuse_another_text

    def read_slowly(row, shown):
        compare(row, shown)
        read.set()
        changed.wait(PATIENCE)

    def unheld(row, by, permission):
        return type(row).objects.get(pk=row.pk), pairs.own_seat(row.pair_id, by, permission)

    monkeypatch.setattr(pairs, "held", unheld)
    monkeypatch.setattr(signing, "refuse_another_text", read_slowly)

    def meet(index):
        who = shop.partners[index]
        if index:
            with inside(shop.organisation, who):
                decisions.sign(decision=decision, shown=old, by=who)
            return
        read.wait(PATIENCE)
        with inside(shop.organisation, who):
            decisions.edit(decision=decision, title=decision.title, text="Another text.", by=who)
        changed.set()

    assert at_once(2, meet) == [None, None]
    now, keys = signed_now(shop, decision)
    assert (now.text, now.content_hash == old, keys) == ("Another text.", False, [(old,)])


def test_the_second_signer_waits_for_the_first(shop):
    decision = shop.proposed()
    signed, finish = threading.Event(), threading.Event()

    def first():
        with inside(shop.organisation, shop.citizen):
            decisions.sign(decision=decision, shown=decision.content_hash, by=shop.citizen)
            signed.set()
            finish.wait(PATIENCE)

    def second():
        signed.wait(PATIENCE)
        try:
            with inside(shop.organisation, shop.professional):
                sql("SET LOCAL lock_timeout = '200ms'")
                decisions.sign(decision=decision, shown=decision.content_hash, by=shop.professional)
        finally:
            finish.set()

    assert together(first, second) == [None, "canceling statement due to lock timeout"]
    with inside(shop.organisation, shop.professional):
        decision = decisions.sign(decision=decision, shown=decision.content_hash, by=shop.professional)
    assert decision.state == "agreed"
