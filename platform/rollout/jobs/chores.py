"""What has to be done now and then for the whole service, and not because somebody asked: each hour, by any worker."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import connections

logger = logging.getLogger(__name__)

Chore = Callable[[], int]

_chores: dict[str, Chore] = {}


def chore(work: Chore) -> Chore:
    """Declare a chore in an app's `tasks`. It may be done twice, and by two workers at once; it gives back how much."""
    _chores[f"{work.__module__}.{work.__name__}"] = work
    return work


def names() -> list[str]:
    """Every chore that this process knows."""
    return sorted(_chores)


def do_all() -> None:
    """Do each chore. One that fails is noted, and tried again in an hour; the others are done."""
    for name, work in _chores.items():
        try:
            work()
        except Exception as error:  # noqa: BLE001 - one chore must not keep the others from being done
            for connection in connections.all(initialized_only=True):
                connection.close_if_unusable_or_obsolete()
            logger.warning("chore %s: %s", name, type(error).__name__)
