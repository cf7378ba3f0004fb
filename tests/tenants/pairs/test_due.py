"""What falls due waits on the home page of both, without blame, and is gone when somebody has seen to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from rollout.kernel import clock
from tenants.instruments import actions as instruments
from tenants.instruments.queries import how_we_are
from tenants.instruments.rendering import NO_START
from tenants.meetings import actions as meetings
from tenants.pairs import actions as pairs
from tenants.pairs import evidence, home
from tenants.projects.actions import decisions
from tenants.projects.content import Terms
from tests.tenants.pairs.test_pages import OF_HOME, questions
from tests.world import inside
from tests.world_instruments import answered, opened, revealed
from tests.world_meetings import agreed, past
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop

HOME = "/pairs/"
A_MONTH = "A month has passed: time for a check-in"
UN_MOIS = "Un mois a passé : c’est le moment de faire un point"


@pytest.fixture
def shop(north):
    made = workshop(north)
    accepted(*made.partners)
    return made


@pytest.fixture
def both(shop, browser_of):
    return [browser_of(partner, shop.organisation) for partner in shop.partners]


def waits(browser, words):
    return words in text_of(browser.get(HOME)).partition("With your partner")[0]


def ago(days):
    return clock.at(clock.now() - timedelta(days=days))


def test_a_parked_decision_waits_when_its_day_has_come_and_an_open_one_on_its_own_day(shop, both):
    me, today = shop.professional, clock.today()
    parked, ahead = shop.draft("Evening clinics"), shop.draft("Not before tomorrow")
    with ago(9), inside(shop.organisation, me):
        for decision, on in ((parked, today), (ahead, today + timedelta(days=1))):
            decisions.propose(decision=decision, by=me)
            decisions.park(decision=decision, revisit_on=on, by=me)
        due, _later = (
            decisions.draft(pair=shop.pair, title=title, text="Soon.", terms=Terms(due_on=on), by=me)
            for title, on in (("Which ward", today), ("Which letter", today + timedelta(days=1)))
        )
    for browser in both:
        page = text_of(browser.get(HOME))
        assert "Look at this decision again: Evening clinics" in page
        assert "The day to decide has come: Which ward" in page
        assert "Not before tomorrow" not in page
        assert "Which letter" not in page
        assert questions(browser, HOME) == OF_HOME
    with inside(shop.organisation, me):
        decisions.park(decision=parked, revisit_on=today + timedelta(days=5), by=me)
        decisions.propose(decision=due, by=me)
    page = text_of(both[1].get(HOME))
    assert "Look at this decision again" not in page
    assert "The day to decide has come" not in page
    assert "Read and answer the decision: Which ward" in page


def test_a_meeting_that_is_over_asks_both_until_one_has_said_it_and_leads_to_the_voices(shop, both):
    over = past(shop, shop.professional)
    agreed(shop, shop.citizen)
    assert [text_of(browser.get(HOME)).count("Did you meet?") for browser in both] == [1, 1]
    address = f"/pairs/{shop.pair.pk}/meetings/{over.pk}/"
    with clock.at(over.starts_at + timedelta(minutes=over.minutes - 1)):
        assert not waits(both[0], "Did you meet?")
    page = text_of(both[1].post(f"{address}close/", {"met": "yes"}, follow=True))
    assert f'href="/pairs/{shop.pair.pk}/questions/open/?ask=voice"' in page
    assert not any(waits(browser, "Did you meet?") for browser in both)
    other = past(shop, shop.citizen)
    with inside(shop.organisation, shop.citizen):
        meetings.close(meeting=other, met=False, by=shop.citizen)
    assert not any(waits(browser, "Did you meet?") for browser in both)
    assert "ask=voice" not in text_of(both[0].get(f"/pairs/{shop.pair.pk}/meetings/{other.pk}/"))


def test_a_check_in_is_due_a_month_after_the_last_one_long_or_short(shop, both):
    shop.task(signed_by=shop.partners)
    with ago(70):
        revealed(shop)
    assert [waits(browser, A_MONTH) for browser in both] == [True, True]
    assert "/questions/open/?ask=check_in" in text_of(both[0].get(HOME))
    with ago(31):
        revealed(shop, "check_in_short")
    assert text_of(both[0].get(HOME)).count(A_MONTH) == 1
    assert "/questions/open/?ask=check_in_short" in text_of(both[0].get(HOME))
    with ago(1):
        revealed(shop, "dialogue")
    assert waits(both[0], A_MONTH)
    with inside(shop.organisation, shop.professional):
        pairs.pause(pair=shop.pair, by=shop.professional)
    assert not waits(both[0], A_MONTH)
    with inside(shop.organisation, shop.professional):
        pairs.resume(pair=shop.pair, by=shop.professional)
    assert waits(both[0], A_MONTH)
    opened(shop)
    assert not any(waits(browser, A_MONTH) for browser in both)


def test_no_check_in_is_asked_for_within_the_month_nor_where_help_is_offered(shop, both):
    with ago(29):
        first = answered(shop, opened(shop, "check_in_short"), shop.citizen)
    assert not waits(both[0], A_MONTH)
    later = clock.at(clock.now() + timedelta(days=2))
    with later, inside(shop.organisation, shop.citizen), translation.override("fr"):
        assert UN_MOIS in [entry.title for entry in home.waiting_for(shop.citizen)]
    with ago(40):
        closed = opened(shop)
        with inside(shop.organisation, shop.citizen):
            instruments.close(round=closed, by=shop.citizen)
    with clock.at(first.opened_at + timedelta(days=31)):
        page = text_of(both[0].get(HOME))
    assert "See what could help with your check-ins" in page
    assert A_MONTH not in page


def test_the_short_check_in_counts_and_stands_beside_its_own_start(shop, both):
    me = shop.professional

    def told():
        with inside(shop.organisation, me):
            found = how_we_are(me, [shop.pair.pk])[shop.pair.pk]
            proofs = evidence.proofs(me)[shop.pair.pk]
        return found, proofs

    with ago(9):
        revealed(shop, occasion="baseline", numbers=(2, 2))
    short = revealed(shop, "check_in_short", numbers=(6, 5))
    found, proofs = told()
    assert (found.now, found.at_start, found.is_start) == (5.5, None, False)
    assert proofs["check_ins"].count == 2
    page = text_of(both[0].get(HOME))
    assert f"5.5 of 7 on average. {NO_START}" in page
    assert str(NO_START) in text_of(both[0].get(f"/pairs/{shop.pair.pk}/questions/{short.pk}/"))
    revealed(shop, "check_in_short", occasion="baseline", numbers=(3, 3))
    found, _proofs = told()
    assert replace(found, now=0) == replace(found, now=0, at_start=None, is_start=True)
    assert str(NO_START) not in text_of(both[0].get(HOME))
    later = revealed(shop, "check_in_short", numbers=(4, 4))
    found, _proofs = told()
    assert (found.now, found.at_start, found.is_start) == (4, 3, False)
    assert "4 of 7 on average. At the start it was 3." in text_of(both[0].get(HOME))
    assert str(NO_START) not in text_of(both[0].get(f"/pairs/{shop.pair.pk}/questions/{later.pk}/"))


def test_a_short_start_is_a_start(shop):
    revealed(shop, "check_in_short", occasion="baseline")
    with inside(shop.organisation, shop.citizen):
        assert set(evidence.proofs(shop.citizen)[shop.pair.pk]) >= {"start", "check_ins"}
