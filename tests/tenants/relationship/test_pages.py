"""The pages: what is private stays so, nothing typed is lost, and a list costs the same however long it is."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.kernel import clock
from tenants.pairs.home import waiting_for
from tenants.relationship import policy
from tenants.relationship.actions import balance, differences, snapbacks
from tenants.relationship.models import DifferenceItem, HardConversation, SnapBack, TimeReason
from tests.permissions.doors import boxes
from tests.world import inside
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop
from tests.world_relationship import assumed, line, prepared, restated, shown, snapped, tried

SNAP = {"part": "morning", "trigger": "money", "own_default": "expert", "intensity": "2", "words": "I took over."}


@pytest.fixture
def shop(north):
    made = workshop(north)
    accepted(*made.partners)
    return made


@pytest.fixture
def mine(shop, browser_of):
    return browser_of(shop.professional, shop.organisation)


@pytest.fixture
def theirs(shop, browser_of):
    return browser_of(shop.citizen, shop.organisation)


@pytest.fixture
def home(shop):
    return f"/pairs/{shop.pair.pk}/"


def titles(shop, who):
    with inside(shop.organisation, who):
        return [(waiting.title, waiting.url) for waiting in waiting_for(who)]


def test_six_doorways_lead_on_from_the_pairs_page(mine, home):
    page = text_of(mine.get(home))
    assert "Our relationship" in page
    for address in ("snap-backs", "differences", "assumptions", "hard-conversations", "experiments", "balance"):
        assert f'href="{home}{address}/"' in page
        assert mine.get(f"{home}{address}/").status_code == 200


def test_snapping_back_on_the_pages(shop, mine, theirs, home):
    page = text_of(mine.get(f"{home}snap-backs/new/"))
    assert "Only you. If your partner writes about the same two days, you both read both entries." in page
    assert 'href="/worried/"' in page
    assert "bullying, discrimination or harm" in page
    wrong = text_of(mine.post(f"{home}snap-backs/new/", {**SNAP, **boxes("day", -3)}))
    assert "Choose a moment that has passed." in wrong
    assert "I took over." in wrong
    said = text_of(mine.post(f"{home}snap-backs/new/", {**SNAP, **boxes("day", 3)}, follow=True))
    assert "Your entry is saved." in said
    assert "I became the expert" in said
    with inside(shop.organisation, shop.professional):
        made = SnapBack.objects.get()
    one = f"{home}snap-backs/{made.pk}/"
    assert theirs.get(one).status_code == 404
    assert "No entry yet." in text_of(theirs.get(f"{home}snap-backs/"))
    assert "and nothing else." in text_of(mine.post(f"{one}invite/", follow=True))
    asked = text_of(theirs.get(f"{home}snap-backs/"))
    assert "Your partner would like to look back at" in asked
    assert "money" not in asked.lower()
    assert theirs.get(one).status_code == 404
    day = made.moment.date()
    to_write = f"{home}snap-backs/new/?day={day.isoformat()}"
    assert ("Your partner would like to look back at a day", to_write) in titles(shop, shop.citizen)
    form = text_of(theirs.get(to_write))
    assert f'value="{day.day}"' in form
    opened = text_of(theirs.post(f"{home}snap-backs/new/", {**SNAP, **boxes("day", 3)}, follow=True))
    assert "You both read it" in opened
    assert "Read the other entry" in opened
    assert "I took over." in text_of(theirs.get(one))
    assert titles(shop, shop.citizen) == []
    mended = {"mended_part": "evening", **boxes("mended_day", 1)}
    assert "It is saved." in text_of(mine.post(f"{one}mended/", mended, follow=True))
    assert "Seen by both of you" in text_of(mine.get(f"{home}snap-backs/"))
    assert theirs.post(f"{one}mended/", mended).status_code == 404


def test_a_day_that_is_none_is_left_out(mine, home):
    assert mine.get(f"{home}snap-backs/new/?day=tomorrow").status_code == 200


def test_being_heard_on_the_pages(shop, mine, theirs, home):
    typed = {"kind": "fear", "text": "I fear to be laughed at."}
    said = text_of(mine.post(f"{home}differences/new/", typed, follow=True))
    assert "Show it when you are ready." in said
    with inside(shop.organisation, shop.professional):
        item = DifferenceItem.objects.get()
    one = f"{home}differences/{item.pk}/"
    assert theirs.get(one).status_code == 404
    assert "Your partner can read it now." in text_of(mine.post(f"{one}show/", follow=True))
    assert titles(shop, shop.citizen) == [("Say in your own words what your partner wrote", f"{one}restate/")]
    assert "I fear to be laughed at." in text_of(theirs.get(f"{one}restate/"))
    assert "Type what you understood." in text_of(theirs.post(f"{one}restate/", {"text": " "}))
    theirs.post(f"{one}restate/", {"text": "You want us to be kind."})
    assert titles(shop, shop.professional) == [("Read how your partner understood you", one)]
    page = text_of(mine.get(one))
    assert "You want us to be kind." in page
    assert "Yes, that is it" in page
    assert "Yes, that is it" not in text_of(theirs.get(one))
    mine.post(f"{one}correct/", {"correction": "No: serious."})
    assert "No: serious." in text_of(theirs.get(one))
    theirs.post(f"{one}restate/", {"text": "You want to be taken seriously."})
    assert "It is heard." in text_of(mine.post(f"{one}accept/", follow=True))
    assert "100 %" in text_of(theirs.get(f"{home}differences/"))
    refused = text_of(mine.post(f"{one}accept/", follow=True))
    assert "This was heard." in refused


def test_nobody_accepts_for_the_author_on_the_page(shop, theirs, home):
    item = restated(shop, shop.professional)
    said = text_of(theirs.post(f"{home}differences/{item.pk}/accept/", follow=True))
    assert "Only the person who wrote this can do that." in said


def test_what_is_not_for_restating_says_so(shop, theirs, home):
    item = shown(shop, shop.professional, not_for_restating=True)
    page = text_of(theirs.get(f"{home}differences/{item.pk}/"))
    assert "Reading this is enough." in page
    assert "restate/" not in page


def test_an_assumption_whose_day_has_come(shop, mine, theirs, home):
    made = assumed(shop, shop.professional, days_ahead=0)
    one = f"{home}assumptions/{made.pk}/"
    assert titles(shop, shop.citizen) == [("Has this held? People read our letters.", one)]
    assert "Type who saw it." in text_of(theirs.post(f"{one}close/", {"result": "held", "evidence": "Eight."}))
    closed = text_of(theirs.post(f"{one}close/", {"result": "held", "evidence": "Eight.", "seen_by": "Cora"}))
    assert closed == ""
    assert "It held" in text_of(mine.get(one))
    assert titles(shop, shop.citizen) == []


def test_a_preparation_is_shared_and_kept_again(shop, mine, theirs, home):
    typed = {"title": "The money", "tags": ["fear", "loss"], "before": "Breathe."}
    said = text_of(mine.post(f"{home}hard-conversations/new/", typed, follow=True))
    assert "Fear, Loss of power and identity" in said
    with inside(shop.organisation, shop.professional):
        one = f"{home}hard-conversations/{HardConversation.objects.get().pk}/"
    assert theirs.get(one).status_code == 404
    assert "Type what you learned." in text_of(mine.post(f"{one}learned/", {"after": "x"}))
    mine.post(f"{one}share/", {"share": "yes"})
    page = text_of(theirs.get(one))
    assert "Breathe." in page
    assert "edit/" not in page
    mine.post(f"{one}share/", {"share": "no"})
    assert theirs.get(one).status_code == 404


def test_why_there_was_no_time(shop, mine, theirs, home):
    about = assumed(shop, shop.professional)
    why = f"{home}why/assumption/{about.pk}/"
    assert why in text_of(mine.get(f"{home}assumptions/{about.pk}/"))
    page = text_of(mine.get(why))
    assert "Only you, until you show it to your partner. Nobody else." in page
    mine.post(why, {"first": "no_time"})
    with inside(shop.organisation, shop.professional):
        assert TimeReason.objects.get().second == "not_said"
    mine.post(why, {"first": "access", "second": "priority"})
    with inside(shop.organisation, shop.professional):
        assert (TimeReason.objects.get().first, TimeReason.objects.get().second) == ("access", "")
    assert theirs.post(f"{why}share/", {"share": "yes"}).status_code == 404
    assert "Your partner can read it now." in text_of(mine.post(f"{why}share/", {"share": "yes"}, follow=True))
    assert mine.get(f"{home}why/nothing/{about.pk}/").status_code == 404


def pulled(shop):
    with inside(shop.organisation, shop.professional):
        for start in policy.finished_fortnights(clock.today()):
            balance.tell_minutes(pair=shop.pair, on=start, task=600, relationship=0, by=shop.professional)


def test_the_card_and_the_sprint_on_the_page(shop, mine, theirs, home):
    place = f"{home}balance/"
    assert "Not enough to say" in text_of(mine.get(place))
    pulled(shop)
    assert titles(shop, shop.citizen) == [("Twenty minutes for the two of you?", place)]
    assert "We take the time" in text_of(theirs.get(place))
    assert "Choose an answer." in text_of(theirs.post(f"{place}pause/", {"answer": "no"}, follow=True))
    assert "Propose a time" in text_of(theirs.post(f"{place}pause/", {"answer": "taken"}, follow=True))
    assert titles(shop, shop.citizen) == []
    assert "Choose a day within the next six weeks." in text_of(mine.post(f"{place}sprint/", boxes("ends_on", 1)))
    mine.post(f"{place}sprint/", boxes("ends_on", -9))
    assert "I agree" not in text_of(mine.get(place))
    assert "I agree" in text_of(theirs.get(place))
    assert "The sprint has begun." in text_of(theirs.post(f"{place}sprint/agree/", follow=True))
    assert "The sprint is over." in text_of(mine.post(f"{place}sprint/end/", follow=True))


def make(shop, number):
    for _each in range(number):
        snapped(shop, shop.professional, 5)
        other = snapped(shop, shop.citizen, 9)
        with inside(shop.organisation, shop.citizen):
            snapbacks.invite(snapback=other, by=shop.citizen)
        line(shop, shop.professional)
        restated(shop, shop.professional)
        shown(shop, shop.citizen)
        assumed(shop, shop.professional, days_ahead=0)
        prepared(shop, shop.professional)
        tried(shop, shop.professional)


def cost(client, address):
    with CaptureQueriesContext(connections["default"]) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_a_list_costs_the_same_with_one_entry_and_with_three(shop, mine, home):
    places = [
        f"{home}snap-backs/", f"{home}differences/", f"{home}assumptions/", f"{home}hard-conversations/",
        f"{home}experiments/", f"{home}balance/", "/pairs/",
    ]  # fmt: skip
    pulled(shop)
    make(shop, 1)
    first = {place: cost(mine, place) for place in places}
    make(shop, 2)
    assert {place: cost(mine, place) for place in places} == first
    assert max(first.values()) < 25


def test_what_was_said_about_a_line_costs_the_same_however_much_it_is(shop, mine, home):
    item = restated(shop, shop.professional)
    one = f"{home}differences/{item.pk}/"
    first = cost(mine, one)
    for _round in range(2):
        with inside(shop.organisation, shop.professional):
            differences.correct(item=item, correction="No", by=shop.professional)
        with inside(shop.organisation, shop.citizen):
            differences.restate(item=item, text="Again", by=shop.citizen)
    assert cost(mine, one) == first


@pytest.mark.parametrize("field", ["partner_default", "their_default", "seat", "author", "shown_to"])
def test_a_program_cannot_say_what_the_other_did_either(shop, mine, field):
    said = {
        "pair": str(shop.pair.pk), "moment": "2025-03-01T10:00:00Z", "trigger": "money", "own_default": "expert",
        "intensity": 2, field: "silence",
    }  # fmt: skip
    answer = mine.post("/api/v1/snap-backs/", said, content_type="application/json")
    assert answer.status_code == 400
    assert field in answer.content.decode()
    with inside(shop.organisation, shop.professional):
        assert not SnapBack.objects.exists()


def test_whoever_takes_the_pause_is_offered_to_propose_a_time(shop, mine, theirs, home):
    place, plan = f"{home}balance/", f"{home}meetings/new/?for=pause"
    pulled(shop)
    assert plan not in mine.get(place).content.decode()
    theirs.post(f"{place}pause/", {"answer": "taken"})
    for browser in (mine, theirs):
        assert f'href="{plan}"' in browser.get(place).content.decode()
    form = mine.get(plan).context["form"]
    assert form["minutes"].value() == 20
    assert "how we work together" in str(form["agenda"].value())
    assert mine.get(f"{home}meetings/new/?for=nothing").context["form"]["minutes"].value() == 60
    with clock.at(clock.now() + policy.FORTNIGHT):
        assert plan not in mine.get(place).content.decode()


def test_who_does_not_take_it_is_offered_nothing(shop, mine, home):
    pulled(shop)
    mine.post(f"{home}balance/pause/", {"answer": "dismissed"})
    assert "for=pause" not in mine.get(f"{home}balance/").content.decode()
