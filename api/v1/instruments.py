"""Instruments, rounds and answers: sealed until both have answered."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.surfacing import own_pair
from tenants.instruments import actions, helped, permissions, queries
from tenants.instruments.definition import LINE_LENGTH, Definition
from tenants.instruments.models import Answer, Remark, Round

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response


@extend_schema_field({"type": "object", "additionalProperties": True})
class _Content(serializers.DictField):
    pass


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class _Value(serializers.Field[Any, Any, Any, Any]):
    """A number, or a code."""

    default_error_messages = {"invalid": "A number or a code."}

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class InstrumentOut(serializers.Serializer[Any]):
    """One version of an instrument. The same code and version never change."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    version = serializers.IntegerField()
    content = _Content()


class InstrumentIn(Body):
    """A definition as data: begin with one that is there."""

    content = _Content()


class RemarkOut(serializers.ModelSerializer[Remark]):
    """What a partner added after both had answered."""

    class Meta:
        model = Remark
        fields = ("id", "seat", "text", "made_at")
        read_only_fields = fields


class RoundOut(serializers.ModelSerializer[Round]):
    """One time that both answer an instrument, or one of them alone. Nothing tells whether the partner has answered."""

    state = serializers.SerializerMethodField()
    answered = serializers.BooleanField(read_only=True, help_text="Whether the person who asks has answered.")
    remarks = RemarkOut(many=True, read_only=True)

    class Meta:
        model = Round
        fields = (
            "id", "pair", "code", "version", "occasion", "about", "state", "citizen_seat", "professional_seat",
            "opened_by", "opened_at", "closes_at", "ended_at", "replaces", "answered", "remarks",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Round.State.choices))
    def get_state(self, asked: Round) -> str:
        """The state now."""
        return queries.state_now(asked).value


class RoundIn(Body):
    """A new round. Without a version it is the latest one; without a day it is open for two weeks."""

    pair = serializers.UUIDField()
    code = Text(max_length=40)
    version = serializers.IntegerField(required=False, min_value=1, max_value=999)
    occasion = serializers.ChoiceField(choices=Round.Occasion.choices, default=Round.Occasion.REGULAR)
    about = Text(max_length=200, allow_blank=True, default="")
    closes_on = Day(required=False)


class SaidIn(Body):
    """One's own answers: a value for each item, or "felt heard" alone where that is asked."""

    values = serializers.DictField(child=_Value(), default=dict)
    lines = serializers.DictField(child=Text(max_length=LINE_LENGTH, allow_blank=True), default=dict)
    felt_heard = serializers.IntegerField(required=False, min_value=1, max_value=5)
    keeps_sealed = serializers.BooleanField(default=False)


class RemarkIn(Body):
    """Some words."""

    text = Text(max_length=2000)


class RoundAnswerOut(serializers.ModelSerializer[Answer]):
    """One's own answers, or the partner's once both have answered."""

    values = serializers.SerializerMethodField()
    lines = serializers.SerializerMethodField()
    felt_heard = serializers.SerializerMethodField()
    assisted = serializers.SerializerMethodField()

    class Meta:
        model = Answer
        fields = (
            "id", "pair", "round", "seat", "keeps_sealed", "given_at", "values", "lines", "felt_heard", "assisted",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=_Value()))
    def get_values(self, answer: Answer) -> dict[str, Any]:
        """A number or a code for each item."""
        return dict(queries.said_in(answer).values)

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_lines(self, answer: Answer) -> dict[str, str]:
        """A line of words for some items."""
        return dict(queries.said_in(answer).lines)

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_felt_heard(self, answer: Answer) -> int | None:
        """From 1 to 5, where it was asked alone."""
        return queries.said_in(answer).felt_heard

    def get_assisted(self, answer: Answer) -> bool:
        """Whether a helper typed it."""
        return answer.pk in self.context["view"].helped


