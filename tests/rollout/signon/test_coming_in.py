"""Signing in through an organisation's own service: what it opens, and what it never opens."""

from __future__ import annotations

import pytest
from django.core import mail

from rollout.accounts.models import Account, EntryCode, Session
from rollout.accounts.sessions import PROVED, SECOND_FACTOR
from rollout.audit.models import Event
from rollout.kernel.errors import NotPermitted
from rollout.organisations.models import Organisation
from rollout.signon import actions
from rollout.signon.models import Connection, SignInService
from tenants.members.models import Role
from tests import world
from tests.rollout.identity.test_factors import with_app
from tests.rollout.signon.service import SECRET
from tests.world_accounts import BASE, Browser, operator, signed_in
from tests.world_signon import code_in_letter, come_back, come_in, connect, details, is_inside, set_off

NORTH, SOUTH = "north.localhost", "south.localhost"


def account_of(member) -> Account:
    return Account.objects.get(pk=member.pk)


@pytest.fixture
def petra(north):
    return account_of(world.member(north, "Petra Partner"))


def test_the_first_time_with_a_code_and_then_without(north, norths, service, petra):
    browser = Browser()
    answer = connect(browser, service, petra.email)
    url, page = browser.follow(answer["Location"])
    assert (url, page.status_code) == (f"http://{NORTH}/notices/", 200)
    session = Session.objects.get(account=petra)
    assert (session.host, session.parent, session.through, session.second_factor_at) == (NORTH, "", norths.pk, None)
    assert mail.outbox[-1].to == [petra.email]
    assert "Northmoor account" in mail.outbox[-1].body
    kept = Connection.objects.get()
    assert (kept.issuer, kept.subject, kept.account) == (service.issuer, "person-1", petra)
    acts = [event.action for event in Event.objects.all()][:2]
    assert acts == ["account.signed_in", "account.connected"]
    letters = len(mail.outbox)
    again = Browser()
    url, page = again.follow(come_in(again, service, petra.email)["Location"])
    assert (url, page.status_code) == (f"http://{NORTH}/notices/", 200)
    assert len(mail.outbox) == letters


def test_its_session_opens_its_organisation_and_nothing_else(north, south, norths, service):
    member = world.member(north, "Petra Partner")
    account = account_of(member)
    Account.objects.filter(pk=account.pk).update(is_operator=True)
    browser = Browser()
    browser.follow(connect(browser, service, account.email)["Location"])
    assert is_inside(browser, NORTH)
    assert not is_inside(browser, BASE)
    for path in ("/sessions/", "/factors/", "/email/", "/connections/", "/operator/", "/email/change/"):
        assert browser.on(BASE).get(path).status_code in (302, 404), path
    url, _page = browser.follow(f"http://{SOUTH}/enter/start/?next=/notices/")
    assert url.startswith(f"http://{BASE}/sign-in/")
    assert not is_inside(browser, SOUTH)
    assert browser.on(NORTH).session[PROVED] is None
    browser.sign_in(account)  # a code of one's own opens the others
    assert browser.follow(f"http://{SOUTH}/enter/start/?next=/notices/")[0] == f"http://{SOUTH}/notices/"


def test_a_service_never_opens_another_organisation(north, south, norths, souths, service, petra):
    browser = Browser()
    connect(browser, service, petra.email)
    # The same server and the same name there, asked by another organisation, are nobody.
    other = Browser()
    answer = come_back(other, service.visit(set_off(other, SOUTH), petra.email))
    assert answer["Location"] == "/sign-in/with/south/code/"
    assert not EntryCode.objects.filter(host=SOUTH).exists()
    # Neither does a door of another organisation under its own address.
    door = f"/enter/?host={SOUTH}&state={'0' * 64}&next=/"
    third = Browser()
    assert third.on(BASE).get("/sign-in/with/north/", {"next": door})["Location"] == f"http://{NORTH}/enter/start/"
    with pytest.raises(Exception, match="other_organisation"):
        actions.let_in(
            connection=Connection.objects.get(),
            door=actions.queries.Doorway(SOUTH, "0" * 64, "/"),
            strong=True,
        )


