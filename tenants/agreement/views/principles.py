"""Working principles: read, write, sign, withdraw, look at them again."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.agreement import actions, forms, permissions, policy, queries, rendering
from tenants.agreement.models import Principle, PrincipleVersion, ReviewAnswer, State
from tenants.agreement.suggestions import SUGGESTIONS, suggestion
from tenants.pairs.views import OfPair, PairAct, PairFormPage

if TYPE_CHECKING:
    from uuid import UUID

PER_PAGE = 20
LATEST = 5


class PrincipleList(OfPair):
    """All principles of a pair, and some to begin with."""

    permission = permissions.READ

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        listed = Paginator(queries.principles_for(self.member, self.pair.pk), PER_PAGE).get_page(
            request.GET.get("page")
        )
        lines = [rendering.principle_line(principle, self.sides) for principle in listed]
        used = {line["title"] for line in lines}
        offered = [found for found in SUGGESTIONS if str(found.title) not in used]
        content = {"pair": self.pair, "lines": lines, "listed": listed, "suggestions": offered}
        return render(request, "agreement/principle_list_page.html", content)


class OfPrinciple(OfPair):
    """A page about one principle."""

    @cached_property
    def principle(self) -> Principle:
        return queries.principle_for(self.member, self.pair.pk, self.kwargs["pk"])

    def principle_url(self) -> str:
        return reverse("agreement:principle", args=[self.pair.pk, self.principle.pk])


class PrinciplePage(OfPrinciple):
    """What it says, who has signed, its older wordings, and what was said when both looked again."""

    permission = permissions.READ

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        principle = self.principle
        shown = [version for version in (rendering.standing(principle), rendering.waiting(principle)) if version]
        shown = shown or [rendering.leading(principle)]
        older = [version for version in principle.versions.all() if version not in shown]
        standing = rendering.standing(principle)
        reviews = queries.reviews_for(self.member).filter(version=standing)[:LATEST] if standing else []
        return render(
            request,
            "agreement/principle_page.html",
            {
                "pair": self.pair,
                "principle": principle,
                "title": shown[0].title,
                "texts": [rendering.text_of(version, self.sides, policy.VERSION) for version in shown],
                "older": [rendering.text_of(version, self.sides, policy.VERSION) for version in older],
                "reviews": rendering.review_lines(reviews),
                "may_review": standing if standing is not None and standing.state == State.AGREED else None,
                "is_due": standing is not None and rendering.is_due(standing),
            },
        )


class PrinciplePropose(PairFormPage):
    """Write a principle, from an empty page or from a suggestion."""

    permission = permissions.WRITE
    form_class = forms.PrincipleForm
    template = "agreement/principle_write_page.html"
    read_as = PrincipleVersion

    def initial(self) -> dict[str, Any]:
        found = suggestion(self.request.GET.get("from", ""))
        return {"title": found.title, "text": found.text} if found else {}

    def save(self, typed: dict[str, Any]) -> str:
        principle = actions.principles.propose(pair=self.pair, **typed, by=self.member)
        messages.success(self.request, _("The principle is written down. Now both of you can sign it."))
        return reverse("agreement:principle", args=[self.pair.pk, principle.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "cancel_url": reverse("agreement:principles", args=[self.pair.pk])}


class PrincipleWrite(PairFormPage, OfPrinciple):
    """Change the wording that waits, or write a new one."""

    permission = permissions.WRITE
    form_class = forms.PrincipleForm
    template = "agreement/principle_write_page.html"
    read_as = PrincipleVersion

    def initial(self) -> dict[str, Any]:
        version = rendering.waiting(self.principle) or rendering.leading(self.principle)
        return {"title": version.title, "text": version.text}

    def save(self, typed: dict[str, Any]) -> str:
        actions.principles.write(principle=self.principle, **typed, by=self.member)
        messages.success(self.request, _("The new wording is saved. Now both of you can sign it."))
        return self.principle_url()

    def more(self) -> dict[str, Any]:
        standing = rendering.standing(self.principle)
        return {**super().more(), "standing": standing, "is_change": True, "cancel_url": self.principle_url()}


class OfVersion(OfPair):
    """A page about one wording."""

    @cached_property
    def version(self) -> PrincipleVersion:
        return queries.version_for(self.member, self.pair.pk, self.kwargs["pk"])

    def principle_url(self) -> str:
        return reverse("agreement:principle", args=[self.pair.pk, self.version.principle_id])


class VersionSign(PairAct, OfVersion):
    """Sign the wording that was shown."""

    permission = permissions.SIGN
    signs: ClassVar[bool] = True

    def act(self) -> str:
        shown = self.request.POST.get("shown", "")
        version = actions.principles.sign(version=self.version, shown=shown, by=self.member)
        if version.state == State.AGREED:
            return _("You have both signed. The principle is agreed.")
        return _("You have signed. Your partner can sign now.")

    def back(self) -> str:
        return self.principle_url()


class VersionFormPage(PairFormPage, OfVersion):
    """A form about one wording."""

    permission = permissions.WRITE

    def more(self) -> dict[str, Any]:
        return {**super().more(), "version": self.version, "cancel_url": self.principle_url()}


class VersionWithdraw(VersionFormPage):
    """Say that it no longer holds, after a moment to think."""

    form_class = forms.EndForm
    template = "agreement/principle_withdraw_page.html"
    read_as = PrincipleVersion

    def save(self, typed: dict[str, Any]) -> str:
        actions.principles.withdraw(version=self.version, by=self.member)
        messages.success(self.request, _("The principle is no longer agreed. You can write it again."))
        return self.principle_url()


class VersionReview(VersionFormPage):
    """Say whether it stays, or what to change."""

    form_class = forms.ReviewForm
    template = "agreement/principle_review_page.html"
    read_as = ReviewAnswer

    def save(self, typed: dict[str, Any]) -> str:
        review = actions.principles.review(version=self.version, **typed, by=self.member)
        if review.closed_at:
            messages.success(self.request, _("You have both looked at it again."))
        else:
            messages.success(self.request, _("Your answer is saved. Your partner can answer now."))
        return self.principle_url()

    def more(self) -> dict[str, Any]:
        found = queries.reviews_for(self.member).filter(version=self.version, closed_at__isnull=True)
        return {**super().more(), "reviews": rendering.review_lines(found)}
