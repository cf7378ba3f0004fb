"""Texts that one person alone can read: sealed under a key of that person, which a key outside the database wraps.

A text is bound to what it is `about`: the words that say where and whose it is. Moved to another row or another
person it does not open. Whoever has a copy of the database and not the outer key reads nothing; without the wrapped
key nobody does, ever again.
"""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from rollout.kernel.errors import DomainError

_VERSION = b"\x01"
_NONCE = 12


def new_key(owner: UUID) -> bytes:
    """A new key for this person's texts, wrapped."""
    return _wrap(AESGCM.generate_key(256), owner)


def rewrapped(wrapped: bytes, owner: UUID) -> bytes:
    """The same key, wrapped by the newest outer key. Raises DomainError when no outer key opens it."""
    return _wrap(_unwrapped(wrapped, owner), owner)


def seal(text: str, *, wrapped: bytes, owner: UUID, about: str) -> bytes:
    """The text, sealed under this person's key."""
    return _closed(_unwrapped(wrapped, owner), text.encode(), about.encode())


def unseal(sealed: bytes, *, wrapped: bytes, owner: UUID, about: str) -> str:
    """The text again. Raises DomainError when the key, the person or what it is about is another one."""
    return _opened(_unwrapped(wrapped, owner), sealed, about.encode()).decode()


def does_not_open() -> DomainError:
    """The refusal for what was sealed under a key that is not there."""
    return DomainError("sealed", "This was sealed under another key.", status=500)


def _wrap(key: bytes, owner: UUID) -> bytes:
    return _closed(settings.PRIVATE_TEXT_KEYS[0], key, _of(owner))


def _unwrapped(wrapped: bytes, owner: UUID) -> bytes:
    for outer in settings.PRIVATE_TEXT_KEYS:
        try:
            return _opened(outer, wrapped, _of(owner))
        except DomainError:
            continue
    raise does_not_open()


def _of(owner: UUID) -> bytes:
    return f"key of {owner}".encode()


def _closed(key: bytes, content: bytes, about: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, content, about)


def _opened(key: bytes, sealed: bytes, about: bytes) -> bytes:
    version, nonce, content = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    if version != _VERSION or len(content) < 16:
        raise does_not_open()
    try:
        return AESGCM(key).decrypt(nonce, content, about)
    except InvalidTag:
        raise does_not_open() from None
