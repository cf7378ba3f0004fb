"""Boards, for those who look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Text
from api.operations import Operations
from api.schema import operation
from governance.boards import actions, permissions, queries
from governance.boards.models import BoardBody, BoardMembership
from tenants.members.models import Role
from tenants.members.queries import holders_of

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class PlaceOut(serializers.ModelSerializer[BoardMembership]):
    """Somebody's place on a board."""

    name = serializers.CharField(source="member.name", read_only=True)

    class Meta:
        model = BoardMembership
        fields = ("id", "member", "name", "kind", "since")
        read_only_fields = fields


class BoardOut(serializers.ModelSerializer[BoardBody]):
    """A board and who sits on it."""

    places = PlaceOut(source="memberships", many=True, read_only=True)

    class Meta:
        model = BoardBody
        fields = ("id", "name", "executive_sponsor", "made_at", "places")
        read_only_fields = fields


class ReaderOut(serializers.Serializer[Any]):
    """Somebody who reads what pairs show to the board, and the office that lets them."""

    name = serializers.CharField()
    hat = serializers.CharField()


class ReadersOut(serializers.Serializer[Any]):
    """Everybody who reads for a board."""

    readers = ReaderOut(many=True)


class BoardIn(Body):
    """A new board."""

    name = Text(max_length=200)


class PlaceIn(Body):
    """Somebody to sit on a board, and as what."""

    member = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=BoardMembership.Kind.choices)


class SponsorIn(Body):
    """The executive sponsor, or null for nobody."""

    sponsor = serializers.UUIDField(allow_null=True)


class Boards(Operations):
    """The boards that the person looks after."""

    serializer_class = BoardOut
    permissions = dict.fromkeys(
        ("list", "retrieve", "create", "readers", "add_place", "choose_sponsor", "archive"), permissions.MANAGE_BOARDS
    )
    orderings = ("name", "made_at")

    def _board(self) -> BoardBody:
        return self.found(queries.boards_managed(self.member))

    @operation(gives=BoardOut(many=True))
    def list(self, request: Request) -> Response:
        """The boards that I look after."""
        return self.page_of(queries.boards_managed(self.member))

    @operation(gives=BoardOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One board with its people."""
        return self.shown(self._board())

    @operation(takes=BoardIn, gives=BoardOut, status=201, refuses=["name_taken", "not_permitted"])
    def create(self, request: Request) -> Response:
        """Make a board."""
        return self.shown(actions.found(**self.said(BoardIn), by=self.member), status=201)

    @operation(gives=ReadersOut)
    @action(detail=True, methods=["get"])
    def readers(self, request: Request, pk: UUID) -> Response:
        """Everybody who reads what pairs show to this board, by name."""
        return Response(ReadersOut({"readers": queries.readers_of(self._board())}).data)

    @operation(takes=PlaceIn, gives=BoardOut, status=201, refuses=["office_needed", "already_seated"])
    @action(detail=True, methods=["post"], url_path="places")
    def add_place(self, request: Request, pk: UUID) -> Response:
        """Give somebody a place on the board; from now on they read for it."""
        said, board = self.said(PlaceIn), self._board()
        member = queries.can_sit_at_all().filter(pk=said["member"]).first()
        if member is None:
            raise Http404
        actions.seat(body=board, member=member, kind=said["kind"], by=self.member)
        return self.shown(self._board(), status=201)

    @operation(takes=SponsorIn, gives=BoardOut, refuses=["not_a_sponsor"])
    @action(detail=True, methods=["post"], url_path="choose-sponsor")
    def choose_sponsor(self, request: Request, pk: UUID) -> Response:
        """Say who the board's executive sponsor is, or that there is none."""
        wanted, board = self.said(SponsorIn)["sponsor"], self._board()
        sponsor = holders_of(Role.SPONSOR).filter(pk=wanted).first() if wanted else None
        if wanted and sponsor is None:
            raise Http404
        actions.choose_sponsor(body=board, sponsor=sponsor, by=self.member)
        return self.shown(self._board())

    @operation(status=204)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: UUID) -> Response:
        """Close the board; what was issued stays."""
        actions.archive(body=self._board(), by=self.member)
        return Response(status=204)


class BoardPlaces(Operations):
    """The places on those boards."""

    serializer_class = PlaceOut
    permissions = {"end": permissions.MANAGE_BOARDS}

    @operation(status=204)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: UUID) -> Response:
        """End somebody's place on the board at once."""
        actions.end_place(membership=self.found(queries.memberships_managed(self.member)), by=self.member)
        return Response(status=204)
