"""Many at the same moment, where things are really committed; each race with a control without its lock."""

from __future__ import annotations

import threading

import pytest
from django.db.models import QuerySet

from rollout.accounts.models import PrivateKey
from rollout.kernel import clock
from rollout.organisations.models import Organisation
from tenants.pairs import signing as keys
from tenants.reflections.actions import learning, own, together
from tenants.reflections.models import LearningShare, SharedPassage
from tests.racing import PATIENCE, at_once
from tests.world import inside, sql
from tests.world_projects import workshop

MANY = 32


@pytest.fixture
def shop(committed):
    return workshop(Organisation.objects.get(slug="north"))


def without_locks(monkeypatch):
    """The control: rows are read as they are, and nobody waits for anybody; each reads before anybody writes."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *args, **kwargs: rows.all())


def open_slot(shop):
    with inside(shop.organisation, shop.professional):
        slot = together.plan(pair=shop.pair, on=clock.today(), by=shop.professional)
        return together.write(slot=slot, text="Together.", by=shop.professional)


def signing(shop, slot):
    def sign(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            together.sign(slot=slot, shown=slot.content_hash, by=who)

    return sign


def events(shop, action):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM audit_event WHERE action = %s", action)[0][0]


def test_both_sign_at_once_and_it_is_agreed_once_with_one_next_time(shop):
    assert at_once(MANY, signing(shop, open_slot(shop))) == [None] * MANY
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT state FROM reflections_pairreflection ORDER BY planned_on") == [("written",), ("planned",)]
        assert sql("SELECT count(*) FROM reflections_pairreflectionkey") == [(2,)]
    counted = [events(shop, f"pair_reflection.{act}") for act in ("signed", "agreed", "planned")]
    assert counted == [2, 1, 2]


def test_the_control_two_sign_at_once_without_the_lock_and_it_is_never_agreed(shop, monkeypatch):
    slot = open_slot(shop)
    without_locks(monkeypatch)
    meeting, real = threading.Barrier(2), keys.both_signed

    def both_signed(row):
        meeting.wait(PATIENCE)
        return real(row)

    monkeypatch.setattr(keys, "both_signed", both_signed)
    assert at_once(2, signing(shop, slot)) == [None, None]
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT state FROM reflections_pairreflection") == [("planned",)]
        assert sql("SELECT count(*) FROM reflections_pairreflectionkey") == [(2,)]


def reflection(shop):
    with inside(shop.organisation, shop.citizen):
        return own.write(text="I felt unheard. I said so.", by=shop.citizen)


def sharing(shop, row):
    def share(_index):
        with inside(shop.organisation, shop.citizen):
            own.share(reflection=row, pair=shop.pair, passage="I felt unheard.", by=shop.citizen)

    return share


def test_the_same_passage_shared_many_times_at_once_is_shared_once(shop):
    assert at_once(MANY, sharing(shop, reflection(shop))) == [None] * MANY
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT text FROM reflections_sharedpassage") == [("I felt unheard.",)]
    assert events(shop, "passage.shared") == 1


def test_the_control_without_the_lock_it_is_shared_more_than_once(shop, monkeypatch):
    row = reflection(shop)
    without_locks(monkeypatch)
    meeting, real = threading.Barrier(4), SharedPassage.objects.create

    def create(**values):
        meeting.wait(PATIENCE)  # everybody has looked, nobody has written
        return real(**values)

    monkeypatch.setattr(SharedPassage.objects, "create", create)
    assert at_once(4, sharing(shop, row)) == [None] * 4
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT count(*) FROM reflections_sharedpassage") == [(4,)]


def test_share_against_take_back(shop):
    """Whatever the order, what is shared has its words, what was taken back has none, and nothing is there twice."""
    row = reflection(shop)
    for _round in range(4):
        sharing(shop, row)(0)

        def meet(index):
            with inside(shop.organisation, shop.citizen):
                if index % 2:
                    own.share(reflection=row, pair=shop.pair, passage="I felt unheard.", by=shop.citizen)
                else:
                    for passage in SharedPassage.objects.filter(withdrawn_at__isnull=True):
                        own.take_back(passage=passage, by=shop.citizen)

        assert at_once(MANY, meet) == [None] * MANY
        with inside(shop.organisation, shop.citizen):
            found = sql("SELECT text, withdrawn_at IS NULL FROM reflections_sharedpassage")
        assert {(text != "", is_shared) for text, is_shared in found} <= {(True, True), (False, False)}
        assert sum(is_shared for _text, is_shared in found) <= 1
        assert events(shop, "passage.shared") == len(found)
        assert events(shop, "passage.taken_back") == sum(not is_shared for _text, is_shared in found)


def test_both_sign_a_sentence_for_others_at_once(shop):
    with inside(shop.organisation, shop.professional):
        row = learning.write(pair=shop.pair, text="T", evidence="E", by=shop.professional)
        share = learning.propose(learning=row, audience="A", sentence="S", by=shop.professional)

    def sign(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            learning.sign(share=share, shown=share.content_hash, by=who)

    assert at_once(MANY, sign) == [None] * MANY
    with inside(shop.organisation, shop.citizen):
        assert LearningShare.objects.get().state == "agreed"
    assert (events(shop, "learning_share.signed"), events(shop, "learning_share.agreed")) == (2, 1)


def test_the_first_texts_of_a_person_at_once_make_one_key_and_all_open(shop):
    def write(index):
        with inside(shop.organisation, shop.citizen):
            own.write(text=f"Text {index}", by=shop.citizen)

    assert at_once(MANY, write) == [None] * MANY
    assert PrivateKey.objects.filter(pk=shop.citizen.pk).count() == 1
    with inside(shop.organisation, shop.citizen):
        texts = {found.text for found in own.queries.opened(shop.citizen, own.queries.reflections_of(shop.citizen))}
    assert texts == {f"Text {index}" for index in range(MANY)}
