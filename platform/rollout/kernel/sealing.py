"""Sealing small secrets that have to be read again, such as the key of an authenticator app.

Whoever has a copy of the database and not the secret key reads nothing.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from rollout.kernel.errors import DomainError


def seal(text: str, purpose: str) -> str:
    """The text, sealed for one purpose."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """The text again. Raises DomainError when it was sealed for something else or under another secret key."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise DomainError("sealed", "This was sealed under another key.", status=500) from None


def _box(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(str(key), purpose))) for key in keys])


def _derived(key: str, purpose: str) -> bytes:
    return hashlib.blake2b(purpose.encode(), key=hashlib.sha256(key.encode()).digest(), digest_size=32).digest()
