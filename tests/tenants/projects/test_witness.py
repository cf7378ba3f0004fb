"""What a witness gets: a letter and one page, which know a fact and a place, and no pair."""

from __future__ import annotations

import pytest
from django.core import mail

from rollout.jobs import work
from rollout.organisations.models import Organisation
from tenants.projects.actions import results, witnesses
from tenants.projects.queries import witness_token
from tests.world import inside
from tests.world_pairs import text_of
from tests.world_projects import content, workshop

PRIVATE = ("Letters that patients can read", "Priya", "Cora", "Collaborative", "Pair", "pair")


def asked(shop):
    result = shop.result(signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        witness = witnesses.ask(
            result=result, name="Wilma Witness", email="wilma@example.org", relation="Keeps the list", by=shop.citizen
        )
    return result, f"/witness/{witness_token(witness.pk)}/"


def body(page):
    return page[page.index("<body>") :]


def test_looking_changes_nothing_and_answering_once_is_enough(north, browser_of):
    shop = workshop(north)
    _result, place = asked(shop)
    visitor = browser_of(None, north)
    for _time in range(3):
        page = text_of(visitor.get(place))
        assert "Heart clinic, Northgate" in page
        assert "Shorter waits" in page
        assert "Send my answer" in page
    assert "Choose an answer." in text_of(visitor.post(place, {}))
    said = text_of(visitor.post(place, {"answer": "confirmed"}, follow=True))
    assert "Thank you. Your answer is saved." in said
    assert "Yes, I confirm it" not in said
    assert "Confirmed" in said
    said = text_of(visitor.post(place, {"answer": "declined"}, follow=True))
    assert "This question can no longer be answered." in said
    said = text_of(visitor.post(f"{place}withdraw/", follow=True))
    assert "Your answer is taken back." in said
    with inside(north, shop.citizen):
        shop.pair.results.get(state="claimed")


def test_the_page_names_no_pair_and_no_programme(north, browser_of):
    _result, place = asked(workshop(north))
    page = text_of(browser_of(None, north).get(place))
    for word in PRIVATE:
        assert word not in body(page), word
    assert "Collaborative" not in page


def test_a_changed_result_says_so_and_shows_nothing_of_it(north, browser_of):
    shop = workshop(north)
    result, place = asked(shop)
    with inside(north, shop.citizen):
        results.edit(result=result, content=content(title="Another result"), by=shop.citizen)
    page = text_of(browser_of(None, north).get(place))
    assert "The result has changed since we wrote to you." in page
    assert "Another result" not in page


def test_an_unknown_link_and_another_organisations_are_the_same_404(north, south, browser_of):
    _result, place = asked(workshop(north))
    assert browser_of(None, south).get(place).status_code == 404
    assert browser_of(None, north).get("/witness/unknown/").status_code == 404
    assert browser_of(None, north).post("/witness/unknown/withdraw/").status_code == 404


def test_the_page_speaks_french(north, browser_of):
    _result, place = asked(workshop(north))
    client = browser_of(None, north)
    client.cookies["language"] = "fr"
    from django.conf import settings

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert '<html lang="fr">' in text_of(client.get(place))


@pytest.fixture
def committed_shop(committed):
    return workshop(Organisation.objects.get(slug="north"))


def test_the_letter_names_the_result_and_the_place_alone(committed_shop):
    result, place = asked(committed_shop)
    work.run_until_empty()
    letter = next(letter for letter in mail.outbox if letter.to == ["wilma@example.org"])
    assert letter.subject == "Can you confirm something?"
    assert letter.from_email.startswith("Northmoor Hospitals Group <")
    for text in (letter.body, letter.alternatives[0][0]):
        assert result.title in text
        assert result.place in text
        assert place in text
        for word in PRIVATE:
            assert word not in text, word


def test_no_letter_goes_out_about_a_text_that_has_changed(committed_shop):
    result, _place = asked(committed_shop)
    with inside(committed_shop.organisation, committed_shop.citizen):
        results.edit(result=result, content=content(title="Another result"), by=committed_shop.citizen)
    work.run_until_empty()
    assert [letter for letter in mail.outbox if letter.to == ["wilma@example.org"]] == []
