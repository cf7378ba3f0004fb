"""Aim and reasons of each pair's project: one text, two keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day, Text
from api.operations import Operations
from api.schema import operation
from api.v1.projects.keys import Keys, SignIn
from tenants.pairs import queries as pairs
from tenants.pairs.actions import locked
from tenants.workplan import permissions, queries
from tenants.workplan.actions import frame as actions
from tenants.workplan.content import FrameContent
from tenants.workplan.models import FrameSource, ProjectFrame, Theme

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

    from tenants.pairs.models import Pair

_CONTENT = ("theme", "place", "aim", "how_much", "by_when", "whose_issue", "how_we_know")


class SourceOut(serializers.ModelSerializer[FrameSource]):
    """Somebody or something that says that this matters."""

    class Meta:
        model = FrameSource
        fields = ("id", "kind", "name", "says")
        read_only_fields = fields


class FrameOut(serializers.ModelSerializer[ProjectFrame]):
    """Why a pair works on this, where, and how it will know."""

    sources = SourceOut(many=True, read_only=True)
    keys = Keys()

    theme = serializers.CharField(read_only=True)  # empty until there is one

    class Meta:
        model = ProjectFrame
        fields = (
            "id", "pair", *_CONTENT, "state", "content_hash", "edited_by", "edited_at", "active_since", "sources",
            "keys",
        )  # fmt: skip
        read_only_fields = fields


class FrameIn(Body):
    """What the project says. As long as it is a draft, each part may be missing."""

    theme = serializers.ChoiceField(choices=Theme.choices, allow_blank=True, default="")
    place = Text(max_length=200, allow_blank=True, default="")
    aim = Text(max_length=1000, allow_blank=True, default="")
    how_much = Text(max_length=200, allow_blank=True, default="")
    by_when = Day(allow_null=True, default=None)
    whose_issue = Text(max_length=1000, allow_blank=True, default="")
    how_we_know = Text(max_length=1000, allow_blank=True, default="")


class SourceIn(Body):
    """Who else says so."""

    kind = serializers.ChoiceField(choices=FrameSource.Kind.choices)
    name = Text(max_length=200)
    says = Text(max_length=1000, allow_blank=True, default="")


class Projects(Operations):
    """Aim and reasons of the person's pairs, each under the id of its pair."""

    serializer_class = FrameOut
    lookup_url_kwarg = "pair"
    permissions = {
        "list": permissions.READ_PLAN,
        "retrieve": permissions.READ_PLAN,
        "sign": permissions.SIGN_FRAME,
        **dict.fromkeys(("update", "add_source", "remove_source"), permissions.WRITE_FRAME),
    }
    orderings = ("edited_at",)
    signs = frozenset({"sign"})

    def _frame(self) -> ProjectFrame:
        frame = queries.frame_of(self.member, self.kwargs["pair"])
        if frame is None:
            raise Http404
        return frame

    def _pair(self) -> Pair:
        return pairs.pair_for(self.member, self.kwargs["pair"])

    @operation(gives=FrameOut(many=True))
    def list(self, request: Request) -> Response:
        """The projects of my pairs."""
        return self.page_of(queries.frames_for(self.member))

    @operation(gives=FrameOut)
    def retrieve(self, request: Request, pair: UUID) -> Response:
        """Aim and reasons of a pair's project, with its sources and keys."""
        return self.shown(self._frame())

    @operation(takes=FrameIn, gives=FrameOut)
    def update(self, request: Request, pair: UUID) -> Response:
        """Write aim and reasons, or change them; a change clears both keys."""
        held = self._pair()
        content = FrameContent(**self.said(FrameIn))
        if "If-Match" in request.headers:
            locked(held.pk, self.member, permissions.WRITE_FRAME)
            self.refuse_changed(self._frame())
        actions.write(pair=held, content=content, by=self.member)
        return self.shown(self._frame())

    @operation(takes=SourceIn, gives=FrameOut, status=201, refuses=["not_written", "too_many_sources"])
    @action(detail=True, methods=["post"], url_path="sources")
    def add_source(self, request: Request, pair: UUID) -> Response:
        """Name somebody who says that this matters; it belongs to what is signed."""
        actions.add_source(pair=self._pair(), **self.said(SourceIn), by=self.member)
        return self.shown(self._frame(), status=201)

    @operation(gives=FrameOut)
    @action(detail=True, methods=["delete"], url_path="sources/<uuid:source>")
    def remove_source(self, request: Request, pair: UUID, source: UUID) -> Response:
        """Take a source out again."""
        found = queries.one(self._frame().sources.all(), source)
        actions.remove_source(pair=self._pair(), source=found.pk, by=self.member)
        return self.shown(self._frame())

    @operation(takes=SignIn, gives=FrameOut, refuses=["text_changed", "project_incomplete", "source_needed"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pair: UUID) -> Response:
        """Sign what was read; with both keys the project is active."""
        self._frame()
        actions.sign(pair=self._pair(), shown=self.said(SignIn)["shown"], by=self.member)
        return self.shown(self._frame())
