"""The pages of the work: what is shown is what is signed, and nothing typed is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from tenants.projects.actions import decisions, shared_task
from tenants.projects.models import Decision, ResultClaim, SharedTask
from tests import world
from tests.world import inside
from tests.world_pairs import accepted, text_of
from tests.world_projects import TASK, day, workshop

TENANT = "rollout.config.urls_tenant"


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


def boxes(name, moment):
    return {f"{name}_day": moment.day, f"{name}_month": moment.month, f"{name}_year": moment.year}


def test_the_shared_task_from_the_first_word_to_two_keys(shop, mine, theirs):
    place = f"/pairs/{shop.pair.pk}/shared-task/"
    assert mine.get(place)["Location"] == f"{place}write/"
    assert "Type what you want to change together." in text_of(mine.post(f"{place}write/", {"text": " "}))
    page = text_of(mine.post(f"{place}write/", {"text": TASK}, follow=True))
    with inside(shop.organisation, shop.citizen):
        shown = SharedTask.objects.get().content_hash
    assert TASK in page
    assert f'name="shown" value="{shown}"' in page
    said = text_of(mine.post(f"{place}sign/", {"shown": shown}, follow=True))
    assert "You have signed. Your partner can sign now." in said
    assert "Cora Citizen: not signed yet" in said
    said = text_of(theirs.post(f"{place}sign/", {"shown": shown}, follow=True))
    assert "You have both signed. Your shared task is agreed." in said
    assert "Working" in text_of(mine.get(f"/pairs/{shop.pair.pk}/"))


def test_a_text_that_the_partner_changed_is_not_signed(shop, mine):
    old = shop.task()
    with inside(shop.organisation, shop.citizen):
        shared_task.write(pair=shop.pair, text="Something else", by=shop.citizen)
    address = f"/pairs/{shop.pair.pk}/shared-task/sign/"
    said = text_of(mine.post(address, {"shown": old.content_hash}, follow=True))
    assert "Your partner changed the text. Read it again, then sign." in said
    assert "Something else" in said


def test_the_notice_comes_before_the_first_key(north, browser_of):
    shop = workshop(north)
    shop.task()
    place = f"/pairs/{shop.pair.pk}/shared-task/"
    answer = browser_of(shop.citizen, north).post(f"{place}sign/", {"shown": "x"})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/notices/")
    assert "shared-task" in answer["Location"]


def test_a_decision_on_the_pages(shop, mine, theirs):
    place = f"/pairs/{shop.pair.pk}/decisions/"
    typed = {"title": "Evening clinics", "text": "We open on Tuesdays until eight."}
    said = text_of(mine.post(f"{place}new/", {**typed, "propose": "1"}, follow=True))
    assert "Your decision is proposed. Now both of you can sign it." in said
    with inside(shop.organisation, shop.citizen):
        decision = Decision.objects.get()
    one = f"{place}{decision.pk}/"
    assert "Sign this text" in text_of(theirs.get(one))
    said = text_of(theirs.post(f"{one}contest/", {"reason": "No bus after seven."}, follow=True))
    assert "No bus after seven." in said
    assert "Contested" in said
    assert "Sign this text" not in said
    said = text_of(mine.post(f"{one}edit/", {**typed, "text": "Until seven."}, follow=True))
    assert "Until seven." in said
    text_of(mine.post(f"{one}reopen/", follow=True))
    with inside(shop.organisation, shop.citizen):
        shown = Decision.objects.get().content_hash
    mine.post(f"{one}sign/", {"shown": shown})
    said = text_of(theirs.post(f"{one}sign/", {"shown": shown}, follow=True))
    assert "You have both signed. The decision is agreed." in said
    assert "Replace it with a new decision" in said
    assert "Change the text" not in said


def test_parking_and_withdrawing_on_the_page(shop, mine, theirs):
    decision = shop.proposed(signed_by=(shop.professional,))
    one = f"/pairs/{shop.pair.pk}/decisions/{decision.pk}/"
    past = text_of(theirs.post(f"{one}park/", boxes("revisit_on", day(1))))
    assert "Choose a day after today." in past
    said = text_of(theirs.post(f"{one}park/", boxes("revisit_on", day(-30)), follow=True))
    assert "Parked" in said
    assert "Parked, awaiting your partner" in text_of(mine.get(one))
    assert "Withdraw it" not in said
    assert "The decision is withdrawn." in text_of(mine.post(f"{one}withdraw/", follow=True))
    assert "This decision was withdrawn." in text_of(mine.post(f"{one}reopen/", follow=True))


def test_replacing_on_the_page(shop, mine):
    old = shop.proposed(signed_by=shop.partners)
    place = f"/pairs/{shop.pair.pk}/decisions/{old.pk}/replace/"
    assert "“Evening clinics” stands until both of you have signed" in text_of(mine.get(place))
    said = text_of(mine.post(place, {"title": "Evening clinics 2", "text": "Until nine.", "propose": "1"}, follow=True))
    assert "It replaces:" in said


TYPED = {
    "title": "Shorter waits", "measure": "Days to the first visit", "unit": "days", "better": "lower",
    "baseline_value": "31", "current_value": "31", "direction": "no_change", "place": "Heart clinic",
    "evidence": "The clinic's list", "side_effects": "", "not_achieved": "",
}  # fmt: skip


def test_a_result_that_shows_no_change_on_the_pages(shop, mine, theirs):
    place = f"/pairs/{shop.pair.pk}/results/"
    typed = {**TYPED, **boxes("baseline_on", day(90)), **boxes("current_on", day(2))}
    refused = text_of(mine.post(f"{place}new/", {**typed, "direction": "better"}))
    assert "Your two values say something else." in refused
    assert 'value="Shorter waits"' in refused
    said = text_of(mine.post(f"{place}new/", typed, follow=True))
    assert "No change" in said
    with inside(shop.organisation, shop.citizen):
        result = ResultClaim.objects.get()
    one = f"{place}{result.pk}/"
    said = text_of(mine.post(f"{one}values/", {**boxes("on", day(40)), "value": "33.5"}, follow=True))
    assert "33.5 days" in said
    page = text_of(mine.get(one))
    assert "<svg" in page
    assert "33.5" in page
    with inside(shop.organisation, shop.citizen):
        shown = ResultClaim.objects.get().content_hash
    mine.post(f"{one}sign/", {"shown": shown})
    said = text_of(theirs.post(f"{one}sign/", {"shown": shown}, follow=True))
    assert "You have both signed. Now you can ask a witness to confirm it." in said
    typed = {"name": "Wilma", "email": "wilma@example.org", "relation": "Keeps the list"}
    assert "Your witness gets an e-mail." in text_of(theirs.post(f"{one}witness/", typed, follow=True))
    assert "It cannot be taken back" in text_of(theirs.get(f"{one}wrong/"))
    assert "The result is marked as wrong." in text_of(theirs.post(f"{one}wrong/", follow=True))


def test_a_value_is_taken_out_on_the_page(shop, mine):
    result = shop.result(points=[(day(30), Decimal(20))])
    address = f"/pairs/{shop.pair.pk}/results/{result.pk}/values/remove/"
    assert "The value is taken out." in text_of(mine.post(address, {"on": day(30).isoformat()}, follow=True))
    assert mine.post(address, {"on": "yesterday"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("kind", "asked"), [("decisions", 10), ("results", 9)])
def test_lists_cost_the_same_for_one_and_for_three(shop, mine, kind, asked, number):
    for index in range(number):
        shop.proposed(f"Decision {index}")
        shop.result(title=f"Result {index}")
    address = f"/pairs/{shop.pair.pk}/{kind}/"
    mine.get(address)
    with (
        CaptureQueriesContext(connections["default"]) as first,
        CaptureQueriesContext(connections["platform"]) as second,
    ):
        mine.get(address)
    found = [one["sql"] for one in (*first, *second)]
    assert sum(sql.startswith("SELECT") and "set_config" not in sql for sql in found) == asked


def pages():
    """Every page of the work, by name."""
    from tenants.projects import urls

    return sorted(pattern.name for group in urls.urlpatterns for pattern in getattr(group, "url_patterns", []))


def address(name, shop, decision, result):
    arguments = {"pair": shop.pair.pk}
    if f"projects:{name}" in _with_item():
        arguments["pk"] = (decision if name.startswith(("decision", "option")) else result).pk
    if name == "option-withdraw":  # it is asked after whose decision it is
        arguments["option"] = decision.pk
    return reverse(f"projects:{name}", kwargs=arguments, urlconf=TENANT)


def _with_item():
    found = set()
    for name in pages():
        known = get_resolver(TENANT).namespace_dict["projects"][1].reverse_dict.getlist(name)
        if any("pk" in parameters for options in known for _text, parameters in options[0]):
            found.add(f"projects:{name}")
    return found


@pytest.mark.parametrize("name", pages())
def test_no_page_of_the_work_exists_for_others(north, south, browser_of, name):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    decision, result = shop.proposed(signed_by=shop.partners), shop.result(signed_by=shop.partners)
    hidden = address(name, shop, decision, result)
    for who, where in ((world.lead(north), north), (world.lead(south), south)):
        accepted(who)
        client = browser_of(who, where)
        assert client.get(hidden).status_code in (404, 405)
        assert client.post(hidden, {"shown": decision.content_hash}).status_code in (404, 405)
    with inside(north, shop.citizen):
        assert Decision.objects.get().state == "agreed"
        assert ResultClaim.objects.get().state == "claimed"


def test_another_pairs_decision_is_not_found_under_mine(shop, mine, north):
    other = workshop(north, "Another pair").proposed()
    assert mine.get(f"/pairs/{shop.pair.pk}/decisions/{other.pk}/").status_code == 404
    own = shop.proposed()
    assert mine.get(f"/pairs/{other.pair_id}/decisions/{own.pk}/").status_code == 404


def test_what_a_decision_says_is_escaped(shop, mine):
    decision = shop.draft("<b>bold</b>", "<script>x</script>")
    page = mine.get(f"/pairs/{shop.pair.pk}/decisions/{decision.pk}/").content.decode()
    assert "<script>x" not in page
    assert "&lt;b&gt;bold" in page


def test_a_contested_decision_shows_both_sides_words(shop, mine):
    decision = shop.proposed()
    for partner in shop.partners:
        with inside(shop.organisation, partner):
            decisions.contest(decision=decision, reason=f"Words of {partner.name}", by=partner)
    page = text_of(mine.get(f"/pairs/{shop.pair.pk}/decisions/{decision.pk}/"))
    assert "Words of Priya Professional" in page
    assert "Words of Cora Citizen" in page
