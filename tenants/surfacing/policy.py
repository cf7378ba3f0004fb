"""The life of a package as plain functions: two keys open, one key closes.

The database keeps the same rules by itself; tests hold the two together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

COOLING_OFF = timedelta(hours=72)
OPEN, SIGNED, WITHDRAWN, LAPSED = "open", "signed", "withdrawn", "lapsed"
SPONSOR = "sponsor"


class Standing(StrEnum):
    """How a package stands at a moment."""

    WAITING = "waiting"
    CHANGED = "changed"
    COOLING_OFF = "cooling_off"
    IN_FORCE = "in_force"
    OVER = "over"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Key:
    """One side's signature: under which package, and why without a confirmed result."""

    side: str
    package_hash: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """What matters of a package when it is signed or closed."""

    audience: str
    package_hash: str
    from_start: bool = False
    state: str = OPEN
    keys: frozenset[Key] = frozenset()
    effective_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is so around it: the package as its texts stand now, a confirmed result, an earlier release."""

    now: datetime
    present_hash: str
    is_proven: bool = False
    is_released: bool = False


def standing(package: Package, around: Circumstances) -> Standing:
    """How the package stands. Only IN_FORCE is seen by anybody else."""
    if package.state == WITHDRAWN:
        return Standing.WITHDRAWN
    if package.state == LAPSED:
        return Standing.LAPSED
    if package.state == OPEN or package.effective_from is None:
        return Standing.WAITING if around.present_hash == package.package_hash else Standing.CHANGED
    if package.valid_to is not None and package.valid_to <= around.now:
        return Standing.OVER
    return Standing.COOLING_OFF if around.now < package.effective_from else Standing.IN_FORCE


def starts_at(audience: str, around: Circumstances) -> datetime:
    """When a package begins that both sign now: the first release beyond one sponsor waits for 72 hours."""
    waits = audience != SPONSOR and not around.is_released
    return around.now + COOLING_OFF if waits else around.now


def needs_reason(package: Package, around: Circumstances) -> bool:
    """Whether each key must say why: nothing is confirmed yet, and the pair does not start in the open."""
    return not around.is_proven and not package.from_start


def refusal_of_date(audience: str, valid_to: datetime | None, around: Circumstances) -> str | None:
    """A package that ends before it can begin shows nothing to anybody."""
    return "ends_too_soon" if valid_to is not None and valid_to <= starts_at(audience, around) else None


def refusal_to_sign(package: Package, key: Key, around: Circumstances) -> str | None:
    """The code of the rule that says no to this key, or None."""
    if package.state != OPEN:
        return "closed"
    if not package.package_hash == around.present_hash == key.package_hash:
        return "package_changed"
    if needs_reason(package, around):
        if not key.reason:
            return "reason_needed"
        if any(not given.reason for given in package.keys if given.side != key.side):
            return "not_corroborated"
    return refusal_of_date(package.audience, package.valid_to, around)


def with_key(package: Package, key: Key, around: Circumstances) -> Package:
    """The package after this key. A second key of the same side, and a key that is refused, change nothing."""
    if any(given.side == key.side for given in package.keys) or refusal_to_sign(package, key, around):
        return package
    signed = replace(package, keys=package.keys | {key})
    if len(signed.keys) < 2:
        return signed
    return replace(signed, state=SIGNED, effective_from=starts_at(package.audience, around))


def withdrawn(package: Package) -> Package:
    """The package after either partner closed it, at any time and without the other."""
    return replace(package, state=WITHDRAWN) if package.state in (OPEN, SIGNED) else package


def departed(package: Package, now: datetime) -> Package:
    """The package after a partner left: what waits for a key or has not begun never begins."""
    waits = package.effective_from is not None and now < package.effective_from
    return replace(package, state=LAPSED) if package.state == OPEN or (package.state == SIGNED and waits) else package
