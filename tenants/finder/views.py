"""The pages on which people find a partner. They are in the partner's hat; no office has one but for registration."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.accounts.limits import MINUTES, Limit, allowed
from rollout.accounts.models import Account
from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import ENTER, Guarded, Open
from tenants.finder import actions, forms, permissions, queries, rendering
from tenants.finder.models import Introduction, Profile, Registration, Yes
from tenants.finder.policy import Act
from tenants.members.models import Member, Role
from tenants.pairs.views import FormPage

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.kernel.forms import Form

PER_PAGE = 10
LATEST = 50
ASKED_TO_JOIN = {
    "person": Limit("join.asked.person", 5, 5 * MINUTES),
    "address": Limit("join.asked.address", 20, 5 * MINUTES),
}


class OffersPage(Guarded):
    """People on the other side who look for a partner too. Nothing is counted and nobody is ranked."""

    permission = permissions.LOOK

    def get(self, request: HttpRequest) -> HttpResponse:
        profile = queries.profile_of(self.member)
        if profile is None or not profile.is_on:
            return render(request, "finder/start_page.html", {"profile": profile})
        form = forms.FilterForm(request.GET)
        wanted = form.cleaned_data if form.is_valid() else {}
        skip = _number(request.GET.get("skip", "")) * PER_PAGE
        found = queries.offers_to(
            self.member,
            site=wanted["site"].pk if wanted.get("site") else None,
            time=wanted.get("time", ""),
            theme=wanted.get("theme", ""),
            skip=skip,
            amount=PER_PAGE + 1,
        )
        names = rendering.site_names(queries.sites())
        kept = {name: request.GET[name] for name in forms.FilterForm.base_fields if request.GET.get(name)}
        more = {**kept, "skip": str(skip // PER_PAGE + 1)}
        return render(
            request,
            "finder/offers_page.html",
            {
                "form": form,
                "offers": [rendering.offer_words(offer, names) for offer in found[:PER_PAGE]],
                "more": urlencode(more) if len(found) > PER_PAGE else "",
                "is_filtered": bool(kept) or bool(skip),
            },
        )


class ProfilePage(FormPage):
    """What I bring and look for, and the switch."""

    permission = permissions.LOOK
    form_class = forms.ProfileForm
    template = "finder/profile_page.html"
    read_as = Profile

    def initial(self) -> dict[str, Any]:
        profile = queries.profile_of(self.member)
        if profile is None:
            return {}
        return {name: getattr(profile, name) for name in forms.ProfileForm.base_fields}

    def save(self, typed: dict[str, Any]) -> str:
        is_on = typed.pop("is_on")
        actions.write_profile(words=actions.Words(**typed), is_on=is_on, by=self.member)
        said = _("Your words are saved, and switched on.") if is_on else _("Your words are saved, and switched off.")
        messages.success(self.request, said)
        return reverse("finder:offers")

    def more(self) -> dict[str, Any]:
        return {"cancel_url": reverse("finder:offers")}


class AskPage(FormPage):
    """Say "I would like to meet you"."""

    permission = permissions.MEET
    form_class = forms.AskForm
    template = "finder/ask_page.html"
    read_as = Introduction

    @cached_property
    def offer(self) -> queries.Offer:
        return queries.offer_to(self.member, self.kwargs["profile"])

    def save(self, typed: dict[str, Any]) -> str:
        actions.ask_to_meet(profile=self.offer.id, **typed, by=self.member)
        messages.success(self.request, _("Your question is on its way. There may be no answer, and nobody says why."))
        return reverse("finder:introductions")

    def more(self) -> dict[str, Any]:
        names = rendering.site_names(queries.sites())
        return {"offer": rendering.offer_words(self.offer, names), "cancel_url": reverse("finder:offers")}


class IntroductionsPage(Guarded):
    """Whom I asked, and who asked me."""

    permission = permissions.LOOK

    def get(self, request: HttpRequest) -> HttpResponse:
        others = queries.others(self.member)
        found = queries.introductions_of(self.member)[:LATEST]
        lines = [rendering.introduction_line(introduction, others[introduction.pk]) for introduction in found]
        return render(request, "finder/introductions_page.html", {"lines": lines})


class OfIntroduction(Guarded):
    """A page about one introduction."""

    permission = permissions.MEET

    @cached_property
    def introduction(self) -> Introduction:
        return queries.introduction_of(self.member, self.kwargs["pk"])

    @cached_property
    def other(self) -> queries.Other:
        return queries.others(self.member)[self.introduction.pk]

    def url(self) -> str:
        return reverse("finder:introduction", args=[self.introduction.pk])


class IntroductionPage(OfIntroduction):
    """One introduction: what was written, who the other is once both may meet, and what can be done now."""

    permission = permissions.LOOK

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        introduction, other = self.introduction, self.other
        names = rendering.site_names(queries.sites())
        acts = rendering.acts_now(introduction, other)
        return render(
            request,
            "finder/introduction_page.html",
            {
                "introduction": introduction,
                "other": other,
                "other_words": rendering.other_words(introduction, other),
                "offer": rendering.offer_words(other.offer, names) if other.offer else None,
                "tag": rendering.state_tag(introduction),
                "address": other.email,
                "acts": acts,
                "said_yes": Act.YES in acts and queries.has_said_yes(self.member, introduction.pk),
            },
        )


class IntroductionFormPage(FormPage, OfIntroduction):
    """A form about one introduction. Where nothing can be said any more, the page of the introduction says why."""

    act = Act.ACCEPT

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.act.value not in rendering.acts_now(self.introduction, self.other):
            return HttpResponseRedirect(self.url())
        return super().get(request)

    def more(self) -> dict[str, Any]:
        words = rendering.other_words(self.introduction, self.other)
        return {"introduction": self.introduction, "other_words": words, "cancel_url": self.url()}


class AnswerPage(IntroductionFormPage):
    """Yes, not yet, or no."""

    form_class = forms.AnswerForm
    template = "finder/answer_page.html"
    read_as = Introduction
    answers = {Act.ACCEPT: actions.accept, Act.NOT_YET: actions.not_yet, Act.DECLINE: actions.decline}

    def save(self, typed: dict[str, Any]) -> str:
        answer = Act(typed["answer"])
        self.answers[answer](introduction=self.introduction, by=self.member)
        if answer == Act.DECLINE:
            messages.success(self.request, _("It is gone from your list. Nobody is told."))
            return reverse("finder:introductions")
        messages.success(self.request, _("Your answer is saved."))
        return self.url()


class MeetingPage(IntroductionFormPage):
    """When and where the two meet."""

    act = Act.PLAN
    form_class = forms.MeetingForm
    template = "finder/meeting_page.html"
    read_as = Introduction

    def initial(self) -> dict[str, Any]:
        return {"meeting": self.introduction.meeting}

    def save(self, typed: dict[str, Any]) -> str:
        actions.plan_meeting(introduction=self.introduction, meeting=typed["meeting"], by=self.member)
        messages.success(self.request, _("Your meeting is noted. Both of you can read and change it."))
        return self.url()


class ChoosePage(IntroductionFormPage):
    """Whether I want to be a pair."""

    act = Act.YES
    form_class = forms.ChooseForm
    template = "finder/choose_page.html"
    read_as = Yes

    def save(self, typed: dict[str, Any]) -> str:
        if typed["choice"] == forms.NO:
            actions.say_no(introduction=self.introduction, by=self.member)
            messages.success(self.request, _("You are not going further. No reason is given."))
            return self.url()
        pair = actions.say_yes(introduction=self.introduction, by=self.member)
        if pair is None:
            messages.success(self.request, _("Your yes is kept. Nobody reads it until the other says yes too."))
            return self.url()
        messages.success(self.request, _("You have both said yes. Your pair has begun, and nobody else sees it."))
        return reverse("pairs:page", args=[pair.pk])


class Withdraw(OfIntroduction):
    """Take back what I asked."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        try:
            actions.withdraw(introduction=self.introduction, by=self.member)
        except DomainError as refusal:
            if refusal.status == 404:
                raise Http404 from refusal
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("Your question is taken back."))
        return HttpResponseRedirect(self.url())


