"""Two partners at the same moment, on a database where things are really committed."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError

from rollout.kernel.tenancy import settle
from rollout.organisations.models import Organisation
from tenants.agreement.actions import hours, lines, principles
from tenants.agreement.models import HoursGiven, PrincipleVersion, SharedLine
from tenants.pairs import actions as pairs
from tests import world_agreement as made
from tests.racing import PATIENCE, at_once
from tests.world import inside, sql
from tests.world_projects import workshop

MANY = 32


@pytest.fixture
def shop(committed):
    return workshop(Organisation.objects.get(slug="north"))


def events(shop, action):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM audit_event WHERE action = %s", action)[0][0]


def test_both_sign_at_once_and_each_text_is_agreed_exactly_once(shop):
    line, version, time = made.line(shop), made.principle(shop), made.time(shop)

    def sign(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            lines.sign(line=line, shown=line.content_hash, by=who)
            principles.sign(version=version, shown=version.content_hash, by=who)
            hours.sign(agreement=time, shown=time.content_hash, by=who)

    assert at_once(MANY, sign) == [None] * MANY
    with inside(shop.organisation, shop.citizen):
        rows = [type(row).objects.get(pk=row.pk) for row in (line, version, time)]
        keys = [sql(f"SELECT count(*) FROM agreement_{name}")[0][0] for name in ("linekey", "principlekey", "timekey")]
    assert [row.state for row in rows] == ["agreed"] * 3
    assert keys == [2, 2, 2]
    for word in ("shared_line", "principle", "time_agreement"):
        assert (events(shop, f"{word}.signed"), events(shop, f"{word}.agreed")) == (2, 1)


def test_without_the_lock_two_keys_miss_each_other(shop):
    """The control: without holding the pair, each transaction sees its own key alone, and nothing is agreed."""
    line = made.line(shop)
    barrier = threading.Barrier(2)

    def careless(index):
        who = shop.partners[index]
        with inside(shop.organisation, who):
            sql("INSERT INTO agreement_linekey (id, pair_id, line_id, seat_id, content_hash, signed_at)"
                " SELECT gen_random_uuid(), %s, %s, id, %s, now() FROM pairs_seat WHERE member_id = %s",
                shop.pair.pk, line.pk, line.content_hash, who.pk)  # fmt: skip
            sides = sql("SELECT count(*) FROM agreement_linekey WHERE line_id = %s", line.pk)[0][0]
            barrier.wait(PATIENCE)
            if sides == 2:
                sql("UPDATE agreement_sharedline SET state = 'agreed', agreed_at = now() WHERE id = %s", line.pk)
            return sides

    assert at_once(2, careless) == [1, 1]
    with inside(shop.organisation, shop.citizen):
        assert SharedLine.objects.get().state == "proposed"


def test_one_edits_while_the_other_signs_and_nobody_agrees_to_what_was_not_read(shop):
    for round_ in range(12):
        line = made.line(shop, text=f"Round {round_}", signed_by=(shop.professional,))

        def meet(index, line=line, round_=round_):
            who = shop.partners[index % 2]
            with inside(shop.organisation, who):
                if index % 2:
                    lines.sign(line=line, shown=line.content_hash, by=who)
                else:
                    lines.write(pair=shop.pair, topic="purpose", text=f"Other {round_}", by=who)

        outcome = at_once(MANY if round_ == 0 else 4, meet)
        with inside(shop.organisation, shop.citizen):
            now = SharedLine.objects.get()
            keys = sql("SELECT content_hash FROM agreement_linekey")
        # An edit always takes effect here, so whoever signed signed the old text and no key is left.
        assert (now.state, now.text, keys) == ("proposed", f"Other {round_}", [])
        assert set(outcome) <= {None, "text_changed"}


def test_without_reading_again_the_edit_is_still_not_agreed(shop):
    """The control: somebody who ignores what was shown puts a key under a text that was changed meanwhile."""
    line = made.line(shop, signed_by=(shop.professional,))
    changed = threading.Event()

    def meet(index):
        who = shop.partners[index]
        with inside(shop.organisation, who):
            if index == 0:
                lines.write(pair=shop.pair, topic="purpose", text="Other words.", by=who)
            else:
                changed.wait(PATIENCE)
                present = SharedLine.objects.get(pk=line.pk)
                lines.sign(line=present, shown=present.content_hash, by=who)
        changed.set()

    assert at_once(2, meet) == [None, None]
    with inside(shop.organisation, shop.citizen):
        now = SharedLine.objects.get()
        (key,) = sql("SELECT content_hash FROM agreement_linekey")
    assert now.state == "proposed", "the professional's key went with the old text"
    assert key == (now.content_hash,), "and this is what the comparison with the shown text prevents"
    assert key != (line.content_hash,)


def test_an_agreed_wording_is_replaced_once_whoever_signs_when(shop):
    first = made.principle(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        second = principles.write(principle=first.principle, title="Second", text="Words", by=shop.citizen)

    def sign(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            principles.sign(version=second, shown=second.content_hash, by=who)

    assert at_once(MANY, sign) == [None] * MANY
    with inside(shop.organisation, shop.citizen):
        states = dict(PrincipleVersion.objects.values_list("number", "state"))
    assert states == {1: "replaced", 2: "agreed"}
    assert events(shop, "principle.replaced") == 1


def test_nothing_is_agreed_with_somebody_who_leaves_at_the_same_moment(shop):
    line = made.line(shop, signed_by=(shop.citizen,))

    def meet(index):
        if index == 0:
            with inside(shop.organisation, shop.citizen):
                pairs.leave(pair=shop.pair, by=shop.citizen)
        else:
            with inside(shop.organisation, shop.professional):
                lines.sign(line=line, shown=line.content_hash, by=shop.professional)

    at_once(MANY, meet)
    with inside(shop.organisation, shop.professional):
        assert SharedLine.objects.get().state in ("former", "proposed")
        with pytest.raises(DatabaseError, match=r"two_keys_needed|no_such_step|shared_line_former"):
            sql("UPDATE agreement_sharedline SET state = 'agreed', agreed_at = now(), agreed_with_id = NULL")
            settle()


def test_two_browsers_note_the_same_month_once(shop):
    def note(index):
        made.given(shop, shop.citizen, index % 7)

    assert at_once(8, note) == [None] * 8
    with inside(shop.organisation, shop.citizen):
        assert HoursGiven.objects.count() == 1


def test_both_answer_a_review_at_once_and_it_is_complete_once(shop):
    version = made.principle(shop, signed_by=shop.partners)

    def answer(index):
        who = shop.partners[index % 2]
        with inside(shop.organisation, who):
            principles.review(version=version, answer="keep", text="", by=who)

    assert at_once(2, answer) == [None, None]
    assert (events(shop, "principle.review_answered"), events(shop, "principle.reviewed")) == (2, 1)
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT count(*) FROM agreement_review WHERE closed_at IS NOT NULL") == [(1,)]
