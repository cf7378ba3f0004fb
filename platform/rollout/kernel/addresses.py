"""One spelling for one e-mail address."""

from __future__ import annotations

import unicodedata


def normal_address(address: str) -> str:
    """The address as we keep and compare it: compatibility-normalised, without blanks, in small letters."""
    return unicodedata.normalize("NFKC", address).strip().lower()
