"""Permissions, declared once: a name, and who holds it. The only importer of django-rules.

`grant(NAME, to=predicate)` stands in an app's `permissions.py`; actions ask `require`, views and
viewsets declare the name, and the tests read the table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rules

from rollout.kernel.errors import NotPermitted

Predicate = Any  # django-rules has no types
predicate: Callable[..., Predicate] = rules.predicate

_permissions = rules.RuleSet()


def grant(name: str, *, to: Predicate) -> None:
    """Declare a permission. Declaring one twice is a mistake and refused."""
    if name in _permissions:
        raise KeyError(f"permission {name!r} is declared twice")
    _permissions.add_rule(name, to)


def allows(actor: Any, name: str, subject: Any = None) -> bool:
    """Whether this actor may do this. A name that nobody declared is an error, never a yes."""
    if name not in _permissions:
        raise KeyError(f"no such permission: {name!r}")
    return bool(_permissions.test_rule(name, actor, subject))


def require(actor: Any, name: str, subject: Any = None) -> None:
    """Refuse with NotPermitted unless `allows` says yes."""
    if not allows(actor, name, subject):
        raise NotPermitted(name)


def all_names() -> frozenset[str]:
    """Every declared permission."""
    return frozenset(_permissions)
