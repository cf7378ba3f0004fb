"""The page behind an invitation's link, as the person sees it who was invited, and as others do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from rollout.accounts.models import Account
from rollout.kernel import clock
from tenants.members import actions
from tenants.members.models import Invitation, PartnerKind, Role
from tests import world, world_roster
from tests.crawl import masked
from tests.world import inside, sql


@pytest.fixture
def visitor(north, browser_of):
    return browser_of(None, north)


def signed_in(address, organisation):
    """A browser of an account that need not be a member."""
    return world.browser(Account.objects.for_address(address), organisation)


def rows(organisation, lead):
    with inside(organisation, lead, Role.ROLLOUT_LEAD):
        return sql("SELECT * FROM members_invitation ORDER BY id"), sql("SELECT count(*) FROM audit_event")


def test_looking_changes_nothing_however_often(north, visitor):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead)
    before = rows(north, lead)
    accounts = Account.objects.count()
    for ask in (visitor.get, visitor.head, visitor.get):
        assert ask(world_roster.link(invitation)).status_code == 200
    assert visitor.get(f"{world_roster.link(invitation)}accept/").status_code == 405
    assert (rows(north, lead), Account.objects.count()) == (before, accounts)


def test_the_page_says_who_asks_and_what_happens_next(north, visitor):
    lead = world.lead(north, "Lena Lead")
    partner = world.member(north, "Priya Professional")
    by_team = visitor.get(world_roster.link(world_roster.invited(north, lead))).content.decode()
    assert "The rollout team of Northmoor Hospitals Group invites you" in by_team
    assert "Lena" not in by_team
    assert "Ada" not in by_team
    invitation = world_roster.asked(north, partner, world.founded(north, partner, title="Secret letters"))
    by_partner = visitor.get(world_roster.link(invitation)).content.decode()
    assert "Priya Professional asks you to work together as a pair" in by_partner
    assert "You are not put in the organisation's list of people" in by_partner
    assert "Secret letters" not in by_partner
    with override("fr"):
        french = visitor.get(world_roster.link(invitation), headers={"accept-language": "fr"})
    assert french.status_code == 200


def test_continue_makes_the_account_and_leads_to_signing_in(north, visitor):
    invitation = world_roster.invited(north, world.lead(north))
    answer = visitor.post(f"{world_roster.link(invitation)}continue/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/enter/start/?next=%2Finvitations%2F{world_roster.token_of(invitation)}%2F"
    assert Account.objects.filter(email="ada@example.com").count() == 1
    assert visitor.post(f"{world_roster.link(invitation)}accept/")["Location"] == world_roster.link(invitation)


def test_accepting_lets_the_person_in(north):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead, roles=[Role.FINANCE])
    browser = signed_in(invitation.email, north)
    page = browser.get(world_roster.link(invitation)).content.decode()
    assert "Accept" in page
    assert "Not now" in page
    assert browser.get("/finance/").status_code == 404
    assert browser.post(f"{world_roster.link(invitation)}accept/")["Location"] == "/"
    assert browser.get("/finance/").status_code == 200
    assert browser.get(world_roster.link(invitation))["Location"] == "/"
    assert browser.post(f"{world_roster.link(invitation)}accept/")["Location"] == "/"


def test_not_now_stores_nothing(north):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead)
    before = rows(north, lead)
    answer = signed_in(invitation.email, north).get(f"{world_roster.link(invitation)}?not-now")
    assert "Nothing was kept" in answer.content.decode()
    assert rows(north, lead) == before


def test_a_partners_invitation_asks_what_describes_the_person_and_fits_the_side(north):
    partner = world.member(north, "Priya Professional")
    pair = world.founded(north, partner)
    invitation = world_roster.asked(north, partner, pair)
    browser = signed_in(invitation.email, north)
    page = browser.get(world_roster.link(invitation)).content.decode()
    assert "Carer" in page
    assert "Clinician" not in page
    accept = f"{world_roster.link(invitation)}accept/"
    for wrong in ({}, {"kind": PartnerKind.CLINICIAN}):
        answer = browser.post(accept, wrong)
        assert answer.status_code == 200
        assert "Choose what describes you" in answer.content.decode()
    assert browser.post(accept, {"kind": PartnerKind.CARER})["Location"] == "/"
    with inside(north, partner):
        assert sql("SELECT kind FROM pairs_seat WHERE side = 'citizen'") == [("carer",)]


def test_no_kind_is_asked_where_the_partner_chose_it(north):
    partner = world.member(north, "Priya Professional")
    invitation = world_roster.asked(north, partner, world.founded(north, partner), partner_kind=PartnerKind.VCSE_LEADER)
    browser = signed_in(invitation.email, north)
    assert "What describes you?" not in browser.get(world_roster.link(invitation)).content.decode()
    assert browser.post(f"{world_roster.link(invitation)}accept/")["Location"] == "/"


def test_another_address_learns_only_which_kind_of_address_is_needed(north):
    invitation = world_roster.invited(north, world.lead(north))
    browser = signed_in("sly.stranger@example.org", north)
    page = browser.get(world_roster.link(invitation)).content.decode()
    assert "a…@example.com" in page
    assert "ada@example.com" not in page
    assert "Sign out" in page
    answer = browser.post(f"{world_roster.link(invitation)}accept/", follow=True)
    assert "was sent to another e-mail address" in answer.content.decode()


def test_dead_links_say_one_sentence_and_name_nobody(north, visitor):
    lead = world.lead(north)
    with clock.at(clock.now() - timedelta(days=20)):
        expired = world_roster.invited(north, lead, "Eve Expired")
    used = world_roster.invited(north, lead, "Uma Used")
    world_roster.accepted(north, used)
    revoked = world_roster.invited(north, lead, "Rex Revoked")
    resent = world_roster.invited(north, lead, "Ria Resent")
    with inside(north, lead, Role.ROLLOUT_LEAD):
        actions.revoke(invitation=revoked, by=lead)
        actions.resend(invitation=Invitation.objects.get(pk=resent.pk), by=lead)
    stranger = signed_in("sly.stranger@example.org", north)
    for invitation, status, words in (
        (expired, 410, "has run out"),
        (used, 410, "has been used"),
        (revoked, 410, "was taken back"),
        (resent, 404, "a newer e-mail has replaced it"),
    ):
        for browser in (visitor, stranger):
            answer = browser.get(world_roster.link(invitation))
            text = answer.content.decode()
            assert (answer.status_code, words in text) == (status, True)
            for name in (invitation.name, invitation.email, "Lena"):
                assert name not in text
            assert 'href="/"' in text
    assert stranger.post(f"{world_roster.link(expired)}accept/").status_code == 410
    assert stranger.post("/invitations/0123456789abcdef/accept/").status_code == 404
    assert visitor.post(f"{world_roster.link(used)}continue/")["Location"] == world_roster.link(used)


def test_a_link_is_unknown_on_another_organisations_host(north, south, browser_of):
    invitation = world_roster.invited(north, world.lead(north))
    elsewhere = browser_of(None, south)
    assert elsewhere.get(world_roster.link(invitation)).status_code == 404
    nothing = f"/invitations/{'0' * 40}/"
    seen = [masked(elsewhere.get(link).content) for link in (nothing, world_roster.link(invitation))]
    assert seen[0] == seen[1].replace(world_roster.link(invitation).encode(), nothing.encode())
    assert elsewhere.post(f"{world_roster.link(invitation)}continue/")["Location"] == world_roster.link(invitation)
    assert not Account.objects.filter(email=invitation.email).exists()
    stranger = signed_in(invitation.email, south)
    assert stranger.post(f"{world_roster.link(invitation)}accept/").status_code == 404


def test_the_page_is_the_same_for_somebody_who_is_here_unlisted(north, visitor):
    _pair, _professional, citizen = world.hidden_pair(north)
    lead = world.lead(north)
    here = world_roster.invited(north, lead, email=Account.objects.get(pk=citizen.pk).email)
    nowhere = world_roster.invited(north, lead, email="nobody.yet@example.com")

    def bare(invitation):
        content = visitor.get(world_roster.link(invitation)).content.decode()
        token = world_roster.token_of(invitation)
        return [line for line in content.replace(token, "TOKEN").splitlines() if "csrf" not in line]

    assert bare(here) == bare(nowhere)
