"""The time that both agree to give, and the hours that each counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day, Number
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.agreement.shared import KEPT
from api.v1.projects.keys import Keys, SignIn
from tenants.agreement import permissions, queries
from tenants.agreement.actions import hours
from tenants.agreement.content import Hours
from tenants.agreement.models import MOST_HOURS, HoursGiven, TimeAgreement
from tenants.pairs import queries as pairs

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response


class TimeOut(serializers.ModelSerializer[TimeAgreement]):
    """How many hours each side gives in a month, and whether they are protected at work or paid."""

    state = serializers.ChoiceField(choices=KEPT, read_only=True)
    keys = Keys()

    class Meta:
        model = TimeAgreement
        fields = (
            "id", "pair", "since", "hours_professional", "is_protected", "hours_citizen", "is_paid", "state",
            "content_hash", "edited_by", "edited_at", "agreed_at", "agreed_with", "ended_at", "keys",
        )  # fmt: skip
        read_only_fields = fields


class TimeIn(Body):
    """The time of both."""

    pair = serializers.UUIDField()
    since = Day()
    hours_professional = Number(min_value=0, max_value=MOST_HOURS)
    is_protected = serializers.BooleanField()
    hours_citizen = Number(min_value=0, max_value=MOST_HOURS)
    is_paid = serializers.BooleanField()


class TimeAgreements(Operations):
    """The time agreements of the person's pairs."""

    serializer_class = TimeOut
    permissions = {
        "list": permissions.READ,
        "retrieve": permissions.READ,
        "create": permissions.WRITE,
        "sign": permissions.SIGN,
        "withdraw": permissions.WRITE,
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "state": Filter(serializers.ChoiceField(choices=KEPT), "state", "One state."),
    }
    orderings = ("-edited_at", "since")
    signs = frozenset({"sign"})

    def _agreement(self) -> TimeAgreement:
        return self.found(queries.time_agreements_for(self.member))

    @operation(gives=TimeOut(many=True))
    def list(self, request: Request) -> Response:
        """The time agreements of my pairs, the newest first."""
        return self.page_of(queries.time_agreements_for(self.member))

    @operation(gives=TimeOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One time agreement with its keys."""
        return self.shown(self._agreement())

    @operation(takes=TimeIn, gives=TimeOut, status=201)
    def create(self, request: Request) -> Response:
        """Write the time of both, or change what waits; until both have signed it, an older agreement stands."""
        said = self.said(TimeIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(hours.write(pair=pair, hours=Hours(**said), by=self.member), status=201)

    @operation(takes=SignIn, gives=TimeOut, refuses=["wrong_state", "text_changed"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign what was read; with both keys it is agreed and replaces the older one."""
        hours.sign(agreement=self._agreement(), **self.said(SignIn), by=self.member)
        return self.shown(self._agreement())

    @operation(gives=TimeOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """Say that the agreement on time no longer holds; one key is enough."""
        hours.withdraw(agreement=self._agreement(), by=self.member)
        return self.shown(self._agreement())


class HoursOut(serializers.ModelSerializer[HoursGiven]):
    """The hours that one partner gave in one month."""

    class Meta:
        model = HoursGiven
        fields = ("id", "pair", "seat", "month", "hours", "is_covered", "written_at")
        read_only_fields = fields


class HoursIn(Body):
    """One's own hours of a month; any day of it will do."""

    pair = serializers.UUIDField()
    month = Day()
    hours = Number(min_value=0, max_value=MOST_HOURS)
    is_covered = serializers.BooleanField()


class GivenHours(Operations):
    """The hours that the partners of the person's pairs counted."""

    serializer_class = HoursOut
    permissions = {"list": permissions.READ, "create": permissions.NOTE_HOURS}
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "seat": Filter(serializers.UUIDField(), "seat_id", "One partner."),
    }
    orderings = ("-month",)

    @operation(gives=HoursOut(many=True))
    def list(self, request: Request) -> Response:
        """The hours of my pairs, the latest month first."""
        return self.page_of(queries.hours_for(self.member))

    @operation(takes=HoursIn, gives=HoursOut, status=201, refuses=["month_ahead"])
    def create(self, request: Request) -> Response:
        """Note one's own hours of a month, or correct them."""
        said = self.said(HoursIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(hours.note(pair=pair, **said, by=self.member), status=201)
