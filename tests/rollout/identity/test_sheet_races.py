"""The same code of a sheet, typed by many at once, on a database of their own."""

from __future__ import annotations

import threading

from rollout.accounts.models import Account, Session
from rollout.identity import sheets
from tests.racing import PATIENCE, at_once
from tests.rollout.identity.test_sheets import fresh, made_for, typed

RACERS = 32


def test_of_many_who_type_the_same_code_at_once_one_comes_in(committed, monkeypatch):
    monkeypatch.setattr(sheets, "TYPED", {})
    ada = Account.objects.without_address()
    code = made_for(ada)[0]
    told = at_once(RACERS, lambda _browser: typed(fresh(), code).status_code)
    assert sorted(told) == [200] * (RACERS - 1) + [302]
    assert Session.objects.filter(account=ada).count() == 1
    assert sheets.left(ada) == 9


def test_control_looking_first_and_removing_later_lets_in_many(committed, monkeypatch):
    ada = Account.objects.without_address()
    code = made_for(ada)[0]
    looked = threading.Barrier(RACERS)

    def careless(_browser):
        found = sheets._good().filter(pk=sheets.trace_of("identity.sheet", code)).first()
        looked.wait(PATIENCE)
        sheets._good().filter(account=ada).delete()
        return found is not None

    assert all(at_once(RACERS, careless))
