"""Taking part without a computer: whom a person lets help, half hours with a helper, and what was typed in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Address, Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.surfacing import own_pair
from tenants.assistance import actions, permissions, queries
from tenants.assistance.models import AssistedEntry, AssistedKey, AssistedSession, HelperChoice
from tenants.instruments.definition import LINE_LENGTH, MOST_ITEMS
from tenants.members.permissions import INVITE_PARTNER
from tenants.pairs.queries import partner_invitations

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

READ_OUT = ("wrong_code", "tried_too_often", "no_codes_left", "session_is_over")
"""Why a code that is read out does nothing."""
TYPED = ("session_is_over", "answer_missing", "no_lines", "cannot_keep_sealed")
"""Why what was typed is not taken."""


class HelperOut(serializers.ModelSerializer[HelperChoice]):
    """Whom the person lets help. The partner never reads it."""

    address = serializers.CharField(read_only=True)  # empty where a member was named

    class Meta:
        model = HelperChoice
        fields = ("id", "pair", "helper", "address", "blind", "named_at", "ended_at")
        read_only_fields = fields


class HelperIn(Body):
    """A facilitator, or the address with which somebody signs in."""

    pair = serializers.UUIDField()
    helper = serializers.UUIDField(required=False)
    address = Address(max_length=254, allow_blank=True, default="")
    blind = serializers.BooleanField(default=False)


class Helpers(Operations):
    """Whom the person lets help."""

    serializer_class = HelperOut
    permissions = dict.fromkeys(("list", "create", "end"), permissions.ASK_FOR_HELP)
    filters = {"pair": Filter(serializers.UUIDField(), "pair_id", "One pair.")}
    orderings = ("named_at",)

    @operation(gives=HelperOut(many=True))
    def list(self, request: Request) -> Response:
        """Whom I let help now."""
        return self.page_of(queries.helpers_of(self.member))

    @operation(takes=HelperIn, gives=HelperOut, status=201, refuses=["one_helper"])
    def create(self, request: Request) -> Response:
        """Let a facilitator help, or whoever signs in with an address."""
        said = self.said(HelperIn)
        pair, wanted = own_pair(self, said.pop("pair")), said.pop("helper", None)
        helper = queries.facilitators(self.member).filter(pk=wanted).first() if wanted else None
        if wanted and helper is None:
            raise Http404
        return self.shown(actions.name_helper(pair=pair, helper=helper, **said, by=self.member), status=201)

    @operation(status=204)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: UUID) -> Response:
        """Take it back."""
        actions.end_helper(choice=self.found(queries.helpers_of(self.member)), by=self.member)
        return Response(status=204)


class SheetIn(Body):
    """In which pair the person takes part without a computer."""

    pair = serializers.UUIDField()


class SheetCodeOut(serializers.Serializer[Any]):
    """One code to read out, and its number on the sheet."""

    number = serializers.IntegerField(read_only=True)
    code = serializers.CharField(read_only=True)


class SheetOut(serializers.Serializer[Any]):
    """A sheet of codes, each good once. It is told this one time."""

    codes = SheetCodeOut(many=True, read_only=True)


class Sheets(Operations):
    """The sheet of codes that the person reads out."""

    serializer_class = SheetOut
    permissions = {"create": permissions.ASK_FOR_HELP}
    forgotten = frozenset({"create"})

    @operation(takes=SheetIn, gives={201: SheetOut})
    def create(self, request: Request) -> Response:
        """Make a new sheet; the old one is dead from then on."""
        own_pair(self, self.said(SheetIn)["pair"])
        told = [{"number": number, "code": digits} for number, digits in actions.make_codes(by=self.member)]
        return Response(SheetOut({"codes": told}).data, status=201)


class LetterIn(Body):
    """Which of one's own open invitations of a partner."""

    invitation = serializers.UUIDField()


class LetterOut(serializers.Serializer[Any]):
    """The code of a letter, and until when it opens the invitation. It is told this one time."""

    code = serializers.CharField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)


