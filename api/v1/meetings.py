"""Meetings of a pair, how their times were shared, and the address for one's own calendar."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from rollout.kernel.mail import public_url
from tenants.meetings import actions, forms, permissions, queries
from tenants.meetings.models import MOST_TIMES, Meeting, OfferedTime
from tenants.members.models import Side
from tenants.pairs import queries as pairs

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

_WALL = r"2[01]\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d"
TIMES = ["no_such_time", "time_is_past", "same_time_twice", "unsafe_link"]


@extend_schema_field({"type": "string", "pattern": f"^{_WALL}$", "maxLength": 16, "example": "2027-03-27T14:30"})
class WallTime(serializers.Field[Any, Any, Any, Any]):
    """A day and a time as the clocks of the organisation show them, without a zone."""

    default_error_messages = {"wall": _("Write a day and a time like 2027-03-27T14:30, without a zone.")}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not re.fullmatch(_WALL, data, re.ASCII):
            self.fail("wall")
        try:
            return dt.datetime.strptime(data, "%Y-%m-%dT%H:%M")  # noqa: DTZ007  # the zone is the organisation's
        except ValueError:  # the thirtieth of February
            self.fail("wall")


class OfferedTimeOut(serializers.ModelSerializer[OfferedTime]):
    """One of the times that are offered; `choice` 1 suits who offered it best."""

    class Meta:
        model = OfferedTime
        fields = ("id", "choice", "starts_at")
        read_only_fields = fields


class MeetingOut(serializers.ModelSerializer[Meeting]):
    """A meeting of a pair, with the times of its last offer."""

    times = OfferedTimeOut(many=True, read_only=True)
    time_of = serializers.ChoiceField(choices=Side.choices, allow_blank=True)
    reason = serializers.ChoiceField(choices=Meeting.Reason.choices, allow_blank=True)

    class Meta:
        model = Meeting
        fields = (
            "id", "pair", "state", "proposed_by", "proposed_at", "minutes", "venue", "place", "link", "agenda",
            "access_needs", "times", "starts_at", "time_of", "answer_by", "answered_at", "reason", "words", "notes",
        )  # fmt: skip
        read_only_fields = fields


class PlanIn(Body):
    """Times, the one that suits best first, and what the meeting is to be."""

    times = serializers.ListField(child=WallTime(), min_length=1, max_length=MOST_TIMES)
    minutes = serializers.IntegerField(min_value=10, max_value=600)
    venue = serializers.ChoiceField(choices=Meeting.Venue.choices)
    place = Text(max_length=200, allow_blank=True, default="")
    link = Text(max_length=500, allow_blank=True, default="")
    agenda = Text(max_length=2000, allow_blank=True, default="")
    access_needs = Text(max_length=1000, allow_blank=True, default="")


class OfferIn(PlanIn):
    """Other times; `reason` says why an agreed meeting is moved, and my partner reads it."""

    reason = serializers.ChoiceField(choices=forms.WHY_NOT_THEN, allow_blank=True, default="")


class CancelIn(Body):
    """Why, if one wants to say. My partner reads it; it counts nowhere."""

    reason = serializers.ChoiceField(choices=forms.WHY_NOT_THEN, allow_blank=True, default="")


class NewMeetingIn(PlanIn):
    """A new meeting of a pair."""

    pair = serializers.UUIDField()


class ChooseIn(Body):
    """The id of one of the times."""

    time = serializers.UUIDField()


class MeetingAskIn(Body):
    """Which times would suit, in one's own words."""

    words = Text(max_length=2000, allow_blank=True, default="")


class DeclineIn(Body):
    """Why not."""

    reason = serializers.ChoiceField(choices=Meeting.Reason.choices)
    words = Text(max_length=2000, allow_blank=True, default="")


class CloseIn(Body):
    """Whether the two met."""

    met = serializers.BooleanField()


class NotesIn(Body):
    """The notes, whole."""

    text = Text(max_length=8000, allow_blank=True)


class ShareOut(serializers.Serializer[Any]):
    """What fell to one side."""

    side = serializers.ChoiceField(choices=Side.choices)
    times = serializers.IntegerField()
    moves = serializers.IntegerField()
    venues = serializers.IntegerField()


class SharesOut(serializers.Serializer[Any]):
    """How times, moves and places were shared, of all agreed meetings."""

    pair = serializers.UUIDField()
    meetings = serializers.IntegerField()
    elsewhere = serializers.IntegerField()
    sides = ShareOut(many=True)


class FeedOut(serializers.Serializer[Any]):
    """When the address of one's own calendar was made."""

    made_at = serializers.DateTimeField()


class FeedMade(serializers.Serializer[Any]):
    """The address, which is in no other answer."""

    address = serializers.CharField()


