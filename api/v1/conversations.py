"""What two partners write to each other, and what news of it comes by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.conversations import actions, permissions, queries
from tenants.conversations.models import PAIR_ITSELF, Message, NewsChoice
from tenants.pairs import queries as pairs

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class MessageOut(serializers.ModelSerializer[Message]):
    """A few words from one partner to the other: about the pair itself, or about one of its things."""

    class Meta:
        model = Message
        fields = ("id", "pair", "subject_kind", "subject_id", "seat", "to", "text", "sent_at", "taken_back_at")
        read_only_fields = fields


class MessageIn(Body):
    """What to write, and about what. Without a subject it goes into the pair's own conversation."""

    pair = serializers.UUIDField()
    text = Text(max_length=4000)
    subject_kind = Text(max_length=20, default=PAIR_ITSELF)
    subject_id = serializers.UUIDField(default=None, allow_null=True)


class NewsChoiceOut(serializers.ModelSerializer[NewsChoice]):
    """Whether and when an e-mail says that something waits; every how many weeks the person is reminded to write for
    themselves, 0 for never, and the day of the next reminder."""

    how = serializers.ChoiceField(choices=NewsChoice.How.choices)
    reflect_weeks = serializers.ChoiceField(choices=NewsChoice.Every.choices)

    class Meta:
        model = NewsChoice
        fields = ("how", "reflect_weeks", "reflect_on")
        read_only_fields = ("reflect_on",)


class NewsChoiceIn(Body):
    """Whether and when; without a number of weeks the reminder stays as it is."""

    how = serializers.ChoiceField(choices=NewsChoice.How.choices)
    reflect_weeks = serializers.ChoiceField(choices=NewsChoice.Every.choices, required=False)


class Messages(Operations):
    """What the person wrote and was written."""

    serializer_class = MessageOut
    permissions = {
        "list": permissions.READ_TALK,
        "retrieve": permissions.READ_TALK,
        "read": permissions.READ_TALK,
        "create": permissions.WRITE_TALK,
        "take_back": permissions.WRITE_TALK,
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "subject": Filter(serializers.UUIDField(), "subject_id", "The id of one thing, or of a pair."),
    }
    orderings = ("sent_at", "-sent_at")

    def _message(self) -> Message:
        return self.found(queries.messages_for(self.member))

    @operation(gives=MessageOut(many=True))
    def list(self, request: Request) -> Response:
        """My talks, the oldest first; listing them marks nothing as read."""
        return self.page_of(queries.messages_for(self.member))

    @operation(gives=MessageOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One message."""
        return self.shown(self._message())

    @operation(takes=MessageIn, gives=MessageOut, status=201, refuses=["nobody_there", "nothing_written"])
    def create(self, request: Request) -> Response:
        """Write to my partner, in our own conversation or about one of our things."""
        said = self.said(MessageIn)
        pair = pairs.pair_for(self.member, said["pair"])
        made = actions.write(
            pair=pair, text=said["text"], kind=said["subject_kind"], subject=said["subject_id"], by=self.member
        )
        return self.shown(made, status=201)

    @operation(gives=MessageOut, refuses=["not_yours", "too_late"])
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: UUID) -> Response:
        """Take my own words back within a day; that something was there stays."""
        return self.shown(actions.take_back(message=self._message(), by=self.member))

    @operation(status=204)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: UUID) -> Response:
        """Note, for me alone, that I have read a talk up to this message."""
        actions.read(messages=[self._message()], by=self.member)
        return Response(status=204)


class NewsChoices(Operations):
    """What the person hears by e-mail."""

    serializer_class = NewsChoiceOut
    permissions = {"retrieve": permissions.CHOOSE_NEWS, "partial_update": permissions.CHOOSE_NEWS}

    @operation(gives=NewsChoiceOut)
    def retrieve(self, request: Request) -> Response:
        """Whether and when an e-mail tells me that something waits."""
        return self.shown(queries.news_choice_of(self.member))

    @operation(takes=NewsChoiceIn, gives=NewsChoiceOut)
    def partial_update(self, request: Request) -> Response:
        """Choose whether and when."""
        self.refuse_changed(queries.news_choice_of(self.member))
        return self.shown(actions.choose_news(**self.said(NewsChoiceIn), by=self.member))
