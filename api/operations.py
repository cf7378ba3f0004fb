"""The base of every viewset: a request is looked at from the outside in, before anything of it is done."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api import replay
from api.filters import Filter, ordering_of, read_query
from api.parsers import TooLarge
from api.permissions import InHat, member_of
from rollout.accounts.queries import has_accepted
from rollout.kernel.errors import DomainError
from tenants.members.queries import HATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer

    from api.fields import Body
    from tenants.members.models import Member

Row = TypeVar("Row", bound=Model)
TERMS_FIRST = _("Read and accept the privacy notice and the terms first, on the page /notices/ of this address.")


class Operations(InHat, GenericViewSet[Any]):
    """The operations on one kind of thing, in the hat that the request says.

    `signs` are the operations that add a key, so the privacy notice and the terms come first. `forgotten` are those
    of which nothing is kept, not even that the request was made. `most_bytes` is how long a body may be, for operations
    that take longer ones than the others.
    """

    lookup_field = "pk"
    lookup_url_kwarg = "pk"
    lookup_value_converter = "uuid"
    filters: ClassVar[dict[str, Filter]] = {}
    orderings: ClassVar[tuple[str, ...]] = ()
    signs: ClassVar[frozenset[str]] = frozenset()
    forgotten: ClassVar[frozenset[str]] = frozenset()
    most_bytes: ClassVar[dict[str, int]] = {}
    attempt: replay.Attempt | None = None

    @property
    def member(self) -> Member:
        """The member who asks."""
        return member_of(self.request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """From the cheapest question to the dearest; probing what is hidden counts as a request like any other."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        request.version, request.versioning_scheme = None, None
        writes = request.method not in SAFE_METHODS
        if writes:
            _refuse_body(request, self.body_limit)
        try:
            self.perform_authentication(request)
        finally:
            self.check_throttles(request)  # trying keys that do not work counts for the address
        if request.user.is_authenticated and request.headers.get("Capacity", HATS[0]) not in HATS:
            raise DomainError("unknown_capacity", _("There is no such hat."), status=400)
        self.check_permissions(request)
        if not writes or self.action is None:
            return
        request.data  # noqa: B018  # what cannot be read is refused before anything is done
        if self.action in self.signs and not has_accepted(self.member.pk):
            raise DomainError("terms_not_accepted", TERMS_FIRST)
        if request.method == "POST" and self.action not in self.forgotten:
            self.attempt = replay.attempt_of(request, self.member.pk)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, replay.Replayed):
            kept = exc.kept
            return Response(
                json.loads(kept.body) if kept.body else None, status=kept.status, headers={replay.REPLAYED: "true"}
            )
        self.attempt = None
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        finished = super().finalize_response(request, response, *args, **kwargs)
        if self.attempt is not None and finished.status_code < 400:
            finished.render()
            self.attempt.keep(finished)
        return finished

    @property
    def body_limit(self) -> int:
        """How long the body of this request may be."""
        return self.most_bytes.get(self.action or "", settings.API_BODY_BYTES)

    # What the operations are made of

    def found(self, rows: QuerySet[Row]) -> Row:
        """The row that the address names, among those that this person may read. Hidden and missing are the same."""
        row = rows.filter(pk=self.kwargs[self.lookup_url_kwarg]).first()
        if row is None:
            raise Http404
        return row

    def held(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The rows, locked when the writer names the state that was read: nobody comes between look and change."""
        return rows.select_for_update(of=("self",)) if "If-Match" in self.request.headers else rows

    def said(self, body: type[Body]) -> dict[str, Any]:
        """What the request says, read and checked."""
        serializer = body(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        found: dict[str, Any] = serializer.validated_data
        return found

    def asked(self, name: str) -> Any:
        """The value of a filter that the query of this list asks itself; None without one."""
        return read_query(self.request, self).get(name)

    def page_of(self, rows: QuerySet[Any]) -> Response:
        """A page of rows, narrowed and sorted as the query asks."""
        return self.page(self.paginate_queryset(self.filter_queryset(rows)))

    def page_of_list(self, entries: Sequence[Any], *, key: str, identity: str = "id") -> Response:
        """A page of what is no queryset."""
        read_query(self.request, self)
        if self.orderings:
            ordering_of(self.request, self)
        paginator: Any = self.paginator
        return self.page(paginator.paginate_list(entries, key, self.request, self, identity))

    def page(self, entries: Any) -> Response:
        """These entries as the page that was asked for."""
        return self.get_paginated_response(self.get_serializer(entries, many=True).data)

    def shown(self, entity: Any, *, status: int = 200) -> Response:
        """One thing, with the mark of its present state."""
        data = self.get_serializer(entity).data
        return Response(data, status=status, headers={"ETag": _mark(data)})

    def refuse_changed(self, entity: Any) -> None:
        """Refuse to write over something that is not any more as the writer read it."""
        wanted = self.request.headers.get("If-Match", "*").strip()
        if wanted != "*" and _mark(self.get_serializer(entity).data) not in wanted:
            raise DomainError(
                "changed_meanwhile", _("Somebody changed this since you read it. Read it again."), status=412
            )

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        return super().get_serializer(*args, **kwargs)


def _refuse_body(request: Request, most: int) -> None:
    """Say no to what is too long or no JSON by its headers, before a byte of it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or len(length) > 12 or int(length) > most:
        raise TooLarge
    if int(length) and (request.content_type or "").split(";")[0].strip().lower() != "application/json":
        raise exceptions.UnsupportedMediaType(request.content_type or "")


def _mark(data: Any) -> str:
    return f'"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'
