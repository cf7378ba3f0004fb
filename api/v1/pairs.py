"""A partner's pairs, their seats, and the invitations to the free ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Address, Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.members import actions as members
from tenants.members.models import Invitation, PartnerKind
from tenants.members.permissions import INVITE_PARTNER
from tenants.pairs import actions, permissions, queries
from tenants.pairs.models import Pair, Seat

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class SeatOut(serializers.ModelSerializer[Seat]):
    """A partner's place in a pair, held now or left."""

    name = serializers.CharField(source="member.name", read_only=True)

    class Meta:
        model = Seat
        fields = ("id", "pair", "member", "name", "side", "kind", "taken_at", "left_at")
        read_only_fields = fields


class PairOut(serializers.ModelSerializer[Pair]):
    """A pair, as its partners see it."""

    seats = SeatOut(many=True, read_only=True)

    class Meta:
        model = Pair
        fields = ("id", "title", "stage", "site", "founded_at", "working_since", "ended_at", "seats")
        read_only_fields = fields


class PairIn(Body):
    """A new pair, and who is invited to its other seat: by e-mail, or by a letter that the person prints."""

    title = Text(max_length=200)
    kind = serializers.ChoiceField(choices=PartnerKind.choices)
    partner_name = Text(max_length=200)
    partner_email = Address(max_length=254, default="", allow_blank=True)
    partner_by_letter = serializers.BooleanField(default=False)
    partner_language = serializers.ChoiceField(choices=settings.LANGUAGES, default="", allow_blank=True)


class TitleIn(Body):
    """Another title."""

    title = Text(max_length=200)


class LeavingIn(Body):
    """Why somebody leaves, for themselves alone, and whether their own things are hidden from the partner first."""

    reason = Text(max_length=2000, default="", allow_blank=True)
    hide = serializers.BooleanField(default=False)


class Pairs(Operations):
    """The pairs in which the person sits."""

    serializer_class = PairOut
    permissions = {
        "list": permissions.READ_PAIR,
        "retrieve": permissions.READ_PAIR,
        "create": permissions.FOUND_PAIR,
        "partial_update": permissions.CHANGE_PAIR,
        "pause": permissions.CHANGE_PAIR,
        "resume": permissions.CHANGE_PAIR,
        "leave": permissions.LEAVE_PAIR,
        "close": permissions.CHANGE_PAIR,
        "separate": permissions.CHANGE_PAIR,
    }
    filters = {"stage": Filter(serializers.ChoiceField(choices=Pair.Stage.choices), "stage", "One stage of the work.")}
    orderings = ("title", "founded_at")

    def _pair(self) -> Pair:
        return self.found(queries.pairs_of(self.member))

    @operation(gives=PairOut(many=True))
    def list(self, request: Request) -> Response:
        """My pairs."""
        return self.page_of(queries.pairs_of(self.member))

    @operation(gives=PairOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One of my pairs."""
        return self.shown(self._pair())

    @operation(
        takes=PairIn,
        gives=PairOut,
        status=201,
        refuses=["address_or_letter", "own_address", "already_invited", "too_many_invitations"],
    )
    def create(self, request: Request) -> Response:
        """Start a hidden pair: take one seat, and invite the partner to the other, by e-mail or by letter."""
        return self.shown(actions.found(**self.said(PairIn), by=self.member), status=201)

    @operation(takes=TitleIn, gives=PairOut, refuses=["title_is_shown"])
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Give a pair another title; not while the present one is shown to others."""
        pair = self._pair()
        self.refuse_changed(pair)
        actions.rename(pair=pair, **self.said(TitleIn), by=self.member)
        return self.shown(self._pair())

    @operation(gives=PairOut, refuses=["not_working_yet"])
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: UUID) -> Response:
        """Put the work to rest; nothing bad follows."""
        return self.shown(actions.pause(pair=self._pair(), by=self.member))

    @operation(gives=PairOut, refuses=["not_working_yet"])
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: UUID) -> Response:
        """Take the work up again."""
        return self.shown(actions.resume(pair=self._pair(), by=self.member))

    @operation(takes=LeavingIn, status=204)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: UUID) -> Response:
        """Leave a pair at once."""
        actions.leave(pair=self._pair(), **self.said(LeavingIn), by=self.member)
        return Response(status=204)

    @operation(gives=PairOut, refuses=["not_alone"])
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: UUID) -> Response:
        """End a pair in which one is alone, for good."""
        return self.shown(actions.close(pair=self._pair(), by=self.member))

    @operation(status=204)
    @action(detail=True, methods=["post"])
    def separate(self, request: Request, pk: UUID) -> Response:
        """Let nobody who left come back without an invitation."""
        actions.separate(pair=self._pair(), by=self.member)
        return Response(status=204)


