"""Signing in and out, one's sessions, language, and the notices before the first signature."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from rollout.accounts import actions, limits, queries, sessions, typed
from rollout.accounts.adapter import AnswerThenMail
from rollout.accounts.forms import AcceptForm, CodeForm, SignInForm
from rollout.accounts.models import Account
from rollout.accounts.ways import local_path
from rollout.kernel.views import Open

EVERYWHERE = "accounts.sign-out-everywhere"
EVERYWHERE_SECONDS = 600
YEAR = 365 * 24 * 3600


def with_next(path: str, way_on: str, **more: str) -> str:
    """An address that remembers where its visitor wanted to go."""
    query = more if way_on == "/" else {**more, "next": way_on}
    return f"{path}?{urlencode(query)}" if query else path


def way_on_of(request: HttpRequest) -> str:
    """Where this visitor wanted to go, on this host."""
    return local_path(request.POST.get("next") or request.GET.get("next"))


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Remember a language in this browser, for pages that do not ask who reads."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def ask_for_nobody_too(request: HttpRequest) -> None:
    """Who asked for a code with an address that nobody has costs the same question as who is known.

    Where somebody is known, the library looks them up by their id on each page of signing in.
    """
    waiting = request.session.get(LOGIN_SESSION_KEY)
    if waiting is not None and waiting.get("user_pk") is None:
        Account.objects.filter(pk=uuid.uuid4()).first()


class SignIn(Open):
    """Ask for a code. The answer is the same for every address.

    `offers` says which other way in there is for somebody who wants to go where they want to go.
    """

    offers: Callable[[str], Any] | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(way_on_of(request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        if not limits.allowed(limits.ASKED, request, person=form.cleaned_data["email"], way_on=way_on_of(request)):
            form.add_error(None, _("That was tried too often. Wait a few minutes, then ask for a new code."))
            return self._page(request, form, status=429)
        request.mails_after_answer = []  # type: ignore[attr-defined]
        request.session[sessions.HOST] = settings.BASE_HOST
        LoginCodeVerificationProcess.initiate(request=request, user=form._user, email=form.cleaned_data["email"])
        return AnswerThenMail(with_next(reverse("sign-in-code"), way_on_of(request)), request=request)

    def _page(self, request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
        way_on = way_on_of(request)
        context = {
            "form": form,
            "next": way_on,
            "way": urlencode({"next": way_on}),
            "code_is_over": "over" in request.GET,
            "service": self.offers(way_on) if self.offers else None,
        }
        return render(request, "account/sign_in_page.html", context, status=status)


class TypeCode(Open):
    """Type the code. One browser's tries follow each other, so that five are five and one is one."""

    process: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(way_on_of(request))
        with sessions.one_at_a_time(request) as known:
            ask_for_nobody_too(request)
            stage = known and LoginStageController.enter(request, LoginByCodeStage.key)
            self.process = LoginCodeVerificationProcess.resume(stage) if stage else None
            if self.process is None:
                return self._over(request)
            return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, CodeForm(code=self.process.code))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST, code=self.process.code)
        person = self.process.state.get("email", "")
        if not limits.allowed(limits.TYPED, request, person=person, way_on=way_on_of(request)):
            self.process.abort()
            return self._over(request)
        if form.is_valid():
            request.session[sessions.OWN_DEVICE] = form.cleaned_data["own_device"]
            answer: HttpResponse = self.process.finish(way_on_of(request))
            return answer
        if self.process.record_invalid_attempt():
            return self._page(request, form)
        return self._over(request)

    def _over(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(with_next(reverse("sign-in"), way_on_of(request), over="1"))

    def _page(self, request: HttpRequest, form: CodeForm) -> HttpResponse:
        way_on = way_on_of(request)
        context = {
            "form": form,
            "email": self.process.state.get("email"),
            "next": way_on,
            "again_url": with_next(reverse("sign-in"), way_on),
        }
        return render(request, "account/type_code_page.html", context)


class Closed(Open):
    """What somebody reads whose account was closed between asking for a code and typing it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "account/account_inactive.html")


class SignOut(Open):
    """Sign out of this host, and of the sign-in host, so that nobody slips back in from this browser."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect("/")
        return render(request, "account/sign_out_page.html", {"everywhere": _everywhere_token(request.user)})

    def post(self, request: HttpRequest) -> HttpResponse:
        token = _everywhere_token(request.user) if request.user.is_authenticated else ""
        row = sessions.session_of(request).record
        if row is not None:
            actions.sign_out(session=row, by=request.user)
        return _signed_out(request, {"everywhere": token})


class SignOutEverywhere(Open):
    """End every session of the person whose page offered it a moment ago."""

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            key = signing.loads(request.POST.get("token", ""), salt=EVERYWHERE, max_age=EVERYWHERE_SECONDS)
        except signing.BadSignature:
            return HttpResponseRedirect(reverse("sign-out"))
        account = Account.objects.get(pk=key)
        actions.end_other_sessions(account=account, keep=None, by=account)
        return _signed_out(request, {"ended_everywhere": True})


def _everywhere_token(account: Any) -> str:
    return signing.dumps(str(account.pk), salt=EVERYWHERE)


def _signed_out(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    request.session.flush()
    request.user = AnonymousUser()
    request.member = None  # type: ignore[attr-defined]
    response = render(request, "account/signed_out_page.html", context)
    response["Clear-Site-Data"] = '"cache", "storage"'
    typed.forget_reader(response)
    return response


class AccountView(Open):
    """A page about one's own account, for somebody who is signed in on this host."""

    account: Account
    sign_in_path: ClassVar[str] = "/sign-in/"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, Account):
            way_on = request.get_full_path() if request.method == "GET" else "/"
            return HttpResponseRedirect(with_next(self.sign_in_path, way_on))
        self.account = request.user
        return super().dispatch(request, *args, **kwargs)


class Sessions(AccountView):
    """Where I am signed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = queries.sessions_of(self.account)
        return render(
            request, "accounts/sessions_page.html", {"sessions": mine, "this": sessions.session_of(request).record}
        )


class SessionEnd(AccountView):
    """Sign one of my browsers out."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        found = queries.sessions_of(self.account).filter(pk=key).first()
        if found is None:
            raise Http404
        if found == sessions.session_of(request).record:  # this very one ends on its own page
            return HttpResponseRedirect(reverse("sign-out"))
        actions.end_session(session=found, by=self.account)
        messages.success(request, _("That device is signed out."))
        return HttpResponseRedirect(reverse("sessions"))


class SessionsEndOthers(AccountView):
    """Sign out everywhere but here."""

    def post(self, request: HttpRequest) -> HttpResponse:
        actions.end_other_sessions(account=self.account, keep=sessions.session_of(request).record, by=self.account)
        messages.success(request, _("You are signed out everywhere but here."))
        return HttpResponseRedirect(reverse("sessions"))


class SetLanguage(Open):
    """Read in another language: kept in the profile of who is signed in, and in this browser."""

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect(way_on_of(request))
        language = request.POST.get("language", "")
        if language in dict(settings.LANGUAGES):
            if isinstance(request.user, Account):
                actions.choose_language(account=request.user, language=language, by=request.user)
            set_language_cookie(response, language)
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect("/")


class Notices(AccountView):
    """The privacy notice and the terms, accepted once per version before the first signature."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, AcceptForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AcceptForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        actions.accept_terms(account=self.account, by=self.account)
        messages.success(request, _("Thank you. You can sign now."))
        return HttpResponseRedirect(way_on_of(request))

    def _page(self, request: HttpRequest, form: AcceptForm) -> HttpResponse:
        context = {
            "form": form,
            "next": way_on_of(request),
            "acceptance": queries.acceptance_of(self.account.pk),
            "version": settings.TERMS_VERSION,
        }
        return render(request, "accounts/notices_page.html", context)
