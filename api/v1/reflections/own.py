"""One's own reflections, and passages of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.pairs import queries as pairs
from tenants.reflections import permissions, queries
from tenants.reflections.actions import own
from tenants.reflections.forms import LONGEST
from tenants.reflections.models import SharedPassage

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

ONE_PAIR = Filter(serializers.UUIDField(), "pair_id", "One pair.")


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
    """A passage of somebody's own reflection that one person can read. For a facilitator it stands in no pair."""

    class Meta:
        model = SharedPassage
        fields = ("id", "pair", "author", "audience", "shared_with", "text", "signed", "shared_at")
        read_only_fields = fields


class PassageIn(Body):
    """Which words, as they stand in the reflection, and the pair whose partner may read them."""

    pair = serializers.UUIDField()
    passage = Text(max_length=4000)


class ShowIn(Body):
    """Which words, as they stand in the reflection, and the facilitator who may read them."""

    facilitator = serializers.UUIDField()
    passage = Text(max_length=4000)
    signed = Text(max_length=100, default="", allow_blank=True)


class Reflections(Operations):
    """One's own reflections. Nobody else reads them, and nothing is kept of the requests that carry them."""

    serializer_class = OwnOut
    permissions = {
        **dict.fromkeys(("list", "retrieve", "create", "partial_update", "destroy"), permissions.WRITE_OWN),
        "share": permissions.SHARE_PASSAGE,
        "show": permissions.SHARE_PASSAGE,
    }
    orderings = ("-written_at",)
    forgotten = frozenset({"create", "share", "show"})

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
        """Write it anew; passages that were shared stay as they were."""
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

    @operation(takes=ShowIn, gives=PassageOut, status=201, refuses=["not_in_text", "no_facilitator"])
    @action(detail=True, methods=["post"])
    def show(self, request: Request, pk: UUID) -> Response:
        """Let one facilitator read one passage, word for word; it says nothing of any pair."""
        said = self.said(ShowIn)
        facilitator = queries.facilitators(self.member).filter(pk=said["facilitator"]).first()
        said |= {"reflection": self.found(queries.reflections_of(self.member)), "facilitator": facilitator}
        made = own.show(**said, by=self.member)
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
        """The passages that I share and those that my partners share with me, the newest first."""
        return self.page_of(queries.passages_seen(self.member))

    @operation(status=204)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: UUID) -> Response:
        """Take back a passage that I share, at once."""
        own.take_back(passage=self.found(queries.passages_from(self.member)), by=self.member)
        return Response(status=204)


class ShownPassageOut(serializers.Serializer[Any]):
    """A passage as a facilitator reads it; `signed` is what its author wrote under it, which may be nothing."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    signed = serializers.CharField()
    shared_at = serializers.DateTimeField()


class ShownPassages(Operations):
    """Passages that people show to a facilitator."""

    serializer_class = ShownPassageOut
    permissions = {"list": permissions.READ_SHOWN}

    @operation(gives=ShownPassageOut(many=True))
    def list(self, request: Request) -> Response:
        """The passages that people show to me, a facilitator, the newest first."""
        return self.page_of_list(queries.passages_shown_to(self.member), key="shared_at")
