"""The pages of messages and comments, and the choice of what comes by e-mail."""

from __future__ import annotations

import uuid

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tenants.conversations import actions, queries
from tenants.conversations.models import ReadMark
from tests import world
from tests.world import inside, sql
from tests.world_meetings import written
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


def test_writing_reading_and_taking_back(shop, mine, theirs):
    place = f"/pairs/{shop.pair.pk}/messages/"
    assert "No message yet." in text_of(mine.get(place))
    assert "Type your message." in text_of(mine.post(place, {"text": " "}))
    assert "Your message is sent." in text_of(mine.post(place, {"text": "<b>Hello</b>"}, follow=True))
    assert "A message from your partner" in text_of(theirs.get("/pairs/"))
    assert "Hello" not in text_of(theirs.get("/pairs/"))
    page = theirs.get(place).content.decode()
    assert "&lt;b&gt;Hello&lt;/b&gt;" in page
    assert "take-back" not in page
    assert "A message from your partner" not in text_of(theirs.get("/pairs/"))
    with inside(shop.organisation, shop.professional):
        found = queries.messages_for(shop.professional).get()
    said = text_of(mine.post(f"{place}{found.pk}/take-back/", follow=True))
    assert "Your message is taken back." in said
    assert "Taken back" in text_of(theirs.get(place))
    assert "Hello" not in text_of(theirs.get(place))


def test_the_newest_stand_last_and_the_last_page_comes_first(shop, mine):
    for number in range(23):
        written(shop, shop.citizen, f"Number {number};")
    page = text_of(mine.get(f"/pairs/{shop.pair.pk}/messages/"))
    assert "Number 22;" in page
    assert "Number 19;" not in page
    assert page.index("Number 20;") < page.index("Number 22;")
    assert "Number 0;" in text_of(mine.get(f"/pairs/{shop.pair.pk}/messages/?page=1"))


def test_comments_stand_at_a_things_own_address(shop, mine, theirs):
    decision = shop.proposed("Evening clinics")
    page = mine.get(f"/pairs/{shop.pair.pk}/decisions/{decision.pk}/").content.decode()
    place = f"/pairs/{shop.pair.pk}/talk/decision/{decision.pk}/"
    assert f'href="{place}"' in page
    assert "Evening clinics" in text_of(mine.post(place, {"text": "I wonder."}, follow=True))
    assert "I wonder." in text_of(theirs.get(place))
    assert "I wonder." not in text_of(theirs.get(f"/pairs/{shop.pair.pk}/messages/"))


def test_the_shared_task_and_a_result_lead_to_their_comments(shop, mine):
    task, result = shop.task(), shop.result()
    for page, kind, pk in (("shared-task/", "shared_task", task.pk), (f"results/{result.pk}/", "result", result.pk)):
        place = f"/pairs/{shop.pair.pk}/talk/{kind}/{pk}/"
        assert f'href="{place}"' in mine.get(f"/pairs/{shop.pair.pk}/{page}").content.decode()
        assert mine.get(place).status_code == 200


def test_what_is_not_there_cannot_be_talked_about(north, shop, mine, browser_of):
    decision = shop.draft()
    other = workshop(north, "Another pair").draft()
    third = browser_of(world.member(north, "Theo Third"), north)
    place = f"/pairs/{shop.pair.pk}/talk"
    missing = [f"{place}/decision/{uuid.uuid4()}/", f"{place}/decision/{other.pk}/", f"{place}/x/{decision.pk}/",
               f"{place}/pair/{shop.pair.pk}/"]  # fmt: skip
    answers = [mine.get(where) for where in missing] + [mine.post(where, {"text": "x"}) for where in missing]
    answers.append(third.get(f"{place}/decision/{decision.pk}/"))
    assert {answer.status_code for answer in answers} == {404}
    with inside(north, shop.professional):
        assert sql("SELECT count(*) FROM conversations_message") == [(0,)]


def test_the_page_costs_the_same_with_one_and_with_three(shop, mine):
    counts = []
    for _round in range(3):
        written(shop, shop.citizen)
        mine.get(f"/pairs/{shop.pair.pk}/messages/")
        with CaptureQueriesContext(connections["default"]) as asked:
            mine.get(f"/pairs/{shop.pair.pk}/messages/")
        counts.append(len(asked))
    assert counts == [counts[0]] * 3
    with inside(shop.organisation, shop.professional):
        assert ReadMark.objects.count() == 1


def test_one_chooses_what_comes_by_e_mail(north, shop, browser_of):
    mine = browser_of(shop.professional, north)
    assert text_of(mine.get("/notifications/")).count("checked") == 2
    assert "Your choice is saved." in text_of(
        mine.post("/notifications/", {"how": "none", "reflect_weeks": "0"}, follow=True)
    )
    with inside(north, shop.professional):
        assert queries.news_choice_of(shop.professional).how == "none"
        assert actions.choose_news(how="each", by=shop.professional).how == "each"
    assert "/notifications/" in mine.get("/profile/").content.decode()


def test_the_choice_is_nobody_elses(north, shop):
    with inside(north, shop.professional):
        actions.choose_news(how="none", by=shop.professional)
    with inside(north, shop.citizen):
        assert sql("SELECT count(*) FROM conversations_newschoice") == [(0,)]