class Letters(Operations):
    """Letters that take the place of an invitation's e-mail."""

    serializer_class = LetterOut
    permissions = {"create": INVITE_PARTNER}
    forgotten = frozenset({"create"})

    @operation(takes=LetterIn, gives={201: LetterOut})
    def create(self, request: Request) -> Response:
        """Make a code for a letter; a letter made before stops working."""
        wanted = self.said(LetterIn)["invitation"]
        if (invitation := partner_invitations(self.member).filter(pk=wanted).first()) is None:
            raise Http404
        code = actions.make_letter(invitation=invitation, by=self.member)
        return Response(LetterOut({"code": code, "expires_at": invitation.expires_at}).data, status=201)


class HelpedOut(serializers.Serializer[Any]):
    """Somebody who named me as a helper."""

    seat_id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    blind = serializers.BooleanField(read_only=True)


class HelpedPeople(Operations):
    """Who named the person as a helper."""

    serializer_class = HelpedOut
    permissions = {"list": permissions.HELP}

    @operation(gives=HelpedOut(many=True))
    def list(self, request: Request) -> Response:
        """Whom I may help."""
        actions.recognise(by=self.member)
        return self.page_of_list(queries.people_i_may_help(self.member), key="name", identity="seat_id")


class SessionOut(serializers.ModelSerializer[AssistedSession]):
    """Half an hour with a helper."""

    class Meta:
        model = AssistedSession
        fields = ("id", "person", "helper", "blind", "confidential_at", "started_at", "expires_at", "ended_at")
        read_only_fields = fields


class SessionIn(Body):
    """With whom, and the helper's signature."""

    seat = serializers.UUIDField()
    confidential = serializers.BooleanField()


class EntryOut(serializers.ModelSerializer[AssistedEntry]):
    """What a helper typed for the person. It counts once it is confirmed, and then it is among the answers."""

    class Meta:
        model = AssistedEntry
        fields = ("id", "session", "round", "entered_at", "confirmed_at")
        read_only_fields = fields


class EntryIn(Body):
    """A number for each item, in the order of the paper form; where only “I felt heard” is asked, one number.

    `lines` are the person's own words to each item, in the same order, where the instrument takes some.
    """

    round = serializers.UUIDField()
    numbers = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=100), max_length=MOST_ITEMS)
    lines = serializers.ListField(
        child=Text(max_length=LINE_LENGTH, allow_blank=True), max_length=MOST_ITEMS, default=list
    )
    keeps_sealed = serializers.BooleanField(default=False)


class ToEnterOut(serializers.Serializer[Any]):
    """A round that waits for the person's answer."""

    id = serializers.UUIDField(read_only=True)
    code = serializers.CharField(source="definition.code", read_only=True)
    version = serializers.IntegerField(source="definition.version", read_only=True)
    entry = serializers.UUIDField(read_only=True, allow_null=True)
    felt_heard = serializers.BooleanField(read_only=True)


class ToSignOut(serializers.Serializer[Any]):
    """A decision that waits for the person's key, with its exact text."""

    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    kind = serializers.CharField(read_only=True)
    due_on = serializers.DateField(read_only=True, allow_null=True)
    replaces = serializers.CharField(read_only=True)
    content_hash = serializers.CharField(read_only=True)


class KeyIn(Body):
    """Which decision, the text that was read out (its `content_hash`), and the code that the person read out."""

    decision = serializers.UUIDField()
    shown = Text(max_length=64)
    code = Text(max_length=20)


