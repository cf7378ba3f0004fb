"""How two partners show their pair: choose, look, sign, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rollout.accounts.terms import terms_missing
from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded
from tenants.agreement.queries import protected_time_lacking
from tenants.members import queries as members
from tenants.members.models import Role
from tenants.surfacing import actions, audiences, permissions, queries
from tenants.surfacing.forms import AskForTimeForm, OpenFromStartForm, ShowForm, SignForm
from tenants.surfacing.models import SupportRequest, Surfacing, SurfacingKey

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest

    from tenants.pairs.models import Pair
    from tenants.surfacing.queries import PackageView


class Partner(Guarded):
    """A page for the two partners of a pair. For everybody else it does not exist."""

    permission = permissions.SHOW_PAIR

    def pair(self, pk: UUID) -> Pair:
        if (found := queries.pairs_of(self.member).filter(pk=pk).first()) is None:
            raise Http404
        return found

    def package(self, pair: UUID, pk: UUID) -> PackageView:
        if (found := queries.surfacings_of(self.member).filter(pair_id=pair, pk=pk).first()) is None:
            raise Http404
        return queries.package_view(found, self.member)


class Show(Partner):
    """Choose to whom, what and until when. Looking at the preview comes next, signing after that."""

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        found = self.pair(pair)
        return self._page(request, found, self._form(found))

    def post(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        found = self.pair(pair)
        form = self._form(found, request.POST)
        if form.is_valid():
            try:
                made = actions.propose(
                    pair=found,
                    audience=form.chosen.audience,
                    audience_id=form.chosen.audience_id,
                    picks=form.picks,
                    valid_to=form.valid_to,
                    by=self.member,
                )
            except DomainError as refusal:
                _explain(form, refusal)
            else:
                return redirect("surfacing:package", pair, made.pk)
        return self._page(request, found, form)

    def _form(self, pair: Pair, data: Any = None) -> ShowForm:
        return ShowForm(data, choices=audiences.choices(), offers=queries.offers_of(pair))

    def _page(self, request: HttpRequest, pair: Pair, form: ShowForm) -> HttpResponse:
        context = {
            "pair": pair,
            "form": form,
            "readers": readers_of(Surfacing),
            "may_open_from_start": queries.may_open_from_start(pair),
            "submit_label": _("Look at the preview"),
        }
        return render(request, "surfacing/show_page.html", context)


class OpenFromStart(Partner):
    """The short way for a pair that wants to start in the open."""

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        return self._page(request, self.pair(pair), OpenFromStartForm())

    def post(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        found, form = self.pair(pair), OpenFromStartForm(request.POST)
        if form.is_valid():
            try:
                made = actions.propose_open_from_start(pair=found, reason=form.cleaned_data["reason"], by=self.member)
            except DomainError as refusal:
                _explain(form, refusal)
            else:
                return redirect("surfacing:package", pair, made.pk)
        return self._page(request, found, form)

    def _page(self, request: HttpRequest, pair: Pair, form: OpenFromStartForm) -> HttpResponse:
        context = {
            "pair": pair,
            "form": form,
            "readers": readers_of(Surfacing),
            "submit_label": _("Look at the preview"),
        }
        return render(request, "surfacing/open_from_start_page.html", context)


class AskForTime(Partner):
    """Ask a sponsor for the protected time that was agreed and is not there. Looking at it and signing come next."""

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        return self._page(request, self.pair(pair), AskForTimeForm(sponsors=audiences.sponsors()))

    def post(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        found, form = self.pair(pair), AskForTimeForm(request.POST, sponsors=audiences.sponsors())
        if form.is_valid():
            sponsor, text = UUID(form.cleaned_data["audience"]), form.cleaned_data["text"]
            try:
                made = actions.ask_for_time(pair=found, sponsor=sponsor, text=text, by=self.member)
            except DomainError as refusal:
                _explain(form, refusal)
            else:
                return redirect("surfacing:package", pair, made.pk)
        return self._page(request, found, form)

    def _page(self, request: HttpRequest, pair: Pair, form: AskForTimeForm) -> HttpResponse:
        context = {
            "pair": pair,
            "form": form,
            "lacks": protected_time_lacking(self.member, pair.pk),
            "has_sponsors": bool(form.fields["audience"].choices),  # type: ignore[attr-defined]  # a choice field
            "readers": readers_of(SupportRequest),
            "submit_label": _("Look at the preview"),
        }
        return render(request, "surfacing/ask_for_time_page.html", context)


class Package(Partner):
    """Exactly what the audience will see, who that is, and who has signed."""

    def get(self, request: HttpRequest, pair: UUID, surfacing: UUID) -> HttpResponse:
        return render(request, "surfacing/package_page.html", {"package": self.package(pair, surfacing)})


class Sign(Partner):
    """The private question, and the key."""

    def get(self, request: HttpRequest, pair: UUID, surfacing: UUID) -> HttpResponse:
        package = self.package(pair, surfacing)
        if not package.may_sign:
            return redirect("surfacing:package", pair, surfacing)
        if (first := terms_missing(request)) is not None:
            return first
        return self._page(request, package, self._form(package))

    def post(self, request: HttpRequest, pair: UUID, surfacing: UUID) -> HttpResponse:
        package = self.package(pair, surfacing)
        if (first := terms_missing(request, back=request.path)) is not None:
            return first
        form = self._form(package, request.POST)
        if not form.is_valid():
            return self._page(request, package, form)
        try:
            signed = actions.sign(
                surfacing=package.surfacing,
                package_hash=form.cleaned_data["package_hash"],
                is_free=form.signs,
                override_reason=form.cleaned_data.get("override_reason", ""),
                by=self.member,
            )
        except DomainError as refusal:
            _explain(form, refusal)
            return self._page(request, package, form)
        if form.wants_contact:
            actions.ask_for_contact(by=self.member)
        if form.signs:
            messages.success(request, _after_signing(signed))
        return redirect("surfacing:package", pair, surfacing)

    def _form(self, package: PackageView, data: Any = None) -> SignForm:
        return SignForm(
            data,
            initial={"package_hash": package.surfacing.package_hash},
            needs_reason=package.needs_reason,
            has_facilitators=members.holders_of(Role.FACILITATOR).exclude(pk=self.member.pk).exists(),
        )

    def _page(self, request: HttpRequest, package: PackageView, form: SignForm) -> HttpResponse:
        context = {"package": package, "form": form, "key_readers": readers_of(SurfacingKey)}
        return render(request, "surfacing/sign_page.html", context)


class Withdraw(Partner):
    """One page, one button, at once."""

    def get(self, request: HttpRequest, pair: UUID, surfacing: UUID) -> HttpResponse:
        package = self.package(pair, surfacing)
        if not package.may_withdraw:
            return redirect("surfacing:package", pair, surfacing)
        return render(request, "surfacing/withdraw_page.html", {"package": package})

    def post(self, request: HttpRequest, pair: UUID, surfacing: UUID) -> HttpResponse:
        package = self.package(pair, surfacing)
        actions.withdraw(surfacing=package.surfacing, by=self.member)
        messages.success(request, _("Ended. From this moment nobody else sees anything through it."))
        return redirect("surfacing:package", pair, surfacing)


def _explain(form: forms.Form, refusal: DomainError) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))


def _after_signing(signed: Surfacing) -> str:
    if signed.state == Surfacing.State.SIGNED:
        return _("Both of you have signed.")
    return _("You have signed. It begins when both of you have signed.")
