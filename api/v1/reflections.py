"""Looking back: one's own reflections, the pair's, and what the pair learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Day, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.projects.keys import Keys, SignIn
from tenants.pairs import queries as pairs
from tenants.reflections import permissions, queries
from tenants.reflections.actions import learning as learnings
from tenants.reflections.actions import own, together
from tenants.reflections.forms import LONGEST
from tenants.reflections.models import (
    Learning,
    LearningShare,
    PairReflection,
    PairReflectionPart,
    SharedPassage,
)

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

ONE_PAIR = Filter(serializers.UUIDField(), "pair_id", "One pair.")


# One's own


class OwnOut(serializers.Serializer[Any]):
    """A reflection as its author alone reads it. Without a text, it cannot be opened any more."""

    id = serializers.UUIDField()
    text = serializers.CharField(allow_null=True)
    written_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()


class OwnIn(Body):
    """What to keep. `anyway` says that the author has looked at what may tell who a patient is."""

    text = Text(max_length=LONGEST)
    anyway = serializers.BooleanField(default=False)


class PassageOut(serializers.ModelSerializer[SharedPassage]):
    """A passage of somebody's own reflection that one partner can read."""

    class Meta:
        model = SharedPassage
        fields = ("id", "pair", "author", "audience", "shared_with", "text", "shared_at")
        read_only_fields = fields


class PassageIn(Body):
    """Which words, as they stand in the reflection, and the pair whose partner may read them."""

    pair = serializers.UUIDField()
    passage = Text(max_length=4000)


class Reflections(Operations):
    """One's own reflections. Nobody else reads them, and nothing is kept of the requests that carry them."""

    serializer_class = OwnOut
    permissions = {
        **dict.fromkeys(("list", "retrieve", "create", "partial_update", "destroy"), permissions.WRITE_OWN),
        "share": permissions.SHARE_PASSAGE,
    }
    orderings = ("-written_at",)
    forgotten = frozenset({"create", "share"})

    @operation(gives=OwnOut(many=True))
    def list(self, request: Request) -> Response:
        """My own reflections, the newest first."""
        rows = self.paginate_queryset(self.filter_queryset(queries.reflections_of(self.member)))
        return self.page(queries.opened(self.member, rows or []))

    @operation(gives=OwnOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One of my reflections."""
        return self._told(self.found(queries.reflections_of(self.member)))

    @operation(takes=OwnIn, gives=OwnOut, status=201, refuses=["may_tell"])
    def create(self, request: Request) -> Response:
        """Keep a reflection that I alone can read."""
        return self._told(own.write(**self.said(OwnIn), by=self.member), status=201)

    @operation(takes=OwnIn, gives=OwnOut, refuses=["may_tell"])
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Write it anew. Passages that were shared stay as they were."""
        held = self.found(self.held(queries.reflections_of(self.member)))
        self.refuse_changed(*queries.opened(self.member, [held]))
        return self._told(own.change(reflection=held, **self.said(OwnIn), by=self.member))

    @operation(status=204)
    def destroy(self, request: Request, pk: UUID) -> Response:
        """Delete it for good; passages of it that are shared are taken back."""
        own.remove(reflection=self.found(queries.reflections_of(self.member)), by=self.member)
        return Response(status=204)

    @operation(takes=PassageIn, gives=PassageOut, status=201, refuses=["not_in_text", "no_partner"])
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: UUID) -> Response:
        """Let the partner of a pair read one passage, word for word."""
        said = self.said(PassageIn)
        reflection = self.found(queries.reflections_of(self.member))
        pair = pairs.pair_for(self.member, said["pair"])
        made = own.share(reflection=reflection, pair=pair, passage=said["passage"], by=self.member)
        return Response(PassageOut(made).data, status=201)

    def _told(self, reflection: Any, *, status: int = 200) -> Response:
        (opened,) = queries.opened(self.member, [reflection])
        return self.shown(opened, status=status)


class Passages(Operations):
    """Passages that I share, and those that are shared with me."""

    serializer_class = PassageOut
    permissions = {"list": permissions.SHARE_PASSAGE, "take_back": permissions.SHARE_PASSAGE}
    filters = {"pair": ONE_PAIR}
    orderings = ("-shared_at",)

    @operation(gives=PassageOut(many=True))
    def list(self, request: Request) -> Response:
        """The passages between me and my partners, the newest first."""
        return self.page_of(queries.passages_seen(self.member))

    @operation(status=204)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: UUID) -> Response:
        """Take back a passage that I share, at once."""
        own.take_back(passage=self.found(queries.passages_from(self.member)), by=self.member)
        return Response(status=204)


# Together


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

    class Meta:
        model = PairReflection
        fields = (
            "id", "pair", "planned_on", "state", "text", "content_hash", "edited_by", "edited_at", "reason",
            "closed_at", "parts", "keys",
        )  # fmt: skip
        read_only_fields = fields


class PlanIn(Body):
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

    @operation(takes=PlanIn, gives=SlotOut, status=201, refuses=["date_is_past", "no_partner"])
    def create(self, request: Request) -> Response:
        """Choose the day of the next time. One is open at a time: planning again moves it."""
        said = self.said(PlanIn)
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

    @operation(takes=MissedIn, gives=SlotOut, refuses=["wrong_state", "not_yet", "date_is_past"])
    @action(detail=True, methods=["post"])
    def missed(self, request: Request, pk: UUID) -> Response:
        """Say that it did not happen, and choose another day."""
        return self._again(together.missed(slot=self._slot(), **self.said(MissedIn), by=self.member))

    def _again(self, slot: PairReflection, *, status: int = 200) -> Response:
        return self.shown(queries.slots_for(self.member).get(pk=slot.pk), status=status)


# Learning


class ShareOut(serializers.ModelSerializer[LearningShare]):
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

    @operation(takes=ShareIn, gives=ShareOut, status=201)
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: UUID) -> Response:
        """Propose to tell somebody outside one sentence."""
        made = learnings.propose(learning=self.found(self._learnings()), **self.said(ShareIn), by=self.member)
        return Response(ShareOut(made).data, status=201)


class LearningShares(Operations):
    """Sentences for somebody outside. The service shows them to nobody."""

    serializer_class = ShareOut
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

    @operation(gives=ShareOut(many=True))
    def list(self, request: Request) -> Response:
        """The sentences of my pairs, the newest first."""
        return self.page_of(queries.shares_for(self.member))

    @operation(gives=ShareOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One sentence with its keys."""
        return self.shown(self._share())

    @operation(takes=SignIn, gives=ShareOut, refuses=["wrong_state", "text_changed"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign the words that were read; with the second key they may be told."""
        return self._again(learnings.sign(share=self._share(), **self.said(SignIn), by=self.member))

    @operation(gives=ShareOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """Take it back, alone and at once."""
        return self._again(learnings.withdraw(share=self._share(), by=self.member))

    def _again(self, share: LearningShare) -> Response:
        return self.shown(queries.shares_for(self.member).get(pk=share.pk))
