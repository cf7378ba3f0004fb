"""Another address for an account: by its person, by an operator, and by nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone

from rollout.accounts.models import Account, Session
from rollout.accounts.sessions import PROVED
from rollout.audit.models import Event
from rollout.identity import addresses
from rollout.identity.models import AddressChange
from rollout.jobs.sweeping import sweep
from rollout.kernel.errors import DomainError
from tests import world
from tests.world_accounts import operator, signed_in

pytestmark = pytest.mark.django_db


def code_in(letter):
    found = re.search(r"^[A-Z]{4}-[A-Z]{4}$", str(letter.body), re.MULTILINE)
    assert found
    return found[0]


def test_a_person_changes_it_with_a_code_to_the_new_address():
    account = world.account("Ada")
    old, client, elsewhere = account.email, signed_in(account), signed_in(account)
    assert client.post("/email/change/", {"address": " New.Ada@Example.org "})["Location"] == "/email/code/"
    assert mail.outbox[-1].to == ["new.ada@example.org"]
    code = code_in(mail.outbox[-1])
    assert "new.ada@example.org" in client.get("/email/code/").content.decode()
    assert "not the code" in client.post("/email/code/", {"code": "BBBB-BBBB"}).content.decode()
    assert client.post("/email/code/", {"code": code.lower()})["Location"] == "/email/"
    account.refresh_from_db()
    assert account.email == "new.ada@example.org"
    assert mail.outbox[-1].to == [old]
    assert "another e-mail address" in mail.outbox[-1].body
    assert client.get("/email/").status_code == 200
    assert elsewhere.get("/email/").status_code == 302
    assert Event.objects.first().action == "account.address_changed"
    assert client.post("/email/code/", {"code": code})["Location"] == "/email/change/"


def test_an_address_that_somebody_has_gets_the_same_answer():
    ada, bea = world.account("Ada"), world.account("Bea")
    client = signed_in(ada)
    free = client.post("/email/change/", {"address": "free@example.org"})
    page = client.get("/email/code/").content.decode().replace("free@example.org", "")
    taken = client.post("/email/change/", {"address": bea.email})
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert (free.status_code, free["Location"]) == (taken.status_code, taken["Location"])
    assert strip.sub("", page) == strip.sub("", client.get("/email/code/").content.decode().replace(bea.email, ""))
    client.post("/email/code/", {"code": code_in(mail.outbox[-1])})
    ada.refresh_from_db()
    assert ada.email != bea.email


def test_a_code_of_the_first_address_does_not_fit_the_second():
    account = world.account("Ada")
    client = signed_in(account)
    client.post("/email/change/", {"address": "first@example.org"})
    first = code_in(mail.outbox[-1])
    client.post("/email/change/", {"address": "second@example.org"})
    client.post("/email/code/", {"code": first})
    account.refresh_from_db()
    assert account.email.startswith("ada")


def test_five_wrong_codes_end_it_and_so_do_ten_minutes():
    account = world.account("Ada")
    client = signed_in(account)
    client.post("/email/change/", {"address": "new@example.org"})
    for _try in range(5):
        client.post("/email/code/", {"code": "BBBB-BBBB"})
    assert client.post("/email/code/", {"code": code_in(mail.outbox[-1])})["Location"] == "/email/change/"
    client.post("/email/change/", {"address": "new@example.org"})
    session = client.session
    session["_mailed_address"]["until"] = (timezone.now() - timedelta(seconds=1)).isoformat()
    session.save()
    assert client.post("/email/code/", {"code": code_in(mail.outbox[-1])})["Location"] == "/email/change/"
    account.refresh_from_db()
    assert account.email.startswith("ada")


@pytest.mark.parametrize("path", ["/email/change/", "/email/code/"])
def test_it_wants_a_fresh_proof(path):
    client = signed_in(world.account("Ada"))
    session = client.session
    session[PROVED] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session.save()
    for method in (client.get, client.post):
        assert method(path)["Location"].startswith("/prove/")
    assert mail.outbox == []


def asked_by_an_operator(account):
    client = signed_in(operator())
    answer = client.post("/operator/address/", {"old": account.email, "new": "found@example.org"})
    assert answer["Location"] == "/operator/"
    return AddressChange.objects.get()


def test_an_operator_s_change_waits_seven_days_and_tells_the_old_address():
    account = world.account("Ada")
    old, client = account.email, signed_in(account)
    change = asked_by_an_operator(account)
    assert change.due_at - change.asked_at == timedelta(days=7)
    assert (mail.outbox[-1].to, "7 days" in mail.outbox[-1].body) == ([old], True)
    sweep(files=False)
    account.refresh_from_db()
    assert account.email == old
    assert "found@example.org" in client.get("/email/").content.decode()
    AddressChange.objects.update(due_at=F("due_at") - timedelta(days=7, seconds=1))
    sweep(files=False)
    account.refresh_from_db()
    assert account.email == "found@example.org"
    assert mail.outbox[-1].to == [old]
    assert not Session.objects.filter(account=account).exists()
    assert addresses.make_due_changes() == 0
    assert [event.action for event in Event.objects.all()] == [
        "account.address_changed",
        "account.address_change_asked",
    ]


def test_the_person_stops_it():
    account = world.account("Ada")
    client = signed_in(account)
    asked_by_an_operator(account)
    assert client.post("/email/stop/")["Location"] == "/email/"
    AddressChange.objects.update(due_at=F("due_at") - timedelta(days=8))
    assert addresses.make_due_changes() == 0
    assert not Account.objects.filter(email="found@example.org").exists()


def test_an_address_taken_meanwhile_stops_it():
    account = world.account("Ada")
    asked_by_an_operator(account)
    Account.objects.for_address("found@example.org")
    AddressChange.objects.update(due_at=F("due_at") - timedelta(days=8))
    assert addresses.make_due_changes() == 0
    assert AddressChange.objects.get().stopped_at


def test_nobody_else_changes_it(north):
    account, lead = world.account("Ada"), world.lead(north)
    by = Account.objects.get(pk=lead.pk)
    with pytest.raises(DomainError, match="not_permitted"):
        addresses.change_address(account=account, address="x@example.org", keep=None, by=by)
    with pytest.raises(DomainError, match="not_permitted"):
        addresses.ask_for_change(old=account.email, new="x@example.org", by=by)
    with pytest.raises(DomainError, match="not_permitted"):
        addresses.stop_change(account=account, by=by)
    assert signed_in(by).post("/operator/address/", {"old": account.email, "new": "x@example.org"}).status_code == 404


def test_an_operator_is_told_what_is_wrong():
    account, client = world.account("Ada"), signed_in(operator())
    for typed, sentence in (
        ({"old": "nobody@example.org", "new": "x@example.org"}, "no account"),
        ({"old": account.email, "new": "operator@example.org"}, "Another account"),
        ({"old": "", "new": ""}, "Type the new address"),
    ):
        assert sentence in client.post("/operator/address/", typed).content.decode()
    asked_by_an_operator(account)
    again = client.post("/operator/address/", {"old": account.email, "new": "y@example.org"})
    assert "waiting for this account" in again.content.decode()
