"""The same code of a sheet, typed by many at once, on a database of their own."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from rollout.accounts.models import Account, Session
from rollout.identity import sheets
from tests.rollout.identity.test_sheets import fresh, made_for, typed

RACERS = 32


def race(act):
    """What everybody is told who does this at once."""
    gate = threading.Barrier(RACERS)

    def attempt(_number):
        gate.wait()
        try:
            return act()
        finally:
            for alias in connections:
                connections[alias].close()

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(attempt, range(RACERS)))


def test_of_many_who_type_the_same_code_at_once_one_comes_in(committed, monkeypatch):
    monkeypatch.setattr(sheets, "TYPED", {})
    ada = Account.objects.without_address()
    code = made_for(ada)[0]
    told = race(lambda: typed(fresh(), code).status_code)
    assert sorted(told) == [200] * (RACERS - 1) + [302]
    assert Session.objects.filter(account=ada).count() == 1
    assert sheets.left(ada) == 9


def test_control_looking_first_and_removing_later_lets_in_many(committed, monkeypatch):
    ada = Account.objects.without_address()
    code = made_for(ada)[0]

    def careless():
        found = sheets._good().filter(pk=sheets.trace_of("identity.sheet", code)).first()
        time.sleep(0.5)
        sheets._good().filter(account=ada).delete()
        return found is not None

    assert sum(race(careless)) > 1
