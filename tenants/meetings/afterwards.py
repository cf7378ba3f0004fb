"""Where somebody may go who said that they have no time: a page of another room, if one has said so."""

from __future__ import annotations

_pages: list[str] = []


def when_there_is_no_time(address: str) -> None:
    """Let a room name the address of its page, which takes the pair and the meeting; the last room is heard."""
    _pages[:] = [address]


def page_for_no_time() -> str:
    """The name of that address; empty while no room has named one."""
    return _pages[0] if _pages else ""
