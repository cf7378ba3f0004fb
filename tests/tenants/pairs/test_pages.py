"""The partner's pages: home, founding, the pair, leaving."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenants.members.models import Invitation, Role
from tenants.pairs.models import Pair
from tests import world
from tests.world import inside
from tests.world_pairs import text_of
from tests.world_projects import Workshop, workshop

MOST = 15
OF_HOME = 14
OF_PAGE = 17


def questions(client, address):
    """How often one page asks the database, on both aliases. Beginning and ending a transaction does not count."""
    client.get(address)
    with (
        CaptureQueriesContext(connections["default"]) as first,
        CaptureQueriesContext(connections["platform"]) as second,
    ):
        response = client.get(address)
    assert response.status_code == 200
    return sum(
        asked["sql"].lstrip("(").startswith("SELECT") and "set_config" not in asked["sql"]
        for asked in (*first, *second)
    )


def second_pair(shop: Workshop, title: str) -> Workshop:
    """Another pair of the same professional."""
    pair = world.founded(shop.organisation, shop.professional, title=title)
    citizen = world.joined(shop.organisation, pair, shop.professional, "Colin Citizen")
    with inside(shop.organisation, citizen):
        return Workshop(shop.organisation, Pair.objects.get(pk=pair), shop.professional, citizen)


def busy(shop: Workshop) -> None:
    shop.task(signed_by=(shop.citizen,))
    shop.proposed(signed_by=(shop.citizen,))
    shop.proposed("Second", signed_by=(shop.professional,))
    shop.result(signed_by=(shop.citizen,))


def test_home_says_what_needs_me_and_what_is_with_my_partner_without_blame(north, browser_of):
    shop = workshop(north)
    busy(shop)
    page = text_of(browser_of(shop.professional, north).get("/pairs/"))
    mine, theirs = page.split("With your partner")
    assert "Read and sign the shared task" in mine
    assert "Read and answer the decision: Evening clinics" in mine
    assert "Read and sign the result: Shorter waits" in mine
    assert "You have done your part here. There is no hurry." in theirs
    assert "Decision: Second" in theirs
    assert "holding" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_home_costs_the_same_for_one_pair_and_for_three(north, browser_of, number):
    shop = workshop(north)
    busy(shop)
    for index in range(1, number):
        busy(second_pair(shop, f"Pair {index}"))
    assert questions(browser_of(shop.professional, north), "/pairs/") == OF_HOME <= MOST


@pytest.mark.parametrize("number", [1, 3])
def test_a_pairs_page_costs_the_same_for_one_entry_and_for_three(north, browser_of, number):
    shop = workshop(north)
    shop.task()
    for index in range(number):
        shop.proposed(f"Decision {index}", signed_by=(shop.citizen,))
        shop.result(title=f"Result {index}", signed_by=(shop.citizen,))
    assert questions(browser_of(shop.professional, north), f"/pairs/{shop.pair.pk}/") == OF_PAGE


def test_somebody_without_a_pair_is_told_how_to_start(north, browser_of):
    page = text_of(browser_of(world.member(north, "Nora New"), north).get("/pairs/"))
    assert "You are not in a pair yet." in page
    assert 'href="/pairs/new/"' in page


def test_founding_on_the_page(north, browser_of):
    founder = world.member(north, "Priya Professional")
    client = browser_of(founder, north)
    page = text_of(client.get("/pairs/new/"))
    assert "You and your partner. Others only if you both decide to show it." in page
    typed = {
        "title": "Letters", "kind": "clinician", "name": "Cora Citizen", "email": "cora@example.org", "language": "en",
    }  # fmt: skip
    again = client.post("/pairs/new/", {**typed, "email": "cora@"})
    assert again.status_code == 200
    assert "Type an address like sam@example.org." in text_of(again)
    assert 'value="Cora Citizen"' in text_of(again)
    answer = client.post("/pairs/new/", typed, follow=True)
    with inside(north, founder):
        pair = Pair.objects.get()
    assert answer.redirect_chain == [(f"/pairs/{pair.pk}/", 302)]
    assert "Cora Citizen is invited at cora@example.org." in text_of(answer)


def test_a_refusal_keeps_what_was_typed_and_founds_nothing(north, browser_of):
    founder = world.member(north, "Priya Professional")
    from rollout.accounts.models import Account

    own = Account.objects.get(pk=founder.pk).email
    typed = {"title": "Alone", "kind": "clinician", "name": "Me", "email": own, "language": "en"}
    answer = browser_of(founder, north).post("/pairs/new/", typed)
    assert answer.status_code == 200
    assert "This is your own address. A pair is two people." in text_of(answer)
    assert 'value="Alone"' in text_of(answer)
    with inside(north, founder):
        assert Pair.objects.count() == 0


def test_invitations_are_sent_again_and_taken_back_on_the_page(north, browser_of):
    founder = world.member(north, "Priya Professional")
    client = browser_of(founder, north)
    client.post(
        "/pairs/new/",
        {"title": "Letters", "kind": "clinician", "name": "Cora", "email": "cora@example.org", "language": "en"},
    )
    with inside(north, founder):
        invitation = Invitation.objects.get()
    place = f"/pairs/{invitation.pair_id}/invitations/{invitation.pk}"
    assert "Cora gets a new e-mail." in text_of(client.post(f"{place}/resend/", follow=True))
    taken = text_of(client.post(f"{place}/revoke/", follow=True))
    assert "The invitation is taken back. Its link no longer works." in taken
    assert f'href="/pairs/{invitation.pair_id}/invite/"' in taken


def test_leaving_is_one_page_and_one_button(north, browser_of):
    shop = workshop(north)
    client = browser_of(shop.professional, north)
    assert "You need no reason" in text_of(client.get(f"/pairs/{shop.pair.pk}/leave/"))
    answer = client.post(f"/pairs/{shop.pair.pk}/leave/", follow=True)
    assert "You have left “Letters that patients can read”." in text_of(answer)
    assert client.get(f"/pairs/{shop.pair.pk}/").status_code == 404
    stays = text_of(browser_of(shop.citizen, north).get(f"/pairs/{shop.pair.pk}/"))
    assert "Priya Professional has left, on" in stays
    assert "Seek a new partner" in stays


def test_pausing_and_renaming_on_the_page(north, browser_of):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    client, place = browser_of(shop.citizen, north), f"/pairs/{shop.pair.pk}"
    assert "Your pair has a pause." in text_of(client.post(f"{place}/pause/", follow=True))
    assert "Your pair is at work again." in text_of(client.post(f"{place}/resume/", follow=True))
    assert "<h1>Another</h1>" in text_of(client.post(f"{place}/rename/", {"title": "Another"}, follow=True))


PAGES = ("page", "invite", "rename", "leave")


@pytest.mark.parametrize("name", PAGES)
def test_a_hidden_pair_and_a_missing_one_are_the_same_404(north, south, browser_of, name):
    shop = workshop(north)
    lead, stranger = world.lead(north), world.lead(south)
    hidden = reverse(f"pairs:{name}", args=[shop.pair.pk], urlconf="rollout.config.urls_tenant")
    missing = reverse(
        f"pairs:{name}", args=["00000000-0000-4000-8000-000000000000"], urlconf="rollout.config.urls_tenant"
    )
    for who, where in ((lead, north), (stranger, south)):
        client = browser_of(who, where)
        first, second = client.get(hidden), client.get(missing)
        assert (first.status_code, second.status_code) == (404, 404)
        assert first.content == second.content


def test_a_visitor_is_asked_to_sign_in(north, browser_of):
    shop = workshop(north)
    answer = browser_of(None, north).get(f"/pairs/{shop.pair.pk}/")
    assert (answer.status_code, urlsplit(answer["Location"]).path) == (302, "/enter/start/")


def test_an_office_of_a_partner_reads_no_pair(north):
    shop = workshop(north)
    with inside(north, shop.professional, Role.ROLLOUT_LEAD):
        assert Pair.objects.count() == 0
