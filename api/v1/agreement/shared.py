"""The five things that two partners share, and their working principles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.projects.keys import Keys, SignIn
from tenants.agreement import permissions, queries, rendering
from tenants.agreement.actions import lines, principles
from tenants.agreement.models import (
    LineReason,
    Principle,
    PrincipleVersion,
    Review,
    ReviewAnswer,
    SharedLine,
    State,
)
from tenants.pairs import queries as pairs

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

KEPT = [choice for choice in State.choices if choice[0] != State.BLANK]


class LineReasonOut(serializers.ModelSerializer[LineReason]):
    """Why a line is contested, in one partner's own words. `content_hash` is the text that it was said about."""

    class Meta:
        model = LineReason
        fields = ("seat", "content_hash", "text", "given_at")
        read_only_fields = fields


class SharedLineOut(serializers.ModelSerializer[SharedLine]):
    """One of the five: purpose, ambition, leadership, ownership, responsibility. One that is blank is not in a list."""

    state = serializers.ChoiceField(choices=KEPT, read_only=True)
    keys = Keys()
    reasons = LineReasonOut(many=True, read_only=True)

    class Meta:
        model = SharedLine
        fields = (
            "id", "pair", "topic", "text", "state", "content_hash", "edited_by", "edited_at", "agreed_at",
            "agreed_with", "keys", "reasons",
        )  # fmt: skip
        read_only_fields = fields


class LineIn(Body):
    """What one of the five says."""

    pair = serializers.UUIDField()
    topic = serializers.ChoiceField(choices=SharedLine.Topic.choices)
    text = Text(max_length=1000)


class ReasonIn(Body):
    """What does not fit, in one's own words."""

    reason = Text(max_length=2000)


