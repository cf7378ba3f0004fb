"""What exactly is signed here, and how typed text is kept."""

from __future__ import annotations

import hashlib
import json


def plain(text: str) -> str:
    """A text as it is kept and signed: one kind of line break, nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def hash_of(*parts: str) -> str:
    """The hash that a key under these words carries."""
    said = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()
