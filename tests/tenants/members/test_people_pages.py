"""The lead's list of people, and what it never shows."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from rollout.accounts.models import Account
from tenants.members import queries
from tenants.members.models import Invitation, Role, Site
from tests import world, world_roster
from tests.crawl import masked
from tests.world import inside, sql


@pytest.fixture
def lead(north):
    return world.lead(north)


@pytest.fixture
def browser(north, lead, browser_of):
    return browser_of(lead, north)


def test_the_list_shows_names_offices_and_places(north, lead, browser):
    with inside(north, lead, Role.ROLLOUT_LEAD):
        hill = Site.objects.create(name="Hill Hospital")
    world_roster.accepted(north, world_roster.invited(north, lead, roles=[Role.SPONSOR], site=hill))
    page = browser.get("/people/").content.decode()
    assert all(word in page for word in ("Ada Marsh", "Sponsor", "Hill Hospital", "Lena Lead"))
    for search, found in (("ada", True), ("hill marsh", True), ("hill lena", False), ("nobody", False)):
        assert ("Ada Marsh" in browser.get("/people/", {"q": search}).content.decode()) is found


def test_who_is_here_for_a_pair_alone_is_in_no_list_no_search_and_on_no_page(north, lead, browser):
    pages = ("/people/", "/people/?q=cora", "/people/invitations/", "/rollout/", "/rollout/roster/")
    partner = world.member(north, "Priya Professional")
    before = {page: masked(browser.get(page).content) for page in pages}
    citizen = world.joined(north, world.founded(north, partner), partner, "Cora Citizen")
    assert {page: masked(browser.get(page).content) for page in pages} == before
    for name in ("person-detail", "person-end"):
        assert browser.get(reverse(f"members:{name}", args=[citizen.pk])).status_code == 404
    for name in ("person-end", "office-grant"):
        assert browser.post(reverse(f"members:{name}", args=[citizen.pk]), {"role": "sponsor"}).status_code == 404


def test_the_answer_to_an_invitation_is_the_same_for_every_address(north, lead, browser):
    _pair, _professional, citizen = world.hidden_pair(north)
    listed = world.member(north, "Mo Member")
    account_only = world.account("Andy Account")
    seen = set()
    for address in (
        "new@example.com",
        account_only.email,
        Account.objects.get(pk=citizen.pk).email,
        Account.objects.get(pk=listed.pk).email,
    ):
        answer = browser.post("/people/invite/", {"name": "Same Name", "email": address}, follow=True)
        assert answer.redirect_chain == [("/people/invitations/", 302)]
        seen.add("An invitation is on its way." in answer.content.decode())
    assert seen == {True}


def test_mistakes_are_told_and_nothing_typed_is_lost(north, browser):
    for typed, words in (
        ({"name": "", "email": "x@example.org"}, "Write the person's name."),
        ({"name": "Zoë Zimt", "email": "zoe"}, "Write an e-mail address like name@example.org."),
        ({"name": "Zoë Zimt", "email": "zoe@exämple.org"}, "letters that look like others"),
        ({"name": "Zoë Zimt", "email": "z@example.org", "roles": ["partner"]}, "Choose offices from the list."),
    ):
        answer = browser.post("/people/invite/", typed)
        page = unescape(answer.content.decode())
        assert (answer.status_code, words in page, typed["name"] in page) == (200, True, True)
    browser.post("/people/invite/", {"name": "Zoë Zimt", "email": "z@example.org"})
    again = browser.post("/people/invite/", {"name": "Zoë Zimt", "email": "Z@example.org"})
    assert "There is an open invitation for this address." in again.content.decode()


def test_one_invitation_is_corrected_sent_again_and_taken_back_on_its_page(north, lead, browser):
    invitation = world_roster.invited(north, lead)
    page = reverse("members:invitation-detail", args=[invitation.pk])
    browser.post(f"{page}correct/", {"name": "Ada March", "email": "ada.march@example.com"})
    answer = browser.post(f"{page}resend/", follow=True)
    assert "The invitation is on its way again." in answer.content.decode()
    assert "ada.march@example.com" in answer.content.decode()
    browser.post(f"{page}revoke/")
    assert "Taken back" in browser.get(page).content.decode()
    assert "was taken back. You can invite" in browser.post(f"{page}resend/", follow=True).content.decode()
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert Invitation.objects.get(pk=invitation.pk).sends == 3


def test_ending_says_the_same_and_looks_the_same_with_and_without_a_seat(north, lead, browser):
    _pair, seated, citizen = world.hidden_pair(north)
    plain = world.member(north, "Priya Professional")
    seen = []
    for person in (seated, plain):
        page = reverse("members:person-end", args=[person.pk])
        asked = browser.get(page).content.decode().replace(str(person.pk), "ID")
        answer = browser.post(page, follow=True)
        seen.append((masked(asked.encode()), answer.redirect_chain, "has ended" in answer.content.decode()))
    assert seen[0] == seen[1]
    with inside(north, citizen):
        assert sql("SELECT count(*) FROM pairs_seat WHERE member_id = %s AND left_at IS NOT NULL", seated.pk) == [(1,)]
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert set(queries.people_listed(lead).values_list("name", flat=True)) == {"Lena Lead"}
        assert sql("SELECT DISTINCT action, pair_id FROM audit_event WHERE action LIKE 'membership%%'") == [
            ("membership.ended", None)
        ]


def test_whose_membership_ended_opens_nothing_any_more(north, lead, browser, browser_of):
    person = world.member(north, "Fay Finance", Role.FINANCE)
    theirs = browser_of(person, north)
    assert theirs.get("/finance/").status_code == 200
    browser.post(reverse("members:person-end", args=[person.pk]))
    assert theirs.get("/finance/").status_code == 404
    assert browser.get(reverse("members:person-detail", args=[person.pk])).status_code == 404


def test_a_lead_does_not_end_their_own_membership(north, lead, browser):
    answer = browser.post(reverse("members:person-end", args=[lead.pk]), follow=True)
    assert "You cannot end your own membership." in answer.content.decode()
    assert browser.get("/people/").status_code == 200


def test_an_office_is_given_once_and_opens_its_home(north, lead, browser, browser_of):
    person = world.member(north, "Fay Finance")
    page = reverse("members:person-detail", args=[person.pk])
    assert "Choose an office." in browser.post(f"{page}give-office/").content.decode()
    browser.post(f"{page}give-office/", {"role": Role.FINANCE})
    assert browser_of(person, north).get("/finance/").status_code == 200
    again = browser.post(f"{page}give-office/", {"role": Role.FINANCE})
    assert "Choose an office from the list." in again.content.decode()


def test_one_office_ends_at_once_and_the_others_stay(north, lead, browser, browser_of):
    person = world.member(north, "Fay Finance", Role.FINANCE, Role.SPONSOR)
    page = reverse("members:person-detail", args=[person.pk])
    assert "End the office: Finance" in browser.get(page).content.decode()
    browser.post(f"{page}end-office/", {"role": Role.FINANCE})
    assert browser_of(person, north).get("/finance/").status_code == 404
    assert browser_of(person, north).get(reverse("indicators:sponsor-home")).status_code == 200
    assert "The office has ended." in browser.get(page).content.decode()
    again = browser.post(f"{page}end-office/", {"role": Role.FINANCE}, follow=True)
    assert "This person does not hold this office." in again.content.decode()
    browser.post(f"{page}give-office/", {"role": Role.FINANCE})
    assert browser_of(person, north).get("/finance/").status_code == 200


def test_a_lead_cannot_lay_down_the_own_office_and_no_other_office_takes_one(north, lead, browser):
    own = reverse("members:person-detail", args=[lead.pk])
    assert "End the office" not in browser.get(own).content.decode()
    answer = browser.post(f"{own}end-office/", {"role": Role.ROLLOUT_LEAD}, follow=True)
    assert "You cannot end your own office." in answer.content.decode()
    sponsor = world.member(north, "Sam Sponsor", Role.SPONSOR)
    with (
        inside(north, sponsor, Role.SPONSOR),
        pytest.raises(DatabaseError, match="not_permitted"),
        transaction.atomic(),
    ):
        sql("SELECT end_office(%s, 'rollout_lead')", lead.pk)


@pytest.mark.parametrize("address", ["/people/", "/people/invite/", "/people/invitations/"])
def test_only_leads_open_these_pages(north, lead, browser_of, address):
    sponsor = world.member(north, "Sam Sponsor", Role.SPONSOR)
    assert browser_of(sponsor, north).get(address).status_code == 404
    assert browser_of(None, north).get(address)["Location"].startswith("/enter/start/?next=")


def test_another_organisations_people_and_invitations_are_missing(north, south, lead, browser_of):
    invitation = world_roster.invited(north, lead)
    elsewhere = browser_of(world.lead(south), south)
    for name, pk in (("invitation-detail", invitation.pk), ("person-detail", lead.pk)):
        assert elsewhere.get(reverse(f"members:{name}", args=[pk])).status_code == 404
    assert elsewhere.post(reverse("members:invitation-resend", args=[invitation.pk])).status_code == 404
    assert "Lena" not in elsewhere.get("/people/?q=marsh").content.decode().replace("Lena Lead", "", 2)


@pytest.mark.parametrize("many", [1, 3])
def test_the_lists_cost_the_same_for_one_and_for_three(north, lead, browser, django_assert_num_queries, many):
    for number in range(many):
        world.member(north, f"Mo Member {number}", Role.SPONSOR, Role.FINANCE)
        world_roster.invited(north, lead, f"Ada{number} Marsh")
    browser.get("/people/")
    with django_assert_num_queries(11):
        assert browser.get("/people/").content.decode().count("Mo Member") == many
    with django_assert_num_queries(10):
        assert browser.get("/people/invitations/").content.decode().count("@example.com") == many
