"""The names of the database's own roles. An installation has one prefix; policies name only groups."""

from __future__ import annotations

from django.conf import settings

KINDS = ("login", "platform", "tenant", "owner", "definer", "migrator")


def group(kind: str) -> str:
    """The role of one kind in this installation, for example `rollout_tenant`."""
    if kind not in KINDS:
        raise ValueError(f"no such kind of role: {kind}")
    return f"{settings.ROLE_PREFIX}_{kind}"
