"""Moments when one snapped back. There is no field for what the other did, and an unknown one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Moment, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.pairs import queries as pairs
from tenants.relationship import permissions, queries
from tenants.relationship.actions import snapbacks as actions
from tenants.relationship.models import LookBack, SnapBack
from tenants.relationship.models.written import WORDS

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

OF_PAIR = {"pair": Filter(serializers.UUIDField(), "pair_id", "One pair.")}


class SnapBackOut(serializers.ModelSerializer[SnapBack]):
    """One's own entry, or the partner's after both were revealed."""

    class Meta:
        model = SnapBack
        fields = (
            "id", "pair", "seat", "moment", "trigger", "own_default", "intensity", "words", "mended_at", "written_at",
            "invited_at", "pairing", "revealed_at",
        )  # fmt: skip
        read_only_fields = fields


class SnapBackIn(Body):
    """What one did oneself."""

    pair = serializers.UUIDField()
    moment = Moment()
    trigger = serializers.ChoiceField(choices=SnapBack.Trigger.choices)
    own_default = serializers.ChoiceField(choices=SnapBack.Default.choices)
    intensity = serializers.IntegerField(min_value=1, max_value=5)
    words = Text(max_length=WORDS, allow_blank=True, default="")
    mended_at = Moment(allow_null=True, default=None)


class MendIn(Body):
    """Since when it has felt mended."""

    mended_at = Moment()


class LookBackOut(serializers.ModelSerializer[LookBack]):
    """Somebody would like to look back at a day. Nothing else is said."""

    class Meta:
        model = LookBack
        fields = ("id", "pair", "seat", "asked", "day", "asked_at", "closed_at")
        read_only_fields = fields


class SnapBacks(Operations):
    """One's own entries, and those that were revealed to both."""

    serializer_class = SnapBackOut
    permissions = {
        "list": permissions.READ,
        "retrieve": permissions.READ,
        **dict.fromkeys(("create", "mend", "invite"), permissions.WRITE),
    }
    filters = OF_PAIR
    orderings = ("-moment",)

    def _snapback(self) -> SnapBack:
        return self.found(queries.snapbacks_for(self.member))

    @operation(gives=SnapBackOut(many=True))
    def list(self, request: Request) -> Response:
        """My entries, and those of my partners that were revealed, the latest first."""
        return self.page_of(queries.snapbacks_for(self.member))

    @operation(gives=SnapBackOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One entry."""
        return self.shown(self._snapback())

    @operation(takes=SnapBackIn, gives=SnapBackOut, status=201, refuses=["moment_is_ahead", "mended_out_of_order"])
    def create(self, request: Request) -> Response:
        """Write down what one did oneself; about the same two days the partner's entry and this one open each other."""
        said = self.said(SnapBackIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.log(pair=pair, **said, by=self.member), status=201)

    @operation(takes=MendIn, gives=SnapBackOut, refuses=["mended_out_of_order", "not_the_author"])
    @action(detail=True, methods=["post"])
    def mend(self, request: Request, pk: UUID) -> Response:
        """Say when it felt mended."""
        return self.shown(actions.mend(snapback=self._snapback(), **self.said(MendIn), by=self.member))

    @operation(gives=SnapBackOut, refuses=["wrong_state", "no_partner", "not_the_author"])
    @action(detail=True, methods=["post"])
    def invite(self, request: Request, pk: UUID) -> Response:
        """Let the partner know that one would like to look back at that day, and nothing else."""
        actions.invite(snapback=self._snapback(), by=self.member)
        return self.shown(self._snapback())


class LookBacks(Operations):
    """Days at which somebody would like to look back together."""

    serializer_class = LookBackOut
    permissions = {"list": permissions.READ, "set_aside": permissions.WRITE}
    filters = OF_PAIR
    orderings = ("-asked_at",)

    @operation(gives=LookBackOut(many=True))
    def list(self, request: Request) -> Response:
        """The days that were asked about, by me or of me."""
        return self.page_of(queries.look_backs_for(self.member))

    @operation(gives=LookBackOut)
    @action(detail=True, methods=["post"], url_path="set-aside")
    def set_aside(self, request: Request, pk: UUID) -> Response:
        """Not now."""
        look_back = self.found(queries.look_backs_for(self.member))
        return self.shown(actions.set_aside(look_back=look_back, by=self.member))
