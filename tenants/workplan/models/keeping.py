"""How long a project is kept, and what becomes of it when somebody asks to be forgotten."""

from __future__ import annotations

from typing import Any

from rollout.kernel.keeping import Fate, Keeping, Period


def kept(personal: str, *, whose: str, plain: str = "id", fate: Fate = Fate.SHARED, **more: Any) -> Keeping:
    """What is kept as long as the pair's work is."""
    return Keeping(Period.PAIR, personal=personal, plain=plain, whose=whose, fate=fate, **more)
