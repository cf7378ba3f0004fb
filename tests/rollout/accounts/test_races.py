"""Many at once, on a database of their own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connections
from django.test import Client

from rollout.accounts import actions
from rollout.accounts.models import Session
from rollout.kernel.errors import DomainError
from tests import world
from tests.world_accounts import BASE, ask_for_code, newest_code


def test_many_tries_at_once_with_the_right_code_are_one_session(committed):
    account, client = world.account("Ada"), Client(HTTP_HOST=BASE)
    ask_for_code(client, account.email)
    code, cookie = newest_code(), client.cookies[settings.SESSION_COOKIE_NAME].value
    barrier = threading.Barrier(32)

    def attempt(_number: int) -> str:
        own = Client(HTTP_HOST=BASE)
        own.cookies[settings.SESSION_COOKIE_NAME] = cookie
        barrier.wait()
        try:
            return str(own.post("/sign-in/code/", {"code": code}).get("Location"))
        finally:
            for alias in connections:
                connections[alias].close()

    with ThreadPoolExecutor(32) as pool:
        ways = list(pool.map(attempt, range(32)))
    assert sorted(ways) == ["/"] + ["/sign-in/?over=1"] * 31
    assert Session.objects.filter(account=account).count() == 1


def test_an_entry_code_used_many_times_at_once_opens_once(committed):
    account = world.account("Ada")
    client = Client(HTTP_HOST=BASE)
    ask_for_code(client, account.email)
    client.post("/sign-in/code/", {"code": newest_code()})
    session = Session.objects.get(account=account)
    code = actions.issue_entry_code(host="north.localhost", state_hash="0" * 64, session=session, by=account)
    barrier = threading.Barrier(8)

    def attempt(_number: int) -> bool:
        barrier.wait()
        try:
            actions.use_entry_code(code=code, host="north.localhost", state_hash="0" * 64)
        except DomainError:
            return False
        else:
            return True
        finally:
            connections["platform"].close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_wrong_codes_typed_at_once_count_one_by_one(committed):
    account, client = world.account("Ada"), Client(HTTP_HOST=BASE)
    ask_for_code(client, account.email)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    barrier = threading.Barrier(12)

    def attempt(_number: int) -> int:
        own = Client(HTTP_HOST=BASE)
        own.cookies[settings.SESSION_COOKIE_NAME] = cookie
        barrier.wait()
        try:
            return own.post("/sign-in/code/", {"code": "BBBB-BBBB"}).status_code
        finally:
            for alias in connections:
                connections[alias].close()

    with ThreadPoolExecutor(12) as pool:
        answers = sorted(pool.map(attempt, range(12)))
    assert answers == [200] * 4 + [302] * 8
    client.post("/sign-in/code/", {"code": newest_code()})
    assert not Session.objects.filter(account=account).exists()
