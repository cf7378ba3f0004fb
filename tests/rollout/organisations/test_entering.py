"""From the sign-in host into an organisation and back."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from rollout.accounts.models import Account, EntryCode, Session
from rollout.accounts.sessions import hashed
from rollout.accounts.ways import local_path
from rollout.organisations.views.entering import STATE_COOKIE, way_inside
from tenants.members.models import Role
from tests import world
from tests.world_accounts import BASE, Browser, ask_for_code, newest_code

NORTH = "north.localhost"
COOKIE = settings.SESSION_COOKIE_NAME

ELSEWHERE = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "https:evil.example", "https:/evil.example", "https://evil.example", "http://evil.example/pairs/",
    "HTTPS://EVIL.example", "ftp://evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    "vbscript:x", "mailto:a@evil.example", "evil.example", "evil.example/pairs/", "@evil.example", " //evil.example",
    "\t//evil.example", "\n//evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
    "/%0d%0aLocation:%20https://evil.example", "%0d%0aLocation: x", "/pairs/%0d%0aSet-Cookie:x=1", "/%5cevil.example",
    "/%5Cevil.example", "/%2fevil.example", "/%2Fevil.example", "%2f%2fevil.example", "/%09/evil.example",
    "//evil.example/%2f..", "///", "//", "", "?next=//evil.example", "#//evil.example", "/\x00", "/%00", "/\x7f",
    "/\u0085", "http:///evil.example", "//[::1]/", "https://north.localhost@evil.example", "//north.localhost/",
    "http://south.localhost/pairs/", "/" + "a" * 3000,
]  # fmt: skip


@pytest.fixture
def partner(north):
    return world.member(north, "Priya Professional")


def account_of(member) -> Account:
    return Account.objects.get(pk=member.pk)


def inside(browser: Browser, host: str = NORTH) -> bool:
    return "_auth_user_id" in browser.on(host).session


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_a_way_on_never_leads_elsewhere(wanted):
    assert local_path(wanted) == "/"
    assert way_inside(wanted) == "/"


@pytest.mark.parametrize("wanted", ["/pairs/", "/pairs/?a=b&c=%C3%A9", "/report/#figures", "/a/b:c/"])
def test_a_path_of_this_host_is_kept(wanted):
    assert local_path(wanted) == wanted


@pytest.mark.parametrize("wanted", ["/enter/start/?next=/", "/enter/finish/?code=x", "/sign-out/"])
def test_the_door_itself_is_no_goal(wanted):
    assert way_inside(wanted) == "/"


def test_one_code_is_typed_for_all_organisations(north, partner):
    browser = Browser()
    url, page = browser.follow(f"http://{NORTH}/accessibility-of-something/?x=1")
    assert page.status_code == 404
    url, page = browser.follow(f"http://{NORTH}/enter/start/?next=/notices/%3Fa%3Db")
    assert urlsplit(url).netloc == BASE
    way_back = parse_qs(urlsplit(url).query)["next"][0]
    ask_for_code(browser.on(BASE), account_of(partner).email, way_back)
    answer = browser.on(BASE).post("/sign-in/code/", {"code": newest_code(), "next": way_back})
    url, page = browser.follow(f"http://{BASE}{answer['Location']}")
    assert url == f"http://{NORTH}/notices/?a=b"
    assert page.status_code == 200
    assert inside(browser)
    rows = {row.host: row for row in Session.objects.filter(account_id=partner.pk)}
    assert rows[NORTH].parent == rows[BASE].session_key
    assert rows[NORTH].started_at == rows[BASE].started_at
    assert STATE_COOKIE not in {name for name, morsel in browser.on(NORTH).cookies.items() if morsel.value}


def test_no_way_through_the_door_leads_elsewhere(north):
    browser = Browser()
    browser.sign_in(world.account("Ada"))
    for wanted in ELSEWHERE:
        door = browser.on(NORTH).get("/enter/start/", {"next": wanted})["Location"]
        assert urlsplit(door).netloc == BASE
        back = browser.get(door)["Location"]
        assert urlsplit(back).netloc == NORTH
        assert browser.get(back)["Location"] == "/"


@pytest.mark.django_db
def test_signing_in_never_leads_elsewhere():
    browser = Browser()
    browser.sign_in(world.account("Ada"))
    for wanted in ELSEWHERE:
        for path in ("/sign-in/", "/sign-in/code/"):
            assert browser.on(BASE).get(path, {"next": wanted})["Location"] == "/"
        assert browser.on(BASE).post("/language/", {"language": "en", "next": wanted})["Location"] == "/"
    assert Browser().sign_in(world.account("Bea"), next_path="//evil.example")["Location"] == "/"


def at_the_door(browser: Browser, next_path: str = "/notices/") -> str:
    """The address with the code, not opened yet."""
    door = browser.on(NORTH).get("/enter/start/", {"next": next_path})["Location"]
    return browser.get(door)["Location"]


def refused(answer) -> bool:
    page = answer.content.decode()
    return answer.status_code == 400 and "does not work any more" in page and "/enter/start/?next=%2Fnotices%2F" in page


@pytest.fixture
def browser(north, partner):
    browser = Browser()
    browser.sign_in(account_of(partner))
    return browser


def test_a_code_opens_once(browser):
    address = at_the_door(browser)
    assert browser.get(address)["Location"] == "/notices/"
    state = browser.on(NORTH).cookies[STATE_COOKIE].value
    assert state == ""
    assert refused(browser.get(address))


def test_the_table_knows_the_code_s_hash_only(browser):
    code = parse_qs(urlsplit(at_the_door(browser)).query)["code"][0]
    row = EntryCode.objects.get()
    assert code not in {row.hash, row.state_hash, row.host}
    assert row.expires_at - timezone.now() <= timedelta(seconds=60)


def test_a_code_is_for_the_browser_that_stood_at_the_door(browser):
    address = at_the_door(browser)
    other = Browser()
    other.on(NORTH).get("/enter/start/")
    assert refused(other.get(address))
    assert refused(Browser().get(address))
    assert browser.get(address).status_code == 302


def test_a_code_is_for_one_host(browser, south):
    address = at_the_door(browser)
    browser.on("south.localhost").cookies[STATE_COOKIE] = browser.on(NORTH).cookies[STATE_COOKIE].value
    assert refused(browser.get(address.replace(NORTH, "south.localhost")))
    assert not inside(browser, "south.localhost")


def test_a_code_ends_after_a_minute(browser):
    address = at_the_door(browser)
    EntryCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(browser.get(address))


def test_a_code_of_an_account_closed_meanwhile(browser, partner):
    address = at_the_door(browser)
    Account.objects.filter(pk=partner.pk).update(is_active=False)
    assert refused(browser.get(address))


@pytest.mark.parametrize("code", ["", "x", "\x00", "é" * 50, "a" * 5000])
def test_a_made_up_code_gets_a_sentence_and_a_way_on(browser, code):
    assert refused(browser.on(NORTH).get("/enter/finish/", {"code": code, "next": "/notices/"}))


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost", "north.localhost.evil.example", "north.localhost@evil.example",
             "//evil.example", "evil.example/north.localhost", "nørth.localhost"]
)  # fmt: skip
def test_only_organisations_hosts_have_a_door(browser, host):
    answer = browser.on(BASE).get("/enter/", {"host": host, "state": "0" * 64, "next": "/"})
    assert answer.status_code == 400
    assert "Try again" in answer.content.decode()
    assert not EntryCode.objects.exists()


@pytest.mark.parametrize("state", ["", "x", "0" * 63, "g" * 64, "0" * 65])
def test_the_door_wants_a_state(browser, state):
    assert browser.on(BASE).get("/enter/", {"host": NORTH, "state": state}).status_code == 400


def test_entering_gives_a_new_key(browser):
    browser.follow(f"http://{NORTH}/enter/start/?next=/notices/")
    first = browser.on(NORTH).cookies[COOKIE].value
    browser.follow(f"http://{NORTH}/enter/start/?next=/notices/")
    assert browser.on(NORTH).cookies[COOKIE].value != first
    assert Session.objects.filter(host=NORTH).count() == 1


def test_two_tabs_enter_side_by_side(browser):
    one, two = at_the_door(browser), at_the_door(browser)
    state = browser.on(NORTH).cookies[STATE_COOKIE].value
    assert browser.get(one).status_code == 302
    browser.on(NORTH).cookies[STATE_COOKIE] = state
    assert browser.get(two).status_code == 302


def test_the_profile_s_language_comes_along(browser, partner):
    Account.objects.filter(pk=partner.pk).update(language="fr")
    browser.follow(f"http://{NORTH}/enter/start/?next=/notices/")
    assert browser.on(NORTH).cookies[settings.LANGUAGE_COOKIE_NAME].value == "fr"


# The first page of an organisation's host


def first_page(member, organisation, browser_of) -> str:
    return browser_of(member, organisation).get("/").get("Location", "")


def test_a_stranger_is_sent_to_sign_in(north, browser_of):
    assert first_page(None, north, browser_of) == "/enter/start/"


def test_offices_decide_the_first_page_and_seats_do_not(north, browser_of):
    lead, sponsor = world.lead(north), world.member(north, "Sven Sponsor", Role.SPONSOR)
    pair = world.founded(north, lead)
    world.joined(north, pair, lead, "Cora Citizen")
    plain = world.member(north, "Petra Partner")
    assert first_page(lead, north, browser_of) == "/rollout/"
    assert first_page(sponsor, north, browser_of) == "/report/"
    assert first_page(plain, north, browser_of) == "/pairs/"


def test_somebody_who_is_no_member_gets_ways_on(north, south, browser_of, partner):
    answer = browser_of(partner, south).get("/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f"You are signed in as {account_of(partner).email}, but you are not a member of {south.name}" in page
    assert 'action="/sign-out/"' in page


# How long it lasts


def back_at(browser: Browser, path: str = "/notices/") -> str:
    """Where a page of the organisation ends up now: the host on which the browser stands."""
    url, _page = browser.follow(f"http://{NORTH}{path}")
    return urlsplit(url).netloc


def age(member, **passed) -> None:
    moment = timezone.now() - timedelta(**passed)
    Session.objects.filter(account_id=member.pk).update(started_at=moment, seen_at=moment)


def away(member, **passed) -> None:
    Session.objects.filter(account_id=member.pk).update(seen_at=timezone.now() - timedelta(**passed))


def entered(member, **options) -> Browser:
    browser = Browser()
    browser.sign_in(account_of(member), **options)
    assert back_at(browser) == NORTH
    return browser


def test_a_partner_may_be_away_for_hours(north, partner):
    browser = entered(partner)
    age(partner, hours=11, minutes=50)
    assert back_at(browser) == NORTH
    age(partner, hours=12, minutes=1)
    assert back_at(browser) == BASE
    assert not Session.objects.filter(account_id=partner.pk).exists()


def test_a_partner_s_own_device_stays_for_thirty_days(north, partner):
    browser = entered(partner, own_device=True)
    age(partner, days=29)
    assert back_at(browser) == NORTH
    age(partner, days=30, minutes=1)
    assert back_at(browser) == BASE


@pytest.mark.parametrize("own_device", [False, True])
def test_an_office_ends_after_half_an_hour_away(north, own_device):
    sponsor = world.member(north, "Sven Sponsor", Role.SPONSOR)
    browser = entered(sponsor, own_device=own_device)
    away(sponsor, minutes=29)
    assert back_at(browser) == NORTH
    away(sponsor, minutes=31)
    assert back_at(browser) == BASE, "the sign-in host does not let somebody back in who was away"


def test_an_office_ends_after_eight_hours(north):
    sponsor = world.member(north, "Sven Sponsor", Role.SPONSOR)
    browser = entered(sponsor)
    Session.objects.filter(account_id=sponsor.pk).update(started_at=timezone.now() - timedelta(hours=8, minutes=1))
    assert back_at(browser) == BASE


def test_losing_the_organisation_s_cookie_is_no_way_around(north):
    sponsor = world.member(north, "Sven Sponsor", Role.SPONSOR)
    browser = entered(sponsor)
    browser.on(NORTH).cookies.clear()
    away(sponsor, minutes=31)
    assert back_at(browser) == BASE


def test_an_office_given_later_shortens_the_session_at_once(north, partner):
    browser = entered(partner)
    assert not Session.objects.get(host=NORTH, account_id=partner.pk).office
    Session.objects.filter(host=NORTH, account_id=partner.pk).update(office=True)
    away(partner, minutes=31)
    assert back_at(browser) == BASE


# Leaving


def test_signing_out_leaves_no_way_back_in(north, partner):
    browser = entered(partner)
    kept = browser.on(NORTH).cookies[COOKIE].value
    answer = browser.on(NORTH).post("/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert back_at(browser) == BASE
    browser.on(NORTH).cookies[COOKIE] = kept
    assert back_at(browser) == BASE


def test_signing_out_offers_to_end_everything(north, partner):
    phone, ward = entered(partner), entered(partner)
    page = ward.on(NORTH).post("/sign-out/").content.decode()
    assert back_at(phone) == NORTH
    token = page.split('name="token" value="')[1].split('"')[0]
    ward.on(NORTH).post("/sign-out/everywhere/", {"token": token})
    assert not Session.objects.filter(account_id=partner.pk).exists()
    assert back_at(phone) == BASE


@pytest.mark.parametrize("token", ["", "x", "x:y:z"])
def test_ending_everything_needs_the_offer(north, partner, token):
    browser = entered(partner)
    browser.on(NORTH).post("/sign-out/everywhere/", {"token": token})
    assert back_at(browser) == NORTH


def test_asking_for_the_sign_out_page_ends_nothing(north, partner):
    browser = entered(partner)
    assert "Sign out everywhere" in browser.on(NORTH).get("/sign-out/").content.decode()
    assert back_at(browser) == NORTH


def test_signing_out_of_the_sign_in_host_ends_what_it_opened(north, partner):
    browser = entered(partner)
    browser.on(BASE).post("/sign-out/")
    assert not Session.objects.filter(account_id=partner.pk).exists()


def test_a_suspended_account_is_nobody(north, partner):
    browser = entered(partner)
    Account.objects.filter(pk=partner.pk).update(is_active=False)
    assert back_at(browser) == BASE
    assert browser.on(BASE).get("/sessions/").status_code == 302


# One's own sessions


def test_my_sessions_can_be_seen_and_ended(north, partner):
    phone, desk = entered(partner), entered(partner)
    page = desk.on(BASE).get("/sessions/").content.decode()
    assert page.count("This browser") == 1
    row = Session.objects.get(host=NORTH, session_key=hashed(phone.on(NORTH).cookies[COOKIE].value))
    assert desk.on(BASE).post(f"/sessions/{row.pk}/end/")["Location"] == "/sessions/"
    assert not Session.objects.filter(pk=row.pk).exists()
    desk.on(BASE).post("/sessions/end-others/")
    assert [row.host for row in Session.objects.filter(account_id=partner.pk)] == [BASE]
    assert desk.on(BASE).get("/sessions/").status_code == 200


def test_another_s_session_does_not_exist(north, partner):
    mine, other = entered(partner), entered(world.member(north, "Olga Other"))
    theirs = Session.objects.exclude(account_id=partner.pk).filter(host=NORTH).get()
    hidden = mine.on(BASE).post(f"/sessions/{theirs.pk}/end/")
    missing = mine.on(BASE).post(f"/sessions/{'0' * 40}/end/")
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert back_at(other) == NORTH


def test_the_last_use_is_kept_to_the_minute(north, partner):
    browser = entered(partner)
    before = Session.objects.get(host=NORTH).seen_at
    browser.on(NORTH).get("/notices/")
    assert Session.objects.get(host=NORTH).seen_at == before
    away(partner, minutes=5)
    browser.on(NORTH).get("/notices/")
    assert Session.objects.get(host=NORTH).seen_at > before


@pytest.mark.parametrize("path", ["/sign-in/", "/sessions/"])
def test_the_sign_in_host_s_pages_are_found_from_an_organisation(north, browser_of, path):
    assert browser_of(None, north).get(path)["Location"] == f"http://{BASE}{path}"


def test_a_port_comes_along(north, partner):
    browser = Browser()
    door = browser.get(f"http://{NORTH}:8930/enter/start/?next=/notices/")["Location"]
    assert urlsplit(door).netloc == f"{BASE}:8930"
    assert parse_qs(urlsplit(door).query)["host"] == [NORTH]
    client = browser.on(f"{BASE}:8930")
    ask_for_code(client, account_of(partner).email)
    client.post("/sign-in/code/", {"code": newest_code()})
    url, page = browser.follow(door)
    assert (url, page.status_code) == (f"http://{NORTH}:8930/notices/", 200)
