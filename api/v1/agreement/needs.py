"""What helps a person to take part, and what their partners share with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.agreement import permissions, queries
from tenants.agreement.actions import needs
from tenants.agreement.models import CommunicationNeed, NeedShare
from tenants.agreement.needs import CHANGES, Kind
from tenants.pairs import queries as pairs

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

    from tenants.pairs.models import Pair


class NeedOut(serializers.ModelSerializer[CommunicationNeed]):
    """Something that helps me to take part: what it changes, and with which pairs I share it."""

    channel = serializers.CharField(read_only=True)
    met = serializers.CharField(read_only=True)
    changes = serializers.SerializerMethodField()
    shared_with = serializers.SerializerMethodField()

    class Meta:
        model = CommunicationNeed
        fields = ("id", "kind", "detail", "channel", "met", "noted_at", "look_again_on", "changes", "shared_with")
        read_only_fields = fields

    def get_changes(self, need: CommunicationNeed) -> str:
        return str(CHANGES[Kind(need.kind)].words)

    def get_shared_with(self, need: CommunicationNeed) -> list[str]:
        return sorted(str(share.pair_id) for share in need.shares.all())


class NeedIn(Body):
    """What helps. An interpreter and something else need words, a way to be reached needs a channel."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    detail = Text(max_length=500, required=False, allow_blank=True, default="")
    channel = serializers.ChoiceField(
        choices=CommunicationNeed.Channel.choices, required=False, allow_blank=True, default=""
    )


class MetIn(Body):
    """How far it is met."""

    met = serializers.ChoiceField(choices=CommunicationNeed.Met.choices)


class WithIn(Body):
    """With the partner of which pair."""

    pair = serializers.UUIDField()


class Needs(Operations):
    """What helps me to take part. Nobody else reads it here."""

    serializer_class = NeedOut
    permissions = dict.fromkeys(
        ("list", "retrieve", "create", "destroy", "look", "share", "unshare"), permissions.NOTE_NEEDS
    )
    filters = {"kind": Filter(serializers.ChoiceField(choices=Kind.choices), "kind", "One kind.")}
    orderings = ("kind",)

    def _need(self) -> CommunicationNeed:
        return self.found(queries.needs_of(self.member))

    def _pair(self) -> Pair:
        return pairs.pair_for(self.member, self.said(WithIn)["pair"])

    @operation(gives=NeedOut(many=True))
    def list(self, request: Request) -> Response:
        """What I noted."""
        return self.page_of(queries.needs_of(self.member))

    @operation(gives=NeedOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One need."""
        return self.shown(self._need())

    @operation(takes=NeedIn, gives=NeedOut, status=201, refuses=["words_needed", "channel_needed"])
    def create(self, request: Request) -> Response:
        """Note what helps me, or change what I noted of this kind."""
        return self.shown(needs.note(**self.said(NeedIn), by=self.member), status=201)

    @operation(status=204)
    def destroy(self, request: Request, pk: UUID) -> Response:
        """Remove it; nobody whom I showed it to sees it any more."""
        needs.remove(need=self._need(), by=self.member)
        return Response(status=204)

    @operation(takes=MetIn, gives=NeedOut)
    @action(detail=True, methods=["post"])
    def look(self, request: Request, pk: UUID) -> Response:
        """Say that it is still right, and how far it is met."""
        return self.shown(needs.look(need=self._need(), **self.said(MetIn), by=self.member))

    @operation(takes=WithIn, gives=NeedOut)
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: UUID) -> Response:
        """Show it to the partner in one pair."""
        needs.share(need=self._need(), pair=self._pair(), by=self.member)
        return self.shown(self._need())

    @operation(takes=WithIn, gives=NeedOut)
    @action(detail=True, methods=["post"])
    def unshare(self, request: Request, pk: UUID) -> Response:
        """Stop sharing it with the partner, alone and at once."""
        needs.unshare(need=self._need(), pair=self._pair(), by=self.member)
        return self.shown(self._need())


class SharedNeedOut(serializers.ModelSerializer[NeedShare]):
    """What one partner of a pair shows the other."""

    kind = serializers.CharField(source="need.kind", read_only=True)
    detail = serializers.CharField(source="need.detail", read_only=True)
    channel = serializers.CharField(source="need.channel", read_only=True)

    class Meta:
        model = NeedShare
        fields = ("id", "pair", "seat", "kind", "detail", "channel", "shared_at")
        read_only_fields = fields


class SharedNeeds(Operations):
    """What the partners of the person's pairs show each other."""

    serializer_class = SharedNeedOut
    permissions = {"list": permissions.NOTE_NEEDS}
    filters = {"pair": Filter(serializers.UUIDField(), "pair_id", "One pair.")}
    orderings = ("shared_at",)

    @operation(gives=SharedNeedOut(many=True))
    def list(self, request: Request) -> Response:
        """What the two of each of my pairs show each other."""
        return self.page_of(queries.shared_needs(self.member))
