"""Where two people differ, and whether they were heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.relationship.snapbacks import OF_PAIR
from tenants.pairs import queries as pairs
from tenants.relationship import permissions, queries
from tenants.relationship.actions import differences as actions
from tenants.relationship.models import DifferenceItem, Restatement
from tenants.relationship.models.written import WORDS

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

REFUSES = ["wrong_state", "not_the_author"]


class RestatementOut(serializers.ModelSerializer[Restatement]):
    """What the partner understood, and what the author said to it."""

    answer = serializers.CharField(read_only=True)  # empty until there is one

    class Meta:
        model = Restatement
        fields = ("id", "seat", "text", "said_at", "answer", "correction", "answered_at")
        read_only_fields = fields


class DifferenceOut(serializers.ModelSerializer[DifferenceItem]):
    """A line in its author's words. Heard does not mean agreed."""

    restatements = RestatementOut(many=True, read_only=True)

    class Meta:
        model = DifferenceItem
        fields = (
            "id", "pair", "seat", "kind", "text", "not_for_restating", "state", "shown_to", "written_at", "shown_at",
            "heard_at", "restatements",
        )  # fmt: skip
        read_only_fields = fields


class DifferenceIn(Body):
    """A line for oneself."""

    pair = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DifferenceItem.Kind.choices)
    text = Text(max_length=WORDS)
    not_for_restating = serializers.BooleanField(default=False)


class DifferenceChangeIn(Body):
    """What is to be said instead. What is left out stays."""

    kind = serializers.ChoiceField(choices=DifferenceItem.Kind.choices, required=False)
    text = Text(max_length=WORDS, required=False)
    not_for_restating = serializers.BooleanField(required=False)


class RestateIn(Body):
    """What one understood, in one's own words."""

    text = Text(max_length=WORDS)


class CorrectIn(Body):
    """What it is instead."""

    correction = Text(max_length=WORDS)


class Differences(Operations):
    """One's own lines, and those that the partner shows."""

    serializer_class = DifferenceOut
    permissions = {
        "list": permissions.READ,
        "retrieve": permissions.READ,
        **dict.fromkeys(
            ("create", "partial_update", "show", "take_back", "restate", "accept", "correct"), permissions.WRITE
        ),
    }
    filters = {
        **OF_PAIR,
        "state": Filter(serializers.ChoiceField(choices=DifferenceItem.State.choices), "state", "One state."),
    }
    orderings = ("-written_at", "kind")

    def _item(self) -> DifferenceItem:
        return self.found(queries.differences_for(self.member))

    @operation(gives=DifferenceOut(many=True))
    def list(self, request: Request) -> Response:
        """My lines, and those that my partners show me."""
        return self.page_of(queries.differences_for(self.member))

    @operation(gives=DifferenceOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One line, with what was said again of it."""
        return self.shown(self._item())

    @operation(takes=DifferenceIn, gives=DifferenceOut, status=201)
    def create(self, request: Request) -> Response:
        """Write a line; nobody else reads it before it is shown."""
        said = self.said(DifferenceIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.write(pair=pair, **said, by=self.member), status=201)

    @operation(takes=DifferenceChangeIn, gives=DifferenceOut, refuses=REFUSES)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Say it otherwise, while nobody has said it again."""
        held = self.found(self.held(queries.differences_for(self.member)))
        self.refuse_changed(held)
        said = {name: getattr(held, name) for name in ("kind", "text", "not_for_restating")}
        return self.shown(actions.edit(item=held, **{**said, **self.said(DifferenceChangeIn)}, by=self.member))

    @operation(gives=DifferenceOut, refuses=[*REFUSES, "no_partner"])
    @action(detail=True, methods=["post"])
    def show(self, request: Request, pk: UUID) -> Response:
        """Let the partner read it."""
        return self.shown(actions.show(item=self._item(), by=self.member))

    @operation(gives=DifferenceOut, refuses=REFUSES)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: UUID) -> Response:
        """Show it no longer."""
        return self.shown(actions.take_back(item=self._item(), by=self.member))

    @operation(
        takes=RestateIn,
        gives=DifferenceOut,
        refuses=["wrong_state", "own_words", "not_for_restating", "no_partner"],
    )
    @action(detail=True, methods=["post"])
    def restate(self, request: Request, pk: UUID) -> Response:
        """Say in one's own words what the partner wrote."""
        actions.restate(item=self._item(), **self.said(RestateIn), by=self.member)
        return self.shown(self._item())

    @operation(gives=DifferenceOut, refuses=REFUSES)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: UUID) -> Response:
        """Say that this is what one meant, so that it is heard."""
        actions.accept(item=self._item(), by=self.member)
        return self.shown(self._item())

    @operation(takes=CorrectIn, gives=DifferenceOut, refuses=REFUSES)
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: UUID) -> Response:
        """Say what it is instead; the partner may say it again."""
        actions.correct(item=self._item(), **self.said(CorrectIn), by=self.member)
        return self.shown(self._item())
