"""The pages of rounds: what each of the two reads, and when."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.kernel import clock
from tenants.conversations import actions as messages
from tenants.instruments import actions
from tenants.instruments.models import Instrument, Round
from tenants.instruments.shipping import contents, shipped
from tenants.members.models import Role
from tenants.pairs.queries import seat_of
from tenants.projects.actions import decisions
from tenants.workplan.actions import plan
from tests import world
from tests import world_agreement as made
from tests.world import inside
from tests.world_instruments import CODES, answered, opened, revealed, values_of
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop


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


def typed(code, number=5, **more):
    return {f"item_{key}": number for key in shipped()[code, 1].items} | more


def test_a_check_in_from_the_doorway_to_both_answers_side_by_side(shop, mine, theirs):
    rounds = f"/pairs/{shop.pair.pk}/questions/"
    assert f'href="{rounds}"' in text_of(mine.get(f"/pairs/{shop.pair.pk}/"))
    assert "No round yet." in text_of(mine.get(rounds))
    said = mine.post(f"{rounds}open/", {"instrument": "check_in", "occasion": "baseline"}, follow=True)
    answer = said.redirect_chain[-1][0]
    assert "I can rely on my partner" in text_of(said)
    assert "Choose a number from 1 to 7." in text_of(mine.post(answer, {}))
    page = text_of(mine.post(answer, typed("check_in", 6, line_trust="Since March"), follow=True))
    assert "They open when both of you have answered." in page
    assert "You have answered" in page
    assert "Since March" in page
    before = text_of(theirs.get(answer.removesuffix("answer/")))
    assert "The round is open" in before
    assert "Since March" not in before
    page = text_of(theirs.post(answer, typed("check_in", 6, item_trust=2), follow=True))
    assert "Both of you have answered. Here are both answers." in page
    assert "You see “Trust” most differently: you say 2, Priya Professional says 6." in page
    assert "Since March" in page
    assert "Opened to both" in text_of(mine.get(rounds))


def test_home_says_what_waits_for_whom_and_how_the_two_are(shop, mine, theirs):
    revealed(shop, occasion="baseline", numbers=(4, 4))
    first = text_of(mine.get("/pairs/"))
    assert "4 of 7 on average." in first
    asked = opened(shop)
    assert "Answer: Relationship check-in" in text_of(theirs.get("/pairs/"))
    answered(shop, asked, shop.professional, 6)
    page = text_of(mine.get("/pairs/"))
    assert "Answer: Relationship check-in" not in page
    assert "Relationship check-in" in page
    answered(shop, asked, shop.citizen, 5)
    assert "5.5 of 7 on average. At the start it was 4." in text_of(theirs.get("/pairs/"))


def test_a_check_in_of_ones_own_making_is_read_by_its_own_scale(shop, mine, north):
    provider = world.member(north, "Pia Provider", Role.PROVIDER_LEAD)
    five = {**contents()["check_in", 1], "version": 2, "most": 5}
    told = {**CODES, "code": "check_in", "version": 3}
    with inside(north, provider, Role.PROVIDER_LEAD):
        for content in (five, told):
            actions.publish(content=content, by=provider)
    revealed(shop, version=2, numbers=(4, 5))
    assert "4.5 of 5 on average." in text_of(mine.get("/pairs/"))
    asked = opened(shop, version=3)
    for who in shop.partners:
        answered(shop, asked, who, values={"today": "sun"})
    assert "on average" not in text_of(mine.get("/pairs/"))
    page = text_of(mine.get(f"/pairs/{shop.pair.pk}/questions/{asked.pk}/"))
    assert "Sun" in page
    assert "Read them round by round." in text_of(mine.get(f"/pairs/{shop.pair.pk}/questions/over-time/?of=check_in"))


def test_the_start_stands_beside_a_later_round(shop, mine):
    revealed(shop, occasion="baseline", numbers=(3, 3))
    later = revealed(shop, numbers=(6, 5))
    page = text_of(mine.get(f"/pairs/{shop.pair.pk}/questions/{later.pk}/"))
    assert "Now it is 5.5 of 7 on average. At the start it was 3." in page
    assert "You at the start" in page
    trend = text_of(mine.get(f"/pairs/{shop.pair.pk}/questions/over-time/?of=check_in"))
    assert "It was 3 on average at first, and is 5.5 now." in trend


def test_a_round_that_nobody_opened_names_nobody_and_the_second_asks_what_helps(shop, mine, theirs):
    for _index in range(2):
        asked = answered(shop, opened(shop), shop.professional)
        with inside(shop.organisation, shop.professional):
            actions.close(round=asked, by=shop.professional)
    pages = {who: text_of(who.get(f"/pairs/{shop.pair.pk}/questions/{asked.pk}/")) for who in (mine, theirs)}
    assert all("This round was closed without being opened." in page for page in pages.values())
    assert "What you said" in pages[mine]
    assert "What you said" not in pages[theirs]
    for browser in (mine, theirs):
        assert "See what could help with your check-ins" in text_of(browser.get("/pairs/"))
        assert "Try a shorter check-in" in text_of(browser.get(f"/pairs/{shop.pair.pk}/questions/"))
    opened(shop, "check_in_short")
    assert "See what could help" not in text_of(mine.get("/pairs/"))


def test_one_closed_round_asks_nobody_anything(shop, mine):
    with clock.at(clock.now() - timedelta(days=30)):
        opened(shop)
    assert "See what could help" not in text_of(mine.get("/pairs/"))


def test_a_kept_power_map_is_opened_with_one_button(shop, mine, theirs):
    asked = opened(shop, "power_map")
    address = f"/pairs/{shop.pair.pk}/questions/{asked.pk}/"
    mine.post(f"{address}answer/", typed("power_map", 30, keeps_sealed="on"))
    page = text_of(theirs.post(f"{address}answer/", typed("power_map", 60), follow=True))
    assert "Of 100, 60 lies on the side of the patient" in page
    assert "Open mine" not in page
    assert "Open mine" in text_of(mine.get(address))
    assert "Both answers are open now." in text_of(mine.post(f"{address}show/", follow=True))
    assert "Of 100, 45 lies on the side of the patient" in text_of(theirs.get(address))


def test_three_power_maps_show_which_way_power_has_moved(shop, mine):
    address = f"/pairs/{shop.pair.pk}/questions/over-time/?of=power_map"
    assert "Nothing to show yet" in text_of(mine.get(address))
    for numbers in ((10, 20), (20, 30)):
        revealed(shop, "power_map", numbers)
    assert "A change can be read from 3 maps on. So far there are 2." in text_of(mine.get(address))
    revealed(shop, "power_map", (30, 50))
    assert "Money: 25 of 100 have moved to the side of the patient" in text_of(mine.get(address))


def test_voices_are_read_over_three_meetings_and_felt_heard_stands_apart(shop, mine):
    address = f"/pairs/{shop.pair.pk}/questions/over-time/?of=voice"
    for _index in range(2):
        revealed(shop, "voice", (30, 50), about="Monday")
    heard = opened(shop, "voice")
    for who in shop.partners:
        answered(shop, heard, who, values={}, felt_heard=4)
    page = text_of(mine.get(address))
    assert "Shares say something from 3 meetings on. So far there are 2." in page
    assert "Felt heard" in page
    revealed(shop, "voice", (30, 50))
    page = text_of(mine.get(address))
    assert "Over these meetings it was 80 of 100 towards half and half." in page
    assert "Your guesses lie 20 apart on average." in page


def test_what_each_wrote_for_both_is_counted_and_what_one_keeps_is_not(shop, mine, theirs):
    address = f"/pairs/{shop.pair.pk}/questions/over-time/?of=voice"
    assert "You two have written nothing here in the last 90 days." in text_of(mine.get(address))
    assert "In writing" not in text_of(mine.get(address.replace("voice", "check_in")))
    with clock.at(clock.now() - timedelta(days=91)), inside(shop.organisation, shop.professional):
        messages.write(pair=shop.pair, text="x" * 500, by=shop.professional)
    with inside(shop.organisation, shop.professional):
        messages.write(pair=shop.pair, text="x" * 60, by=shop.professional)
        decisions.draft(pair=shop.pair, title="Only a draft", text="x" * 900, by=shop.professional)
    with inside(shop.organisation, shop.citizen):
        messages.write(pair=shop.pair, text="x" * 30, by=shop.citizen)
        plan.add_task(pair=shop.pair, text="x" * 10, by=shop.citizen)
    page = text_of(mine.get(address))
    assert "Of all that you two wrote here in the last 90 days, 60 of 100 characters are yours." in page
    assert "40 of 100 characters are yours" in text_of(theirs.get(address))
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "You Things 1 Characters 60 Of 100 60" in words
    assert f"{shop.citizen.name} Things 2 Characters 40 Of 100 40" in words
    told = mine.get(f"/api/v1/balances/{shop.pair.pk}/", headers={"Capacity": "partner"}).json()["written"]
    assert sorted((one["items"], one["characters"]) for one in told) == [(1, 60), (2, 40)]


def test_with_an_aid_felt_heard_is_asked_alone_and_must_be_answered(shop, mine):
    asked = opened(shop, "voice")
    address = f"/pairs/{shop.pair.pk}/questions/{asked.pk}/"
    assert "Choose a number from 1 to 5." in text_of(mine.post(f"{address}answer/", {"aid": "on"}))
    page = text_of(mine.post(f"{address}answer/", {"aid": "on", "felt_heard": 4, "item_talking": "x"}, follow=True))
    assert "You felt heard: 4 of 5." in page


def test_remarks_and_a_correction_follow_a_revealed_round(shop, mine, theirs):
    asked = revealed(shop, "dialogue")
    address = f"/pairs/{shop.pair.pk}/questions/{asked.pk}/"
    assert "Let us begin with listening." in text_of(
        theirs.post(f"{address}remark/", {"text": "Let us begin with listening."}, follow=True)
    )
    page = text_of(mine.post(f"{address}again/", follow=True))
    assert "In place of the round of" in page
    assert "You answered again in the round of" in text_of(theirs.get(address))
    assert theirs.get(f"{address}answer/").status_code == 404


def test_closing_asks_before_it_does(shop, mine):
    asked = opened(shop)
    address = f"/pairs/{shop.pair.pk}/questions/{asked.pk}/close/"
    assert "Close this round?" in text_of(mine.get(address))
    assert "The round is closed." in text_of(mine.post(address, follow=True))
    assert mine.get(address).status_code == 404


def test_ones_own_answers_are_taken_along_as_a_table(shop, mine):
    asked = opened(shop, about="=1+1")
    answered(shop, asked, shop.professional, 6, lines={"trust": "=cmd"})
    answered(shop, asked, shop.citizen, 2)
    table = list(
        csv.reader(io.StringIO(mine.get(f"/pairs/{shop.pair.pk}/questions/mine/").content.decode("utf-8-sig")))
    )
    assert table[0] == ["instrument", "version", "occasion", "about", "given_at", "item", "value", "line"]
    assert {(row[5], row[6]) for row in table[1:]} == {(key, "6") for key in shipped()["check_in", 1].items}
    assert ("'=1+1", "'=cmd") in {(row[3], row[7]) for row in table}


def test_as_data_they_are_what_programs_get_and_nothing_of_the_partner(shop, mine):
    for code in ("check_in", "dialogue"):
        revealed(shop, code)
    kept = opened(shop, "power_map")
    answered(shop, kept, shop.professional, keeps_sealed=True)
    file = mine.get(f"/pairs/{shop.pair.pk}/questions/mine/?as=json")
    assert file["Content-Disposition"] == 'attachment; filename="my-answers.json"'
    rows = json.loads(file.content)
    with inside(shop.organisation, shop.professional):
        seat = seat_of(shop.professional, shop.pair.pk).pk
    told = mine.get(f"/api/v1/answers/?pair={shop.pair.pk}&seat={seat}").json()["results"]
    by_id = {row["id"]: row for row in rows}
    assert (len(rows), len(told)) == (3, 3)
    for row in told:
        row["given_at"] = datetime.fromisoformat(row["given_at"])
        mine_row = {**by_id[row["id"]], "given_at": datetime.fromisoformat(by_id[row["id"]]["given_at"])}
        assert {name: mine_row[name] for name in row} == row
    assert {row["instrument"] for row in rows} == {"check_in", "dialogue", "power_map"}


@pytest.mark.parametrize("path", ["", "{pk}/", "over-time/?of=check_in"])
@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_for_one_round_and_for_three(shop, mine, path, number):
    last = [revealed(shop) for _index in range(number)][-1]
    address = f"/pairs/{shop.pair.pk}/questions/{path.format(pk=last.pk)}"
    mine.get(address)
    with CaptureQueriesContext(connections["default"]) as asked:
        assert mine.get(address).status_code == 200
    assert len(asked) == {"": 15, "{pk}/": 16, "over-time/?of=check_in": 13}[path]


@pytest.fixture
def provider(north, browser_of):
    lead = world.member(north, "Pia Provider", Role.PROVIDER_LEAD)
    return browser_of(lead, north)


def test_a_provider_lead_sees_a_new_version_before_it_is_published(shop, mine, provider, north):
    page = text_of(provider.get("/instruments/"))
    assert "check_in 1" in page
    assert "I can rely on my partner" in text_of(provider.get("/instruments/add/?from=check_in.1"))
    new = json.loads(json.dumps(contents()["check_in", 1])) | {"version": 2}
    new["texts"]["en"]["items"]["trust"]["text"] = "I trust my partner."
    text = json.dumps(new)
    page = text_of(provider.post("/instruments/add/", {"content": text}))
    assert "I trust my partner." in page
    assert "Publish it" in page
    with inside(north, shop.professional):
        assert not Instrument.objects.exists()
    assert "is published" in text_of(provider.post("/instruments/add/", {"content": text, "publish": "1"}, follow=True))
    page = text_of(provider.post("/instruments/add/", {"content": text, "publish": "1"}))
    assert "This version is there already and never changes." in page
    first = revealed(shop, version=1)
    second = revealed(shop)
    assert (first.version, second.version) == (1, 2)
    trend = text_of(mine.get(f"/pairs/{shop.pair.pk}/questions/over-time/?of=check_in"))
    assert "Each version stands apart" in trend
    assert "Version 2" in trend
    assert "Version 1" in trend


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "This is no JSON: look at line 1, sign 2."),
        ("[" * 100_000, "Use no more than 60000 characters."),
        ("[" * 50_000, "nested too deeply"),
        ("[]", "definition: this must be a group in curly brackets."),
        ('{"code": "Ä"}', "code: use up to 40 small letters"),
        ('{"scale": "stars"}', "scale: choose one of: likert, bipolar, allocation, estimate, codes."),
    ],
)
def test_what_is_wrong_in_a_definition_is_said_in_words(provider, text, said):
    assert said in text_of(provider.post("/instruments/add/", {"content": text, "publish": "1"}))


def test_what_nobody_has_is_not_there(shop, mine, provider):
    for address in ("over-time/?of=nothing", "00000000-0000-0000-0000-000000000000/"):
        assert mine.get(f"/pairs/{shop.pair.pk}/questions/{address}").status_code == 404
    for query in ("nothing.1", "check_in.x", "check_in.99999999999"):
        assert provider.get(f"/instruments/add/?from={query}").status_code == 404
    assert mine.get("/instruments/").status_code == 404


def test_an_answer_may_be_private_and_then_the_page_says_so(shop, mine, theirs):
    place = f"/pairs/{shop.pair.pk}/questions/"
    said = mine.post(f"{place}open/", {"instrument": "capability", "occasion": "regular"}, follow=True)
    answer = said.redirect_chain[-1][0]
    assert "Only you." in text_of(said)
    page = text_of(mine.post(answer, typed("capability", 3), follow=True))
    assert "Your answers are kept. You read them here." in page
    assert theirs.get(answer.removesuffix("answer/")).status_code == 404
    assert "How I lead" not in text_of(theirs.get(place))  # what one asked oneself is not even listed for the other
    with inside(shop.organisation, shop.professional):
        assert Round.objects.get().state == Round.State.KEPT
    assert values_of(shipped()["capability", 1], 3)


def test_where_one_needs_an_interpreter_a_question_about_voices_asks_first_how_heard_one_felt(shop, browser_of):
    made.need(shop, shop.citizen, "interpreter", detail="Portuguese", shared=True)
    asked = opened(shop, "voice")
    place, theirs = f"/pairs/{shop.pair.pk}/questions/{asked.pk}/", browser_of(shop.professional, shop.organisation)
    form = theirs.get(f"{place}answer/").context["form"]
    assert list(form.fields)[:2] == ["aid", "felt_heard"]
    assert form["aid"].value() is True
    theirs.post(f"{place}answer/", {"aid": "on", "felt_heard": "4"})
    form = theirs.get(f"{place}answer/").context["form"]
    assert (form["aid"].value(), form["felt_heard"].value()) == (True, 4)
    theirs.post(f"{place}answer/", {"item_talking": "40", "item_items": "50", "item_decisions": "60"})
    form = theirs.get(f"{place}answer/").context["form"]  # who chose shares finds shares
    assert (form["aid"].value(), form["item_talking"].value()) == (False, 40)


def test_other_questions_and_other_pairs_are_asked_as_before(shop, browser_of):
    theirs = browser_of(shop.professional, shop.organisation)
    form = theirs.get(f"/pairs/{shop.pair.pk}/questions/{opened(shop, 'voice').pk}/answer/").context["form"]
    assert ([*form.fields][:: len(form.fields) - 1], form["aid"].value()) == (["aid", "felt_heard"], None)
    made.need(shop, shop.citizen, "interpreter", detail="Portuguese", shared=True)
    assert "aid" not in theirs.get(f"/pairs/{shop.pair.pk}/questions/{opened(shop).pk}/answer/").context["form"].fields
