"""Where the time of a pair goes, what its figures say, and why there was no time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day, Text
from api.operations import Operations
from api.schema import operation
from api.v1.relationship.snapbacks import OF_PAIR
from tenants.instruments.written import written_in
from tenants.pairs import queries as pairs
from tenants.relationship import actions, permissions, policy, queries
from tenants.relationship.models import PauseAnswer, Sprint, TimeReason

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

    from tenants.pairs.models import Pair


class FortnightOut(serializers.Serializer[Any]):
    """What was done in two weeks, as a number on each side; `pull` goes from −1 to 1."""

    starts_on = serializers.DateField()
    task = serializers.IntegerField()
    relationship = serializers.IntegerField()
    pull = serializers.FloatField(allow_null=True)
    balance = serializers.ChoiceField(choices=[(balance.value, balance.value) for balance in policy.Balance])


class SprintOut(serializers.ModelSerializer[Sprint]):
    """A time in which the task comes first on purpose."""

    class Meta:
        model = Sprint
        fields = ("seat", "ends_on", "proposed_at", "agreed_by", "agreed_at")
        read_only_fields = fields


class SnapsOut(serializers.Serializer[Any]):
    """Snapping back in the last six months, out of what this person may read."""

    moments = serializers.IntegerField()
    per_month = serializers.FloatField()
    recovery_hours = serializers.FloatField(allow_null=True)
    trend = serializers.ChoiceField(choices=[(trend.value, trend.value) for trend in policy.Trend])
    recognised = serializers.FloatField(allow_null=True)


class HeardOut(serializers.Serializer[Any]):
    """How much was heard. `ages` are open differences under 30 days, up to 90, and older."""

    heard = serializers.IntegerField()
    asked = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)
    ages = serializers.ListField(child=serializers.IntegerField())


class WrittenOut(serializers.Serializer[Any]):
    """What one partner has put in writing for both in the last 90 days."""

    seat = serializers.UUIDField()
    items = serializers.IntegerField()
    characters = serializers.IntegerField()


class BalanceOut(serializers.Serializer[Any]):
    """How a pair works together, in figures that only its two partners read."""

    pair = serializers.UUIDField()
    fortnights = FortnightOut(many=True)
    has_pause_card = serializers.BooleanField()
    sprint = SprintOut(allow_null=True)
    snap_backs = SnapsOut()
    differences = HeardOut()
    written = WrittenOut(many=True)


class MinutesIn(Body):
    """How a day was used."""

    on = Day()
    task = serializers.IntegerField(min_value=0, max_value=1440)
    relationship = serializers.IntegerField(min_value=0, max_value=1440)


class SprintIn(Body):
    """Until when."""

    ends_on = Day()


class PauseIn(Body):
    """Take the twenty minutes, or not now."""

    answer = serializers.ChoiceField(choices=PauseAnswer.Answer.choices)


class Balances(Operations):
    """Task and relationship, for each of the person's pairs. The id is the pair's."""

    serializer_class = BalanceOut
    permissions = {
        "retrieve": permissions.READ,
        **dict.fromkeys(
            ("tell_minutes", "answer_pause", "propose_sprint", "agree_sprint", "end_sprint"), permissions.WRITE
        ),
    }

    def _pair(self) -> Pair:
        return pairs.pair_for(self.member, self.kwargs["pk"])

    def _balance(self, pair: Pair) -> Response:
        found = {
            "pair": pair.pk,
            "fortnights": queries.fortnights_of(self.member, pair.pk),
            "has_pause_card": queries.pause_for(self.member, pair.pk) is not None,
            "sprint": queries.open_sprint(pair.pk),
            "snap_backs": queries.snaps_of(self.member, pair.pk),
            "differences": queries.hearing_of(self.member, pair.pk),
            "written": [{"seat": seat, **said._asdict()} for seat, said in written_in(pair).items()],
        }
        return self.shown(found)

    @operation(gives=BalanceOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """The figures of one pair."""
        return self._balance(self._pair())

    @operation(takes=MinutesIn, gives=BalanceOut, refuses=["date_is_ahead"])
    @action(detail=True, methods=["post"], url_path="minutes")
    def tell_minutes(self, request: Request, pk: UUID) -> Response:
        """Say how one used a day; said again, the new numbers count."""
        pair = self._pair()
        actions.balance.tell_minutes(pair=pair, **self.said(MinutesIn), by=self.member)
        return self._balance(pair)

    @operation(takes=PauseIn, gives=BalanceOut, refuses=["no_pause_card"])
    @action(detail=True, methods=["post"], url_path="pause")
    def answer_pause(self, request: Request, pk: UUID) -> Response:
        """Answer the card, for both."""
        pair = self._pair()
        actions.balance.answer_pause(pair=pair, **self.said(PauseIn), by=self.member)
        return self._balance(pair)

    @operation(takes=SprintIn, gives=BalanceOut, refuses=["sprint_too_long", "in_a_sprint"])
    @action(detail=True, methods=["post"], url_path="sprint")
    def propose_sprint(self, request: Request, pk: UUID) -> Response:
        """Propose that the task comes first until a day."""
        pair = self._pair()
        actions.balance.propose_sprint(pair=pair, **self.said(SprintIn), by=self.member)
        return self._balance(pair)

    @operation(gives=BalanceOut, refuses=["no_sprint", "two_keys_needed"])
    @action(detail=True, methods=["post"], url_path="sprint/agree")
    def agree_sprint(self, request: Request, pk: UUID) -> Response:
        """Give the second key."""
        pair = self._pair()
        actions.balance.agree_sprint(pair=pair, by=self.member)
        return self._balance(pair)

    @operation(gives=BalanceOut, refuses=["no_sprint"])
    @action(detail=True, methods=["post"], url_path="sprint/end")
    def end_sprint(self, request: Request, pk: UUID) -> Response:
        """End a sprint, or a proposal of one, with one key."""
        pair = self._pair()
        actions.balance.end_sprint(pair=pair, by=self.member)
        return self._balance(pair)


class TimeReasonOut(serializers.ModelSerializer[TimeReason]):
    """Why somebody had no time. `shown_to` is the partner's seat while it is shared."""

    second = serializers.CharField(read_only=True)  # empty until there is one

    class Meta:
        model = TimeReason
        fields = ("id", "pair", "seat", "kind", "subject", "first", "second", "said_at", "shown_to")
        read_only_fields = fields