class RegistrationPage(Guarded):
    """Where a rollout lead lets people come in by themselves. It does not say who came."""

    permission = permissions.OPEN_REGISTRATION
    capacity = Role.ROLLOUT_LEAD

    def get(self, request: HttpRequest) -> HttpResponse:
        opened = queries.open_registration(self.member)
        link = request.build_absolute_uri(reverse("finder:join"))
        return render(
            request,
            "finder/registration_page.html",
            {"opened": opened, "link": link, "readers": readers_of(Registration)},
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("move") == "close":
            actions.close_registration(by=self.member)
            messages.success(request, _("Nobody can come in by themselves any more. Who is here stays."))
        else:
            actions.open_registration(by=self.member)
            messages.success(request, _("People can come in by themselves now."))
        return HttpResponseRedirect(request.path)


class JoinPage(Open):
    """How somebody without an invitation comes in. Every address is answered the same; the code that proves it
    goes by e-mail, as for everybody who signs in.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._elsewhere(request) or self._page(request, self._form(request)())

    def post(self, request: HttpRequest) -> HttpResponse:
        if (away := self._elsewhere(request)) is not None:
            return away
        form = self._form(request)(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        if not isinstance(request.user, Account):
            address = form.cleaned_data["email"]
            if allowed(ASKED_TO_JOIN, request, person=address):
                Account.objects.for_address(address)
            return HttpResponseRedirect(f"{ENTER}?{urlencode({'next': request.path})}")
        try:
            actions.join(name=form.cleaned_data["name"], by=request.user)
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
            return self._page(request, form)
        messages.success(request, _("Welcome. Now say what you bring and what you look for."))
        return HttpResponseRedirect(reverse("finder:profile"))

    @staticmethod
    def _elsewhere(request: HttpRequest) -> HttpResponse | None:
        if getattr(request, "member", None) is not None:
            return HttpResponseRedirect(reverse("finder:offers"))
        if not queries.registration_is_open():
            raise Http404
        return None

    @staticmethod
    def _form(request: HttpRequest) -> type[Form]:
        return forms.NameForm if request.user.is_authenticated else forms.AddressForm

    @staticmethod
    def _page(request: HttpRequest, form: Form) -> HttpResponse:
        return render(request, "finder/join_page.html", {"form": form, "readers": readers_of(Member)})


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 5 else 0
