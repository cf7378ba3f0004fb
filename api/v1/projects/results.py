"""Results, the values of their charts, and those who are asked whether it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.dateparse import parse_date
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Address, Body, Day, Number, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.projects.keys import Keys, SignIn
from tenants.pairs import queries as pairs
from tenants.projects import permissions, queries
from tenants.projects.actions import results as actions
from tenants.projects.actions import witnesses
from tenants.projects.content import ResultContent, content_of
from tenants.projects.models import ResultClaim, ResultPoint, Witness

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

_CONTENT = (
    "title", "measure", "unit", "higher_is_better", "baseline_value", "baseline_on", "current_value", "current_on",
    "direction", "place", "evidence", "side_effects", "not_achieved",
)  # fmt: skip


class PointOut(serializers.ModelSerializer[ResultPoint]):
    """One dated value."""

    class Meta:
        model = ResultPoint
        fields = ("on", "value")
        read_only_fields = fields


class ResultOut(serializers.ModelSerializer[ResultClaim]):
    """What changed, or did not, and who has signed it."""

    points = PointOut(many=True, read_only=True)
    keys = Keys()

    class Meta:
        model = ResultClaim
        fields = (
            "id", "pair", *_CONTENT, "state", "content_hash", "written_by", "written_at", "claimed_at",
            "corroborated_at", "points", "keys",
        )  # fmt: skip
        read_only_fields = fields


class ContentIn(Body):
    """What a result says."""

    title = Text(max_length=200)
    measure = Text(max_length=200)
    unit = Text(max_length=40)
    higher_is_better = serializers.BooleanField()
    baseline_value = Number()
    baseline_on = Day()
    current_value = Number()
    current_on = Day()
    direction = serializers.ChoiceField(choices=ResultClaim.Direction.choices)
    place = Text(max_length=200)
    evidence = Text(max_length=2000)
    side_effects = Text(max_length=2000, allow_blank=True, default="")
    not_achieved = Text(max_length=2000, allow_blank=True, default="")


class ResultIn(ContentIn):
    """A new result of a pair."""

    pair = serializers.UUIDField()


class ResultChangeIn(ContentIn):
    """What is to be said instead. What is left out stays."""

    def get_fields(self) -> Any:
        fields = super().get_fields()
        for field in fields.values():
            field.required, field.default = False, serializers.empty
        return fields


class PointIn(Body):
    """One dated value."""

    on = Day()
    value = Number()


class Results(Operations):
    """The results of the person's pairs."""

    serializer_class = ResultOut
    permissions = {
        "list": permissions.READ_WORK,
        "retrieve": permissions.READ_WORK,
        "sign": permissions.SIGN_RESULT,
        **dict.fromkeys(
            ("create", "partial_update", "add_point", "remove_point", "disprove"), permissions.WRITE_RESULT
        ),
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "state": Filter(serializers.ChoiceField(choices=ResultClaim.State.choices), "state", "One state."),
        "direction": Filter(
            serializers.ChoiceField(choices=ResultClaim.Direction.choices), "direction", "What happened."
        ),
    }
    orderings = ("-written_at", "title")
    signs = frozenset({"sign"})

    def _result(self) -> ResultClaim:
        return self.found(queries.results_for(self.member))

    def _read_again(self) -> Response:
        return self.shown(self._result())

    @operation(gives=ResultOut(many=True))
    def list(self, request: Request) -> Response:
        """The results of my pairs, the newest first."""
        return self.page_of(queries.results_for(self.member))

    @operation(gives=ResultOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One result with its values and keys."""
        return self._read_again()

    @operation(
        takes=ResultIn,
        gives=ResultOut,
        status=201,
        refuses=["dates_reversed", "date_is_ahead", "numbers_say_otherwise"],
    )
    def create(self, request: Request) -> Response:
        """Write down what changed, or did not."""
        said = self.said(ResultIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.draft(pair=pair, content=ResultContent(**said), by=self.member), status=201)

    @operation(
        takes=ResultChangeIn,
        gives=ResultOut,
        refuses=["wrong_state", "dates_reversed", "date_is_ahead", "numbers_say_otherwise"],
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change what a result says; it is a draft again, and both sign again."""
        held = self.found(self.held(queries.results_for(self.member)))
        self.refuse_changed(held)
        content = ResultContent(**{**content_of(held).values(), **self.said(ResultChangeIn)})
        actions.edit(result=held, content=content, by=self.member)
        return self._read_again()

    @operation(
        takes=PointIn,
        gives=ResultOut,
        status=201,
        refuses=["wrong_state", "date_is_ahead", "value_of_that_day", "too_many_values"],
    )
    @action(detail=True, methods=["post"], url_path="points")
    def add_point(self, request: Request, pk: UUID) -> Response:
        """Add one dated value for the chart; the result is a draft again."""
        actions.add_point(result=self._result(), **self.said(PointIn), by=self.member)
        return self.shown(self._result(), status=201)

    @operation(gives=ResultOut, refuses=["wrong_state"])
    @action(detail=True, methods=["delete"], url_path="points/<str:on>")
    def remove_point(self, request: Request, pk: UUID, on: str) -> Response:
        """Take the value of one day out of the chart; the result is a draft again."""
        try:
            day = parse_date(on)
        except ValueError:
            day = None
        if day is None:
            raise Http404
        actions.remove_point(result=self._result(), on=day, by=self.member)
        return self._read_again()

    @operation(takes=SignIn, gives=ResultOut, refuses=["wrong_state", "text_changed"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign the result that was read; with both keys it is claimed."""
        actions.sign(result=self._result(), **self.said(SignIn), by=self.member)
        return self._read_again()

    @operation(gives=ResultOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def disprove(self, request: Request, pk: UUID) -> Response:
        """Say that a signed result turned out to be wrong; it is no shame."""
        actions.disprove(result=self._result(), by=self.member)
        return self._read_again()


class WitnessOut(serializers.ModelSerializer[Witness]):
    """Somebody independent who was asked, and the answer."""

    answer = serializers.CharField(read_only=True)  # empty until there is one

    class Meta:
        model = Witness
        fields = (
            "id", "result", "name", "email", "relation", "content_hash", "asked_by", "asked_at", "expires_at",
            "answer", "answered_at", "withdrawn_at",
        )  # fmt: skip
        read_only_fields = fields


class WitnessIn(Body):
    """Somebody independent to ask."""

    result = serializers.UUIDField()
    name = Text(max_length=200)
    email = Address(max_length=254)
    relation = Text(max_length=200)


class Witnesses(Operations):
    """Those who were asked about the results of the person's pairs."""

    serializer_class = WitnessOut
    permissions = {"list": permissions.READ_WORK, "create": permissions.ASK_WITNESS}
    filters = {"result": Filter(serializers.UUIDField(), "", "The result that they were asked about.", required=True)}
    orderings = ("asked_at",)

    def _result(self, pk: UUID) -> ResultClaim:
        result = queries.results_for(self.member).filter(pk=pk).first()
        if result is None:
            raise Http404
        return result

    @operation(gives=WitnessOut(many=True))
    def list(self, request: Request) -> Response:
        """Those who were asked about a result, and what they answered."""
        return self.page_of(queries.witnesses_of(self.member, self._result(self.asked("result"))))

    @operation(
        takes=WitnessIn,
        gives=WitnessOut,
        status=201,
        refuses=["not_signed", "not_independent", "already_asked", "too_many_asked"],
    )
    def create(self, request: Request) -> Response:
        """Ask somebody independent to confirm a result that both have signed."""
        said = self.said(WitnessIn)
        result = self._result(said.pop("result"))
        return self.shown(witnesses.ask(result=result, **said, by=self.member), status=201)
