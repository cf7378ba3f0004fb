"""Lost second factors: taken away by an operator after a week, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db.models import F

from rollout.accounts.models import Account, ApiToken, Session
from rollout.accounts.sessions import SECOND_FACTOR
from rollout.audit.models import Event
from rollout.identity import queries, resets
from rollout.identity.models import FactorReset
from rollout.jobs.sweeping import sweep
from rollout.kernel.errors import DomainError
from tests import world
from tests.rollout.identity.test_factors import with_app
from tests.world_accounts import Browser, operator, signed_in
from tests.world_api import token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    """Somebody with an authenticator app, and a browser that is signed in."""
    account = world.account("Ada")
    client = signed_in(account)
    with_app(account, client)
    return account, client


def asked(account):
    mail.outbox.clear()
    answer = signed_in(operator()).post("/operator/factors/", {"address": account.email})
    assert answer["Location"] == "/operator/"
    return FactorReset.objects.get()


def a_week_passes():
    FactorReset.objects.update(due_at=F("due_at") - timedelta(days=7, seconds=1))
    sweep(files=False)


def test_it_waits_seven_days_and_its_person_is_told_at_once_and_at_the_end(ada):
    account, client = ada
    reset = asked(account)
    assert reset.due_at - reset.asked_at == timedelta(days=7)
    assert [(letter.to, "7 days" in letter.body) for letter in mail.outbox] == [([account.email], True)]
    sweep(files=False)
    assert queries.factors_of(account)
    assert "Keep my second step" in client.get("/factors/").content.decode()
    a_week_passes()
    assert not Authenticator.objects.filter(user=account).exists()
    assert not Session.objects.filter(account=account).exists()
    assert mail.outbox[-1].to == [account.email]
    assert resets.make_due_resets() == 0
    acts = list(Event.objects.values_list("action", flat=True))
    assert acts[:2] == ["account.factors_reset", "account.factor_reset_asked"]
    browser = Browser()
    assert browser.sign_in(account, next_path="/factors/")["Location"] == "/factors/"
    assert browser.on("localhost").session[SECOND_FACTOR] is None


def test_its_person_stops_it(ada):
    account, client = ada
    asked(account)
    assert client.post("/factors/keep/")["Location"] == "/factors/"
    assert client.post("/factors/keep/")["Location"] == "/factors/"
    a_week_passes()
    assert queries.factors_of(account)
    assert Event.objects.filter(action="account.factor_reset_stopped").count() == 1
    assert "Keep my second step" not in client.get("/factors/").content.decode()


def test_keys_to_the_api_made_with_the_lost_factor_wait_too(north):
    petra = world.member(north, "Petra Partner")
    account = Account.objects.get(pk=petra.pk)
    with_app(account, signed_in(account))
    token_of(petra, north)
    asked(account)
    a_week_passes()
    assert ApiToken.objects.get().second_factor_at is None


def test_nobody_else_asks_for_it(north, ada):
    account, _client = ada
    lead = Account.objects.get(pk=world.lead(north).pk)
    for by in (lead, account):
        with pytest.raises(DomainError, match="not_permitted"):
            resets.ask_for_reset(address=account.email, by=by)
        assert signed_in(by).post("/operator/factors/", {"address": account.email}).status_code == 404
    with pytest.raises(DomainError, match="not_permitted"):
        resets.stop_reset(account=account, by=lead)
    assert not FactorReset.objects.exists()


def test_an_operator_is_told_what_is_wrong(ada):
    account, _client = ada
    client, bare = signed_in(operator()), world.account("Bea")
    for typed, sentence in (
        ("nobody@example.org", "no account"),
        (bare.email, "no second step"),
        ("operator@example.org", "another operator"),
        ("", "Type the address of the account"),
    ):
        assert sentence in client.post("/operator/factors/", {"address": typed}).content.decode()
    asked(account)
    assert "waiting for this account" in client.post("/operator/factors/", {"address": account.email}).content.decode()
