"""Single-use tokens that can be written into a letter again, while the table keeps only their hash."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.crypto import salted_hmac


def token_for(purpose: str, *parts: Any) -> str:
    """The token for these parts: always the same, and not to be guessed without the secret key."""
    return salted_hmac(f"rollout.{purpose}", "|".join(map(str, parts)), algorithm="sha256").hexdigest()[:40]


def hashed(token: str) -> str:
    """What a table knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
