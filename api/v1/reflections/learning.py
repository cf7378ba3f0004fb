"""What pairs learn, and the sentences of it that they may tell others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.projects.keys import Keys, SignIn
from api.v1.reflections.own import ONE_PAIR
from tenants.pairs import queries as pairs
from tenants.reflections import permissions, queries
from tenants.reflections.actions import learning as learnings
from tenants.reflections.models import Learning, LearningShare

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request


class ReflectionShareOut(serializers.ModelSerializer[LearningShare]):
    """One sentence for somebody outside, and who has signed it."""

    keys = Keys()

    class Meta:
        model = LearningShare
        fields = (
            "id", "pair", "learning", "audience", "sentence", "content_hash", "state", "proposed_by", "proposed_at",
            "agreed_at", "withdrawn_at", "keys",
        )  # fmt: skip
        read_only_fields = fields


class LearningOut(serializers.ModelSerializer[Learning]):
    """Something that a pair has learnt."""

    class Meta:
        model = Learning
        fields = ("id", "pair", "text", "evidence", "changed", "written_at", "edited_by", "edited_at")
        read_only_fields = fields


class LearningIn(Body):
    """What was learnt, how the pair knows, and what changed."""

    pair = serializers.UUIDField()
    text = Text(max_length=1000)
    evidence = Text(max_length=2000)
    changed = Text(max_length=2000, required=False, allow_blank=True, default="")


class LearningChangeIn(Body):
    """What is to be said instead. What is left out stays."""

    text = Text(max_length=1000, required=False)
    evidence = Text(max_length=2000, required=False)
    changed = Text(max_length=2000, required=False, allow_blank=True)


class ShareIn(Body):
    """Whom to tell, and in which words."""

    audience = Text(max_length=200)
    sentence = Text(max_length=1000)


class Learnings(Operations):
    """What my pairs learn."""

    serializer_class = LearningOut
    permissions = {
        **dict.fromkeys(("list", "retrieve"), permissions.READ_LEARNING),
        **dict.fromkeys(("create", "partial_update", "propose"), permissions.WRITE_LEARNING),
    }
    filters = {"pair": ONE_PAIR}
    orderings = ("-written_at",)

    def _learnings(self) -> QuerySet[Learning]:
        return queries.learnings_for(self.member).prefetch_related(None)

    @operation(gives=LearningOut(many=True))
    def list(self, request: Request) -> Response:
        """What my pairs have learnt, the newest first."""
        return self.page_of(self._learnings())

    @operation(gives=LearningOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One row of a learning chart."""
        return self.shown(self.found(self._learnings()))

    @operation(takes=LearningIn, gives=LearningOut, status=201)
    def create(self, request: Request) -> Response:
        """Write down something that the pair has learnt."""
        said = self.said(LearningIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(learnings.write(pair=pair, **said, by=self.member), status=201)

    @operation(takes=LearningChangeIn, gives=LearningOut)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change a row; sentences that were proposed or signed stay as they are."""
        held = self.found(self.held(self._learnings()))
        self.refuse_changed(held)
        said = {"text": held.text, "evidence": held.evidence, "changed": held.changed, **self.said(LearningChangeIn)}
        return self.shown(learnings.edit(learning=held, **said, by=self.member))

    @operation(takes=ShareIn, gives=ReflectionShareOut, status=201)
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: UUID) -> Response:
        """Propose to tell somebody outside one sentence."""
        made = learnings.propose(learning=self.found(self._learnings()), **self.said(ShareIn), by=self.member)
        return Response(ReflectionShareOut(made).data, status=201)


class LearningShares(Operations):
    """Sentences for somebody outside. The service shows them to nobody."""

    serializer_class = ReflectionShareOut
    permissions = {
        **dict.fromkeys(("list", "retrieve"), permissions.READ_LEARNING),
        **dict.fromkeys(("sign", "withdraw"), permissions.SIGN_SHARE),
    }
    filters = {
        "pair": ONE_PAIR,
        "learning": Filter(serializers.UUIDField(), "learning_id", "One learning."),
        "state": Filter(serializers.ChoiceField(choices=LearningShare.State.choices), "state", "One state."),
    }
    orderings = ("-proposed_at",)
    signs = frozenset({"sign"})

    def _share(self) -> LearningShare:
        return self.found(queries.shares_for(self.member))

    @operation(gives=ReflectionShareOut(many=True))
    def list(self, request: Request) -> Response:
        """The sentences of my pairs, the newest first."""
        return self.page_of(queries.shares_for(self.member))

    @operation(gives=ReflectionShareOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One sentence with its keys."""
        return self.shown(self._share())

    @operation(takes=SignIn, gives=ReflectionShareOut, refuses=["wrong_state", "text_changed"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign the words that were read; with the second key they may be told."""
        return self._again(learnings.sign(share=self._share(), **self.said(SignIn), by=self.member))

    @operation(gives=ReflectionShareOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """Take it back, alone and at once."""
        return self._again(learnings.withdraw(share=self._share(), by=self.member))

    def _again(self, share: LearningShare) -> Response:
        return self.shown(queries.shares_for(self.member).get(pk=share.pk))