class Instruments(Operations):
    """The instruments that pairs can use."""

    serializer_class = InstrumentOut
    permissions = {
        "list": permissions.READ_INSTRUMENTS,
        "retrieve": permissions.READ_INSTRUMENTS,
        "create": permissions.PUBLISH_INSTRUMENT,
    }

    @operation(gives=InstrumentOut(many=True))
    def list(self, request: Request) -> Response:
        """Every version of every instrument, by name."""
        return self.page_of_list(queries.published(self.member), key="code")

    @operation(gives=InstrumentOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One version of an instrument."""
        return self.shown(queries.published_for(self.member, pk))

    @operation(takes=InstrumentIn, gives=InstrumentOut, status=201, refuses=["no_instrument", "version_taken"])
    def create(self, request: Request) -> Response:
        """Add one version of an instrument for the whole organisation, at once and for good."""
        made = actions.publish(content=self.said(InstrumentIn)["content"], by=self.member)
        return self.shown(queries.published_for(self.member, Definition.id_of(made.code, made.version)), status=201)


class Rounds(Operations):
    """The rounds in which the person answers."""

    serializer_class = RoundOut
    permissions = {
        "list": permissions.READ_ROUNDS,
        "retrieve": permissions.READ_ROUNDS,
        "create": permissions.OPEN_ROUND,
        "again": permissions.OPEN_ROUND,
        "answer": permissions.ANSWER_ROUND,
        "show": permissions.ANSWER_ROUND,
        "close": permissions.CLOSE_ROUND,
        "remark": permissions.REMARK_ROUND,
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "code": Filter(serializers.CharField(max_length=40), "code", "One instrument."),
    }
    orderings = ("-opened_at",)

    def _rounds(self) -> QuerySet[Round]:
        return queries.rounds_for(self.member).prefetch_related("remarks")

    def _round(self) -> Round:
        return self.found(self._rounds())

    def _again(self, pk: UUID, status: int = 200) -> Response:
        return self.shown(self._rounds().get(pk=pk), status=status)

    @operation(gives=RoundOut(many=True))
    def list(self, request: Request) -> Response:
        """My rounds, the newest first."""
        return self.page_of(self._rounds())

    @operation(gives=RoundOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One round."""
        return self.shown(self._round())

    @operation(
        takes=RoundIn,
        gives=RoundOut,
        status=201,
        refuses=["no_such_instrument", "no_partner", "date_is_past", "date_too_far", "baseline_stands"],
    )
    def create(self, request: Request) -> Response:
        """Ask both partners the same, or oneself alone where the instrument is private."""
        said = self.said(RoundIn)
        made = actions.open_round(pair=own_pair(self, said.pop("pair")), **said, by=self.member)
        return self._again(made.pk, 201)

    @operation(
        takes=SaidIn,
        gives=RoundOut,
        refuses=[
            "round_is_over", "answer_missing", "no_such_item", "no_lines", "line_too_long", "felt_heard_alone",
            "cannot_keep_sealed", "answered_meanwhile",
        ],
    )  # fmt: skip
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: UUID) -> Response:
        """Say one's own, or say it differently while the other has not answered; with both, both appear to both."""
        asked = self._round()
        actions.answer(round=asked, **self.said(SaidIn), by=self.member)
        return self._again(asked.pk)

    @operation(gives=RoundOut, refuses=["round_is_over", "nothing_to_open"])
    @action(detail=True, methods=["post"])
    def show(self, request: Request, pk: UUID) -> Response:
        """Open what one kept sealed."""
        return self._again(actions.show(round=self._round(), by=self.member).pk)

    @operation(gives=RoundOut, refuses=["round_is_over"])
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: UUID) -> Response:
        """End a round before both have answered; nothing is opened."""
        return self._again(actions.close(round=self._round(), by=self.member).pk)

    @operation(gives=RoundOut, status=201, refuses=["round_is_over", "baseline_stands", "asked_again"])
    @action(detail=True, methods=["post"])
    def again(self, request: Request, pk: UUID) -> Response:
        """Ask the same once more; the old answers stay, and are named."""
        return self._again(actions.answer_again(round=self._round(), by=self.member).pk, 201)

    @operation(takes=RemarkIn, gives=RoundOut, status=201, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def remark(self, request: Request, pk: UUID) -> Response:
        """Add some words to answers that both can read."""
        asked = self._round()
        actions.remark(round=asked, **self.said(RemarkIn), by=self.member)
        return self._again(asked.pk, 201)


class Answers(Operations):
    """One's own answers, and the partner's once both have answered."""

    serializer_class = RoundAnswerOut
    permissions = {"list": permissions.READ_ROUNDS, "retrieve": permissions.READ_ROUNDS}
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "round": Filter(serializers.UUIDField(), "round_id", "One round."),
        "seat": Filter(serializers.UUIDField(), "seat_id", "Those of one partner, by their seat."),
    }
    orderings = ("-given_at",)

    @cached_property
    def helped(self) -> set[UUID]:
        """The answers that a helper typed."""
        return helped.answers(self.member)

    @operation(gives=RoundAnswerOut(many=True))
    def list(self, request: Request) -> Response:
        """The answers that I may read, the newest first."""
        return self.page_of(queries.readable_answers(self.member))

    @operation(gives=RoundAnswerOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One person's answers in one round."""
        return self.shown(self.found(queries.readable_answers(self.member)))