class Meetings(Operations):
    """The meetings of the person's pairs."""

    serializer_class = MeetingOut
    permissions = {
        "list": permissions.READ_MEETINGS,
        "retrieve": permissions.READ_MEETINGS,
        **dict.fromkeys(
            ("create", "offer", "choose", "ask", "decline", "cancel", "close", "note"), permissions.PLAN_MEETINGS
        ),
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "state": Filter(serializers.ChoiceField(choices=Meeting.State.choices), "state", "One state."),
    }
    orderings = ("-proposed_at",)

    def _meetings(self) -> QuerySet[Meeting]:
        return queries.meetings_for(self.member)

    def _meeting(self) -> Meeting:
        return self.found(self._meetings())

    def _shown(self, meeting: Meeting, *, status: int = 200) -> Response:
        return self.shown(self._meetings().get(pk=meeting.pk), status=status)

    @operation(gives=MeetingOut(many=True))
    def list(self, request: Request) -> Response:
        """The meetings of my pairs, the last offer first."""
        return self.page_of(self._meetings())

    @operation(gives=MeetingOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One meeting with the times that are offered."""
        return self.shown(self._meeting())

    @operation(takes=NewMeetingIn, gives=MeetingOut, status=201, refuses=["nobody_there", *TIMES])
    def create(self, request: Request) -> Response:
        """Offer times for a new meeting; it stands when my partner has picked one."""
        said = self.said(NewMeetingIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        walls = said.pop("times")
        made = actions.propose(pair=pair, plan=actions.Plan(**said), walls=walls, by=self.member)
        return self._shown(made, status=201)

    @operation(takes=OfferIn, gives=MeetingOut, refuses=["wrong_state", *TIMES])
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, pk: UUID) -> Response:
        """Offer other times; an agreed meeting is moved by it."""
        said = self.said(OfferIn)
        walls, reason = said.pop("times"), said.pop("reason")
        plan = actions.Plan(**said)
        made = actions.offer(meeting=self._meeting(), plan=plan, walls=walls, reason=reason, by=self.member)
        return self._shown(made)

    @operation(takes=ChooseIn, gives=MeetingOut, refuses=["wrong_state", "own_offer", "times_changed", "time_is_past"])
    @action(detail=True, methods=["post"])
    def choose(self, request: Request, pk: UUID) -> Response:
        """Pick one of the times that my partner offered."""
        return self._shown(actions.choose(meeting=self._meeting(), **self.said(ChooseIn), by=self.member))

    @operation(takes=MeetingAskIn, gives=MeetingOut, refuses=["wrong_state", "own_offer"])
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: UUID) -> Response:
        """Ask my partner for other times."""
        return self._shown(
            actions.ask_for_other_times(meeting=self._meeting(), **self.said(MeetingAskIn), by=self.member)
        )

    @operation(takes=DeclineIn, gives=MeetingOut, refuses=["wrong_state", "own_offer"])
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: UUID) -> Response:
        """Say no to the meeting itself."""
        return self._shown(actions.decline(meeting=self._meeting(), **self.said(DeclineIn), by=self.member))

    @operation(takes=CancelIn, gives=MeetingOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: UUID) -> Response:
        """Call it off."""
        return self._shown(actions.cancel(meeting=self._meeting(), **self.said(CancelIn), by=self.member))

    @operation(takes=CloseIn, gives=MeetingOut, refuses=["wrong_state", "not_yet"])
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: UUID) -> Response:
        """Say afterwards whether we met."""
        return self._shown(actions.close(meeting=self._meeting(), **self.said(CloseIn), by=self.member))

    @operation(takes=NotesIn, gives=MeetingOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def note(self, request: Request, pk: UUID) -> Response:
        """Write the notes, which both of us read and change."""
        return self._shown(actions.note(meeting=self._meeting(), **self.said(NotesIn), by=self.member))


class MeetingShares(Operations):
    """How times, moves and places were shared."""

    serializer_class = SharesOut
    permissions = {"retrieve": permissions.READ_MEETINGS}

    @operation(gives=SharesOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Whose times and places it was in one pair, by the pair's id."""
        pair = pairs.pair_for(self.member, pk)
        shares = queries.shares_of(self.member, pair.pk)
        sides = [
            {"side": side, "times": share.times, "moves": share.moves, "venues": share.venues}
            for side, share in shares.sides.items()
        ]
        return self.shown({"pair": pair.pk, "meetings": shares.meetings, "elsewhere": shares.elsewhere, "sides": sides})


class CalendarFeeds(Operations):
    """The address at which the person's own calendar finds their meetings."""

    serializer_class = FeedOut
    permissions = dict.fromkeys(("retrieve", "create", "destroy"), permissions.USE_CALENDAR)
    forgotten = frozenset({"create"})

    @operation(gives=FeedOut)
    def retrieve(self, request: Request) -> Response:
        """When I made the address."""
        if (feed := queries.feed_of(self.member)) is None:
            raise Http404
        return self.shown({"made_at": feed.made_at})

    @operation(gives={201: FeedMade})
    def create(self, request: Request) -> Response:
        """Make the address; one that I made before stops working."""
        path = reverse("meetings:feed", args=[actions.make_feed(by=self.member)])
        address = public_url(request.get_host().partition(":")[0], path)
        return Response(FeedMade({"address": address}).data, status=201)

    @operation(status=204)
    def destroy(self, request: Request) -> Response:
        """Take the address back."""
        actions.revoke_feed(by=self.member)
        return Response(status=204)
