"""Times when a pair looks back together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Day, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.projects.keys import Keys, SignIn
from api.v1.reflections.own import ONE_PAIR
from tenants.pairs import queries as pairs
from tenants.reflections import permissions, queries
from tenants.reflections.actions import together
from tenants.reflections.models import PairReflection, PairReflectionPart

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class PartOut(serializers.ModelSerializer[PairReflectionPart]):
    """One partner's own part."""

    class Meta:
        model = PairReflectionPart
        fields = ("seat", "text", "written_at")
        read_only_fields = fields


class SlotOut(serializers.ModelSerializer[PairReflection]):
    """A time when a pair looks back together."""

    parts = PartOut(many=True, read_only=True)
    keys = Keys()

    reason = serializers.CharField(read_only=True)  # empty until there is one

    class Meta:
        model = PairReflection
        fields = (
            "id", "pair", "planned_on", "state", "text", "content_hash", "edited_by", "edited_at", "reason",
            "closed_at", "parts", "keys",
        )  # fmt: skip
        read_only_fields = fields


class ReflectionPlanIn(Body):
    """The day of the next time."""

    pair = serializers.UUIDField()
    on = Day()


class PartIn(Body):
    """One's own part."""

    text = Text(max_length=4000)


class JointIn(Body):
    """What the pair says together."""

    text = Text(max_length=8000)


class MissedIn(Body):
    """What came in between, and another day."""

    reason = serializers.ChoiceField(choices=PairReflection.Reason.choices)
    next_on = Day()


class PairReflections(Operations):
    """The times when my pairs look back together."""

    serializer_class = SlotOut
    permissions = {
        **dict.fromkeys(("list", "retrieve"), permissions.READ_TOGETHER),
        **dict.fromkeys(("create", "partial_update", "part", "talked", "missed"), permissions.WRITE_TOGETHER),
        "sign": permissions.SIGN_TOGETHER,
    }
    filters = {
        "pair": ONE_PAIR,
        "state": Filter(serializers.ChoiceField(choices=PairReflection.State.choices), "state", "One state."),
    }
    orderings = ("-planned_on",)
    signs = frozenset({"sign"})

    def _slot(self) -> PairReflection:
        return self.found(queries.slots_for(self.member))

    @operation(gives=SlotOut(many=True))
    def list(self, request: Request) -> Response:
        """The times of my pairs, the latest first."""
        return self.page_of(queries.slots_for(self.member))

    @operation(gives=SlotOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One time, with each one's part and who has signed."""
        return self.shown(self._slot())

    @operation(takes=ReflectionPlanIn, gives=SlotOut, status=201, refuses=["date_is_past", "date_is_far", "no_partner"])
    def create(self, request: Request) -> Response:
        """Choose the day of the next time; one is open at a time, so planning again moves it."""
        said = self.said(ReflectionPlanIn)
        pair = pairs.pair_for(self.member, said["pair"])
        return self._again(together.plan(pair=pair, on=said["on"], by=self.member), status=201)

    @operation(takes=JointIn, gives=SlotOut, refuses=["wrong_state"])
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Write what the pair says together; every key under the old text is cleared."""
        held = self.found(self.held(queries.slots_for(self.member)))
        self.refuse_changed(held)
        return self._again(together.write(slot=held, **self.said(JointIn), by=self.member))

    @operation(takes=PartIn, gives=SlotOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def part(self, request: Request, pk: UUID) -> Response:
        """Write or rewrite my own part."""
        return self._again(together.write_part(slot=self._slot(), **self.said(PartIn), by=self.member))

    @operation(takes=SignIn, gives=SlotOut, refuses=["wrong_state", "text_changed", "no_text"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign the text that was read; the second key closes this time and plans the next."""
        return self._again(together.sign(slot=self._slot(), **self.said(SignIn), by=self.member))

    @operation(gives=SlotOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def talked(self, request: Request, pk: UUID) -> Response:
        """Say that we talked and write no text; the next time is planned."""
        return self._again(together.talked(slot=self._slot(), by=self.member))

    @operation(takes=MissedIn, gives=SlotOut, refuses=["wrong_state", "not_yet", "date_is_past", "date_is_far"])
    @action(detail=True, methods=["post"])
    def missed(self, request: Request, pk: UUID) -> Response:
        """Say that it did not happen, and choose another day."""
        return self._again(together.missed(slot=self._slot(), **self.said(MissedIn), by=self.member))

    def _again(self, slot: PairReflection, *, status: int = 200) -> Response:
        return self.shown(queries.slots_for(self.member).get(pk=slot.pk), status=status)
