"""What a pair learns: the chart, its rows, and the sentences that both agree to tell somebody outside."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.views import OfPair, PairAct, PairFormPage
from tenants.reflections import actions, forms, permissions, policy, queries, rendering
from tenants.reflections.models import Learning, LearningShare

if TYPE_CHECKING:
    from uuid import UUID

PER_PAGE = 20


class Chart(OfPair):
    """The learning chart: a table that prints, and cards on a phone."""

    permission = permissions.READ_LEARNING

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        listed = Paginator(queries.learnings_for(self.member, self.pair.pk), PER_PAGE).get_page(request.GET.get("page"))
        rows = list(listed)
        return render(
            request,
            "reflections/learning_page.html",
            {
                "pair": self.pair,
                "columns": [_("What we learnt"), _("How we know"), _("With whom we shared it"), _("What changed")],
                "rows": rendering.chart_rows(rows),
                "listed": listed,
            },
        )


class LearningWrite(PairFormPage):
    """Write down something that the pair has learnt."""

    permission = permissions.WRITE_LEARNING
    form_class = forms.LearningForm
    template = "reflections/learning_form_page.html"
    read_as = Learning

    def save(self, typed: dict[str, Any]) -> str:
        actions.learning.write(pair=self.pair, **typed, by=self.member)
        messages.success(self.request, _("It is in your chart."))
        return self.chart_url()

    def chart_url(self) -> str:
        return reverse("reflections:learnings", args=[self.pair.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "cancel_url": self.chart_url()}


class OfLearning(OfPair):
    """A page about one row of the chart."""

    @cached_property
    def learning(self) -> Learning:
        return queries.learning_for(self.member, self.pair.pk, self.kwargs["pk"])

    def learning_url(self) -> str:
        return reverse("reflections:learning-edit", args=[self.learning.pair_id, self.learning.pk])


class LearningEdit(OfLearning, LearningWrite):
    """Change a row, and see with whom it is shared."""

    def initial(self) -> dict[str, Any]:
        return {"text": self.learning.text, "evidence": self.learning.evidence, "changed": self.learning.changed}

    def save(self, typed: dict[str, Any]) -> str:
        actions.learning.edit(learning=self.learning, **typed, by=self.member)
        messages.success(self.request, _("It is in your chart."))
        return self.chart_url()

    def more(self) -> dict[str, Any]:
        shares = [(share, rendering.share_tag(share)) for share in self.learning.shares.all()]
        return {**super().more(), "learning": self.learning, "shares": shares}


class ShareWrite(PairFormPage, OfLearning):
    """Propose to tell somebody outside."""

    permission = permissions.WRITE_LEARNING
    form_class = forms.ShareForm
    template = "reflections/share_form_page.html"
    read_as = LearningShare

    def initial(self) -> dict[str, Any]:
        return {"sentence": self.learning.text}

    def save(self, typed: dict[str, Any]) -> str:
        share = actions.learning.propose(learning=self.learning, **typed, by=self.member)
        messages.success(self.request, _("It is proposed. Now both of you can sign it."))
        return reverse("reflections:share", args=[share.pair_id, share.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "learning": self.learning, "cancel_url": self.learning_url()}


class OfShare(OfPair):
    """A page about one sentence for others."""

    @cached_property
    def share(self) -> LearningShare:
        return queries.share_for(self.member, self.pair.pk, self.kwargs["pk"])

    def share_url(self) -> str:
        return reverse("reflections:share", args=[self.share.pair_id, self.share.pk])


class SharePage(OfShare):
    """The very words, for whom, who has signed, and what can be done now."""

    permission = permissions.READ_LEARNING

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        return render(
            request,
            "reflections/share_page.html",
            {
                "pair": self.pair,
                "share": self.share,
                "tag": rendering.share_tag(self.share),
                "keys": rendering.keys_of(self.share, self.sides),
                "acts": {act.value for act in policy.SHARING[policy.Shared(self.share.state)]},
            },
        )


class ShareAct(PairAct, OfShare):
    """One act on a sentence for others."""

    permission = permissions.SIGN_SHARE

    def back(self) -> str:
        return self.share_url()


class ShareSign(ShareAct):
    """Sign the words that were shown."""

    signs: ClassVar[bool] = True

    def act(self) -> str:
        share = actions.learning.sign(share=self.share, shown=self.request.POST.get("shown", ""), by=self.member)
        if share.state == LearningShare.State.AGREED:
            return _("You have both signed. Now you can tell them.")
        return _("You have signed. Your partner can sign now.")


class ShareWithdraw(ShareAct):
    """Take the sentence back."""

    def act(self) -> str:
        actions.learning.withdraw(share=self.share, by=self.member)
        return _("It is taken back.")
