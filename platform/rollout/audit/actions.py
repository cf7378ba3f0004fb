"""Recording an act around the organisations, in the transaction of the act itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from uuid import UUID


def record(
    action: str, *, by: UUID | None, subject: UUID | None = None, using: str = "platform", **detail: Any
) -> None:
    """Note an act of an account, or of nobody known. Call it last: it holds the chain until the transaction ends.

    `detail` holds ids, codes and dates, never names, addresses or text.
    """
    facts = json.dumps(detail, default=str, sort_keys=True)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT security.platform_append(%s, %s, %s, %s::jsonb)", [by, action, subject, facts])
