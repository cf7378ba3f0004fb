"""Signing in without an e-mail address: a sheet of codes, each good once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rollout.accounts.models import Account, Session
from rollout.accounts.sessions import PROVED
from rollout.audit.models import Event
from rollout.identity import addresses, sheets
from rollout.identity.models import SheetCode
from rollout.jobs.sweeping import sweep
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tokens import SIGNS, grouped
from tests import world
from tests.crawl import masked
from tests.rollout.identity.test_addresses import code_in
from tests.rollout.identity.test_factors import app_code, with_app
from tests.tenants.assistance.test_pages import printed
from tests.world_accounts import BASE, ask_for_code, operator, signed_in
from tests.world_pairs import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return Account.objects.without_address()


def made_for(account):
    return sheets.make(account=account, keep=None, by=account)


def fresh():
    return Client(HTTP_HOST=BASE, headers={"accept-language": "en"})


def typed(client, code, **more):
    return client.post("/sign-in/sheet/", {"code": code, **more})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_ten_codes_of_signs_that_nobody_mistakes_and_traces_alone_are_kept(ada):
    codes = made_for(ada)
    assert len(set(codes)) == sheets.left(ada) == 10
    assert all(len(code) == 12 and set(code) <= set(SIGNS) for code in codes)
    kept = str(list(SheetCode.objects.values_list()))
    assert not [code for code in codes if code in kept]
    assert Event.objects.first().action == "account.sheet_made"
    assert str(ada) == grouped(ada.number) != ""


def test_a_code_signs_in_once_however_it_is_typed(ada):
    code, client = made_for(ada)[0], fresh()
    assert "I have a letter with codes" in text_of(client.get("/sign-in/?next=/sessions/"))
    assert "/sign-in/sheet/?next=%2Fsessions%2F" in client.get("/sign-in/?next=/sessions/").content.decode()
    before = client.cookies.get(settings.SESSION_COOKIE_NAME)
    answer = typed(client, f" {code[:4].lower()} {code[4:8]}-{code[8:]}", next="/sessions/")
    assert (answer.status_code, answer["Location"]) == (302, "/sessions/")
    assert is_signed_in(client)
    row = Session.objects.get(account=ada)
    assert (row.host, row.parent, row.own_device) == (BASE, "", False)
    assert timedelta(hours=11) < row.expire_date - timezone.now() <= timedelta(hours=12)
    assert before is None or before.value != client.cookies[settings.SESSION_COOKIE_NAME].value
    assert Event.objects.first().action == "account.signed_in"
    other = fresh()
    assert "opens nothing" in text_of(typed(other, code))
    assert not is_signed_in(other)
    assert typed(client, "whatever", next="/sessions/")["Location"] == "/sessions/"  # who is in goes on


def test_signing_in_gives_the_browser_a_new_key(ada):
    code, client = made_for(ada)[0], fresh()
    ask_for_code(client, "somebody@example.org")
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    typed(client, code)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert is_signed_in(client)


def test_own_device_stays_for_thirty_days(ada):
    typed(fresh(), made_for(ada)[0], own_device="on")
    row = Session.objects.get(account=ada)
    assert row.own_device
    assert timedelta(days=29) < row.expire_date - timezone.now() <= timedelta(days=30)


def test_it_leads_on_inside_this_service_alone(ada):
    first, second, *_ = made_for(ada)
    assert typed(fresh(), first, next="//evil.example/")["Location"] == "/"
    assert typed(fresh(), second, next="https://evil.example/")["Location"] == "/"


def test_unknown_used_replaced_too_old_and_closed_are_answered_alike(ada):
    replaced = made_for(ada)[0]
    used, *_ = made_for(ada)
    typed(fresh(), used)
    late, closed, mailed = (Account.objects.without_address() for _ in range(3))
    old, of_closed, of_mailed = made_for(late)[0], made_for(closed)[0], made_for(mailed)[0]
    before = timezone.now() - timedelta(days=400)
    SheetCode.objects.filter(account=late).update(made_at=before, expires_at=before + sheets.GOOD_FOR)
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    Account.objects.filter(pk=mailed.pk).update(email="mailed@example.org")
    seen = set()
    for code in ("AAAABBBBCCCC", replaced, used, old, of_closed, of_mailed):
        client = fresh()
        with CaptureQueriesContext(connections["platform"]) as asked:
            answer = typed(client, code)
        assert not is_signed_in(client)
        seen.add((answer.status_code, masked(answer.content).replace(code.encode(), b"CODE"), len(asked)))
    assert len(seen) == 1


def test_guessing_is_slow_for_an_address_and_for_an_organisation(ada):
    code = made_for(ada)[0]
    for _try in range(10):
        assert "opens nothing" in text_of(typed(fresh(), "AAAABBBBCCCC"))
    answer = typed(fresh(), code)
    assert answer.status_code == 429
    assert "tried too often" in text_of(answer)
    assert sheets.left(ada) == 10
    way_on = "/enter/?host=north.localhost"
    for number in range(200):
        elsewhere = {"REMOTE_ADDR": f"192.0.2.{number}"}
        fresh().post("/sign-in/sheet/", {"code": "A", "next": way_on}, **elsewhere)
    assert fresh().post("/sign-in/sheet/", {"code": code, "next": way_on}, REMOTE_ADDR="192.0.2.250").status_code == 429


def test_whoever_has_a_second_step_takes_it_now(ada):
    key, _codes = with_app(ada, signed_in(ada))
    client = fresh()
    answer = typed(client, made_for(ada)[0], next="/sessions/")
    assert answer["Location"] == "/sign-in/second-step/"
    assert not is_signed_in(client)
    assert client.post("/sign-in/second-step/", {"code": app_code(key)})["Location"] == "/sessions/"
    assert is_signed_in(client)


def test_a_new_sheet_takes_the_place_of_the_old_one_and_signs_out_elsewhere(ada):
    old, mine, elsewhere = made_for(ada)[0], signed_in(ada), signed_in(ada)
    assert "10 codes of your sheet still work" in text_of(mine.get("/sheet/"))
    answer = mine.post("/sheet/", {"next": "/sessions/"})
    assert "Print this sheet now" in text_of(answer)
    assert grouped(ada.number) in text_of(answer)
    assert 'href="/sessions/"' in answer.content.decode()
    assert mine.get("/sheet/").status_code == 200
    assert elsewhere.get("/sheet/").status_code == 302
    assert "opens nothing" in text_of(typed(fresh(), old))


def test_the_sheet_is_printed_from_what_the_page_shows_and_from_nothing_else(ada):
    codes, client = made_for(ada), signed_in(ada)
    text = printed(client.post("/sheet/", {"codes": [grouped(code) for code in codes]}))
    assert all(grouped(code) in text for code in codes)
    assert grouped(ada.number) in text
    assert sheets.left(ada) == 10
    for others in (["AAAABBBBCCCC"], made_for(Account.objects.without_address()), [*codes, "AAAABBBBCCCC"][1:]):
        answer = client.post("/sheet/", {"codes": others}, follow=True)
        assert "These codes do not work any more." in text_of(answer)


def test_with_few_codes_left_the_way_leads_past_a_new_sheet(ada):
    codes = made_for(ada)
    for code in codes[:7]:
        assert typed(fresh(), code, next="/sessions/")["Location"] == "/sessions/"
    Session.objects.all().delete()
    client = fresh()
    answer = typed(client, codes[7], next="/sessions/")
    assert answer["Location"] == "/sheet/?next=%2Fsessions%2F"
    page = client.get(answer["Location"])
    assert "2 codes of your sheet still work" in text_of(page)
    assert "Make a new sheet now" in text_of(page)


def test_who_has_an_address_needs_no_sheet_and_nobody_makes_one_for_another(ada):
    bea = world.account("Bea")
    client = signed_in(bea)
    assert "You need no sheet" in text_of(client.get("/sheet/"))
    assert "You need no sheet" in text_of(client.post("/sheet/", follow=True))
    with pytest.raises(DomainError, match="has_address"):
        made_for(bea)
    with pytest.raises(NotPermitted):
        sheets.make(account=ada, keep=None, by=bea)
    assert not SheetCode.objects.exists()


def unproved(client):
    session = client.session
    session[PROVED] = None
    session.save()
    return client


def test_a_code_of_ones_own_sheet_proves_anew_who_is_there(ada):
    codes, others = made_for(ada), made_for(Account.objects.without_address())
    client = signed_in(ada)
    unproved(client)
    assert client.get("/email/change/")["Location"].startswith("/prove/")
    assert "type the next code from your sheet" in text_of(client.get("/prove/"))
    assert "opens nothing" in text_of(client.post("/prove/", {"code": others[0]}))
    assert SheetCode.objects.count() == 20  # somebody else's is not used up
    assert client.post("/prove/", {"send": "1"}).status_code == 200
    assert mail.outbox == []
    assert client.post("/prove/", {"code": codes[0], "next": "/email/change/"})["Location"] == "/email/change/"
    assert sheets.left(ada) == 9


def test_with_an_address_codes_come_by_e_mail_and_the_sheet_is_dead(ada):
    codes, client = made_for(ada), signed_in(ada)
    assert "no e-mail address of yours" in text_of(client.get("/email/"))
    assert "your sheet of codes does not work" in text_of(client.get("/email/change/"))
    client.post("/email/change/", {"address": "ada@example.org"})
    answer = client.post("/email/code/", {"code": code_in(mail.outbox[-1])}, follow=True)
    assert "From now on your codes come by e-mail." in text_of(answer)
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]
    assert "opens nothing" in text_of(typed(fresh(), codes[0]))
    assert not SheetCode.objects.exists()
    other = fresh()
    ask_for_code(other, "ada@example.org")
    other.post("/sign-in/code/", {"code": code_in(mail.outbox[-1])})
    assert is_signed_in(other)


def test_an_operator_finds_a_lost_account_by_its_number_and_its_person_reads_of_it(ada, north):
    made_for(ada)
    client = signed_in(operator())
    asked = {"old": f" {grouped(ada.number).lower()} ", "new": "Found@example.org"}
    assert client.post("/operator/address/", asked)["Location"] == "/operator/"
    assert mail.outbox == []
    mine = signed_in(ada, "north.localhost")
    assert "write the e-mail address found@example.org into your account" in text_of(mine.get("/sheet/"))
    assert "http://localhost/email/" in mine.get("/").content.decode()
    assert "found@example.org" not in text_of(signed_in(world.account("Bea")).get("/sheet/"))
    signed_in(ada).post("/email/stop/")
    assert "found@example.org" not in text_of(signed_in(ada).get("/sheet/"))
    change = addresses.ask_for_change(old=ada.number, new="found@example.org", by=operator())
    type(change).objects.filter(pk=change.pk).update(due_at=timezone.now())
    sweep()
    ada.refresh_from_db()
    assert ada.email == "found@example.org"
    assert sheets.left(ada) == 0
    assert mail.outbox == []


def test_an_account_has_an_address_or_a_number_until_it_is_erased(ada):
    for wrong in ({"number": None}, {"erased_at": timezone.now(), "is_active": False}):
        with pytest.raises(IntegrityError), transaction.atomic(using="platform"):
            Account.objects.filter(pk=ada.pk).update(**wrong)
    gone = {"number": None, "erased_at": timezone.now(), "is_active": False}
    assert Account.objects.filter(pk=ada.pk).update(**gone) == 1


def test_what_is_ones_own_and_being_forgotten_need_no_address(ada, north):
    made_for(ada)
    client = signed_in(ada)
    for page in ("/", "/sessions/", "/factors/", "/email/", "/yours/", "/leave/", "/connections/"):
        assert client.get(page).status_code == 200
        assert "None" not in text_of(client.get(page))
    assert "Come back to this page to fetch it." in text_of(client.get("/yours/"))
    assert "you can sign in and keep your account" in text_of(client.get("/leave/"))
    assert grouped(ada.number) in text_of(signed_in(ada, "north.localhost").get("/"))
    client.post("/yours/prepare/")
    sweep()
    assert client.post("/leave/", {"sure": "on"}).status_code == 200
    assert mail.outbox == []