def test_a_service_cannot_connect_somebody_without_their_own_code(north, norths, service, petra):
    browser = Browser()
    answer = come_in(browser, service, petra.email)
    assert mail.outbox[-1].to == [petra.email]
    page = browser.on(BASE).get(answer["Location"]).content.decode()
    assert "could come in here as you and read what you read" in page
    for _try in range(5):
        assert browser.on(BASE).post(answer["Location"], {"code": "BBBB-BBBB"}).status_code == 200
    assert browser.on(BASE).post(answer["Location"], {"code": code_in_letter()})["Location"] == "/sign-in/?over=1"
    assert not Connection.objects.exists()
    assert not Session.objects.filter(account=petra).exists()


def test_the_code_belongs_to_the_browser_that_asked(north, norths, service, petra):
    mine, theirs = Browser(), Browser()
    answer = come_in(mine, service, petra.email)
    code = code_in_letter()
    come_in(theirs, service, "somebody.else@example.org")
    theirs.on(BASE).post(answer["Location"], {"code": code})
    assert not Connection.objects.exists()
    mine.on(BASE).post(answer["Location"], {"code": code})
    assert Connection.objects.get().account == petra
    assert mine.on(BASE).post(answer["Location"], {"code": code})["Location"] == "/sign-in/?over=1"


def test_who_is_signed_in_with_a_code_needs_no_second_one(north, norths, service, petra):
    browser = Browser()
    way = set_off(browser)
    browser.sign_in(petra)
    mail.outbox.clear()
    answer = come_back(browser, service.visit(way, petra.email))
    assert answer["Location"].startswith(f"http://{NORTH}/enter/finish/")
    assert Connection.objects.get().account == petra
    assert [letter.subject for letter in mail.outbox] == ["Your account was connected"]


def test_a_session_of_somebody_else_proves_nothing(north, norths, service, petra):
    browser = Browser()
    way = set_off(browser)
    browser.sign_in(world.account("Mallory"))
    assert come_back(browser, service.visit(way, petra.email))["Location"] == "/sign-in/with/north/code/"
    assert not Connection.objects.exists()


def test_a_person_is_known_by_issuer_and_subject_and_not_by_address(north, norths, service, petra):
    connect(Browser(), service, petra.email)
    Account.objects.filter(pk=petra.pk).update(email="new.petra@example.org")
    Account.objects.for_address(petra.email)  # somebody else has the address now
    browser = Browser()
    browser.follow(come_in(browser, service, petra.email)["Location"])
    assert Session.objects.get(host=NORTH).account_id == petra.pk
    # Another name at the service with the same address is not the same person.
    other = Browser()
    service.claims = {}
    assert come_in(other, service, petra.email, sub="person-2")["Location"] == "/sign-in/with/north/code/"


def test_a_closed_account_does_not_come_in(north, norths, service, petra):
    connect(Browser(), service, petra.email)
    Account.objects.filter(pk=petra.pk).update(is_active=False)
    browser = Browser()
    answer = come_in(browser, service, petra.email)
    assert answer["Location"] == "/sign-in/with/north/code/"
    assert mail.outbox[-1].subject == "Your account was connected"  # and no code after that
    assert not Session.objects.filter(account=petra).exists()


def test_an_account_that_is_closed_before_the_code_is_typed_does_not_come_in(north, norths, service, petra):
    browser = Browser()
    answer = come_in(browser, service, petra.email)
    Account.objects.filter(pk=petra.pk).update(is_active=False)
    typed = browser.on(BASE).post(answer["Location"], {"code": code_in_letter()})
    assert "not the code" in typed.content.decode()
    assert not Connection.objects.exists()


# The second factor