class Sessions(Operations):
    """The half hours in which the person helps or is helped."""

    serializer_class: Any = SessionOut
    permissions = dict.fromkeys(("list", "create", "end", "rounds", "enter", "decisions", "sign"), permissions.HELP)
    signs = frozenset({"sign"})
    forgotten = frozenset({"sign"})
    orderings = ("started_at",)

    @operation(gives=SessionOut(many=True))
    def list(self, request: Request) -> Response:
        """My half hours."""
        return self.page_of(queries.sessions_for(self.member))

    @operation(takes=SessionIn, gives=SessionOut, status=201, refuses=["not_confidential", "one_at_a_time"])
    def create(self, request: Request) -> Response:
        """Begin half an hour with somebody who named me."""
        said = self.said(SessionIn)
        actions.recognise(by=self.member)
        if said["seat"] not in [helped.seat_id for helped in queries.people_i_may_help(self.member)]:
            raise Http404
        made = actions.start(seat_id=said["seat"], confidential=said["confidential"], by=self.member)
        return self.shown(made, status=201)

    @operation(status=204)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: UUID) -> Response:
        """End a half hour; what was not confirmed is gone."""
        actions.end(session=self.found(queries.sessions_for(self.member)), by=self.member)
        return Response(status=204)

    @operation(gives=ToEnterOut(many=True))
    @action(detail=True, methods=["get"])
    def rounds(self, request: Request, pk: UUID) -> Response:
        """What the person has not answered yet."""
        self.serializer_class = ToEnterOut
        session = queries.live_as_helper(self.member, pk)
        return self.page_of_list(queries.rounds_to_enter(self.member, session), key="id")

    @operation(takes=EntryIn, gives=EntryOut, status=201, refuses=TYPED)
    @action(detail=True, methods=["post"])
    def enter(self, request: Request, pk: UUID) -> Response:
        """Type what the person says; it does not count yet."""
        self.serializer_class = EntryOut
        said, session = self.said(EntryIn), queries.live_as_helper(self.member, pk)
        made = actions.enter(session=session, round_id=said.pop("round"), **said, by=self.member)
        return self.shown(made, status=201)

    @operation(gives=ToSignOut(many=True))
    @action(detail=True, methods=["get"])
    def decisions(self, request: Request, pk: UUID) -> Response:
        """What waits for the person's key, for a helper who may read."""
        self.serializer_class = ToSignOut
        session = queries.live_as_helper(self.member, pk)
        return self.page_of_list(queries.decisions_to_sign(self.member, session), key="id")

    @operation(takes=KeyIn, status=204, refuses=[*READ_OUT, "text_changed", "signed_meanwhile", "already_replaced"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Put the person's key under the text that was read to them, with the code that they read out."""
        said, session = self.said(KeyIn), queries.live_as_helper(self.member, pk)
        wanted = queries.decision_to_sign(self.member, session, said["decision"])
        actions.sign_decision(
            session=session, decision=wanted.id, shown=said["shown"], said=said["code"], by=self.member
        )
        return Response(status=204)


class ConfirmIn(Body):
    """The code that the person reads out."""

    code = Text(max_length=20)


class AssistedKeyOut(serializers.ModelSerializer[AssistedKey]):
    """That the person signed a decision by a code read out to a helper: which text, and in which half hour."""

    class Meta:
        model = AssistedKey
        fields = ("id", "session", "decision", "content_hash", "given_at")
        read_only_fields = fields


class Keys(Operations):
    """What was signed with help."""

    serializer_class = AssistedKeyOut
    permissions = {"list": permissions.ASK_FOR_HELP}
    orderings = ("given_at",)

    @operation(gives=AssistedKeyOut(many=True))
    def list(self, request: Request) -> Response:
        """What I signed with help, and what I signed for somebody in the half hour that is going on."""
        return self.page_of(AssistedKey.objects.order_by("-given_at", "id"))


class Entries(Operations):
    """What was typed for somebody."""

    serializer_class = EntryOut
    permissions = {"list": permissions.ASK_FOR_HELP, "confirm": permissions.HELP}
    forgotten = frozenset({"confirm"})
    orderings = ("entered_at",)

    @operation(gives=EntryOut(many=True))
    def list(self, request: Request) -> Response:
        """What was typed for me and counts, and what I typed in the half hour that is going on."""
        return self.page_of(AssistedEntry.objects.order_by("-entered_at", "id"))

    @operation(
        takes=ConfirmIn,
        status=204,
        refuses=[*READ_OUT, "answered_meanwhile"],
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: UUID) -> Response:
        """Make it count with the code that the person reads out."""
        entry = self.found(AssistedEntry.objects.filter(confirmed_at__isnull=True))
        actions.confirm(entry=entry, said=self.said(ConfirmIn)["code"], by=self.member)
        return Response(status=204)
