"""What somebody has written waits to be read, for the home page: never its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tenants.conversations import queries
from tenants.conversations.models import PAIR_ITSELF
from tenants.conversations.rendering import address_of
from tenants.pairs.home import Kind, Row, rows_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _unread(member: Member) -> QuerySet[Any]:
    found = queries.unread_talks(member)
    return rows_of(found, "message", since="sent_at", title="subject_kind", subject="subject_id")


def _message(row: Row) -> tuple[str, str]:
    words = _("A message from your partner") if row.title == PAIR_ITSELF else _("A comment from your partner")
    return words, address_of(row.title, row.pair_id, row.subject)


KINDS = (Kind("message", _unread, _message),)