@pytest.mark.parametrize(
    ("vouches", "acr", "claims", "strong"),
    [
        (False, "", {"amr": ["mfa"]}, False),
        (True, "", {}, False),
        (True, "", {"amr": ["pwd"]}, False),
        (True, "", {"amr": "mfa"}, False),
        (True, "", {"amr": ["pwd", "mfa"]}, True),
        (True, "urn:strong", {"acr": "urn:weak", "amr": ["mfa"]}, False),
        (True, "urn:strong", {"acr": "urn:strong"}, True),
    ],
)
def test_its_word_counts_as_second_factor_only_when_the_organisation_and_the_answer_say_so(
    north, service, vouches, acr, claims, strong
):
    actions.configure(
        organisation=north, details=details(service.issuer, vouches=vouches, strong_acr=acr), by=operator()
    )
    sponsor = account_of(world.member(north, "Sol Sponsor", Role.SPONSOR))
    browser = Browser()
    browser.follow(connect(browser, service, sponsor.email, **claims)["Location"])
    assert bool(browser.on(NORTH).session[SECOND_FACTOR]) is strong
    page = browser.on(NORTH).get("/report/")
    assert (page.status_code == 200) is strong
    if not strong:
        assert page["Location"].startswith("/enter/start/?strong=1")


def test_whoever_has_a_second_factor_of_their_own_is_asked_for_it(north, service, petra):
    actions.configure(organisation=north, details=details(service.issuer, vouches=True), by=operator())
    connect(Browser(), service, petra.email)
    with_app(petra, signed_in(petra))
    service.claims = {}
    answer = come_in(Browser(), service, petra.email, amr=["mfa"])
    assert answer.status_code == 200
    assert "Northmoor account alone does not open it" in answer.content.decode()
    assert "/sign-in/?next=" in answer.content.decode()
    assert EntryCode.objects.filter(account=petra).count() == 1  # that of the first time


# Ending it


def test_a_person_sees_and_ends_a_connection(north, norths, service, petra):
    browser = Browser()
    browser.follow(connect(browser, service, petra.email)["Location"])
    client, other = signed_in(petra), signed_in(world.account("Bea"))
    kept = Connection.objects.get()
    page = client.get("/connections/").content.decode()
    assert "Northmoor account" in page
    assert "You have connected nothing." in other.get("/connections/").content.decode()
    assert other.post(f"/connections/{kept.pk}/end/").status_code == 404
    assert client.post(f"/connections/{kept.pk}/end/")["Location"] == "/connections/"
    assert not is_inside(browser, NORTH)
    assert Event.objects.first().action == "account.disconnected"
    assert come_in(Browser(), service, petra.email)["Location"] == "/sign-in/with/north/code/"


@pytest.mark.parametrize("change", [{"is_on": False}, {"domains": ["example.net"]}, {"client_id": "other"}])
def test_whatever_an_operator_changes_signs_out_who_came_through_it(north, norths, service, petra, change):
    browser = Browser()
    browser.follow(connect(browser, service, petra.email)["Location"])
    by_code = signed_in(petra, NORTH)
    actions.configure(organisation=north, details=details(service.issuer, **change), by=operator())
    assert not is_inside(browser, NORTH)
    assert by_code.get("/notices/").status_code == 200
    assert Connection.objects.count() == 1


def test_another_issuer_knows_nobody(north, norths, service, petra):
    connect(Browser(), service, petra.email)
    SignInService.objects.update(issuer="http://127.0.0.1:1/old")
    actions.configure(organisation=north, details=details(service.issuer), by=operator())
    assert not Connection.objects.exists()


def test_a_service_that_is_off_or_of_a_suspended_organisation_is_not_there(north, norths, service):
    door = f"/enter/?host={NORTH}&state={'0' * 64}&next=/"
    assert "/sign-in/with/north/" in Browser().on(BASE).get("/sign-in/", {"next": door}).content.decode()
    assert "/sign-in/with/" not in Browser().on(BASE).get("/sign-in/").content.decode()
    Organisation.objects.filter(pk=north.pk).update(status=Organisation.Status.SUSPENDED)
    assert Browser().on(BASE).get("/sign-in/with/north/", {"next": door}).status_code == 404
    Organisation.objects.filter(pk=north.pk).update(status=Organisation.Status.ACTIVE)
    SignInService.objects.update(is_on=False)
    for path in ("/sign-in/with/north/", "/sign-in/with/north/return/", "/sign-in/with/south/"):
        assert Browser().on(BASE).get(path, {"next": door}).status_code == 404
    assert "/sign-in/with/" not in Browser().on(BASE).get("/sign-in/", {"next": door}).content.decode()


