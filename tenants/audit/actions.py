"""Recording an act, in the transaction of the act itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from rollout.kernel.tenancy import collect

if TYPE_CHECKING:
    from django.db.models import Model

Entry = tuple[str, UUID | None, str, UUID | None]


def record(action: str, *, subject: Model | UUID | None = None, pair: UUID | None = None, **detail: Any) -> None:
    """Note an act of the person in the present context. `pair` puts it in that pair's own chain.

    `detail` holds ids, codes and dates, never names or text.
    """
    subject_id = subject if isinstance(subject, UUID) else getattr(subject, "pk", None)
    collect(_write, (action, subject_id, json.dumps(detail, default=str, sort_keys=True), pair))


def _write(entries: list[Entry]) -> None:
    with connection.cursor() as cursor:
        # Pairs in one order, so that two transactions never wait for each other's chains.
        for action, subject, detail, pair in sorted(entries, key=lambda entry: str(entry[3] or "")):
            cursor.execute("SELECT audit_append(%s, %s, %s::jsonb, %s)", [action, subject, detail, pair])
