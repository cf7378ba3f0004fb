"""What is typed for somebody is the whole answer: said back, mended, with words, kept sealed, or “felt heard” alone."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from rollout.kernel.errors import DomainError
from tenants.agreement.models import CommunicationNeed
from tenants.assistance import actions, queries
from tenants.assistance.models import AssistedEntry
from tenants.instruments.models import Answer, Round
from tenants.instruments.queries import said_in
from tenants.instruments.shipping import shipped
from tenants.relationship.models import SnapBack
from tests import world_agreement, world_assistance, world_instruments
from tests.tenants.assistance.test_pages import place, printed, squeezed
from tests.world import inside
from tests.world_pairs import text_of
from tests.world_projects import workshop

CHECK_IN, POWER = shipped()["check_in", 1], shipped()["power_map", 1]
NUMBERS = [1, 2, 3, 4, 5, 6, 7, 1]


@pytest.fixture
def shop(north):
    return workshop(north)


@pytest.fixture
def helper(shop):
    return world_assistance.facilitator(shop)


def seen(answer):
    """What stands on a page, without its marks."""
    return " ".join(re.sub("<[^>]*>", " ", text_of(answer)).split())


def begun(shop, helper, **more):
    world_assistance.named(shop, helper, **more)
    return world_assistance.started(shop, helper)


def interpreted(shop):
    world_agreement.need(
        shop, shop.professional, kind=CommunicationNeed.Kind.INTERPRETER, detail="Sign language", shared=True
    )


def enter(shop, helper, session, asked, numbers, **more):
    with inside(shop.organisation, helper):
        return actions.enter(session=session, round_id=asked.pk, numbers=numbers, by=helper, **more)


def confirm(shop, helper, entry):
    code = world_assistance.sheet(shop)[0][1]
    with inside(shop.organisation, helper):
        return actions.confirm(entry=entry, said=code, by=helper)


def answer_of(shop):
    with inside(shop.organisation, shop.citizen):
        return Answer.objects.get()


def refusal(*args, **more):
    with pytest.raises(DomainError) as said:
        enter(*args, **more)
    return said.value.code


# Saying back


def test_what_was_typed_is_shown_item_by_item_and_mended_without_typing_all_again(shop, north, helper, browser_of):
    asked = world_instruments.opened(shop)
    session, hand = begun(shop, helper), browser_of(helper, north)
    form = f"/helping/{session.pk}/questions/{asked.pk}/"
    typed = {f"number_{place}": str(number) for place, number in enumerate(NUMBERS, start=1)}
    answer = hand.post(form, {**typed, "line_2": "We  drift apart"}, follow=True)
    page = seen(answer)
    for number, key in zip(NUMBERS, CHECK_IN.items, strict=True):
        assert f"{CHECK_IN.words['en'].items[key].text} {number}" in page
    assert "We drift apart" in page
    assert "Go back and mend it" in page
    mending = hand.get(form).content.decode()
    assert 'name="number_7" value="7"' in mending
    assert 'value="We drift apart"' in mending
    hand.post(form, {**typed, "number_7": "6"})
    with inside(north, helper):
        entry = AssistedEntry.objects.get()
    confirm(shop, helper, entry)
    assert list(said_in(answer_of(shop)).values.values()) == [1, 2, 3, 4, 5, 6, 6, 1]


def test_in_the_keypad_mode_places_and_numbers_are_said_back_and_no_word(shop, north, helper, browser_of):
    asked = world_instruments.opened(shop)
    session, hand = begun(shop, helper, blind=True), browser_of(helper, north)
    form = f"/helping/{session.pk}/questions/{asked.pk}/"
    assert "line_1" not in hand.get(form).content.decode()
    typed = {f"number_{place}": str(number) for place, number in enumerate(NUMBERS, start=1)}
    page = seen(hand.post(form, typed, follow=True))
    assert "Number 7 7" in page
    for key in CHECK_IN.items:
        assert CHECK_IN.words["en"].items[key].text not in page
    assert 'name="number_3" value="3"' in hand.get(form).content.decode()


def test_codes_are_said_back_in_words(shop, helper):
    from tenants.assistance.rendering import said_back
    from tenants.instruments.definition import Said, read

    definition, _problems = read(world_instruments.CODES)
    asked = queries.ToEnter(shop.pair.pk, definition, definition.items, None)
    said = Said({"today": "rain"})
    assert said_back(asked, said, blind=False, language="en") == [{"key": "1. How is it?", "value": "2: Rain"}]
    assert [row["value"] for row in said_back(asked, said, blind=True, language="en")] == ["2"]


# Words, and what stays sealed


def test_a_line_in_ones_own_words_belongs_to_the_answer(shop, helper):
    asked = world_instruments.opened(shop)
    session = begun(shop, helper)
    entry = enter(shop, helper, session, asked, NUMBERS, lines=["", "We drift apart"])
    confirm(shop, helper, entry)
    said = said_in(answer_of(shop))
    assert dict(said.lines) == {CHECK_IN.items[1]: "We drift apart"}
    assert said.values[CHECK_IN.items[1]] == 2


def test_a_helper_who_may_not_read_types_no_words(shop, helper):
    asked = world_instruments.opened(shop)
    session = begun(shop, helper, blind=True)
    assert refusal(shop, helper, session, asked, NUMBERS, lines=["words"]) == "no_lines"


def test_words_have_a_length_and_a_place(shop, helper):
    asked, short = world_instruments.opened(shop), world_instruments.opened(shop, "dialogue")
    session = begun(shop, helper)
    assert refusal(shop, helper, session, asked, NUMBERS, lines=["x" * 301]) == "line_too_long"
    many = [4] * len(shipped()["dialogue", 1].items)
    assert refusal(shop, helper, session, short, many, lines=["words"]) == "no_lines"


def test_a_power_map_stays_sealed_when_the_person_wants_it(shop, north, helper):
    asked = world_instruments.opened(shop, "power_map")
    session = begun(shop, helper)
    entry = enter(shop, helper, session, asked, [50] * len(POWER.items), keeps_sealed=True)
    assert confirm(shop, helper, entry) == "open"
    assert answer_of(shop).keeps_sealed
    world_instruments.answered(shop, asked, shop.professional, 40)
    with inside(north, shop.professional):
        assert Round.objects.get(pk=asked.pk).state == "kept"
        assert Answer.objects.count() == 1


def test_what_is_read_by_both_is_not_kept_sealed(shop, helper):
    asked = world_instruments.opened(shop)
    session = begun(shop, helper)
    assert refusal(shop, helper, session, asked, NUMBERS, keeps_sealed=True) == "cannot_keep_sealed"


def test_the_tick_stands_on_the_form_and_is_said_back(shop, north, helper, browser_of):
    asked = world_instruments.opened(shop, "power_map")
    session, hand = begun(shop, helper), browser_of(helper, north)
    form = f"/helping/{session.pk}/questions/{asked.pk}/"
    typed = {f"number_{place}": "50" for place in range(1, len(POWER.items) + 1)}
    page = text_of(hand.post(form, {**typed, "keeps_sealed": "on"}, follow=True))
    assert "The person keeps it sealed, also when both have answered." in page
    assert "checked" in hand.get(form).content.decode()


def test_paper_has_a_line_for_words_and_a_box_to_keep_it_sealed(shop, north, browser_of):
    person = browser_of(shop.citizen, north)
    words, box = squeezed("A line in your own words"), squeezed("Keep mine sealed")
    form = squeezed(printed(person.get(f"{place(shop)}paper/?kind=form&instrument=check_in")))
    assert form.count(words) == len(CHECK_IN.items)
    assert box not in form
    assert words not in squeezed(printed(person.get(f"{place(shop)}paper/?kind=keypad&instrument=check_in")))
    assert box in squeezed(printed(person.get(f"{place(shop)}paper/?kind=form&instrument=power_map")))


# With an interpreter


def test_between_two_with_an_interpreter_only_felt_heard_is_asked(shop, north, helper, browser_of):
    interpreted(shop)
    asked = world_instruments.opened(shop, "voice")
    session, hand = begun(shop, helper), browser_of(helper, north)
    form = f"/helping/{session.pk}/questions/{asked.pk}/"
    page = text_of(hand.get(form))
    assert "1. I felt heard" in page
    assert "A number from 1 to 5." in page
    assert "talking" not in page
    assert refusal(shop, helper, session, asked, [20, 30, 50]) == "answer_missing"
    assert refusal(shop, helper, session, asked, [6]) == "answer_missing"
    assert "1. I felt heard 4" in seen(hand.post(form, {"number_1": "4"}, follow=True))
    assert 'value="4"' in hand.get(form).content.decode()
    told = hand.get(f"/api/v1/assisted-sessions/{session.pk}/rounds/").json()["results"]
    assert [row["felt_heard"] for row in told] == [True]
    with inside(north, helper):
        entry = AssistedEntry.objects.get()
    confirm(shop, helper, entry)
    assert said_in(answer_of(shop)).felt_heard == 4
    assert said_in(answer_of(shop)).values == {}


def test_paper_and_the_telephone_script_follow_the_same_choice(shop, north, helper, browser_of):
    person = browser_of(shop.citizen, north)
    asked = world_instruments.opened(shop, "voice")
    session, hand = begun(shop, helper), browser_of(helper, north)
    script = f"/helping/{session.pk}/questions/{asked.pk}/script/"
    papers = [f"{place(shop)}paper/?kind={kind}&instrument=voice" for kind in ("form", "keypad", "script")]
    shares = squeezed("Of all the talking")
    before = [squeezed(printed(answer)) for answer in (*map(person.get, papers), hand.get(script))]
    assert all(shares in text for text in before)
    interpreted(shop)
    after = [squeezed(printed(answer)) for answer in (*map(person.get, papers), hand.get(script))]
    assert not any(shares in text for text in after)
    assert all(squeezed("I felt heard") in text for text in after)


def test_other_questions_stay_as_they_are_and_shares_are_asked_without_an_interpreter(shop, helper):
    asked = world_instruments.opened(shop, "voice")
    session = begun(shop, helper)
    with inside(shop.organisation, helper):
        assert [one.felt_heard for one in queries.rounds_to_enter(helper, session)] == [False]
    interpreted(shop)
    world_instruments.opened(shop)
    with inside(shop.organisation, helper):
        told = {one.definition.code: one.felt_heard for one in queries.rounds_to_enter(helper, session)}
    assert told == {"voice": True, "check_in": False}
    assert asked.code == "voice"


# A moment when somebody snapped back


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_paper_about_a_snap_back_has_the_choices_of_the_page(shop, north, browser_of, language):
    person = browser_of(shop.citizen, north)
    where = f"{place(shop)}paper/?kind=form&instrument=snapback&language={language}"
    assert where.replace("&", "&amp;") in person.get(place(shop)).content.decode()
    text = squeezed(printed(person.get(where)))
    with translation.override(language):
        for label in (*SnapBack.Trigger.labels, *SnapBack.Default.labels, "5"):
            assert squeezed(str(label)) in text
    assert person.get(f"{place(shop)}paper/?kind=script&instrument=snapback").status_code == 404
