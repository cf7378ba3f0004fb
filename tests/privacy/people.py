"""Who the hidden pair is, when it is looked for, and what stands in everything that it writes."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2027, 3, 3, 10, 0, tzinfo=UTC)
TWO_HATS = "tobias.achterberg@example.org"
"""A sponsor, and in the world with the pair one of its partners."""
UNSEEN = "nadia.unseen@example.net"
WITNESS = "w@example.net"
WORDS = ("Zanzibarquill", "Unseen Nadia", UNSEEN, "Quillwitness")
"""What stands in everything that the pair writes, and nowhere else."""
