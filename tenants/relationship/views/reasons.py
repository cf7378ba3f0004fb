"""The second question behind "no time"."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.pairs.views import OfPair, PairAct
from tenants.relationship import actions, forms, permissions, queries, why
from tenants.relationship.models import TimeReason
from tenants.relationship.views.shapes import Writing


class OfSubject(OfPair):
    """A page about a thing that somebody had no time for."""

    @cached_property
    def subject(self) -> why.Subject:
        found = why.subject_of(self.member, self.pair.pk, self.kwargs["kind"], self.kwargs["subject"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def reason(self) -> TimeReason | None:
        return queries.own_reason(self.member, self.pair.pk, self.kwargs["kind"], self.kwargs["subject"])


class WhyPage(OfSubject, Writing):
    """Say why, to oneself."""

    permission = permissions.WRITE
    template = "relationship/why_page.html"
    form_class = forms.WhyForm
    read_as = TimeReason
    heading = gettext_lazy("Why was there no time?")
    intro = gettext_lazy("“No time” often stands for something else. This question is for you alone.")
    said = gettext_lazy("Your answer is saved. Only you read it.")

    def initial(self) -> dict[str, Any]:
        return {"first": self.reason.first, "second": self.reason.second} if self.reason else {}

    def write(self, typed: dict[str, Any]) -> str:
        kind, subject = self.kwargs["kind"], self.kwargs["subject"]
        second = typed["second"] if typed["first"] == TimeReason.First.NO_TIME else ""
        actions.say_why(pair=self.pair, kind=kind, subject=subject, first=typed["first"], second=second, by=self.member)
        return self.subject.url

    def quote(self) -> str:
        return self.subject.title

    def cancel(self) -> str:
        return self.subject.url

    def more(self) -> dict[str, Any]:
        share = reverse("relationship:why-share", args=[self.pair.pk, self.kwargs["kind"], self.kwargs["subject"]])
        return {**super().more(), "reason": self.reason, "share_url": share, "has_partner": bool(self.sides.partner)}


class WhyShare(OfSubject, PairAct):
    """Let the partner read the answer, or keep it for oneself again."""

    permission = permissions.WRITE

    def act(self) -> str:
        if self.reason is None:
            raise Http404
        if self.request.POST.get("share") == "no":
            actions.unshare_why(reason=self.reason, by=self.member)
            return _("Only you read it now.")
        actions.share_why(reason=self.reason, by=self.member)
        return _("Your partner can read it now.")

    def back(self) -> str:
        return reverse("relationship:why", args=[self.pair.pk, self.kwargs["kind"], self.kwargs["subject"]])
