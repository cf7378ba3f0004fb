"""Whether the chain of the platform's acts is whole."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found: sound, or what is wrong and where it begins."""

    sound: bool
    problem: str
    first_bad: int | None


def verdict() -> Verdict:
    """Walk the whole chain."""
    with connections["platform"].cursor() as cursor:
        cursor.execute("SELECT * FROM security.platform_verify()")
        return Verdict(*cursor.fetchone())
