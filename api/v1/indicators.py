"""The report: what pairs show to this reader in a period, and the figures that follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.fields import Day
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.disclosure import ShownPairOut
from governance.indicators import permissions, queries
from governance.indicators.report import Period
from rollout.kernel.errors import DomainError
from tenants.workplan.models import Theme

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class PeriodOut(serializers.Serializer[Any]):
    """From the first day to the last, both counted."""

    start = serializers.DateField()
    end = serializers.DateField()


class EvidenceOut(serializers.Serializer[Any]):
    """What is known of a pair's way, each with its day. Null means not shown, or not yet."""

    stage = serializers.CharField()
    task_signed_on = serializers.DateField(allow_null=True)
    result_claimed_on = serializers.DateField(allow_null=True)
    result_confirmed_on = serializers.DateField(allow_null=True)
    shown_to_sponsor_on = serializers.DateField(allow_null=True)
    shown_in_organisation_on = serializers.DateField(allow_null=True)
    issued_in_pack_on = serializers.DateField(allow_null=True)


class PairReportOut(serializers.Serializer[Any]):
    """What one pair shows."""

    shown = ShownPairOut()
    evidence = EvidenceOut()
    days_to_sign = serializers.ListField(child=serializers.IntegerField())


class IndicatorOut(serializers.Serializer[Any]):
    """One figure. Null means that there is nothing to count."""

    code = serializers.CharField()
    value = serializers.DecimalField(max_digits=12, decimal_places=1, allow_null=True)
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)


class ThemeGroupOut(serializers.Serializer[Any]):
    """The pairs whose projects are mainly about the same."""

    theme = serializers.ChoiceField(choices=Theme.choices)
    pairs = serializers.SerializerMethodField()

    def get_pairs(self, group: Any) -> list[UUID]:
        return [pair.id for pair in group.pairs]


class ReportOut(serializers.Serializer[Any]):
    """Everything that one reader is shown about a period, as it stands today."""

    period = PeriodOut()
    on = serializers.DateField()
    pairs = PairReportOut(many=True)
    themes = ThemeGroupOut(many=True, help_text="The pairs that show their projects, by what these are about.")
    indicators = IndicatorOut(many=True)


class ReportOfPeriod(Operations):
    """The report of the hat that asks."""

    serializer_class = ReportOut
    permissions = {"retrieve": permissions.READ_REPORT}
    filters = {
        "start": Filter(Day(), "", "The first day; without it, three months ago."),
        "end": Filter(Day(), "", "The last day; without it, today."),
    }

    @operation(gives=ReportOut, refuses=["period_reversed"])
    def retrieve(self, request: Request) -> Response:
        """What pairs show to me in a period, with the figures that follow from it."""
        usual = queries.lately()
        period = Period(self.asked("start") or usual.start, self.asked("end") or usual.end)
        if period.end < period.start:
            raise DomainError("period_reversed", _("The last day must not come before the first day."))
        return self.shown(queries.report_for(self.member, period))
