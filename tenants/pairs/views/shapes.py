"""What pages of a pair have in common: finding the pair, an act, a form, and a question before an act."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from rollout.accounts.terms import terms_missing
from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded
from tenants.pairs import onward, permissions, queries
from tenants.pairs.models import Pair

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model

    from rollout.kernel.forms import Form


class OfPair(Guarded):
    """A page of one pair. A hidden pair and a missing one are the same 404."""

    permission = permissions.READ_PAIR

    @cached_property
    def pair(self) -> Pair:
        return queries.pair_for(self.member, self.kwargs["pair"])

    @cached_property
    def sides(self) -> queries.Sides:
        return queries.sides(self.pair, self.member)

    def find_pair(self) -> Pair:
        """Look for the pair before anything is done, so that where none is found nothing is said either."""
        return self.pair

    def pair_url(self) -> str:
        return reverse("pairs:page", args=[self.pair.pk])


class PairAct(OfPair):
    """One act, by POST only; then back to a page with what was done, or why not."""

    http_method_names = ["post", "options"]
    signs: ClassVar[bool] = False

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.find_pair()
        if self.signs and (first := terms_missing(request, back=self.back())) is not None:
            return first
        try:
            said = self.act()
        except DomainError as refusal:
            if refusal.status == 404:
                raise Http404 from refusal
            messages.error(request, str(refusal.message))
            return HttpResponseRedirect(self.back())
        if said:
            messages.success(request, said)
        return HttpResponseRedirect(onward.after(request, self.member, self.back()))

    def act(self) -> str:
        """Do it, and say so."""
        raise NotImplementedError

    def back(self) -> str:
        return self.pair_url()


class FormPage(Guarded):
    """A page with one form. A refusal is shown beside what was typed, and nothing typed is lost."""

    form_class: ClassVar[type[Form]]
    template: ClassVar[str]
    read_as: ClassVar[type[Model]]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(self.form(initial=self.initial()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            try:
                return HttpResponseRedirect(onward.after(request, self.member, self.save(form.cleaned_data)))
            except DomainError as refusal:
                if refusal.status == 404:
                    raise Http404 from refusal
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return self.page(form)

    def form(self, *args: Any, **kwargs: Any) -> Form:
        """The form, empty or with what was typed."""
        return self.form_class(*args, **kwargs)

    def initial(self) -> dict[str, Any]:
        return {}

    def save(self, typed: dict[str, Any]) -> str:
        """Do it, and say where to go next."""
        raise NotImplementedError

    def more(self) -> dict[str, Any]:
        """What this page shows besides its form."""
        return {}

    def page(self, form: Form) -> HttpResponse:
        context = {"form": form, "readers": readers_of(self.read_as), **self.more()}
        return render(self.request, self.template, context)


class PairFormPage(FormPage, OfPair):
    """A form about one pair."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.find_pair()
        return super().post(request, **kwargs)

    def more(self) -> dict[str, Any]:
        return {"pair": self.pair, "sides": self.sides, "cancel_url": self.pair_url()}


class SureAct(PairAct):
    """An act that hurts: a page that says what follows, and a button."""

    http_method_names = ["get", "post", "head", "options"]
    template: ClassVar[str]

    def get(self, request: HttpRequest, **named: UUID) -> HttpResponse:
        return render(request, self.template, {"pair": self.pair, **self.asked()})

    def asked(self) -> dict[str, Any]:
        """What the page shows besides the pair. Raises Http404 where there is nothing to do."""
        raise NotImplementedError
