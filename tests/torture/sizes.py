"""How much of it, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass

LOOPS, CELERY = "loops", "celery"


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is asked for and what is done to it, in each of the modes."""

    jobs: int
    letters: int
    kills: int
    wipes: int
    restarts: int
    organisations: int
    workers: int
    patience: float
    """Seconds until what is not done by then counts as stuck."""


def asked() -> Sizes:
    """The sizes of this run."""
    jobs = _number("JOBS", 200)
    return Sizes(
        jobs=jobs,
        letters=_number("LETTERS", max(1, jobs // 5)),
        kills=_number("KILLS", 50),
        wipes=_number("WIPES", 5),
        restarts=_number("RESTARTS", 3),
        organisations=_number("ORGANISATIONS", 4),
        workers=_number("WORKERS", 4),
        patience=_number("PATIENCE", 3600),
    )


def modes() -> list[str]:
    """Without a broker, with one, or one after the other."""
    return os.environ.get("TORTURE_MODES", f"{LOOPS},{CELERY}").split(",")


def _number(name: str, usual: int) -> int:
    return int(os.environ.get(f"TORTURE_{name}") or usual)
