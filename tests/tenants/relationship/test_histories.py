"""Random histories: whatever two partners and raw SQL do, no impossible state is ever reached."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.relationship.actions import differences, snapbacks, trying
from tenants.relationship.models import Assumption, DifferenceItem, Restatement, SnapBack
from tenants.relationship.policy import DIFFERENCES, Act, State, after, same_moment
from tests.world import inside, sql
from tests.world_projects import workshop
from tests.world_relationship import assumed, line, snapped

RAW = {
    State.DRAFT: "shown_to_id = NULL, shown_at = NULL, heard_at = NULL",
    State.HEARD: "heard_at = now()",
}
STEPS = st.tuples(
    st.sampled_from(["edit", "show", "take_back", "restate", "accept", "correct", "forge", "answer"]),
    st.booleans(),
    st.sampled_from(list(State)),
)


def act(step, item, who):
    """Do one thing through the actions."""
    more = {
        "edit": {"kind": "need", "text": item.text + "!", "not_for_restating": False},
        "restate": {"text": "You need it."},
        "correct": {"correction": "No."},
    }
    getattr(differences, step)(item=item, **more.get(step, {}), by=who)


def by_hand(step, item, target):
    """Write a state or an answer as a partner with a database console would."""
    if step == "answer":
        sql("UPDATE relationship_restatement SET answer = 'accepted', answered_at = now() WHERE item_id = %s", item.pk)
    else:
        more = RAW.get(target, "heard_at = NULL")
        sql(f"UPDATE relationship_differenceitem SET state = %s, {more} WHERE id = %s", target.value, item.pk)
    settle()


def seen_by_author(shop, item):
    with inside(shop.organisation, shop.professional):
        return DifferenceItem.objects.get(pk=item.pk), list(Restatement.objects.filter(item=item))


def test_no_history_of_a_line_reaches_an_impossible_state(north):
    shop = workshop(north)

    @settings(max_examples=60, deadline=None)
    @given(history=st.lists(STEPS, max_size=14))
    def live(history):
        go_through(shop, history)

    live()


def go_through(shop, history):
    item = line(shop, shop.professional)
    author, partner = shop.partners
    for step, by_partner, target in history:
        who = partner if by_partner else author
        before, _said = seen_by_author(shop, item)
        try:
            with inside(shop.organisation, who):
                if step in ("forge", "answer"):
                    by_hand(step, before, target)
                else:
                    act(step, before, who)
            done = True
        except (DomainError, DatabaseError):
            done = False
        now, said = seen_by_author(shop, item)
        sound(shop, now, said, before)
        assert now.state in {before.state, *DIFFERENCES[State(before.state)].values()}
        if not done:
            assert now.state == before.state
        elif step not in ("forge", "answer"):
            assert now.state == after(before.state, Act(step))
            assert by_partner == (step == "restate")


def sound(shop, now, said, before):
    """What must always be true of a line and what was said again of it."""
    since = [one for one in said if now.shown_at and one.said_at >= now.shown_at]
    assert (now.heard_at is not None) == (now.state == State.HEARD)
    assert (now.shown_to_id is None) == (now.state == State.DRAFT)
    assert all(one.seat_id != now.seat_id for one in said)
    if now.state == State.HEARD:
        assert since[-1].answer == "accepted"
    if now.state in (State.DRAFT, State.HEARD, State.CORRECTED):
        assert not [one for one in said if not one.answer]
    with inside(shop.organisation, shop.citizen):
        assert DifferenceItem.objects.filter(pk=now.pk).exists() == (now.state != State.DRAFT)
    if now.text != before.text:
        assert before.state in (State.DRAFT, State.SHOWN, State.CORRECTED)


ENTRIES = st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.booleans()), max_size=9)


def test_entries_pair_up_as_they_should_in_any_order(north):
    shop = workshop(north)
    base = [100]

    @settings(max_examples=40, deadline=None)
    @given(ENTRIES)
    def live(history):
        base[0] += 100  # each history has its own days
        made = []
        for by_citizen, half_days, invites in history:
            who = shop.citizen if by_citizen else shop.professional
            entry = snapped(shop, who, base[0] + half_days / 2)
            made.append(entry.pk)
            if invites and entry.pairing is None:
                with inside(shop.organisation, who):
                    snapbacks.invite(snapback=entry, by=who)
        check(shop, made)

    live()


def check(shop, made):
    rows = {}
    for partner in shop.partners:
        with inside(shop.organisation, partner):
            seen = {row.pk: row for row in SnapBack.objects.filter(pk__in=made)}
            mine = {row.seat_id for row in seen.values() if row.pairing is None}
        assert len(mine) <= 1, "what is not revealed is one's own"
        rows |= seen
    assert set(rows) == set(made)
    alone = [row for row in rows.values() if row.pairing is None]
    for row in rows.values():
        pairing = [other for other in rows.values() if row.pairing and other.pairing == row.pairing]
        if row.pairing:
            assert len({other.seat_id for other in pairing}) == len(pairing) == 2
            assert same_moment(pairing[0].moment, pairing[1].moment)
    assert not [
        (one, two) for one in alone for two in alone
        if one.seat_id != two.seat_id and same_moment(one.moment, two.moment)
    ]  # fmt: skip


CLOSING = st.lists(
    st.tuples(st.sampled_from(["edit", "close", "raw_close", "raw_open", "raw_edit"]), st.booleans()), max_size=8
)


def test_no_history_of_an_assumption_closes_without_a_result_or_opens_again(north):
    shop = workshop(north)

    @settings(max_examples=40, deadline=None)
    @given(CLOSING)
    def live(history):
        row = assumed(shop, shop.professional)
        for step, by_citizen in history:
            who = shop.citizen if by_citizen else shop.professional
            with inside(shop.organisation, who):
                before = Assumption.objects.get(pk=row.pk)
            try:
                with inside(shop.organisation, who):
                    change(step, before, who)
            except (DomainError, DatabaseError):
                pass
            with inside(shop.organisation, who):
                now = Assumption.objects.get(pk=row.pk)
            if before.closed_at:
                assert vars(now) | {"_state": 0} == vars(before) | {"_state": 0}
            if now.closed_at:
                assert now.result
                assert now.evidence
                assert now.seen_by
            if now.text != before.text:
                assert not by_citizen

    live()


def change(step, row, who):
    if step == "edit":
        trying.edit_assumption(
            assumption=row, text=row.text + "!", test="T", due_on=clock.today() + timedelta(days=1), by=who
        )
    elif step == "close":
        trying.close(assumption=row, result="held", evidence="E", seen_by="Both of us", by=who)
    else:
        what = {
            "raw_close": "closed_at = now(), result = 'held'",
            "raw_open": "closed_at = NULL, result = ''",
            "raw_edit": "text = text || '?'",
        }[step]
        sql(f"UPDATE relationship_assumption SET {what} WHERE id = %s", row.pk)
