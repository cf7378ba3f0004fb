"""What two people assume, prepare and try out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day, Text
from api.operations import Operations
from api.schema import operation
from api.v1.relationship.snapbacks import OF_PAIR
from tenants.pairs import queries as pairs
from tenants.relationship import permissions, queries
from tenants.relationship.actions import trying as actions
from tenants.relationship.models import Assumption, Experiment, HardConversation
from tenants.relationship.models.written import WORDS

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

REFUSES = ["wrong_state", "not_the_author"]


class AssumptionOut(serializers.ModelSerializer[Assumption]):
    """Something that both take for granted, and what came out."""

    result = serializers.CharField(read_only=True)  # empty until there is one

    class Meta:
        model = Assumption
        fields = (
            "id", "pair", "seat", "text", "test", "due_on", "written_at", "result", "evidence", "seen_by", "closed_at",
        )  # fmt: skip
        read_only_fields = fields


class AssumptionIn(Body):
    """A new one."""

    pair = serializers.UUIDField()
    text = Text(max_length=WORDS)
    test = Text(max_length=WORDS)
    due_on = Day()


class AssumptionChangeIn(Body):
    """What is to be said instead. What is left out stays."""

    text = Text(max_length=WORDS, required=False)
    test = Text(max_length=WORDS, required=False)
    due_on = Day(required=False)


class AssumptionCloseIn(Body):
    """What came out, and who saw it."""

    result = serializers.ChoiceField(choices=Assumption.Result.choices)
    evidence = Text(max_length=WORDS)
    seen_by = Text(max_length=200)


class Assumptions(Operations):
    """What the person's pairs assume."""

    serializer_class = AssumptionOut
    permissions = {
        "list": permissions.READ,
        "retrieve": permissions.READ,
        **dict.fromkeys(("create", "partial_update", "close"), permissions.WRITE),
    }
    filters = OF_PAIR
    orderings = ("due_on",)

    def _assumption(self) -> Assumption:
        return self.found(queries.assumptions_for(self.member))

    @operation(gives=AssumptionOut(many=True))
    def list(self, request: Request) -> Response:
        """What my pairs assume, by the day of the test."""
        return self.page_of(queries.assumptions_for(self.member))

    @operation(gives=AssumptionOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One assumption."""
        return self.shown(self._assumption())

    @operation(takes=AssumptionIn, gives=AssumptionOut, status=201)
    def create(self, request: Request) -> Response:
        """Write down what both take for granted, and how they find out."""
        said = self.said(AssumptionIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.assume(pair=pair, **said, by=self.member), status=201)

    @operation(takes=AssumptionChangeIn, gives=AssumptionOut, refuses=REFUSES)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Say it otherwise, or move the day, while it is open."""
        held = self.found(self.held(queries.assumptions_for(self.member)))
        self.refuse_changed(held)
        said = {name: getattr(held, name) for name in ("text", "test", "due_on")}
        changed = {**said, **self.said(AssumptionChangeIn)}
        return self.shown(actions.edit_assumption(assumption=held, **changed, by=self.member))

    @operation(takes=AssumptionCloseIn, gives=AssumptionOut, refuses=["wrong_state", "result_needed"])
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: UUID) -> Response:
        """Say what came out and who saw it."""
        return self.shown(actions.close(assumption=self._assumption(), **self.said(AssumptionCloseIn), by=self.member))


class ConversationOut(serializers.ModelSerializer[HardConversation]):
    """A conversation that somebody prepares. `shown_to` is the partner's seat while it is shared."""

    tags = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = HardConversation
        fields = (
            "id", "pair", "seat", "shown_to", "title", "tags", "before", "after", "learned", "written_at", "held_at",
        )  # fmt: skip
        read_only_fields = fields


def _tags(*, required: bool) -> serializers.ListField:
    kind = serializers.ChoiceField(choices=HardConversation.Tag.choices)
    return serializers.ListField(child=kind, max_length=len(HardConversation.Tag), required=required)


class ConversationIn(Body):
    """Notes from before."""

    pair = serializers.UUIDField()
    title = Text(max_length=200)
    tags = _tags(required=True)
    before = Text(max_length=WORDS)


class ConversationChangeIn(Body):
    """What is to be said instead. What is left out stays."""

    title = Text(max_length=200, required=False)
    tags = _tags(required=False)
    before = Text(max_length=WORDS, required=False)


class LearnIn(Body):
    """What one learned, and notes from after."""

    learned = Text(max_length=WORDS)
    after = Text(max_length=WORDS, allow_blank=True, default="")


