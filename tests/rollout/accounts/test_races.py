"""Many at once, on a database of their own."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from rollout.accounts import actions
from rollout.accounts.models import Session
from tests import world
from tests.racing import at_once
from tests.world_accounts import BASE, ask_for_code, newest_code


def test_many_tries_at_once_with_the_right_code_are_one_session(committed):
    account, client = world.account("Ada"), Client(HTTP_HOST=BASE)
    ask_for_code(client, account.email)
    code, cookie = newest_code(), client.cookies[settings.SESSION_COOKIE_NAME].value

    def attempt(_number: int) -> str:
        own = Client(HTTP_HOST=BASE)
        own.cookies[settings.SESSION_COOKIE_NAME] = cookie
        return str(own.post("/sign-in/code/", {"code": code}).get("Location"))

    assert sorted(at_once(32, attempt)) == ["/"] + ["/sign-in/?over=1"] * 31
    assert Session.objects.filter(account=account).count() == 1


def test_an_entry_code_used_many_times_at_once_opens_once(committed):
    account = world.account("Ada")
    client = Client(HTTP_HOST=BASE)
    ask_for_code(client, account.email)
    client.post("/sign-in/code/", {"code": newest_code()})
    session = Session.objects.get(account=account)
    code = actions.issue_entry_code(host="north.localhost", state_hash="0" * 64, session=session, by=account)

    def attempt(_number: int) -> str:
        return actions.use_entry_code(code=code, host="north.localhost", state_hash="0" * 64).host

    assert sorted(at_once(8, attempt)) == ["entry_refused"] * 7 + ["north.localhost"]


def test_wrong_codes_typed_at_once_count_one_by_one(committed):
    account, client = world.account("Ada"), Client(HTTP_HOST=BASE)
    ask_for_code(client, account.email)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    def attempt(_number: int) -> int:
        own = Client(HTTP_HOST=BASE)
        own.cookies[settings.SESSION_COOKIE_NAME] = cookie
        return own.post("/sign-in/code/", {"code": "BBBB-BBBB"}).status_code

    assert sorted(at_once(12, attempt)) == [200] * 4 + [302] * 8
    client.post("/sign-in/code/", {"code": newest_code()})
    assert not Session.objects.filter(account=account).exists()
