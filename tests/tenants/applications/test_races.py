"""Two partners at the same moment, on a database where things are really committed."""

from __future__ import annotations

import threading

import pytest

from rollout.organisations.models import Organisation
from tenants.applications import actions, queries
from tenants.applications.models import Application, ApplicationKey, Kind, OwnText
from tenants.pairs import actions as pairs
from tenants.pairs import signing
from tenants.pairs.models import Pair
from tests.racing import PATIENCE, at_once
from tests.world import inside, sql
from tests.world_applications import ready, shown, signed
from tests.world_projects import workshop

MANY = 32


@pytest.fixture
def shop(committed):
    return workshop(Organisation.objects.get(slug="north"))


def state(shop, application):
    with inside(shop.organisation, shop.citizen):
        return Application.objects.get(pk=application.pk).state


def signed_by_turns(shop, application):
    wanted = shown(shop, application)

    def sign(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            actions.sign(application=application, shown=wanted, by=who)

    return sign


def test_both_sign_at_once_and_it_is_handed_in_exactly_once(shop):
    application = ready(shop)
    assert at_once(MANY, signed_by_turns(shop, application)) == [None] * MANY
    assert state(shop, application) == "submitted"
    with inside(shop.organisation, shop.citizen):
        assert ApplicationKey.objects.count() == 2
        assert sql("SELECT count(*) FROM audit_event WHERE action = 'application.submitted'") == [(1,)]


def prepared(shop):
    """An application that holds its words already, with no key under it."""
    application = ready(shop)
    with inside(shop.organisation, shop.citizen):
        content = queries.content_of(application)
        application.content, application.content_hash = content.parts, content.hash
        application.save(update_fields=["content", "content_hash"])
    return application


def test_without_the_lock_both_sign_and_nothing_is_handed_in(shop, monkeypatch):
    held = prepared(shop)
    together = threading.Barrier(2)
    monkeypatch.setattr(pairs, "locked", lambda pair, by, permission: Pair.objects.get(pk=pair))
    monkeypatch.setattr(actions, "_locked", lambda one, permission: Application.objects.get(pk=one.pk))

    def sign(index):
        who = shop.partners[index]
        with inside(shop.organisation, who):
            actions.sign(application=held, shown=held.content_hash, by=who)
            together.wait(PATIENCE)  # neither commits before the other has signed

    assert at_once(2, sign) == [None, None]
    assert state(shop, held) == "draft"


def test_one_edits_while_the_other_signs(shop):
    application = ready(shop)
    for round_, threads in enumerate((MANY, 2, 2, 2, 2)):
        signed(shop, application, shop.professional)
        wanted = shown(shop, application)

        def meet(index, application=application, wanted=wanted, text=f"Ambition {round_}"):
            who = shop.partners[index % 2]
            with inside(shop.organisation, who):
                if index % 2:
                    actions.sign(application=application, shown=wanted, by=who)
                else:
                    actions.write_joint(pair=shop.pair, kind=Kind.AMBITION, text=text, by=who)

        answers = at_once(threads, meet)
        now, keys = signed_now(shop, application)
        assert set(answers[0::2]) == {None}
        if now.state == "submitted":  # with the words that both read; the edit is for another time
            assert (set(answers[1::2]), now.content_hash, keys) == ({None}, wanted, [wanted, wanted])
            with inside(shop.organisation, shop.citizen):
                actions.withdraw(application=now, by=shop.citizen)
                application = actions.choose_host(pair=shop.pair, host="organisation", by=shop.citizen)
        else:
            assert (set(answers[1::2]), now.state, keys) == ({"text_changed"}, "draft", [])


def signed_now(shop, application):
    """The application as it stands, and what the keys under it are for."""
    with inside(shop.organisation, shop.citizen):
        now = Application.objects.get(pk=application.pk)
        return now, [key.content_hash for key in ApplicationKey.objects.filter(application=now)]


def test_without_the_lock_a_key_stands_under_an_older_text(shop, monkeypatch):
    """The control: who signs without holding the pair signs words that are others by then."""
    application = ready(shop)
    signed(shop, application, shop.professional)
    old, read, changed = shown(shop, application), threading.Event(), threading.Event()
    add_key = signing.add_key

    def read_slowly(row, seat):
        read.set()
        changed.wait(PATIENCE)
        add_key(row, seat)

    monkeypatch.setattr(pairs, "locked", lambda pair, by, permission: Pair.objects.get(pk=pair))
    monkeypatch.setattr(actions, "_locked", lambda one, permission: Application.objects.get(pk=one.pk))
    monkeypatch.setattr(signing, "add_key", read_slowly)

    def meet(index):
        who = shop.partners[index]
        if index:
            with inside(shop.organisation, who):
                actions.sign(application=application, shown=old, by=who)
            return
        read.wait(PATIENCE)
        with inside(shop.organisation, who):
            actions.write_joint(pair=shop.pair, kind=Kind.AMBITION, text="Other words", by=who)
        changed.set()

    assert at_once(2, meet) == [None, None]
    now, keys = signed_now(shop, application)
    assert (now.state, keys) == ("draft", [old])
    assert shown(shop, application) != old


def test_one_takes_back_while_the_other_gives_the_second_key(shop):
    ready(shop)
    for _round in range(8):
        with inside(shop.organisation, shop.citizen):
            application = actions.choose_host(pair=shop.pair, host="organisation", by=shop.citizen)
        signed(shop, application, shop.professional)
        wanted = shown(shop, application)

        def meet(index, application=application, wanted=wanted):
            who = shop.partners[index]
            with inside(shop.organisation, who):
                if index:
                    actions.sign(application=application, shown=wanted, by=who)
                else:
                    actions.withdraw(application=application, by=who)

        outcome = at_once(2, meet)
        assert (outcome, state(shop, application)) in (
            ([None, None], "withdrawn"),  # handed in, then taken back
            (["wrong_state", None], "submitted"),  # there was nothing to take back yet
        )
        if outcome[0]:
            with inside(shop.organisation, shop.citizen):
                actions.withdraw(application=application, by=shop.citizen)


def test_both_put_down_at_once_and_both_read_both(shop):
    def put(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            actions.write_own(pair=shop.pair, kind=Kind.AMBITION, text=f"{who.name}", is_put_down=True, by=who)

    assert at_once(8, put) == [None] * 8
    for who in shop.partners:
        with inside(shop.organisation, who):
            assert OwnText.objects.count() == 2


def test_both_choose_where_at_once_and_there_is_one_application(shop):
    def choose(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            actions.choose_host(pair=shop.pair, host="organisation", by=who)

    assert at_once(8, choose) == [None] * 8
    with inside(shop.organisation, shop.citizen):
        assert queries.applications_for(shop.citizen).count() == 1
