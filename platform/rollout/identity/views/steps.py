"""Proving oneself: the second step while signing in, later in a session, and a fresh code."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.stages import LoginStageController
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.accounts import limits, sessions
from rollout.accounts.models import Account
from rollout.accounts.views import AccountView, ask_for_nobody_too, way_on_of, with_next
from rollout.identity import actions, letters, mailed, passkeys, queries, sheets
from rollout.identity.forms import MailedCodeForm, SheetCodeForm, StepForm, UsePasskeyForm
from rollout.kernel.errors import DomainError
from rollout.kernel.forms import Form
from rollout.kernel.views import Open

FRESH = "fresh"


class SecondStep(Open):
    """Type a code of the app, use a passkey, or use up a recovery code."""

    account: Account
    action = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, StepForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form: Form = UsePasskeyForm(request.POST) if "credential" in request.POST else StepForm(request.POST)
        if form.is_valid():
            if not limits.allowed(limits.PROVED, request, person=str(self.account.pk)):
                form.add_error(None, _("That was tried too often. Wait ten minutes, then try again."))
                return self._page(request, form)
            try:
                self._prove(request, form)
            except DomainError as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            else:
                return self.proved(request)
        return self._page(request, form)

    def proved(self, request: HttpRequest) -> HttpResponse:
        """Go on, known for certain."""
        raise NotImplementedError

    def _prove(self, request: HttpRequest, form: Form) -> None:
        if isinstance(form, StepForm):
            actions.use_code(account=self.account, code=form.cleaned_data["code"])
            return
        row, count = passkeys.finish_using(request, form.cleaned_data["credential"], self._passkeys())
        actions.use_passkey(account=self.account, factor=row.pk, count=count)

    def _passkeys(self) -> list[Authenticator]:
        return list(Authenticator.objects.filter(user=self.account, type=queries.PASSKEY))

    def _page(self, request: HttpRequest, form: Form) -> HttpResponse:
        known = self._passkeys()
        context = {
            "form": form,
            "code_form": form if isinstance(form, StepForm) else StepForm(),
            "options": passkeys.begin_using(request, known) if known else None,
            "action": reverse(self.action),
            "next": way_on_of(request),
        }
        return render(request, "identity/second_step_page.html", context)


class SignInStep(SecondStep):
    """The second step of signing in, after the code from the e-mail. One browser's tries follow each other."""

    action = "mfa_authenticate"
    stage: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(way_on_of(request))
        with sessions.one_at_a_time(request) as known:
            ask_for_nobody_too(request)
            self.stage = LoginStageController.enter(request, AuthenticateStage.key) if known else None
            if self.stage is None or not self.stage.login.user.is_active:
                return HttpResponseRedirect(with_next(reverse("sign-in"), way_on_of(request), over="1"))
            self.account = self.stage.login.user
            return super().dispatch(request, *args, **kwargs)

    def proved(self, request: HttpRequest) -> HttpResponse:
        request.second_factor_at = timezone.now()  # type: ignore[attr-defined]
        answer: HttpResponse = self.stage.exit()
        return answer


class StepUp(AccountView, SecondStep):
    """A page needs a second factor, or a fresh one: prove it now; who has none adds one first."""

    action = "second-step"

    def get(self, request: HttpRequest) -> HttpResponse:
        if not queries.factors_of(self.account):
            return HttpResponseRedirect(with_next(reverse("factors"), way_on_of(request)))
        return super().get(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        if not queries.factors_of(self.account):
            return HttpResponseRedirect(with_next(reverse("factors"), way_on_of(request)))
        return super().post(request)

    def proved(self, request: HttpRequest) -> HttpResponse:
        sessions.note_proof(sessions.session_of(request), second_factor=True)
        return HttpResponseRedirect(way_on_of(request))


class ProofNeeded(AccountView):
    """A page that wants to know anew who is there: a second factor, or without one a fresh code, of ten minutes.

    `page` is where somebody who pressed a button too late is led back to.
    """

    page: ClassVar[str] = "factors"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        session = sessions.session_of(request)
        if isinstance(request.user, Account):
            has_factors = bool(queries.factors_of(request.user))
            if not sessions.proved_lately(session) or (has_factors and not sessions.is_strong(session)):
                way_on = request.get_full_path() if request.method == "GET" else reverse(self.page)
                return HttpResponseRedirect(with_next(reverse("second-step" if has_factors else "prove"), way_on))
        return super().dispatch(request, *args, **kwargs)


class Prove(AccountView):
    """A fresh code before something about the account is changed: to one's own address, or from one's sheet."""

    @property
    def form_class(self) -> type[MailedCodeForm | SheetCodeForm]:
        return MailedCodeForm if self.account.email else SheetCodeForm

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, self.form_class())

    def post(self, request: HttpRequest) -> HttpResponse:
        if queries.factors_of(self.account):  # an e-mail is not enough for who has more
            return HttpResponseRedirect(with_next(reverse("second-step"), way_on_of(request)))
        if "send" in request.POST and self.account.email:
            return self._send(request)
        form = self.form_class(request.POST)
        if form.is_valid():
            person = f"prove {self.account.pk}"
            if not limits.allowed(limits.TYPED, request, person=person):
                form.add_error(None, _("That was tried too often. Wait ten minutes, then try again."))
            elif refusal := self._refusal(request, form.cleaned_data["code"]):
                form.add_error("code", refusal)
            else:
                sessions.note_proof(sessions.session_of(request), second_factor=False)
                return HttpResponseRedirect(way_on_of(request))
        return self._page(request, form)

    def _refusal(self, request: HttpRequest, code: str) -> str:
        if self.account.email:
            good = mailed.use(request, FRESH, code) is not None
            return "" if good else _("This is not the code from the newest e-mail, or it is too old.")
        return "" if sheets.use(code, account=self.account) else str(sheets.NOT_GOOD)

    def _send(self, request: HttpRequest) -> HttpResponse:
        if limits.allowed(limits.ASKED, request, person=f"prove {self.account.pk}"):
            letters.code_for(self.account, self.account.email or "", mailed.make(request, FRESH))
        else:
            messages.error(request, _("That was tried too often. Wait ten minutes, then try again."))
        return HttpResponseRedirect(with_next(reverse("prove"), way_on_of(request)))

    def _page(self, request: HttpRequest, form: Form) -> HttpResponse:
        by_mail = bool(self.account.email)
        waits = not by_mail or mailed.waiting(request, FRESH) is not None
        context = {"form": form, "by_mail": by_mail, "waits": waits, "next": way_on_of(request)}
        return render(request, "identity/prove_page.html", context)
