"""Sealing what a person wrote for themselves alone, under that person's own key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from rollout.accounts.models import PrivateKey
from rollout.kernel import private

if TYPE_CHECKING:
    from uuid import UUID


def seal_for(person: UUID, text: str, *, about: str) -> bytes:
    """The text, sealed for this person. The first text makes the person's key."""
    key, _made = PrivateKey.objects.get_or_create(
        account_id=person, defaults={"wrapped": private.new_key(person), "made_at": timezone.now()}
    )
    return private.seal(text, wrapped=bytes(key.wrapped), owner=person, about=about)


class Opener:
    """Opens texts of one person. The key is asked for once, with the first text."""

    def __init__(self, person: UUID) -> None:
        self.person = person
        self._wrapped: bytes | None = None

    def opened(self, sealed: bytes, *, about: str) -> str:
        """The text again. Raises DomainError when it is somebody else's, or the person's key is gone."""
        if self._wrapped is None:
            found = PrivateKey.objects.filter(account_id=self.person).first()
            if found is None:
                raise private.does_not_open()
            self._wrapped = bytes(found.wrapped)
        return private.unseal(bytes(sealed), wrapped=self._wrapped, owner=self.person, about=about)


def rewrap_all() -> int:
    """Wrap every person's key by the newest outer key, so that an older one can be left out; how many there are."""
    keys = list(PrivateKey.objects.values_list("account_id", flat=True))
    for person in keys:
        with transaction.atomic(using="platform"):
            key = PrivateKey.objects.select_for_update().filter(account_id=person).first()
            if key is not None:
                key.wrapped = private.rewrapped(bytes(key.wrapped), person)
                key.save(update_fields=["wrapped"])
    return len(keys)
