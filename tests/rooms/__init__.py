"""What each room of a pair's workspace tells the tests that walk through everything: one module here for each room.

A module defines whichever of these names it has something for:

``THINGS``  (workshop) -> things: makes something of every kind in a pair, named as `takes` and `typed` of doors use it
``DOORS``   path -> Door, of the organisation's host
``OPEN``    dotted name of a view that asks for no permission -> why
``MAY``     permission -> hats
``CALLS``   (everything) -> operation -> Call; the same things are in `everything.rooms`
``FOR_ALL`` operation that needs no object of somebody's -> why every member may
``BY_ANOTHER`` operation that none of the people of the permission tests can do -> who does it
``GROW``    (everything): more of every kind, for the lists of the API
``HIDE``    (organisation, pair, emails of both): the hidden pair does there whatever a pair can do
``ROWS``    (pair, seat of the professional): raw SQL that puts a row into every table a partner may write into
``SECRETS``, ``OPEN_MODELS``, ``OPEN_FIELDS``  as in `tests/privacy/canaries.py`
``LIVED``   (organisation, somebody, partner, things): what is still missing of somebody who leaves, see `life.py`
``WRITTEN`` columns that hold words of people
``NO_PAGES``, ``NOT_SEEN``, ``SILENT``, ``NOTED``  exceptions, each with its reason, as in the tests that use them
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any

from django.conf import settings


@cache
def every() -> tuple[ModuleType, ...]:
    """The modules of all rooms, in the order of the ladder: what a room rests on is there before it."""
    rungs = [app.rpartition(".")[2] for app in settings.TENANT_APPS]
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    names.sort(key=lambda name: rungs.index(name) if name in rungs else len(rungs))
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)


def told(name: str) -> list[Any]:
    """What the rooms that define this name have there."""
    return [getattr(module, name) for module in every() if hasattr(module, name)]


def merged(name: str) -> dict[str, Any]:
    """Their dictionaries as one; two rooms never say the same."""
    found: dict[str, Any] = {}
    for part in told(name):
        assert not set(part) & set(found), f"{name}: {sorted(set(part) & set(found))}"
        found |= part
    return found
