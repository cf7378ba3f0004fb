"""Decisions with two keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.projects.keys import Keys, SignIn
from tenants.pairs import queries as pairs
from tenants.projects import permissions, queries
from tenants.projects.actions import decisions as actions
from tenants.projects.actions import options
from tenants.projects.content import Terms, terms_of
from tenants.projects.models import Decision, DecisionOption, DecisionReason

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response


class ReasonOut(serializers.ModelSerializer[DecisionReason]):
    """Why one side does not agree, in its own words."""

    class Meta:
        model = DecisionReason
        fields = ("seat", "text", "given_at")
        read_only_fields = fields


class OptionOut(serializers.ModelSerializer[DecisionOption]):
    """One way to go, and who laid it out."""

    class Meta:
        model = DecisionOption
        fields = ("id", "seat", "text", "pros", "cons", "assumes", "added_at", "withdrawn_at")
        read_only_fields = fields


class DecisionOut(serializers.ModelSerializer[Decision]):
    """Something that a pair settles together."""

    keys = Keys()
    reasons = ReasonOut(many=True, read_only=True)
    options = OptionOut(many=True, read_only=True)

    class Meta:
        model = Decision
        fields = (
            "id", "pair", "title", "text", "kind", "due_on", "state", "content_hash", "proposed_by", "drafted_at",
            "proposed_at", "agreed_at", "revisit_on", "supersedes", "keys", "reasons", "options",
        )  # fmt: skip
        read_only_fields = fields


class TextIn(Body):
    """What a decision says."""

    title = Text(max_length=200)
    text = Text(max_length=4000)
    kind = serializers.ChoiceField(choices=Decision.Kind.choices, required=False)
    due_on = Day(allow_null=True, required=False)


class DecisionIn(TextIn):
    """A new decision of a pair."""

    pair = serializers.UUIDField()


class ChangeIn(Body):
    """What is to be said instead. What is left out stays."""

    title = Text(max_length=200, required=False)
    text = Text(max_length=4000, required=False)
    kind = serializers.ChoiceField(choices=Decision.Kind.choices, required=False)
    due_on = Day(allow_null=True, required=False)


class OptionIn(Body):
    """One way to go."""

    text = Text(max_length=1000)
    pros = Text(max_length=1000, allow_blank=True, default="")
    cons = Text(max_length=1000, allow_blank=True, default="")
    assumes = Text(max_length=1000, allow_blank=True, default="")


class ContestIn(Body):
    """Why not, in one's own words."""

    reason = Text(max_length=2000)


class ParkIn(Body):
    """Until when."""

    revisit_on = Day()


def _with_terms(said: dict[str, Any], before: Terms) -> dict[str, Any]:
    terms = Terms(kind=said.pop("kind", before.kind), due_on=said.pop("due_on", before.due_on))
    return {**said, "terms": terms}


class Decisions(Operations):
    """The decisions of the person's pairs."""

    serializer_class = DecisionOut
    permissions = {
        "list": permissions.READ_WORK,
        "retrieve": permissions.READ_WORK,
        "sign": permissions.SIGN_DECISION,
        **dict.fromkeys(
            (
                "create",
                "partial_update",
                "propose",
                "contest",
                "park",
                "reopen",
                "withdraw",
                "supersede",
                "add_option",
                "withdraw_option",
            ),
            permissions.WRITE_DECISION,
        ),
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "state": Filter(serializers.ChoiceField(choices=Decision.State.choices), "state", "One state."),
    }
    orderings = ("-drafted_at", "title")
    signs = frozenset({"sign"})

    def _decisions(self) -> QuerySet[Decision]:
        return queries.decisions_for(self.member).prefetch_related("reasons", "options")

    def _decision(self) -> Decision:
        return self.found(self._decisions())

    @operation(gives=DecisionOut(many=True))
    def list(self, request: Request) -> Response:
        """The decisions of my pairs, the newest first."""
        return self.page_of(self._decisions())

    @operation(gives=DecisionOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One decision with its keys and reasons."""
        return self.shown(self._decision())

    @operation(takes=DecisionIn, gives=DecisionOut, status=201)
    def create(self, request: Request) -> Response:
        """Write a draft; both partners can read and change it."""
        said = self.said(DecisionIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        made = actions.draft(pair=pair, **_with_terms(said, Terms()), by=self.member)
        return self.shown(made, status=201)

    @operation(takes=ChangeIn, gives=DecisionOut, refuses=["wrong_state", "options_needed"])
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change what an open decision says; every key under the old text is cleared."""
        held = self.found(self.held(self._decisions()))
        self.refuse_changed(held)
        said = _with_terms({"title": held.title, "text": held.text, **self.said(ChangeIn)}, terms_of(held))
        return self.shown(actions.edit(decision=held, **said, by=self.member))

    @operation(gives=DecisionOut, refuses=["wrong_state", "options_needed"])
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: UUID) -> Response:
        """Put a draft on the table, so that both can sign it."""
        return self.shown(actions.propose(decision=self._decision(), by=self.member))

    @operation(takes=SignIn, gives=DecisionOut, refuses=["wrong_state", "text_changed", "already_replaced"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign the text that was read; the second key makes the decision stand."""
        return self.shown(actions.sign(decision=self._decision(), **self.said(SignIn), by=self.member))

    @operation(takes=ContestIn, gives=DecisionOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def contest(self, request: Request, pk: UUID) -> Response:
        """Say in one's own words why not; keys given so far are cleared."""
        return self.shown(actions.contest(decision=self._decision(), **self.said(ContestIn), by=self.member))

    @operation(takes=ParkIn, gives=DecisionOut, refuses=["wrong_state", "date_is_past"])
    @action(detail=True, methods=["post"])
    def park(self, request: Request, pk: UUID) -> Response:
        """Put a decision aside until a day."""
        return self.shown(actions.park(decision=self._decision(), **self.said(ParkIn), by=self.member))

    @operation(gives=DecisionOut, refuses=["wrong_state", "options_needed"])
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: UUID) -> Response:
        """Propose a contested or parked decision again."""
        return self.shown(actions.reopen(decision=self._decision(), by=self.member))

    @operation(gives=DecisionOut, refuses=["wrong_state", "not_the_proposer"])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """Take back what one proposed oneself."""
        return self.shown(actions.withdraw(decision=self._decision(), by=self.member))

    @operation(takes=TextIn, gives=DecisionOut, status=201, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def supersede(self, request: Request, pk: UUID) -> Response:
        """Draft a decision that replaces an agreed one; until both have signed it, the old one stands."""
        held = self._decision()
        said = _with_terms(self.said(TextIn), Terms(kind=held.kind))
        return self.shown(actions.supersede(decision=held, **said, by=self.member), status=201)

    @operation(takes=OptionIn, gives=DecisionOut, status=201, refuses=["wrong_state", "too_many_options"])
    @action(detail=True, methods=["post"], url_path="options")
    def add_option(self, request: Request, pk: UUID) -> Response:
        """Lay an option beside the others; once the decision is on the table, they stay as they are."""
        options.add(decision=self._decision(), **self.said(OptionIn), by=self.member)
        return self.shown(self._decision(), status=201)

    @operation(gives=DecisionOut, refuses=["wrong_state", "not_your_option"])
    @action(detail=True, methods=["post"], url_path="options/<uuid:option>/withdraw")
    def withdraw_option(self, request: Request, pk: UUID, option: UUID) -> Response:
        """Take one's own option back."""
        found = self._decision().options.filter(pk=option).first()
        if found is None:
            raise Http404
        options.withdraw(option=found, by=self.member)
        return self.shown(self._decision())
