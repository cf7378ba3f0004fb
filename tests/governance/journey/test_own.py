"""Where a pair is, as its own two partners read it."""

from __future__ import annotations

import pytest

from governance.journey import own
from governance.journey.policy import LADDER, State
from tenants.pairs import evidence
from tenants.pairs.models import Pair
from tests import world
from tests.world import inside
from tests.world_pairs import text_of
from tests.world_projects import workshop


def said_to(shop, member):
    with inside(shop.organisation, member):
        return own.speak(member, list(Pair.objects.filter(pk=shop.pair.pk)))[shop.pair.pk]


def test_every_evidence_belongs_to_a_step_and_leads_somewhere(north):
    pair = Pair(title="Anything")
    for step in LADDER:
        for wanted in evidence.wanted(step):
            assert own.reverse(wanted.address, args=[pair.pk]).startswith(f"/pairs/{pair.pk}/")
    kinds = [wanted.kind for step in LADDER for wanted in evidence.wanted(step)]
    assert set(own.DATED) <= set(kinds)
    assert len(kinds) == len(set(kinds)) == len(evidence._kinds)


def test_a_pair_that_has_just_begun_is_told_what_comes_first(north):
    shop = workshop(north)
    shop.task()
    lines, step = (said := said_to(shop, shop.citizen)).lines, said.step
    assert str(lines[0].text) == "You are finding each other"
    assert lines[1].text == "You work on a shared task"
    assert step is not None
    assert step.title == "Both of you sign your shared task."
    assert step.url == f"/pairs/{shop.pair.pk}/shared-task/"


def test_the_journey_goes_on_with_what_both_have_signed(north):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    assert said_to(shop, shop.professional).lines[0].text == "You work on a shared task"
    shop.result(signed_by=shop.partners)
    assert said_to(shop, shop.professional).lines[0].text == "You wrote down a result"
    shop.confirmed()
    with inside(north, shop.citizen):
        found = evidence.proofs(shop.citizen)[shop.pair.pk]
        journey = own.journey_from(shop.pair, found)
    assert journey.state == State.READY
    assert found["result_claimed"].count == 2


def test_needs_that_are_met_say_so_and_lead_nowhere_else(north, browser_of):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    shop.proposed()
    page = text_of(browser_of(shop.professional, north).get(f"/pairs/{shop.pair.pk}/"))
    needs = page.split("What the next step needs")[1].split("Steps describe")[0]
    (met,) = (line for line in needs.split("<li>") if "You propose a first decision." in line)
    (unmet,) = (line for line in needs.split("<li>") if "You write down a result" in line)
    assert "Done</strong> You propose" in met
    assert "<a" not in met
    assert f'Not yet</strong> <a href="/pairs/{shop.pair.pk}/results/">You write down a result' in unmet


def test_nothing_of_a_pair_is_proved_to_anybody_else(north):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    shop.result(signed_by=shop.partners)
    sponsor = world.member(north, "Sol Sponsor", "sponsor")
    for hat in ("partner", "sponsor"):
        with inside(north, sponsor, hat):
            assert evidence.proofs(sponsor) == {}


@pytest.mark.parametrize("stage", ["paused", "ended"])
def test_a_pair_at_rest_is_urged_to_nothing(north, stage):
    shop = workshop(north)
    shop.task()
    with inside(north, shop.citizen):
        (pair,) = Pair.objects.filter(pk=shop.pair.pk)
        pair.stage = stage
        assert own.speak(shop.citizen, [pair])[pair.pk].step is None
