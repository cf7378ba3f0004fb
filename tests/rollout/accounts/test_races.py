"""Many at once, on a database of their own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connections
from django.test import Client

from rollout.accounts.models import Session
from tests import world
from tests.world_accounts import BASE, ask_for_code, newest_code


def test_many_tries_at_once_with_the_right_code_are_one_session(committed):
    account, client = world.account("Ada"), Client(HTTP_HOST=BASE)
    ask_for_code(client, account.email)
    code, cookie = newest_code(), client.cookies[settings.SESSION_COOKIE_NAME].value
    barrier = threading.Barrier(8)

    def attempt(_number: int) -> str:
        own = Client(HTTP_HOST=BASE)
        own.cookies[settings.SESSION_COOKIE_NAME] = cookie
        barrier.wait()
        try:
            return str(own.post("/sign-in/code/", {"code": code}).get("Location"))
        finally:
            for alias in connections:
                connections[alias].close()

    with ThreadPoolExecutor(8) as pool:
        ways = list(pool.map(attempt, range(8)))
    assert sorted(ways) == ["/"] + ["/sign-in/?over=1"] * 7
    assert Session.objects.filter(account=account).count() == 1
