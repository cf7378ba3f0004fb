"""A partner without an e-mail address: invited by letter, in by its code, back with a sheet, and mailed one day."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from rollout.accounts.models import Account, Session
from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.assistance import actions
from tenants.members import actions as members
from tenants.members import arriving
from tenants.members.models import Invitation, Member, Role
from tenants.members.tasks import token_of
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair, Seat
from tenants.projects.actions import shared_task
from tests import world
from tests.tenants.assistance.test_pages import printed
from tests.world import inside
from tests.world_accounts import BASE, Browser, signed_in
from tests.world_pairs import text_of

pytestmark = pytest.mark.django_db
PRINTED = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
HOST = "north.localhost"


@pytest.fixture
def founder(north):
    return world.member(north, "Finn Founder")


def by_letter(north, founder, name="Lea Letter"):
    """A pair, and the invitation to it that goes by letter."""
    pair = world.founded(north, founder)
    with inside(north, founder):
        invitation = pairs.invite_partner(
            pair=Pair.objects.get(pk=pair), name=name, email="", by_letter=True, language="en", by=founder
        )
    return pair, invitation


def nobody():
    return Client(HTTP_HOST=HOST, headers={"accept-language": "en"})


def test_the_whole_way(north, founder, browser_of):
    mine = browser_of(founder, north)
    invited = {"title": "Letters", "kind": "clinician", "name": "Lea Letter", "by_letter": "on", "language": "en"}
    page = mine.post("/pairs/new/", invited, follow=True)
    assert "Lea Letter is invited by letter." in text_of(page)
    assert "Send the e-mail again" not in text_of(page)
    assert not Job.objects.filter(kind="members.invitation_mail").exists()
    with inside(north, founder):
        invitation = Invitation.objects.get()
    made = mine.post(f"/pairs/{invitation.pair_id}/without-a-computer/letters/{invitation.pk}/")
    code = PRINTED.findall(printed(made))[0]

    browser = Browser()
    client = browser.on(HOST)
    landing = client.post("/letter/", {"code": code})["Location"]
    page = client.get(landing)
    assert "You need no e-mail address." in text_of(page)
    assert "What describes you?" in text_of(page)
    assert "Choose what describes you." in text_of(client.post(f"{landing}take-up/"))
    assert Account.objects.filter(email=None).count() == 0
    sheet = client.post(f"{landing}take-up/", {"kind": "patient"})
    assert "Print this sheet now" in text_of(sheet)
    account = Account.objects.get(email=None)
    session = Session.objects.get(account=account)
    assert (session.host, session.own_device) == (HOST, False)
    codes = list(dict.fromkeys(PRINTED.findall(text_of(sheet))))
    assert len(codes) == 10
    assert all(one in printed(client.post("/sheet/", {"codes": codes})) for one in codes)
    assert "Letters" in text_of(client.get("/pairs/"))
    assert "Your sheet of codes" in text_of(client.get("/profile/"))
    assert "no e-mail address here, so no e-mail comes" in text_of(client.get("/notifications/"))
    assert "Signs in with codes on paper" in text_of(mine.get(f"/pairs/{invitation.pair_id}/"))
    assert client.get(landing)["Location"] == "/"  # it is theirs

    client.post("/sign-out/")
    assert client.get("/pairs/").status_code == 302
    where, page = browser.follow(f"http://{HOST}/enter/start/?next=/pairs/")
    assert urlsplit(where).path == "/sign-in/"
    base, quiet = browser.on(BASE), unescape(re.search(r'href="(/sign-in/sheet/[^"]+)"', page.content.decode())[1])
    way_on = unescape(re.search(r'name="next" value="([^"]+)"', base.get(quiet).content.decode())[1])
    answer = base.post("/sign-in/sheet/", {"code": codes[0], "next": way_on})
    where, page = browser.follow(f"http://{BASE}{answer['Location']}")
    assert where == f"http://{HOST}/pairs/"
    assert "Letters" in text_of(page)
    other = Client(HTTP_HOST=BASE, headers={"accept-language": "en"})
    assert "opens nothing" in text_of(other.post("/sign-in/sheet/", {"code": codes[0]}))

    assert mail.outbox == []
    base.post("/email/change/", {"address": "lea@example.org"})
    fresh = re.search(r"^[A-Z]{4}-[A-Z]{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    base.post("/email/code/", {"code": fresh[0]})
    account.refresh_from_db()
    assert account.email == "lea@example.org"
    assert "opens nothing" in text_of(other.post("/sign-in/sheet/", {"code": codes[1]}))
    assert "Signs in as lea@example.org" in text_of(mine.get(f"/pairs/{invitation.pair_id}/"))


def test_an_address_or_a_letter_and_not_both(north, founder, browser_of):
    pair = world.founded(north, founder)
    mine, path = browser_of(founder, north), f"/pairs/{pair}/invite/"
    said = {"name": "Lea", "language": "en"}
    assert "or tick that they have none" in text_of(mine.post(path, said))
    assert "Not both." in text_of(mine.post(path, {**said, "email": "lea@example.org", "by_letter": "on"}))
    with inside(north, founder):
        assert not Invitation.objects.exists()
    assert "Now print the letter." in text_of(mine.post(path, {**said, "by_letter": "on"}, follow=True))
    with inside(north, founder):
        invitation = Invitation.objects.get()
        with pytest.raises(DomainError, match="goes_by_letter"):
            members.resend(invitation=invitation, by=founder)
    assert not Job.objects.filter(kind="members.invitation_mail").exists()


def test_offices_are_invited_by_an_address_alone_and_held_with_one(north):
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD), pytest.raises(IntegrityError), transaction.atomic():
        members.invite(name="Nora", email="", by=lead)
    listed = world.member(north, "Lisa Listed")
    Account.objects.filter(pk=listed.pk).update(email=None, number="ABCDEFGH")
    with inside(north, lead, Role.ROLLOUT_LEAD), pytest.raises(DomainError, match="no_address"):
        members.grant_office(member=listed, role=Role.FINANCE, by=lead)
    page = world.browser(lead, north).post(f"/people/{listed.pk}/give-office/", {"role": "finance"})
    assert "Ask the person to add one to their account first." in text_of(page)


def test_whoever_is_signed_in_takes_it_up_with_their_own_account(north, founder):
    _pair, invitation = by_letter(north, founder)
    stranger = world.account("Stella Stranger")
    client = signed_in(stranger, HOST)
    landing = f"/invitations/{token_of(invitation)}/"
    assert "If you accept, you can start at once." in text_of(client.get(landing))
    assert client.post(f"{landing}take-up/", {"kind": "patient"})["Location"] == landing
    client.post(f"{landing}accept/", {"kind": "patient"})
    with inside(north, stranger.pk):
        assert Seat.objects.filter(member_id=stranger.pk).exists()
    assert not Account.objects.filter(email=None).exists()


def test_a_mailed_invitation_is_taken_up_by_nobody_who_has_no_address(north, founder):
    pair = world.founded(north, founder)
    with inside(north, founder):
        invitation = pairs.invite_partner(
            pair=Pair.objects.get(pk=pair), name="Max", email="max@example.org", by=founder
        )
    landing = f"/invitations/{token_of(invitation)}/"
    assert nobody().post(f"{landing}take-up/", {"kind": "patient"})["Location"] == landing
    paper = Account.objects.without_address()
    client = signed_in(paper, HOST)
    assert "This invitation is for the address" in text_of(client.get(landing))
    answer = client.post(f"{landing}accept/", {"kind": "patient"}, follow=True)
    assert "sent to another e-mail address" in text_of(answer)
    with inside(north, founder):
        invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_what_is_over_makes_no_account(north, founder):
    with clock.at(clock.now() - timedelta(days=15)):
        _pair, old = by_letter(north, founder)
    with pytest.raises(DomainError, match="expired"):
        arriving.take_up(organisation=north, token=token_of(old), partner_kind="patient")
    _pair, invitation = by_letter(north, founder)
    token = token_of(invitation)
    with pytest.raises(DomainError, match="kind_missing"):
        arriving.take_up(organisation=north, token=token, partner_kind="clinician")
    with inside(north, founder):
        members.revoke(invitation=invitation, by=founder)
    answer = nobody().post(f"/invitations/{token}/take-up/", {"kind": "patient"}, follow=True)
    assert "This invitation was taken back." in text_of(answer)
    assert nobody().post("/invitations/unknown/take-up/", {"kind": "patient"})["Location"] == "/invitations/unknown/"
    assert not Account.objects.filter(email=None).exists()


def test_whoever_has_an_account_signs_in_first_and_makes_none(north, founder):
    _pair, invitation = by_letter(north, founder)
    landing = f"/invitations/{token_of(invitation)}/"
    known = Account.objects.count()
    answer = nobody().post(f"{landing}continue/")
    assert answer["Location"].startswith("/enter/start/?next=")
    assert Account.objects.count() == known


def test_own_device_notices_before_the_first_key_and_no_e_mail_of_any_kind(north, founder, browser_of):
    pair, invitation = by_letter(north, founder)
    client = nobody()
    client.post(f"/invitations/{token_of(invitation)}/take-up/", {"kind": "patient", "own_device": "on"})
    account = Account.objects.get(email=None)
    assert Session.objects.get(account=account).own_device
    with inside(north, account.pk):
        person, found = Member.objects.get(pk=account.pk), Pair.objects.get(pk=pair)
        task = shared_task.write(pair=found, text="We write letters", by=person)
    answer = client.post(f"/pairs/{pair}/shared-task/sign/", {"shown": task.content_hash})
    assert answer["Location"].startswith("/notices/")
    answer = client.post("/notices/", {"privacy": "on", "terms": "on"}, follow=True)
    assert "Thank you. You can sign now." in text_of(answer)
    work.run_until_empty()
    assert not Job.objects.exclude(state=Job.State.DONE).exists()
    assert mail.outbox == []


def test_somebody_without_an_address_is_helped_as_everybody_is(north, founder):
    pair, invitation = by_letter(north, founder)
    account = arriving.take_up(organisation=north, token=token_of(invitation), partner_kind="patient")
    helper = world.member(north, "Hal Helper", Role.FACILITATOR)
    with inside(north, account.pk):
        person = Member.objects.get(pk=account.pk)
        actions.name_helper(pair=Pair.objects.get(pk=pair), helper=helper, by=person)
        seat = Seat.objects.get(member=person)
    with inside(north, helper):
        assert actions.start(seat_id=seat.pk, confidential=True, by=helper).person_id == account.pk
    with inside(north, account.pk):
        actions.recognise(by=person)  # finds nobody who was named by an address