class SharedLines(Operations):
    """What the two partners of a pair share."""

    serializer_class = SharedLineOut
    permissions = {
        "list": permissions.READ,
        "retrieve": permissions.READ,
        "create": permissions.WRITE,
        "sign": permissions.SIGN,
        "contest": permissions.WRITE,
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "topic": Filter(serializers.ChoiceField(choices=SharedLine.Topic.choices), "topic", "One of the five."),
        "state": Filter(serializers.ChoiceField(choices=KEPT), "state", "One state."),
    }
    orderings = ("topic", "edited_at")
    signs = frozenset({"sign"})

    def _lines(self) -> QuerySet[SharedLine]:
        return queries.lines_for(self.member).prefetch_related("reasons")

    @operation(gives=SharedLineOut(many=True))
    def list(self, request: Request) -> Response:
        """The lines of my pairs that are written."""
        return self.page_of(self._lines())

    @operation(gives=SharedLineOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One line with its keys, and why it is contested."""
        return self.shown(self.found(self._lines()))

    @operation(takes=LineIn, gives=SharedLineOut, status=201)
    def create(self, request: Request) -> Response:
        """Write one of the five, change it, or put a contested one forward again; keys under the old text go."""
        said = self.said(LineIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(lines.write(pair=pair, **said, by=self.member), status=201)

    @operation(takes=SignIn, gives=SharedLineOut, refuses=["wrong_state", "text_changed"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign the text that was read; with both keys it is agreed."""
        line = lines.sign(line=self.found(self._lines()), **self.said(SignIn), by=self.member)
        return self.shown(self._lines().get(pk=line.pk))

    @operation(takes=ReasonIn, gives=SharedLineOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def contest(self, request: Request, pk: UUID) -> Response:
        """Say what does not fit; the line is open again at once."""
        line = lines.contest(line=self.found(self._lines()), **self.said(ReasonIn), by=self.member)
        return self.shown(self._lines().get(pk=line.pk))


class VersionOut(serializers.ModelSerializer[PrincipleVersion]):
    """One wording of a principle. `looked_at` is when both looked at it last."""

    state = serializers.ChoiceField(choices=KEPT, read_only=True)
    keys = Keys()
    looked_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = PrincipleVersion
        fields = (
            "id", "pair", "principle", "number", "title", "text", "state", "content_hash", "edited_by", "edited_at",
            "agreed_at", "agreed_with", "ended_at", "looked_at", "keys",
        )  # fmt: skip
        read_only_fields = fields


class PrincipleOut(serializers.ModelSerializer[Principle]):
    """A working principle with all its wordings, the newest first. Its state is that of the wording that leads."""

    state = serializers.SerializerMethodField()
    versions = VersionOut(many=True, read_only=True)

    class Meta:
        model = Principle
        fields = ("id", "pair", "begun_by", "begun_at", "state", "versions")
        read_only_fields = fields

    def get_state(self, principle: Principle) -> str:
        return rendering.state_of(principle)


class AnswerOut(serializers.ModelSerializer[ReviewAnswer]):
    """What one partner said."""

    class Meta:
        model = ReviewAnswer
        fields = ("seat", "answer", "text", "given_at")
        read_only_fields = fields


class ReviewOut(serializers.ModelSerializer[Review]):
    """Looking again at a principle; it is complete when both have answered."""

    answers = AnswerOut(many=True, read_only=True)

    class Meta:
        model = Review
        fields = ("id", "pair", "version", "opened_by", "opened_at", "closed_at", "answers")
        read_only_fields = fields


class WordingIn(Body):
    """What a principle says."""

    title = Text(max_length=200)
    text = Text(max_length=2000)


class PrincipleIn(WordingIn):
    """A new principle of a pair."""

    pair = serializers.UUIDField()


class AnswerIn(Body):
    """Whether it stays, or what to change."""

    answer = serializers.ChoiceField(choices=ReviewAnswer.Answer.choices)
    text = Text(max_length=1000, required=False, allow_blank=True, default="")


class Principles(Operations):
    """The working principles of the person's pairs."""

    serializer_class = PrincipleOut
    permissions = {
        "list": permissions.READ,
        "retrieve": permissions.READ,
        "create": permissions.WRITE,
        "rewrite": permissions.WRITE,
    }
    filters = {"pair": Filter(serializers.UUIDField(), "pair_id", "One pair.")}
    orderings = ("begun_at",)

    def _shown(self, principle: Principle, *, status: int = 200) -> Response:
        return self.shown(queries.principles_for(self.member).get(pk=principle.pk), status=status)

    @operation(gives=PrincipleOut(many=True))
    def list(self, request: Request) -> Response:
        """The principles of my pairs."""
        return self.page_of(queries.principles_for(self.member))

    @operation(gives=PrincipleOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One principle with all its wordings."""
        return self.shown(self.found(queries.principles_for(self.member)))

    @operation(takes=PrincipleIn, gives=PrincipleOut, status=201)
    def create(self, request: Request) -> Response:
        """Write down a principle, for both to sign."""
        said = self.said(PrincipleIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self._shown(principles.propose(pair=pair, **said, by=self.member), status=201)

    @operation(takes=WordingIn, gives=PrincipleOut)
    @action(detail=True, methods=["post"])
    def rewrite(self, request: Request, pk: UUID) -> Response:
        """Change the wording that waits, or write a new one; until both have signed it, the old one stands."""
        principle = self.found(queries.principles_for(self.member))
        principles.write(principle=principle, **self.said(WordingIn), by=self.member)
        return self._shown(principle)


class PrincipleVersions(Operations):
    """The wordings of principles: sign them, withdraw them, look at them again."""

    serializer_class = VersionOut
    permissions = {
        "list": permissions.READ,
        "sign": permissions.SIGN,
        "withdraw": permissions.WRITE,
        "review": permissions.WRITE,
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "principle": Filter(serializers.UUIDField(), "principle_id", "One principle."),
        "state": Filter(serializers.ChoiceField(choices=KEPT), "state", "One state."),
    }
    orderings = ("-edited_at", "number")
    signs = frozenset({"sign"})

    def _version(self) -> Any:
        return self.found(queries.versions_for(self.member))

    @operation(gives=VersionOut(many=True))
    def list(self, request: Request) -> Response:
        """The wordings of my pairs' principles."""
        return self.page_of(queries.versions_for(self.member))

    @operation(takes=SignIn, gives=VersionOut, refuses=["wrong_state", "text_changed"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign the wording that was read; with both keys it is agreed and replaces the older one."""
        principles.sign(version=self._version(), **self.said(SignIn), by=self.member)
        return self.shown(self._version())

    @operation(gives=VersionOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """Say that it no longer holds; one key is enough."""
        principles.withdraw(version=self._version(), by=self.member)
        return self.shown(self._version())

    @operation(takes=AnswerIn, gives=ReviewOut, refuses=["wrong_state", "words_needed", "already_answered"])
    @action(detail=True, methods=["post"])
    def review(self, request: Request, pk: UUID) -> Response:
        """Say whether an agreed principle stays as it is, or what to change."""
        review = principles.review(version=self._version(), **self.said(AnswerIn), by=self.member)
        return Response(ReviewOut(queries.reviews_for(self.member).get(pk=review.pk)).data)


class PrincipleReviews(Operations):
    """Looking again at principles, and what each partner said."""

    serializer_class = ReviewOut
    permissions = {"list": permissions.READ}
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "version": Filter(serializers.UUIDField(), "version_id", "One wording."),
    }
    orderings = ("-opened_at",)

    @operation(gives=ReviewOut(many=True))
    def list(self, request: Request) -> Response:
        """The looks of my pairs at their principles, the newest first."""
        return self.page_of(queries.reviews_for(self.member))
