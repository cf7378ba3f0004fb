"""What pairs show: to this person, in the hat of an office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.response import Response

from api.operations import Operations
from api.schema import operation
from tenants.disclosure import permissions, queries
from tenants.disclosure.models import Audience
from tenants.workplan.models import Theme

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class ShownPersonOut(serializers.Serializer[Any]):
    """A partner whose name is shown."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    side = serializers.CharField()


class ShownProjectOut(serializers.Serializer[Any]):
    """What a pair works on and why, as both partners signed it."""

    theme = serializers.ChoiceField(choices=Theme.choices)
    place = serializers.CharField()
    aim = serializers.CharField()
    how_much = serializers.CharField()
    by_when = serializers.DateField()
    whose_issue = serializers.CharField()
    how_we_know = serializers.CharField()


class ShownSupportOut(serializers.Serializer[Any]):
    """A request for the protected time that was agreed and could not be given."""

    id = serializers.UUIDField()
    first_month = serializers.DateField()
    last_month = serializers.DateField()
    hours_agreed = serializers.DecimalField(max_digits=7, decimal_places=2)
    hours_given = serializers.DecimalField(max_digits=7, decimal_places=2)
    text = serializers.CharField()
    written_at = serializers.DateTimeField()


class ShownDecisionOut(serializers.Serializer[Any]):
    """A decision that both partners signed."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    text = serializers.CharField()
    state = serializers.CharField()
    agreed_at = serializers.DateTimeField(allow_null=True)


class ShownPointOut(serializers.Serializer[Any]):
    """One dated value of a measure."""

    on = serializers.DateField()
    value = serializers.DecimalField(max_digits=12, decimal_places=2)


class ShownResultOut(serializers.Serializer[Any]):
    """A result that both partners signed, confirmed by a witness or not."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    measure = serializers.CharField()
    unit = serializers.CharField()
    higher_is_better = serializers.BooleanField()
    baseline_value = serializers.DecimalField(max_digits=12, decimal_places=2)
    baseline_on = serializers.DateField()
    current_value = serializers.DecimalField(max_digits=12, decimal_places=2)
    current_on = serializers.DateField()
    direction = serializers.CharField()
    place = serializers.CharField()
    evidence = serializers.CharField()
    side_effects = serializers.CharField(allow_blank=True)
    not_achieved = serializers.CharField(allow_blank=True)
    state = serializers.CharField()
    claimed_at = serializers.DateTimeField(allow_null=True)
    corroborated_at = serializers.DateTimeField(allow_null=True)
    points = ShownPointOut(many=True)


class ShownPairOut(serializers.Serializer[Any]):
    """A pair with what it shows to this reader. Null means not shown; nothing tells what else there is."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    site = serializers.CharField(allow_blank=True)
    has_ended = serializers.BooleanField()
    people = ShownPersonOut(many=True, allow_null=True)
    shared_task = serializers.CharField(allow_null=True)
    project = ShownProjectOut(allow_null=True)
    decisions = ShownDecisionOut(many=True)
    results = ShownResultOut(many=True)
    support = ShownSupportOut(many=True)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    audiences = serializers.SerializerMethodField()

    def get_audiences(self, shown: Any) -> list[Audience]:
        return [Audience(audience) for audience in sorted(shown.audiences)]


class ShownPairs(Operations):
    """The pairs that show themselves. There may be others, which nobody can see here."""

    serializer_class = ShownPairOut
    permissions = {"list": permissions.READ_SHOWN, "retrieve": permissions.READ_SHOWN}

    @operation(gives=ShownPairOut(many=True))
    def list(self, request: Request) -> Response:
        """The pairs that show themselves to me, with what they show."""
        return self.page_of_list(queries.shown_pairs(self.member), key="title")

    @operation(gives=ShownPairOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One pair that shows itself to me."""
        shown = queries.shown_pair(self.member, pk)
        if shown is None:
            raise Http404
        return self.shown(shown)
