"""The learning chart, and the sentences that both agree to tell somebody outside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.pairs.home import waiting_for
from tenants.reflections import queries, rendering
from tenants.reflections.actions import learning
from tenants.reflections.models import Learning
from tests import world
from tests.world import inside, sql
from tests.world_projects import workshop


@pytest.fixture
def shop(north):
    return workshop(north)


def learnt(shop, text="Letters frighten people."):
    with inside(shop.organisation, shop.professional):
        return learning.write(pair=shop.pair, text=text, evidence="Six told us.", changed="", by=shop.professional)


def proposed(shop, row, audience="The ward meeting", signed_by=()):
    with inside(shop.organisation, shop.professional):
        share = learning.propose(learning=row, audience=audience, sentence="Ask first.", by=shop.professional)
    for who in signed_by:
        with inside(shop.organisation, who):
            share = learning.sign(share=share, shown=share.content_hash, by=who)
    return share


def test_either_partner_changes_a_row_and_says_what_changed(shop):
    row = learnt(shop)
    with inside(shop.organisation, shop.citizen):
        learning.edit(learning=row, text=row.text, evidence=row.evidence, changed="A new letter.", by=shop.citizen)
        (line,) = rendering.chart_rows(queries.learnings_for(shop.citizen, shop.pair.pk))
    assert line[1:] == ["Six told us.", "Nobody outside", "A new letter."]


def test_with_whom_it_is_shared_stands_in_the_chart_once_both_have_signed(shop):
    row = learnt(shop)
    proposed(shop, row, "The board", signed_by=(shop.professional,))
    share = proposed(shop, row, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        (found,) = queries.learnings_for(shop.citizen)
        assert rendering.shared_with(found) == "The ward meeting"
        learning.withdraw(share=share, by=shop.citizen)
        (found,) = queries.learnings_for(shop.citizen)
        assert rendering.shared_with(found) == "Nobody outside"
        with pytest.raises(DomainError, match="wrong_state"):
            learning.withdraw(share=share, by=shop.citizen)
        with pytest.raises(DomainError, match="wrong_state"):
            learning.sign(share=share, shown="other", by=shop.citizen)


def test_a_key_goes_under_the_words_that_were_read(shop):
    share = proposed(shop, learnt(shop))
    with inside(shop.organisation, shop.citizen), pytest.raises(DomainError, match="text_changed"):
        learning.sign(share=share, shown="another", by=shop.citizen)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE reflections_learningshare SET state = 'agreed', agreed_at = now()", "two_keys_needed"),
        ("UPDATE reflections_learningshare SET audience = 'Everybody'", "permission denied"),
        ("UPDATE reflections_learningshare SET sentence = 'More'", "permission denied"),
        ("UPDATE reflections_learningshare SET state = 'proposed'", "no_such_step"),
        ("INSERT INTO reflections_learningsharekey (id, pair_id, share_id, seat_id, content_hash, signed_at)"
         " SELECT gen_random_uuid(), s.pair_id, s.id, t.id, s.content_hash, now() FROM reflections_learningshare s,"
         " pairs_seat t WHERE t.side = 'citizen'", "row-level security"),
        ("UPDATE reflections_learning SET edited_by_id = (SELECT id FROM pairs_seat WHERE side = 'citizen')",
         "not_your_seat"),
    ],
)  # fmt: skip
def test_the_database_refuses_one_key_and_other_words(shop, statement, refusal):
    proposed(shop, learnt(shop), signed_by=(shop.professional,))
    who = inside(shop.organisation, shop.professional)
    with who, pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        sql(statement)
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_taken_back_is_for_good_in_the_database_as_well(shop):
    share = proposed(shop, learnt(shop), signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        learning.withdraw(share=share, by=shop.citizen)
        with pytest.raises(DatabaseError, match="no_such_step"), transaction.atomic():
            sql("UPDATE reflections_learningshare SET state = 'agreed', withdrawn_at = NULL")


def test_nobody_outside_reads_any_of_it_even_when_both_have_signed(shop):
    proposed(shop, learnt(shop), signed_by=shop.partners)
    lead = world.lead(shop.organisation)
    for hat in (Role.ROLLOUT_LEAD, "partner"):
        with inside(shop.organisation, lead, hat):
            for table in ("learning", "learningshare", "learningsharekey"):
                assert sql(f"SELECT count(*) FROM reflections_{table}") == [(0,)]


def test_a_departure_takes_back_what_was_only_proposed(shop):
    row = learnt(shop)
    proposed(shop, row, "The board", signed_by=(shop.citizen,))
    proposed(shop, row, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT audience, state FROM reflections_learningshare ORDER BY 1") == [
            ("The board", "withdrawn"), ("The ward meeting", "agreed"),
        ]  # fmt: skip


def test_home_asks_for_a_key_without_a_word_of_it(shop):
    proposed(shop, learnt(shop), signed_by=(shop.citizen,))
    proposed(shop, learnt(shop, "Unsigned."))
    for who, words in (
        (shop.professional, "Say whether you share what you learnt"),
        (shop.citizen, "What you may share of your learning"),
    ):
        with inside(shop.organisation, who):
            assert [found.title for found in waiting_for(who)] == [words]


DAY = timedelta(days=1)


def seen(shop, who):
    """What raw SQL finds of the chart for somebody: its rows, the sentences, and how many keys."""
    with inside(shop.organisation, who):
        return (
            {text for (text,) in sql("SELECT text FROM reflections_learning")},
            {audience for (audience,) in sql("SELECT audience FROM reflections_learningshare")},
            sql("SELECT count(*) FROM reflections_learningsharekey")[0][0],
        )


@pytest.fixture
def first_chapter(north):
    """A pair that learnt something and signed a sentence of it, whose citizen left, and who went on alone."""
    with clock.at(clock.now() - 90 * DAY):
        shop = workshop(north)
    with clock.at(clock.now() - 80 * DAY):
        proposed(shop, learnt(shop, "Before."), "The board", signed_by=shop.partners)
        proposed(shop, learnt(shop, "Edited later."), "The clinic")
    with clock.at(clock.now() - 20 * DAY), inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    with clock.at(clock.now() - 15 * DAY):
        learnt(shop, "Alone.")
    return shop


def test_a_successor_reads_nothing_of_what_was_learnt_before(first_chapter):
    shop = first_chapter
    with clock.at(clock.now() - 10 * DAY):
        successor = world.joined(shop.organisation, shop.pair.pk, shop.professional, "Sam Successor")
    with inside(shop.organisation, shop.professional):  # neither a new edit nor a new proposal opens the old row
        old = Learning.objects.get(text="Edited later.")
        learning.edit(learning=old, text="Edited now.", evidence="x", changed="", by=shop.professional)
    proposed(shop, old, "The ward", signed_by=(shop.professional,))
    assert seen(shop, successor) == ({"Alone."}, set(), 0)
    proposed(shop, learnt(shop, "New."), "The council", signed_by=(shop.professional, successor))
    assert seen(shop, successor) == ({"Alone.", "New."}, {"The council"}, 2)
    everything = {"Before.", "Edited now.", "Alone.", "New."}, {"The board", "The clinic", "The ward", "The council"}, 5
    assert seen(shop, shop.professional) == everything  # the control: who was there reads all of it
    with inside(shop.organisation, successor):
        sql("UPDATE reflections_learning SET changed = 'Mine now'")
        sql("UPDATE reflections_learningshare SET state = 'withdrawn', withdrawn_at = now()")
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT text FROM reflections_learning WHERE changed = 'Mine now' ORDER BY 1") == [
            ("Alone.",), ("New.",),
        ]  # fmt: skip
        assert sql("SELECT state FROM reflections_learningshare WHERE audience = 'The board'") == [("agreed",)]


def test_who_comes_back_to_the_pair_reads_the_chapter_in_which_they_were(north):
    with clock.at(clock.now() - 90 * DAY):
        shop = workshop(north)
    with clock.at(clock.now() - 80 * DAY):
        learnt(shop, "Before.")
    with clock.at(clock.now() - 2 * DAY), inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    with clock.at(clock.now() - 1.5 * DAY), inside(north, shop.citizen):
        pairs.come_back(pair_id=shop.pair.pk, by=shop.citizen)
    assert seen(shop, shop.citizen)[0] == {"Before."}