# The operator's page


def typed(service, **more):
    return {
        "name": "Northmoor account", "issuer": service.issuer, "client_id": "pairs", "client_secret": SECRET,
        "domains": "Example.org, example.net", "hosts": "", "is_on": "on", **more,
    }  # fmt: skip


def test_an_operator_writes_it_down_and_the_secret_is_sealed(north, service):
    client = signed_in(operator())
    page = client.get("/operator/north/sign-in/").content.decode()
    assert f"http://{BASE}/sign-in/with/north/return/" in page
    assert client.post("/operator/north/sign-in/", typed(service))["Location"] == "/operator/"
    kept = SignInService.objects.get()
    assert kept.domains == ["example.net", "example.org"]
    assert SECRET not in kept.client_secret
    assert Event.objects.first().action == "organisation.sign_in_service_set"
    assert SECRET not in str(Event.objects.first().detail)
    page = client.get("/operator/north/sign-in/").content.decode()
    assert SECRET not in page
    assert kept.client_secret not in page
    sealed = kept.client_secret
    client.post("/operator/north/sign-in/", typed(service, client_secret="", vouches="on"))
    kept.refresh_from_db()
    assert (kept.client_secret, kept.vouches) == (sealed, True)
    client.post("/operator/north/sign-in/remove/")
    assert not SignInService.objects.exists()
    assert client.post("/operator/north/sign-in/remove/")["Location"] == "/operator/"
    assert Event.objects.filter(action="organisation.sign_in_service_removed").count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Give the name that people know."),
        ({"issuer": ""}, "Give the address of the issuer."),
        ({"issuer": "ftp://example.org"}, "Write an address that starts with https."),
        ({"issuer": "https://user@example.org"}, "Write an address that starts with https."),
        ({"issuer": "https://example.org/?a=b"}, "Write an address that starts with https."),
        ({"issuer": "https://"}, "Write an address that starts with https."),
        ({"client_id": ""}, "Give the client id."),
        ({"client_secret": ""}, "Give the client secret."),
        ({"domains": ""}, "Give at least one domain."),
        ({"domains": "@example.org"}, "Write names like example.org"),
        ({"hosts": "https://example.org"}, "Write names like example.org"),
        ({"issuer": "http://127.0.0.1:1"}, "unreachable"),
    ],
)
def test_an_operator_is_told_what_is_wrong(north, service, wrong, sentence):
    answer = signed_in(operator()).post("/operator/north/sign-in/", typed(service, **wrong))
    assert sentence in answer.content.decode()
    assert not SignInService.objects.exists()


def test_nobody_but_an_operator_writes_one_down(north, service):
    lead = account_of(world.lead(north))
    for by in (lead, world.account("Ada")):
        assert signed_in(by).get("/operator/north/sign-in/").status_code == 404
        assert signed_in(by).post("/operator/north/sign-in/", typed(service)).status_code == 404
        with pytest.raises(NotPermitted):
            actions.configure(organisation=north, details=details(service.issuer), by=by)
        with pytest.raises(NotPermitted):
            actions.remove(organisation=north, by=by)
    assert not SignInService.objects.exists()


def test_nobody_connects_or_disconnects_for_another(north, norths, service, petra):
    other = world.account("Mallory")
    with pytest.raises(NotPermitted):
        actions.connect(service=norths, subject="x", account=petra, by=other)
    kept = actions.connect(service=norths, subject="x", account=petra, by=petra)
    with pytest.raises(NotPermitted):
        actions.disconnect(connection=kept, by=other)
