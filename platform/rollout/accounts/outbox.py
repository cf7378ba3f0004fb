"""The demo's mail: nothing leaves the machine, every letter becomes a file that the outbox page shows."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from rollout.kernel import clock, files


@dataclass(frozen=True, slots=True)
class Message:
    """A letter as it would have gone out."""

    id: str
    at: datetime
    to: list[str]
    sender: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str


class Outbox(BaseEmailBackend):
    """Writes each letter as one file, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for letter in email_messages:
            _keep(letter)
        return len(email_messages)


def messages(limit: int = 50) -> list[Message]:
    """The latest letters, the most recent first."""
    paths = sorted(Path(settings.OUTBOX_DIR).glob("[0-9]*.json"), reverse=True)[:limit]
    return [_read(path) for path in paths]


def message(name: str) -> Message | None:
    """One letter by the id that `messages` gave it, or None."""
    paths = [path for path in Path(settings.OUTBOX_DIR).glob("[0-9]*.json") if path.stem == name]
    return _read(paths[0]) if paths else None


def forget(address: str) -> None:
    """Remove every letter to one address."""
    for path in Path(settings.OUTBOX_DIR).glob("[0-9]*.json"):
        if address in _read(path).to:
            path.unlink(missing_ok=True)


def _keep(letter: EmailMessage) -> None:
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    pages = [str(part[0]) for part in getattr(letter, "alternatives", []) if part[1] == "text/html"]
    kept = Message(
        id=name,
        at=clock.now(),
        to=list(letter.to),
        sender=letter.from_email,
        subject=str(letter.subject),
        text=str(letter.body),
        html=pages[0] if pages else "",
        language=str(letter.extra_headers.get("Content-Language", "")),
        message_id=str(letter.extra_headers.get("Message-ID", "")),
    )
    content = json.dumps({**asdict(kept), "at": kept.at.isoformat()}, ensure_ascii=False, indent=1)
    files.store(Path(settings.OUTBOX_DIR), f"{name}.json", content.encode("utf-8", "replace"))


def _read(path: Path) -> Message:
    fields = json.loads(path.read_bytes())
    return Message(**{**fields, "at": datetime.fromisoformat(fields["at"])})
