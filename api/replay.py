"""The same request twice does its work once: what `Idempotency-Key` promises."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from api.models import KeptAnswer
from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import here

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT = dt.timedelta(days=1)
LONGEST = 255


class Replayed(Exception):
    """The request was answered before: this is its answer."""

    def __init__(self, kept: KeptAnswer) -> None:
        super().__init__()
        self.kept = kept


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that is to be answered once: whose it is, its key and its content, as hashes."""

    person: UUID
    capacity: str
    key: str
    content: str

    def keep(self, response: Response) -> None:
        """Write the answer down beside what the request did."""
        KeptAnswer.objects.create(
            person_id=self.person,
            capacity=self.capacity,
            key_hash=self.key,
            request_hash=self.content,
            status=response.status_code,
            body=response.content.decode(),
            kept_at=timezone.now(),
        )


def attempt_of(request: Request, person: UUID) -> Attempt | None:
    """What to answer once; None for a request without a key.

    Raises Replayed for one that was answered, DomainError for a key that stands for something else
    or whose first request still runs.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return None
    if not given or len(given) > LONGEST or not given.isascii() or not given.isprintable():
        raise DomainError("invalid_key", _("The key is a word of up to 255 plain characters."), status=400)
    content = json.dumps([request.method, request.path, request.data], sort_keys=True, separators=(",", ":"))
    attempt = Attempt(person, here().capacity, _hashed(given), _hashed(content))
    if not _first_in_line(attempt):
        raise DomainError("still_running", _("The first request with this key is still running. Ask again soon."))
    mine = KeptAnswer.objects.filter(person_id=person)
    mine.filter(kept_at__lt=timezone.now() - KEPT).delete()
    kept = mine.filter(capacity=attempt.capacity, key_hash=attempt.key).first()
    if kept is None:
        return attempt
    if kept.request_hash != attempt.content:
        raise DomainError(
            "key_used", _("This key stands for another request. Use a new key for each request."), status=422
        )
    raise Replayed(kept)


def _first_in_line(attempt: Attempt) -> bool:
    """Whether nobody else is answering this attempt now. The lock ends with the transaction."""
    line = "|".join((here().schema, str(attempt.person), attempt.capacity, attempt.key))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [line])
        return bool(cursor.fetchone()[0])


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
