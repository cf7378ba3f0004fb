"""What was done: the organisation's chain for rollout leads, a pair's own for its two partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import Text
from api.filters import Filter
from api.operations import Operations
from api.permissions import READ_EVENTS
from api.schema import operation
from tenants.audit import queries
from tenants.audit.models import Event
from tenants.pairs import queries as pairs
from tenants.pairs.permissions import READ_PAIR

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response


@extend_schema_field(OpenApiTypes.OBJECT)
class _Details(serializers.JSONField):
    pass


class EventOut(serializers.ModelSerializer[Event]):
    """One act: ids, codes and dates, never a text."""

    detail = _Details(read_only=True)

    class Meta:
        model = Event
        fields = ("id", "at", "actor_id", "capacity", "action", "subject_id", "pair_id", "detail")
        read_only_fields = fields


class Events(Operations):
    """The organisation's chain."""

    serializer_class = EventOut
    permissions = {"list": READ_EVENTS, "retrieve": READ_EVENTS}
    filters = {"action": Filter(Text(max_length=60), "action", "One kind of act, such as `office.granted`.")}
    orderings = ("-at",)

    @operation(gives=EventOut(many=True))
    def list(self, request: Request) -> Response:
        """What was done in the organisation's name, the newest first."""
        return self.page_of(queries.organisation_events())

    @operation(gives=EventOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One act in the organisation's name."""
        return self.shown(self.found(queries.organisation_events()))


class PairEvents(Operations):
    """A pair's own chain."""

    serializer_class = EventOut
    permissions = {"list": READ_PAIR, "retrieve": READ_PAIR}
    filters = {**Events.filters, "pair": Filter(serializers.UUIDField(), "", "The pair.", required=True)}
    orderings = ("-at",)

    @operation(gives=EventOut(many=True))
    def list(self, request: Request) -> Response:
        """What was done in one of my pairs, the newest first."""
        pair = pairs.pair_for(self.member, self.asked("pair"))
        return self.page_of(queries.events_of_pair(pair.pk))

    @operation(gives=EventOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One act in one of my pairs."""
        return self.shown(self.found(queries.events_of_pairs()))
