"""The pages of whoever takes part without a computer, of the helper, and what is printed for them."""

from __future__ import annotations

import io
import re
import subprocess
import uuid
from datetime import timedelta

import pikepdf
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.kernel import clock
from rollout.kernel.tokens import SIGNS
from tenants.assistance import actions, queries
from tenants.assistance.models import AssistedEntry, AssistedSession, LetterCode
from tenants.instruments.models import Answer
from tenants.instruments.queries import said_in
from tenants.instruments.shipping import shipped
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair
from tests import world, world_assistance, world_instruments
from tests.tenants.pairs.test_pages import questions
from tests.world import inside, sql
from tests.world_pairs import text_of
from tests.world_projects import workshop

CHECK_IN = shipped()["check_in", 1]


@pytest.fixture
def shop(north):
    return workshop(north)


@pytest.fixture
def helper(shop):
    return world_assistance.facilitator(shop)


def place(shop):
    return f"/pairs/{shop.pair.pk}/without-a-computer/"


def printed(answer):
    """A PDF's text in one line."""
    assert answer["Content-Type"] == "application/pdf"
    done = subprocess.run(["pdftotext", "-", "-"], input=answer.content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def squeezed(text):
    """Text without any blank, as lines break anywhere."""
    return re.sub(r"[\s\u200b\u00ad\u2010-]+", "", text)


def test_the_whole_way_on_pages(shop, north, helper, browser_of):
    asked = world_instruments.opened(shop)
    person, hand = browser_of(shop.citizen, north), browser_of(helper, north)
    assert "Without a computer" in text_of(person.get(f"/pairs/{shop.pair.pk}/"))
    assert "You have named nobody yet" in text_of(person.get(place(shop)))
    answer = person.post(place(shop), {"helper": str(helper.pk)}, follow=True)
    assert "Your helper is named." in text_of(answer)
    assert "Fay Facilitator" in text_of(answer)
    sheet = printed(person.post(f"{place(shop)}codes/"))
    first = sheet.split("Number Code 1 ")[1][:7]
    assert "Codes left: 20." in text_of(person.get(place(shop)))

    offer = text_of(hand.get("/helping/"))
    assert "Cora Citizen" in offer
    assert "Begin half an hour" in offer
    assert "Letters that patients can read" not in offer
    assert shop.professional.name not in offer
    with inside(north, helper):
        seat = queries.people_i_may_help(helper)[0].seat_id
    refused = hand.post("/helping/", {"seat": str(seat)})
    assert "Sign that you keep it to yourself." in text_of(refused)
    begun = hand.post("/helping/", {"seat": str(seat), "confidential": "on"}, follow=True)
    assert "You are helping Cora Citizen until" in text_of(begun)
    with inside(north, helper):
        session = AssistedSession.objects.get()
    assert "Fay Facilitator is helping you until" in text_of(person.get(place(shop)))
    enter = f"/helping/{session.pk}/questions/{asked.pk}/"
    page = text_of(hand.get(enter))
    assert "1. We want the same thing, and I could say what it is." in page
    assert "You are helping Cora Citizen until" in page
    assert "A number from 1 to 7." in text_of(hand.post(enter, {"number_1": "9"}))
    typed = hand.post(enter, {f"number_{n}": str(n % 7 + 1) for n in range(1, 9)}, follow=True)
    assert "Please read out code number 1 from your sheet." in text_of(typed)
    with inside(north, helper):
        entry = AssistedEntry.objects.get()
    confirm = f"/helping/{session.pk}/entries/{entry.pk}/"
    assert "This is not the code." in text_of(hand.post(confirm, {"code": "not it"}))
    assert "It counts now." in text_of(hand.post(confirm, {"code": first}, follow=True))
    assert "with help from Fay Facilitator" in text_of(person.get(place(shop)))
    assert "The half hour is over." in text_of(hand.post(f"/helping/{session.pk}/end/", follow=True))
    assert hand.get(f"/helping/{session.pk}/").status_code == 404
    with inside(north, shop.citizen):
        assert said_in(Answer.objects.get()).values["purpose"] == 2
    assert "helped" not in text_of(browser_of(shop.professional, north).get(f"/pairs/{shop.pair.pk}/"))


def test_the_banner_stands_on_each_page_of_the_two_with_the_time_left_and_ends_it_at_once(
    shop, north, helper, browser_of
):
    world_assistance.named(shop, helper)
    session = world_assistance.started(shop, helper)
    person, hand, partner = (browser_of(who, north) for who in (shop.citizen, helper, shop.professional))
    with clock.at(session.started_at + timedelta(minutes=11, seconds=30)):
        for page in ("/pairs/", f"/pairs/{shop.pair.pk}/", "/reflections/", "/notifications/"):
            said = text_of(person.get(page))
            assert "Fay Facilitator is helping you until" in said
            assert "19 minutes are left." in said
        assert "You are helping Cora Citizen until" in text_of(hand.get("/notifications/"))
        assert "is helping you" not in text_of(partner.get(f"/pairs/{shop.pair.pk}/"))
        assert "helping" not in person.get(f"/pairs/{uuid.uuid4()}/").content.decode()  # nothing is there to see
        assert "The half hour is over." in text_of(person.post(f"/helping/{session.pk}/end/", follow=True))
        assert "is helping you until" not in text_of(person.get("/pairs/"))
        assert "You are helping" not in text_of(hand.get("/notifications/"))


def test_it_is_gone_when_its_time_is_over_and_costs_no_question(shop, north, helper, browser_of):
    world_assistance.named(shop, helper)
    person = browser_of(shop.citizen, north)
    counts = []
    person.get("/notifications/")
    for begin in (False, True):
        session = world_assistance.started(shop, helper) if begin else None
        with CaptureQueriesContext(connections["default"]) as asked:
            person.get("/notifications/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    with clock.at(session.expires_at):
        assert "is helping you" not in text_of(person.get("/notifications/"))


def assisted(shop, helper, asked):
    """The citizen's answer, typed by the helper and confirmed."""
    world_assistance.named(shop, helper)
    codes = world_assistance.sheet(shop)
    session = world_assistance.started(shop, helper)
    with inside(shop.organisation, helper):
        entry = actions.enter(session=session, round_id=asked.pk, numbers=[4] * len(CHECK_IN.items), by=helper)
        actions.confirm(entry=entry, said=codes[0][1], by=helper)
    return entry


def test_what_was_typed_with_help_is_marked_where_both_read_it_and_not_before(shop, north, helper, browser_of):
    asked = world_instruments.opened(shop)
    entry = assisted(shop, helper, asked)
    page = f"/pairs/{shop.pair.pk}/questions/{asked.pk}/"
    person, partner = browser_of(shop.citizen, north), browser_of(shop.professional, north)
    assert "Your answer was typed with help." in text_of(person.get(page))
    assert "with help" not in text_of(partner.get(page))
    with inside(north, shop.professional):
        assert sql("SELECT * FROM assisted_answers()") == []
    world_instruments.answered(shop, asked, shop.professional)
    assert "The answer of Cora Citizen was typed with help." in text_of(partner.get(page))
    assert "Fay" not in text_of(partner.get(page))
    told = partner.get(f"/api/v1/answers/?round={asked.pk}").json()["results"]
    assert {row["id"]: row["assisted"] for row in told}[str(entry.pk)] is True
    assert [row["assisted"] for row in told].count(False) == 1
    third = world.member(north, "Theo Third")
    with inside(north, third):
        assert sql("SELECT * FROM assisted_answers()") == []


def test_who_changes_the_answer_themselves_takes_the_mark_off(shop, north, helper, browser_of):
    asked = world_instruments.opened(shop)
    assisted(shop, helper, asked)
    with clock.at(clock.now() + timedelta(minutes=1)):
        world_instruments.answered(shop, asked, shop.citizen, 6)
    page = f"/pairs/{shop.pair.pk}/questions/{asked.pk}/"
    assert "with help" not in text_of(browser_of(shop.citizen, north).get(page))


def test_on_the_keypad_no_question_is_seen(shop, north, helper, browser_of):
    asked = world_instruments.opened(shop)
    world_assistance.named(shop, helper, blind=True)
    session = world_assistance.started(shop, helper)
    hand = browser_of(helper, north)
    page = text_of(hand.get(f"/helping/{session.pk}/questions/{asked.pk}/"))
    assert "Number 1" in page
    for key in CHECK_IN.items:
        assert CHECK_IN.words["en"].items[key].text not in page
    assert "number 1" not in text_of(hand.get(f"/helping/{session.pk}/")).lower()
    assert hand.get(f"/helping/{session.pk}/questions/{asked.pk}/script/").status_code == 404
    paper = printed(browser_of(shop.citizen, north).get(f"{place(shop)}paper/?kind=keypad&instrument=check_in"))
    for number, key in enumerate(queries.own_order(CHECK_IN, session.seat_id), start=1):
        assert f"{number}. {CHECK_IN.words['en'].items[key].text}" in paper


def test_when_its_time_is_over_every_page_of_it_is_gone(shop, north, helper, browser_of):
    asked = world_instruments.opened(shop)
    world_assistance.named(shop, helper)
    session = world_assistance.started(shop, helper)
    hand = browser_of(helper, north)
    for path in ("", f"questions/{asked.pk}/", f"questions/{asked.pk}/script/"):
        assert hand.get(f"/helping/{session.pk}/{path}").status_code == 200
        with clock.at(session.expires_at + timedelta(seconds=1)):
            assert hand.get(f"/helping/{session.pk}/{path}").status_code == 404


@pytest.mark.parametrize("code", sorted({code for code, _version in shipped()}))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_instrument_is_there_on_paper_and_for_the_telephone(shop, north, browser_of, code, language):
    person = browser_of(shop.citizen, north)
    definition = max((one for one in shipped().values() if one.code == code), key=lambda one: one.version)
    for kind in ("form", "script"):
        answer = person.get(f"{place(shop)}paper/?kind={kind}&instrument={code}&language={language}")
        text = squeezed(printed(answer))
        for item in definition.words[language].items.values():
            assert squeezed(item.text or item.name) in text
        with pikepdf.open(io.BytesIO(answer.content)) as pdf:
            assert str(pdf.Root.Lang) == language
            assert "/StructTreeRoot" in pdf.Root
            assert pdf.Root.MarkInfo.Marked
    assert ("enveloppe" if language == "fr" else "envelope") in printed(
        person.get(f"{place(shop)}paper/?kind=form&instrument={code}&language={language}")
    )


def test_a_paper_has_a_row_of_boxes_in_large_letters(shop, north, browser_of):
    answer = browser_of(shop.citizen, north).get(f"{place(shop)}paper/")
    boxes = printed(answer).count(" 7 ")
    assert boxes >= len(CHECK_IN.items)


@pytest.mark.parametrize("query", ["kind=other", "instrument=none", "language=xx"])
def test_what_is_not_printed_is_not_there(shop, north, browser_of, query):
    assert browser_of(shop.citizen, north).get(f"{place(shop)}paper/?{query}").status_code == 404


def test_nobody_else_sees_the_page(shop, north, south, browser_of):
    stranger = world.member(north, "Stan Stranger")
    for client in (browser_of(stranger, north), browser_of(world.lead(south), south)):
        for path in ("", "paper/"):
            assert client.get(place(shop) + path).status_code == 404
        for path in ("", "codes/"):
            assert client.post(place(shop) + path).status_code == 404


@pytest.mark.parametrize("helpers", [1, 3])
def test_a_page_costs_the_same_for_one_and_for_three(shop, north, browser_of, helpers):
    for _number in range(helpers):
        world_assistance.named(shop, world_assistance.facilitator(shop))
    assert questions(browser_of(shop.citizen, north), place(shop)) == 14


# Letters


@pytest.fixture
def invited(north):
    founder = world.member(north, "Finn Founder")
    pair = world.founded(north, founder)
    with inside(north, founder):
        invitation = pairs.invite_partner(
            pair=Pair.objects.get(pk=pair), name="Lea", email="lea@example.org", language="fr", by=founder
        )
    return founder, pair, invitation


def letter(north, invited):
    founder, _pair, invitation = invited
    with inside(north, founder):
        return actions.make_letter(invitation=invitation, by=founder)


def test_a_letter_carries_a_code_in_the_language_of_who_gets_it(north, invited, browser_of):
    founder, pair, invitation = invited
    answer = browser_of(founder, north).post(f"/pairs/{pair}/without-a-computer/letters/{invitation.pk}/")
    text = printed(answer)
    assert "Lea" in text
    assert "north.localhost/letter/" in text
    assert founder.name not in text
    assert answer["Content-Language"] == "fr"
    with inside(north, founder):
        kept = LetterCode.objects.get()
        assert kept.code_hash not in text
        assert kept.expires_at == invitation.expires_at


def test_the_code_opens_the_invitation_once_however_it_is_typed(north, invited, browser_of):
    code = letter(north, invited)
    stranger = browser_of(None, north)
    assert "Type the code from your letter" in text_of(stranger.get("/letter/"))
    written = f" {code[:4]}-{code[4:8].lower()} {code[8:]}"
    answer = stranger.post("/letter/", {"code": written}, follow=True)
    assert answer.redirect_chain[0][0].startswith("/invitations/")
    assert answer.status_code == 200
    again = stranger.post("/letter/", {"code": written})
    assert "This code opens nothing." in text_of(again)


def test_a_newer_letter_an_old_date_and_an_invitation_taken_back_open_nothing(north, invited, browser_of):
    founder, _pair, invitation = invited
    old, code = letter(north, invited), letter(north, invited)
    stranger = browser_of(None, north)
    assert "opens nothing" in text_of(stranger.post("/letter/", {"code": old}))
    with clock.at(invitation.expires_at + timedelta(minutes=1)):
        assert "opens nothing" in text_of(stranger.post("/letter/", {"code": code}))
    from tenants.members import actions as members

    with inside(north, founder):
        members.revoke(invitation=invitation, by=founder)
    assert "opens nothing" in text_of(stranger.post("/letter/", {"code": code}))


def test_guessing_is_slow(north, invited, browser_of):
    code = letter(north, invited)
    stranger = browser_of(None, north)
    for _try in range(10):
        assert "opens nothing" in text_of(stranger.post("/letter/", {"code": "AAAABBBBCCCC"}))
    assert "That was tried too often." in text_of(stranger.post("/letter/", {"code": code}))


def test_a_letters_code_is_long_and_kept_as_a_trace(north, invited):
    founder, _pair, _invitation = invited
    code = letter(north, invited)
    assert len(code) == 12
    assert set(code) <= set(SIGNS)
    with inside(north, founder):
        assert sql("SELECT code_hash FROM assistance_lettercode") == [(actions.trace_of_letter(code),)]
    assert code not in actions.trace_of_letter(code)


def test_nobody_makes_a_letter_to_somebody_elses_partner(north, invited, browser_of):
    _founder, pair, invitation = invited
    stranger = browser_of(world.member(north, "Stan Stranger"), north)
    assert stranger.post(f"/pairs/{pair}/without-a-computer/letters/{invitation.pk}/").status_code == 404


def test_a_program_makes_letters_and_sheets_and_is_refused_as_the_page_is(north, invited, browser_of):
    founder, pair, invitation = invited
    own, stranger = browser_of(founder, north), browser_of(world.member(north, "Stan Stranger"), north)
    for address, body in (("letters", {"invitation": str(invitation.pk)}), ("read-back-sheets", {"pair": str(pair)})):
        refused = stranger.post(f"/api/v1/{address}/", body, content_type="application/json")
        assert refused.status_code == 404, address
    made = own.post("/api/v1/letters/", {"invitation": str(invitation.pk)}, content_type="application/json")
    assert made.status_code == 201
    opened = browser_of(None, north).post("/letter/", {"code": made.json()["code"]})
    assert opened["Location"].startswith("/invitations/")
    sheets = [own.post("/api/v1/read-back-sheets/", {"pair": str(pair)}, content_type="application/json").json()
              for _sheet in range(2)]  # fmt: skip
    assert [row["number"] for row in sheets[1]["codes"]] == list(range(1, 21))
    assert sheets[0] != sheets[1]


def test_who_has_a_sheet_reads_that_a_new_one_ends_it(shop, north, browser_of):
    person, sentence = browser_of(shop.citizen, north), "the old one is dead from then on"
    assert sentence not in text_of(person.get(place(shop)))
    world_assistance.sheet(shop)
    assert sentence in text_of(person.get(place(shop)))
