"""The pages of agreeing how to work: what is shown is what is signed, and they cost the same for one and for three."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.kernel import clock
from tenants.agreement import queries, rendering
from tenants.agreement.actions import hours, principles
from tenants.agreement.models import CommunicationNeed, HoursGiven, PrincipleVersion, SharedLine, TimeAgreement
from tenants.agreement.suggestions import SUGGESTIONS
from tests import world
from tests import world_agreement as made
from tests.world import inside
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop


@pytest.fixture
def shop(north):
    found = workshop(north)
    accepted(*found.partners)
    return found


@pytest.fixture
def mine(shop, browser_of):
    return browser_of(shop.professional, shop.organisation)


@pytest.fixture
def theirs(shop, browser_of):
    return browser_of(shop.citizen, shop.organisation)


def place(shop, rest=""):
    return f"/pairs/{shop.pair.pk}/{rest}"


def test_the_pairs_page_leads_everywhere(shop, mine):
    page = text_of(mine.get(place(shop)))
    for words, address in (
        ("What we share", "what-we-share"), ("Working principles", "principles"), ("Time", "time"),
        ("What helps me take part", "taking-part"),
    ):  # fmt: skip
        assert f'<a href="{place(shop, address)}/">{words}</a>' in page


def test_the_five_from_blank_to_agreed_and_contested(shop, mine, theirs):
    page = text_of(mine.get(place(shop, "what-we-share/")))
    assert [page.count(word) for word in ("Purpose", "Ambition", "Leadership", "Ownership", "Responsibility")] > [1] * 5
    assert page.count(">Blank<") == 5
    form = place(shop, "what-we-share/write/")
    assert "Only you" not in text_of(mine.get(f"{form}?topic=ambition"))
    assert "You and your partner, nobody else." in text_of(mine.get(f"{form}?topic=ambition"))
    empty = text_of(mine.post(form, {"topic": "ambition", "text": " "}))
    assert "Type what you both want to stand behind." in empty
    page = text_of(mine.post(form, {"topic": "ambition", "text": "Every letter."}, follow=True))
    assert "Every letter." in page
    with inside(shop.organisation, shop.citizen):
        line = SharedLine.objects.get()
    sign = place(shop, f"what-we-share/{line.pk}/sign/")
    assert "You have signed." in text_of(mine.post(sign, {"shown": line.content_hash}, follow=True))
    assert "This line is agreed." in text_of(theirs.post(sign, {"shown": line.content_hash}, follow=True))
    contest = place(shop, f"what-we-share/{line.pk}/contest/")
    page = text_of(theirs.post(contest, {"reason": "Not every one."}, follow=True))
    assert "Contested" in page
    page = text_of(mine.get(f"{form}?topic=ambition"))
    assert "Not every one." in page
    assert "Cora Citizen" in page


def test_a_text_that_was_changed_is_not_signed(shop, mine):
    line = made.line(shop)
    made.line(shop, text="Other words.")
    answer = mine.post(place(shop, f"what-we-share/{line.pk}/sign/"), {"shown": line.content_hash}, follow=True)
    assert "Your partner changed the text. Read it again, then sign." in text_of(answer)


def test_the_notice_comes_before_the_first_key(north, browser_of):
    shop = workshop(north)
    line = made.line(shop)
    answer = browser_of(shop.citizen, north).post(place(shop, f"what-we-share/{line.pk}/sign/"), {"shown": "x"})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/notices/")


def test_a_principle_from_a_suggestion(shop, mine, theirs):
    page = text_of(mine.get(place(shop, "principles/")))
    assert all(str(one.title) in page for one in SUGGESTIONS)
    one = SUGGESTIONS[0]
    form = text_of(mine.get(place(shop, f"principles/new/?from={one.code}")))
    assert str(one.text) in form
    typed = {"title": str(one.title), "text": str(one.text)}
    page = text_of(mine.post(place(shop, "principles/new/"), typed, follow=True))
    with inside(shop.organisation, shop.citizen):
        version = PrincipleVersion.objects.get()
    sign = place(shop, f"principles/versions/{version.pk}/sign/")
    mine.post(sign, {"shown": version.content_hash})
    assert "The principle is agreed." in text_of(theirs.post(sign, {"shown": version.content_hash}, follow=True))
    page = text_of(theirs.post(place(shop, f"principles/{version.principle_id}/write/"),
                               {"title": "Shorter", "text": "One sentence."}, follow=True))  # fmt: skip
    assert "One sentence." in page
    assert str(one.text) in page
    review = place(shop, f"principles/versions/{version.pk}/review/")
    assert "Type what you want to change." in text_of(theirs.post(review, {"answer": "change", "text": ""}))
    page = text_of(theirs.post(review, {"answer": "change", "text": "Fewer words"}, follow=True))
    assert "Fewer words" in page
    withdraw = place(shop, f"principles/versions/{version.pk}/withdraw/")
    assert "Either of you can do this alone." in text_of(mine.get(withdraw))
    assert "no longer agreed" in text_of(mine.post(withdraw, follow=True))


def test_time_is_written_signed_noted_and_shown_side_by_side(shop, mine, theirs):
    day = clock.today()
    typed = {
        "since_day": 1, "since_month": day.month, "since_year": day.year, "hours_professional": "8",
        "protected": "yes", "hours_citizen": "6.5", "paid": "no",
    }  # fmt: skip
    page = text_of(mine.post(place(shop, "time/write/"), typed, follow=True))
    assert "8 hours in a month, protected working time" in page
    assert "6.5 hours in a month, not paid" in page
    with inside(shop.organisation, shop.citizen):
        agreement = TimeAgreement.objects.get()
    for browser in (mine, theirs):
        page = text_of(browser.post(
            place(shop, f"time/{agreement.pk}/sign/"), {"shown": agreement.content_hash}, follow=True
        ))  # fmt: skip
    assert "Your time is agreed." in page
    noted = {"month": day.replace(day=1).isoformat(), "hours": "4", "covered": "yes"}
    page = text_of(theirs.post(place(shop, "time/hours/"), noted, follow=True))
    assert "4 hours given and 6.5 hours agreed" in page
    assert "Correct it" in page
    form = text_of(theirs.get(place(shop, f"time/hours/?month={noted['month']}")))
    assert 'value="4.00"' in form
    page = text_of(theirs.post(place(shop, "time/hours/"), {**noted, "hours": "5"}, follow=True))
    assert "5 hours given and 6.5 hours agreed" in page
    assert "Correct it" not in text_of(mine.get(place(shop, "time/")))
    with inside(shop.organisation, shop.citizen):
        assert HoursGiven.objects.count() == 1
    wrong = text_of(theirs.post(place(shop, "time/hours/"), {**noted, "hours": "900"}))
    assert "Type a number of hours between 0 and 744." in wrong


def test_agreed_hours_follow_the_agreements(shop):
    first = clock.today().replace(day=1)
    last = (first - timedelta(days=1)).replace(day=1)
    made.time(shop, signed_by=shop.partners, since=(last - timedelta(days=1)).replace(day=1), hours_citizen=Decimal(4))
    made.time(shop, signed_by=shop.partners, since=first, hours_citizen=Decimal(9))
    made.given(shop, shop.citizen, 3, first - timedelta(days=1))
    with inside(shop.organisation, shop.professional):
        agreements = list(queries.time_agreements_for(shop.professional))
        given = list(queries.hours_for(shop.professional))
        citizen, professional = rendering.figures_of(agreements, given)
        assert [row[1] for row in citizen.rows] == ["4", "4", "9"]
        assert [row[2] for row in citizen.rows] == ["none noted", "3", "none noted"]
        assert citizen.finding.endswith("3 hours given and 4 hours agreed, in the months that have both.")
        assert "no month has both" in professional.finding
        hours.withdraw(agreement=agreements[0], by=shop.professional)
    with inside(shop.organisation, shop.professional):
        agreements = list(queries.time_agreements_for(shop.professional))
        assert rendering.figures_of(agreements, given)[0].rows[-1][1] == "9"


def test_a_need_from_noting_to_sharing_and_back(shop, theirs, mine):
    page = text_of(theirs.get(place(shop, "taking-part/")))
    assert "You have noted nothing yet." in page
    form = place(shop, "taking-part/note/")
    assert "Only you. Your partner too, if you share it with them." in text_of(theirs.get(f"{form}?kind=interpreter"))
    assert "Type the language." in text_of(theirs.post(form, {"kind": "interpreter", "detail": ""}))
    page = text_of(theirs.post(form, {"kind": "interpreter", "detail": "Portuguese"}, follow=True))
    assert "Portuguese" in page
    assert "Only you see it" in page
    with inside(shop.organisation, shop.citizen):
        need = CommunicationNeed.objects.get()
    share = place(shop, f"taking-part/{need.pk}/share/")
    assert "Portuguese" not in text_of(mine.get(place(shop)))
    theirs.post(share, {"shared": "yes"})
    assert "Portuguese" in text_of(mine.get(place(shop)))
    assert "Portuguese" in text_of(mine.get(place(shop, "taking-part/")))
    theirs.post(share, {"shared": "no"})
    assert "Portuguese" not in text_of(mine.get(place(shop)))
    assert mine.post(share, {"shared": "yes"}).status_code == 404
    assert mine.get(place(shop, f"taking-part/{need.pk}/look/")).status_code == 404


def test_another_pairs_partner_is_answered_like_nobody(shop, browser_of):
    line, version, time = made.line(shop), made.principle(shop), made.time(shop)
    _other, stranger, _ = world.hidden_pair(shop.organisation, "Another")
    browser = browser_of(stranger, shop.organisation)
    for rest in (
        "what-we-share/", "what-we-share/write/?topic=purpose", f"what-we-share/{line.pk}/contest/", "principles/",
        f"principles/{version.principle_id}/", "time/", f"time/{time.pk}/withdraw/", "taking-part/",
    ):  # fmt: skip
        assert browser.get(place(shop, rest)).status_code == 404, rest


def asked(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connections["default"]) as found:
        assert browser.get(address).status_code == 200
    return len(found)


def test_pages_cost_the_same_for_one_and_for_three(shop, mine):
    counts = []
    first = clock.today().replace(day=1)
    topics = ("purpose", "ambition", "leadership")
    for number, topic in enumerate(topics):
        made.line(shop, topic, signed_by=shop.partners)
        version = made.principle(shop, f"Principle {number}", signed_by=shop.partners)
        for partner in shop.partners:
            with inside(shop.organisation, partner):
                principles.review(version=version, answer="keep", text="", by=partner)
            made.given(shop, partner, 3, first - timedelta(days=31 * number))
        made.time(shop, signed_by=shop.partners, hours_citizen=Decimal(number + 1))
        made.need(shop, shop.professional, ("breaks", "quiet_room", "companion")[number], shared=True)
        made.need(shop, shop.citizen, ("breaks", "quiet_room", "companion")[number], shared=True)
        with inside(shop.organisation, shop.professional):
            latest = PrincipleVersion.objects.order_by("edited_at").first()
        pages = [
            "what-we-share/", "principles/", f"principles/{latest.principle_id}/", "time/", "taking-part/", "",
        ]  # fmt: skip
        counts.append([asked(mine, place(shop, page)) for page in pages] + [asked(mine, "/pairs/")])
    assert counts[0] == counts[2]


def test_planned_and_given_hours_stand_beside_each_other_with_what_is_paid_or_protected(shop, browser_of):
    this = clock.today().replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    made.time(shop, signed_by=shop.partners, since=before, hours_citizen=Decimal("6.5"), is_paid=False)
    made.given(shop, shop.citizen, 5, before)
    with inside(shop.organisation, shop.citizen):
        hours.note(pair=shop.pair, month=this, hours=Decimal("2.5"), is_covered=False, by=shop.citizen)
    made.given(shop, shop.professional, 7, this)
    with inside(shop.organisation, shop.professional):
        agreements = list(queries.time_agreements_for(shop.professional))
        citizen, professional = rendering.time_of_sides(agreements, list(queries.hours_for(shop.professional)))
    assert (citizen.agreed_covered, citizen.agreed_open, citizen.given_covered, citizen.given_open) == (0, 13, 5, 2.5)
    assert (professional.agreed_covered, professional.agreed_open) == (16, 0)
    assert (professional.given_covered, professional.given_open) == (7, 0)
    for partner in shop.partners:
        page = text_of(browser_of(partner, shop.organisation).get(place(shop, "time/")))
        assert "5 of the hours given were paid, and 2.5 were not." in page
        assert "7 of the hours given were protected, and 0 were not." in page


def test_without_hours_nothing_is_compared(shop, browser_of):
    page = text_of(browser_of(shop.citizen, shop.organisation).get(place(shop, "time/")))
    assert "Both sides beside each other" not in page
