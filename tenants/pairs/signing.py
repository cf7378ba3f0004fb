"""Two keys open: each partner's key under one exact text, the same for whatever a pair signs.

Whoever calls this holds the row, so that two partners at the same moment are one after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.database import refusals
from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.members.models import Side

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tenants.pairs.models import Seat

CHANGED = _("Your partner changed the text. Read it again, then sign.")
TWO_KEYS = {"two_keys_needed": _("Both of you have to sign the same text. Read it again, then sign.")}


class Signed(Protocol):
    """What a pair signs: something of theirs with one exact text, and the keys under it (models that are a `Key`)."""

    pair_id: UUID
    content_hash: str

    @property
    def keys(self) -> Any: ...  # the manager, whose type differs from model to model


def refuse_another_text(row: Signed, shown: str, sentence: str | _StrPromise = CHANGED) -> None:
    """A key goes under the text that the person has read, and under no other."""
    if row.content_hash != shown:
        raise DomainError("text_changed", sentence)


def has_key(row: Signed, seat: Seat) -> bool:
    """Whether this seat has signed the present text."""
    return bool(row.keys.filter(seat=seat, content_hash=row.content_hash).exists())


def add_key(row: Signed, seat: Seat) -> None:
    """Put this seat's key under the present text."""
    row.keys.create(pair_id=row.pair_id, seat=seat, content_hash=row.content_hash, signed_at=clock.now())


def both_signed(row: Signed) -> bool:
    """Whether both seats that are taken now have signed the present text."""
    found = row.keys.filter(content_hash=row.content_hash, seat__left_at__isnull=True, seat__pair_id=row.pair_id)
    return set(found.values_list("seat__side", flat=True)) == set(Side)


def settle_keys(sentences: Mapping[str, str | _StrPromise] = TWO_KEYS) -> None:
    """Ask the database now whether it sees both keys as well."""
    with refusals(sentences):
        settle()