class HardConversations(Operations):
    """One's own preparations, and those that the partner shares."""

    serializer_class = ConversationOut
    permissions = {
        "list": permissions.READ,
        "retrieve": permissions.READ,
        **dict.fromkeys(("create", "partial_update", "learn", "share", "unshare"), permissions.WRITE),
    }
    filters = OF_PAIR
    orderings = ("-written_at", "title")

    def _conversation(self) -> HardConversation:
        return self.found(queries.conversations_for(self.member))

    @operation(gives=ConversationOut(many=True))
    def list(self, request: Request) -> Response:
        """My preparations, and those that my partners share."""
        return self.page_of(queries.conversations_for(self.member))

    @operation(gives=ConversationOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One preparation."""
        return self.shown(self._conversation())

    @operation(takes=ConversationIn, gives=ConversationOut, status=201)
    def create(self, request: Request) -> Response:
        """Prepare a hard conversation, for oneself."""
        said = self.said(ConversationIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.prepare(pair=pair, **said, by=self.member), status=201)

    @operation(takes=ConversationChangeIn, gives=ConversationOut, refuses=["not_the_author"])
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change one's notes from before."""
        held = self.found(self.held(queries.conversations_for(self.member)))
        self.refuse_changed(held)
        said = {name: getattr(held, name) for name in ("title", "tags", "before")}
        changed = {**said, **self.said(ConversationChangeIn)}
        return self.shown(actions.edit_conversation(conversation=held, **changed, by=self.member))

    @operation(takes=LearnIn, gives=ConversationOut, refuses=["not_the_author", "learning_needed"])
    @action(detail=True, methods=["post"])
    def learn(self, request: Request, pk: UUID) -> Response:
        """Say what one learned."""
        conversation = self._conversation()
        return self.shown(actions.look_back(conversation=conversation, **self.said(LearnIn), by=self.member))

    @operation(gives=ConversationOut, refuses=["not_the_author", "no_partner"])
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: UUID) -> Response:
        """Let the partner read what one prepared."""
        return self.shown(actions.share(conversation=self._conversation(), by=self.member))

    @operation(gives=ConversationOut, refuses=["not_the_author"])
    @action(detail=True, methods=["post"])
    def unshare(self, request: Request, pk: UUID) -> Response:
        """Keep it for oneself again."""
        return self.shown(actions.unshare(conversation=self._conversation(), by=self.member))


class ExperimentOut(serializers.ModelSerializer[Experiment]):
    """Something that one partner tries. Nobody outside the pair ever reads it."""

    class Meta:
        model = Experiment
        fields = ("id", "pair", "seat", "attempt", "limit", "happened", "written_at", "finished_at")
        read_only_fields = fields


class ExperimentIn(Body):
    """What one will try, and when one stops."""

    pair = serializers.UUIDField()
    attempt = Text(max_length=WORDS)
    limit = Text(max_length=WORDS)


class ExperimentChangeIn(Body):
    """What is to be said instead. What is left out stays."""

    attempt = Text(max_length=WORDS, required=False)
    limit = Text(max_length=WORDS, required=False)


class FinishIn(Body):
    """What happened."""

    happened = Text(max_length=WORDS)


class Experiments(Operations):
    """The cards of the person's pairs."""

    serializer_class = ExperimentOut
    permissions = {
        "list": permissions.READ,
        "retrieve": permissions.READ,
        **dict.fromkeys(("create", "partial_update", "finish"), permissions.WRITE),
    }
    filters = OF_PAIR
    orderings = ("-written_at",)

    def _experiment(self) -> Experiment:
        return self.found(queries.experiments_for(self.member))

    @operation(gives=ExperimentOut(many=True))
    def list(self, request: Request) -> Response:
        """What my partners and I try."""
        return self.page_of(queries.experiments_for(self.member))

    @operation(gives=ExperimentOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One card."""
        return self.shown(self._experiment())

    @operation(takes=ExperimentIn, gives=ExperimentOut, status=201)
    def create(self, request: Request) -> Response:
        """Say what one will try, and when one stops."""
        said = self.said(ExperimentIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.try_out(pair=pair, **said, by=self.member), status=201)

    @operation(takes=ExperimentChangeIn, gives=ExperimentOut, refuses=REFUSES)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change one's own card while it is open."""
        held = self.found(self.held(queries.experiments_for(self.member)))
        self.refuse_changed(held)
        said = {name: getattr(held, name) for name in ("attempt", "limit")}
        changed = {**said, **self.said(ExperimentChangeIn)}
        return self.shown(actions.edit_experiment(experiment=held, **changed, by=self.member))

    @operation(takes=FinishIn, gives=ExperimentOut, refuses=[*REFUSES, "result_needed"])
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: UUID) -> Response:
        """Say what happened."""
        return self.shown(actions.finish(experiment=self._experiment(), **self.said(FinishIn), by=self.member))