class FormerPairOut(serializers.Serializer[Any]):
    """What is left, for me, of a pair that I have left."""

    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(read_only=True)
    left_at = serializers.DateTimeField(read_only=True)
    may_return = serializers.BooleanField(read_only=True)
    owned = serializers.BooleanField(read_only=True)
    began = serializers.DateTimeField(read_only=True, allow_null=True)
    ended = serializers.DateTimeField(read_only=True, allow_null=True)


class FormerPairs(Operations):
    """The pairs that the person has left."""

    serializer_class = FormerPairOut
    permissions = dict.fromkeys(("list", "come_back", "release"), permissions.RETURN_TO_PAIR)

    @operation(gives=FormerPairOut(many=True))
    def list(self, request: Request) -> Response:
        """The pairs that I have left."""
        return self.page_of_list(queries.former_pairs(self.member), key="left_at")

    @operation(status=204)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def come_back(self, request: Request, pk: UUID) -> Response:
        """Take my seat again within 24 hours."""
        actions.come_back(pair_id=pk, by=self.member)
        return Response(status=204)

    @operation(status=204)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: UUID) -> Response:
        """Give up my part of the project."""
        actions.release(pair_id=pk, by=self.member)
        return Response(status=204)


class Seats(Operations):
    """The seats of the person's pairs."""

    serializer_class = SeatOut
    permissions = {"list": permissions.READ_PAIR, "retrieve": permissions.READ_PAIR}
    filters = {"pair": Filter(serializers.UUIDField(), "pair_id", "One pair.")}
    orderings = ("taken_at",)

    @operation(gives=SeatOut(many=True))
    def list(self, request: Request) -> Response:
        """The seats of my pairs, those that were left too."""
        return self.page_of(queries.seats_for(self.member))

    @operation(gives=SeatOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One seat."""
        return self.shown(self.found(queries.seats_for(self.member)))


class PartnerInvitationOut(serializers.ModelSerializer[Invitation]):
    """An invitation to the free seat of a pair. Nobody outside the pair finds a trace of it."""

    pair = serializers.UUIDField(source="pair_id", read_only=True)
    state = serializers.ChoiceField(choices=["open", "expired", "revoked", "accepted"], read_only=True)

    side = serializers.CharField(read_only=True)  # empty until there is one
    email = serializers.CharField(read_only=True)  # empty where it goes by letter

    class Meta:
        model = Invitation
        fields = ("id", "pair", "name", "email", "language", "side", "state", "sends", "sent_at", "expires_at")
        read_only_fields = fields


class PartnerInvitationIn(Body):
    """Somebody to invite to the free seat: by e-mail, or by a letter that the person prints."""

    pair = serializers.UUIDField()
    name = Text(max_length=200)
    email = Address(max_length=254, default="", allow_blank=True)
    by_letter = serializers.BooleanField(default=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="", allow_blank=True)


class PartnerInvitations(Operations):
    """The invitations to the free seats of the person's pairs."""

    serializer_class = PartnerInvitationOut
    permissions = dict.fromkeys(("list", "create", "resend", "revoke"), INVITE_PARTNER)
    filters = {"pair": Filter(serializers.UUIDField(), "pair_id", "One pair.")}
    orderings = ("sent_at",)

    def _invitation(self) -> Invitation:
        return self.found(queries.partner_invitations(self.member))

    @operation(gives=PartnerInvitationOut(many=True))
    def list(self, request: Request) -> Response:
        """The invitations that wait for an answer."""
        return self.page_of(queries.partner_invitations(self.member))

    @operation(
        takes=PartnerInvitationIn,
        gives=PartnerInvitationOut,
        status=201,
        refuses=["seat_taken", "address_or_letter", "own_address", "already_invited", "too_many_invitations"],
    )
    def create(self, request: Request) -> Response:
        """Invite somebody to the free seat of a pair, by e-mail or by letter."""
        said = self.said(PartnerInvitationIn)
        pair = queries.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.invite_partner(pair=pair, **said, by=self.member), status=201)

    @operation(gives=PartnerInvitationOut, refuses=["sent_too_often", "goes_by_letter"])
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: UUID) -> Response:
        """Send the e-mail again with a new link; the old one is dead."""
        return self.shown(members.resend(invitation=self._invitation(), by=self.member))

    @operation(gives=PartnerInvitationOut)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: UUID) -> Response:
        """Take the invitation back."""
        return self.shown(members.revoke(invitation=self._invitation(), by=self.member))
