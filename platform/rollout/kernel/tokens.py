"""Single-use tokens: those that can be written into an e-mail again, and those that people type from paper."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.utils.crypto import salted_hmac

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs that nobody takes for another one."""
CODE_LENGTH = 12


def token_for(purpose: str, *parts: Any) -> str:
    """The token for these parts: always the same, and not to be guessed without the secret key."""
    return salted_hmac(f"rollout.{purpose}", "|".join(map(str, parts)), algorithm="sha256").hexdigest()[:40]


def hashed(token: str) -> str:
    """What a table knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def paper_code(length: int = CODE_LENGTH) -> str:
    """A new code for somebody to type from paper. A table keeps only its trace."""
    return "".join(secrets.choice(SIGNS) for _sign in range(length))


def grouped(code: str) -> str:
    """The code as it is printed: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def plain_code(typed: str) -> str:
    """The code without its lines and blanks, in capitals, however it is typed."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def trace_of(purpose: str, typed: str) -> str:
    """What a table knows of a code on paper: worth nothing without the secret key, so it cannot be guessed from."""
    return salted_hmac(f"rollout.{purpose}", plain_code(typed), algorithm="sha256").hexdigest()
