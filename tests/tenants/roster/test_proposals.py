"""A proposed pair: both say yes or nobody learns anything, and the lead reads "invited" until it opens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollout.kernel import clock
from rollout.kernel.database import ask
from rollout.kernel.errors import DomainError
from tenants.audit.models import Event
from tenants.members.models import Role
from tenants.pairs.home import waiting_for
from tenants.pairs.models import Pair, Seat
from tenants.projects.actions import shared_task
from tenants.projects.models import SharedTask
from tenants.roster import actions, queries
from tenants.surfacing import actions as surfacing
from tests import world, world_roster
from tests.crawl import masked
from tests.world import inside


@pytest.fixture
def lead(north):
    return world.lead(north)


@pytest.fixture
def upload(north, lead):
    return world_roster.sent(north, lead)


def comes(north, lead, address):
    return world_roster.accepted(north, world_roster.invitation_to(north, lead, address))


def yes(north, person):
    with inside(north, person):
        [proposal] = queries.proposals_for(person)
        return actions.accept_proposal(proposal=proposal.id, by=person)


def test_two_yeses_make_a_pair_with_its_task_and_place(north, lead, upload):
    ada, ben = comes(north, lead, "ada@example.com"), comes(north, lead, "ben@example.org")
    pair = yes(north, ada)
    assert yes(north, ben) == pair
    with inside(north, ada):
        made = Pair.objects.get(pk=pair)
        assert (made.title, made.stage, made.site.name) == ("Letters", "forming", "Hill Hospital")
        assert SharedTask.objects.get(pair=pair).text == "Letters people can read"
        assert set(Seat.objects.values_list("side", "kind")) == {("citizen", "patient"), ("professional", "clinician")}
        assert queries.proposals_for(ada) == []
        assert set(Event.objects.values_list("action", "pair_id")) == {("proposal.accepted", pair)}


def test_saying_yes_twice_is_harmless(north, lead, upload):
    ada = comes(north, lead, "ada@example.com")
    pair = yes(north, ada)
    with inside(north, ada):
        [(proposal, *_rest)] = ask("my_proposals")
        assert actions.accept_proposal(proposal=proposal, by=ada) == pair
        assert Seat.objects.count() == 1


def test_a_proposal_is_for_its_two_people_alone(north, south, lead, upload):
    ada, cy = comes(north, lead, "ada@example.com"), comes(north, lead, "cy@example.org")
    with inside(north, ada):
        [proposal] = queries.proposals_for(ada)
    assert (proposal.other, proposal.side, proposal.label) == ("Ben Okoro", "citizen", "Letters")
    for organisation, person in ((north, cy), (north, lead), (south, world.member(south, "Una Other"))):
        with inside(organisation, person):
            assert queries.proposal_for(person, proposal.id) is None
            with pytest.raises(DomainError) as refusal:
                actions.accept_proposal(proposal=proposal.id, by=person)
            assert refusal.value.code == "unknown"


def test_it_waits_on_the_home_page_until_the_yes(north, lead, upload, browser_of):
    ada = comes(north, lead, "ada@example.com")
    with inside(north, ada):
        [entry] = waiting_for(ada)
    assert entry.title == "A pair with Ben Okoro is proposed to you: Letters"
    browser = browser_of(ada, north)
    page = browser.get(entry.url).content.decode()
    assert all(words in page for words in ("Ben Okoro", "Letters people can read", "Not now", "Who can read this:"))
    answer = browser.post(f"{entry.url}accept/")
    with inside(north, ada):
        pair = Pair.objects.get()
        assert "proposed" not in str(waiting_for(ada))
    assert answer["Location"] == f"/pairs/{pair.pk}/"
    assert browser.get(entry.url)["Location"] == "/pairs/"


def test_the_half_accepted_pair_says_whom_it_waits_for_until_somebody_sits_there(north, lead, upload, browser_of):
    ada, ben = comes(north, lead, "ada@example.com"), comes(north, lead, "ben@example.org")
    browser, waits = browser_of(ada, north), "The other seat waits for Ben Okoro."
    address = f"/pairs/{yes(north, ada)}/"
    assert waits in browser.get(address).content.decode()
    yes(north, ben)
    assert waits not in browser.get(address).content.decode()
    assert waits not in browser_of(ben, north).get(address).content.decode()


def test_nobody_else_finds_the_page(north, south, lead, upload, browser_of):
    ada, cy = comes(north, lead, "ada@example.com"), comes(north, lead, "cy@example.org")
    with inside(north, ada):
        [proposal] = queries.proposals_for(ada)
    address = f"/rollout/proposals/{proposal.id}/"
    for organisation, person in ((north, cy), (north, lead), (south, world.lead(south))):
        assert browser_of(person, organisation).get(address).status_code == 404
        assert browser_of(person, organisation).post(f"{address}accept/").status_code == 404


def test_the_lead_reads_the_same_bytes_whatever_the_two_do_under_the_radar(north, lead, upload, browser_of):
    ada, ben = comes(north, lead, "ada@example.com"), comes(north, lead, "ben@example.org")
    browser = browser_of(lead, north)
    pages = ("/rollout/", f"/rollout/roster/{upload.pk}/", f"/rollout/roster/{upload.pk}/pairs/", "/people/")
    before = {page: masked(browser.get(page).content) for page in pages}
    assert b"Invited" in before[pages[2]]
    for person in (ada, ben):
        yes(north, person)
        assert {page: masked(browser.get(page).content) for page in pages} == before
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert not Event.objects.filter(action="proposal.accepted").exists()


def test_a_pair_that_opens_from_the_start_is_open_and_one_that_withdraws_is_not_shared(north, lead, upload, browser_of):
    ada, ben = comes(north, lead, "ada@example.com"), comes(north, lead, "ben@example.org")
    for person in (ada, ben):
        pair = yes(north, person)
    for person in (ada, ben):
        with inside(north, person):
            task = SharedTask.objects.get(pair=pair)
            shared_task.sign(task=task, shown=task.content_hash, by=person)
    with inside(north, ada):
        package = surfacing.propose_open_from_start(pair=pair, reason="We want others to see how we work.", by=ada)
    for person in (ada, ben):
        with inside(north, person):
            surfacing.sign(surfacing=package, package_hash=package.package_hash, is_free=True, by=person)
    browser = browser_of(lead, north)
    address = f"/rollout/roster/{upload.pk}/pairs/"
    with clock.at(clock.now() + timedelta(hours=73)):
        page = browser.get(address).content.decode()
        assert ">Open</strong>" in page
        assert f"/pairs/shown/rollout/{pair}/" in page
        assert browser.get(f"/pairs/shown/rollout/{pair}/").status_code == 200
        home = browser.get("/rollout/").content.decode()
        assert home.index("Hill Hospital") < home.index("Letters") < home.index("There may be pairs here")
    with clock.at(clock.now() + timedelta(hours=80)):
        with inside(north, ben):
            surfacing.withdraw(surfacing=package, by=ben)
        page = browser.get(address).content.decode()
        assert "Not shared" in page
        assert str(pair) not in page
        assert "Hill Hospital" not in browser.get("/rollout/").content.decode()
