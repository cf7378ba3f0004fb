"""Each count by itself, and all of them for every process."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import RequestFactory

from rollout.accounts import limits
from rollout.accounts.limits import Limit
from rollout.accounts.models import Tries
from tests import world
from tests.racing import at_once
from tests.world_accounts import BASE, Browser, ask_for_code, newest_code


def request_from(address):
    return RequestFactory().get("/", REMOTE_ADDR=address)


EVERY = [(name, kind) for name in ("ASKED", "TYPED", "PROVED") for kind in getattr(limits, name)]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "kind"), EVERY)
def test_each_bucket_alone_says_no(name, kind):
    table = getattr(limits, name)

    def once(number, *, fixed):
        return limits.allowed(
            table,
            request_from("10.0.0.1" if fixed == "address" else f"10.1.{number // 250}.{number % 250}"),
            person="ada@example.org" if fixed == "person" else f"person {number}",
            way_on=f"/enter/?host={'north' if fixed == 'organisation' else f'other{number}'}.localhost",
        )

    most = table[kind].most
    assert all(once(number, fixed=kind) for number in range(most))
    assert not once(most, fixed=kind)
    assert once(most + 1, fixed=None)


@pytest.mark.django_db
def test_a_bucket_empties_when_its_time_is_over():
    limit = Limit("test", 1, 60)
    assert limits.take(limit, "ada")
    assert not limits.take(limit, "ada")
    assert limits.take(limit, "bea")
    Tries.objects.update(until=F("until") - timedelta(seconds=61))
    assert limits.take(limit, "ada")
    assert not limits.take(limit, "ada")


@pytest.mark.django_db
def test_the_table_knows_no_addresses():
    ask_for_code(Browser().on(BASE), "ada@example.org")
    assert Tries.objects.count() == 2
    assert all(len(key) == 64 for key in Tries.objects.values_list("key", flat=True))


def test_many_at_once_are_counted_one_by_one(committed):
    limit = Limit("test", 10, 60)
    assert sum(at_once(32, lambda _try: limits.take(limit, "ada"))) == 10


@pytest.mark.django_db
def test_typing_too_often_ends_the_code_even_when_it_is_right_at_last():
    account = world.account("Ada")
    for _turn in range(2):
        client = Browser().on(BASE)
        ask_for_code(client, account.email)
        for _try in range(5):
            client.post("/sign-in/code/", {"code": "BBBB-BBBB"})
    client = Browser().on(BASE)
    ask_for_code(client, account.email)
    assert client.post("/sign-in/code/", {"code": newest_code()})["Location"] == "/sign-in/?over=1"
    assert "_auth_user_id" not in client.session