class TimeReasonIn(Body):
    """Why a thing was declined, moved or skipped. The second question may stay open."""

    pair = serializers.UUIDField()
    kind = Text(max_length=30)
    subject = serializers.UUIDField()
    first = serializers.ChoiceField(choices=TimeReason.First.choices)
    second = serializers.ChoiceField(choices=TimeReason.Second.choices, allow_blank=True, default="")


class TimeReasons(Operations):
    """One's own answers, and those that the partner shares."""

    serializer_class = TimeReasonOut
    permissions = {
        "list": permissions.READ,
        **dict.fromkeys(("create", "share", "unshare"), permissions.WRITE),
    }
    filters = OF_PAIR
    orderings = ("-said_at",)

    def _reason(self) -> TimeReason:
        return self.found(queries.reasons_for(self.member))

    @operation(gives=TimeReasonOut(many=True))
    def list(self, request: Request) -> Response:
        """My answers, and those that my partners share."""
        return self.page_of(queries.reasons_for(self.member))

    @operation(takes=TimeReasonIn, gives=TimeReasonOut, status=201, refuses=["no_second_question"])
    def create(self, request: Request) -> Response:
        """Say why; said again, it is only the author's again."""
        said = self.said(TimeReasonIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.say_why(pair=pair, **said, by=self.member), status=201)

    @operation(gives=TimeReasonOut, refuses=["no_partner", "not_the_author"])
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: UUID) -> Response:
        """Let the partner read the answer."""
        return self.shown(actions.share_why(reason=self._reason(), by=self.member))

    @operation(gives=TimeReasonOut, refuses=["not_the_author"])
    @action(detail=True, methods=["post"])
    def unshare(self, request: Request, pk: UUID) -> Response:
        """Keep the answer for oneself again."""
        return self.shown(actions.unshare_why(reason=self._reason(), by=self.member))
