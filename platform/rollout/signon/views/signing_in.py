"""Signing in through an organisation's own service: off to it, back from it, and the first time a code of one's own."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from rollout.accounts import limits, sessions
from rollout.accounts.limits import MINUTES, Limit
from rollout.accounts.models import Account
from rollout.accounts.views import way_on_of, with_next
from rollout.identity import mailed
from rollout.identity.forms import MailedCodeForm
from rollout.identity.queries import factors_of
from rollout.kernel.errors import DomainError
from rollout.kernel.tokens import hashed
from rollout.kernel.views import Open
from rollout.organisations import hosts
from rollout.signon import actions, letters, queries, speaking, vouching
from rollout.signon.queries import Doorway
from rollout.signon.refusing import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

    from rollout.signon.models import Connection, SignInService
    from rollout.signon.vouching import Voucher

PENDING = "_sign_on"
PURPOSE = "sign_on"
GOOD_FOR = dt.timedelta(minutes=10)
BEGUN = {
    "address": Limit("sign_on.begun.address", 60, 5 * MINUTES),
    "organisation": Limit("sign_on.begun.organisation", 600, 5 * MINUTES),
}
"""Setting off to an organisation's service."""
_log = logging.getLogger("rollout.signon")


class RedirectThen(HttpResponseRedirect):
    """A redirect, and something that is done when the browser has it: its time tells nothing."""

    def __init__(self, to: str, *, then: Callable[[], None]) -> None:
        super().__init__(to)
        self._then: Callable[[], None] | None = then

    def close(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()
        super().close()


class _Step(Open):
    """One step at an organisation's service; where there is none, there is no address."""

    @cached_property
    def service(self) -> SignInService:
        """The one that the address names."""
        service = queries.service_at(self.kwargs["slug"])
        if service is None:
            raise Http404
        return service

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except DomainError as refusal:
            _log.warning("a sign-in service was not believed: %s", refusal.code)
            return self.refused(request)

    def refused(self, request: HttpRequest, sentence: str = "") -> HttpResponse:
        """The same page whatever was wrong."""
        again = hosts.address_of(request, queries.front_host(self.service), "/enter/start/")
        context = {"service": self.service, "again": again, "sentence": sentence}
        return render(request, "signon/refused_page.html", context, status=400)

    def back_address(self, request: HttpRequest) -> str:
        """Where the service sends people back to: an address for this organisation alone."""
        path = reverse("sign-on-return", args=[self.service.organisation.slug])
        return hosts.address_of(request, settings.BASE_HOST, path)

    def let_in(self, request: HttpRequest, connection: Connection, door: Doorway, *, strong: bool) -> HttpResponse:
        """Through the door; but whoever has a second factor of their own is asked for it, by us."""
        if factors_of(connection.account):
            query = urlencode({"host": door.host, "state": door.state, "next": door.way_on})
            way_on = with_next(reverse("sign-in"), f"{queries.DOOR}?{query}")
            return render(request, "signon/own_step_page.html", {"service": self.service, "way_on": way_on})
        code = actions.let_in(connection=connection, door=door, strong=strong)
        query = urlencode({"code": code, "next": door.way_on})
        return HttpResponseRedirect(hosts.address_of(request, door.host, f"/enter/finish/?{query}"))


class Begin(_Step):
    """Off to the service. The browser keeps what must come back with it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        door = queries.doorway_of(way_on_of(request))
        if door is None or not queries.leads_to(self.service, door.host):
            return HttpResponseRedirect(hosts.address_of(request, queries.front_host(self.service), "/enter/start/"))
        if not limits.allowed(BEGUN, request, person="", way_on=way_on_of(request)):
            return self.refused(request, _("That was tried too often. Wait a few minutes, then try again."))
        state, nonce, verifier = (secrets.token_urlsafe(32) for _number in range(3))
        way_there = speaking.way_there(
            self.service, back=self.back_address(request), state=state, nonce=nonce, verifier=verifier
        )
        request.session[PENDING] = {
            "service": str(self.service.pk),
            "state": hashed(state),
            "nonce": nonce,
            "verifier": verifier,
            "door": [door.host, door.state, door.way_on],
            "until": (timezone.now() + GOOD_FOR).isoformat(),
        }
        return HttpResponseRedirect(way_there)


class Return(_Step):
    """Back from the service, with a code that leads to its signed answer."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        pending, door = self._pending(request)
        token = speaking.answer_behind(
            self.service,
            code=request.GET.get("code", ""),
            back=self.back_address(request),
            verifier=pending["verifier"],
        )
        voucher = vouching.read(self.service, token, nonce=pending["nonce"])
        connection = queries.connection_of(self.service, voucher.subject)
        user = request.user
        if connection is None and isinstance(user, Account) and user.email == voucher.email:
            connection = actions.connect(service=self.service, subject=voucher.subject, account=user, by=user)
            letters.connected(user, self.service)
        if connection is not None:
            return self.let_in(request, connection, door, strong=voucher.strong)
        return self._ask_for_proof(request, voucher, pending["door"])

    def _pending(self, request: HttpRequest) -> tuple[dict[str, Any], Doorway]:
        # What this browser set off with, used up before anything else: it serves one return.
        with sessions.one_at_a_time(request) as known:
            pending = request.session.pop(PENDING, None) if known else None
        state = request.GET.get("state", "")
        if pending is None or pending["service"] != str(self.service.pk):
            raise Refused("not_begun")
        if not constant_time_compare(pending["state"], hashed(state)):
            raise Refused("other_state")
        if dt.datetime.fromisoformat(pending["until"]) <= timezone.now():
            raise Refused("too_late")
        names_itself = speaking.description_of(self.service).names_itself
        if request.GET.get("iss", None if names_itself else self.service.issuer) != self.service.issuer:
            raise Refused("other_issuer")
        if "error" in request.GET or not request.GET.get("code"):
            raise Refused("said_no")
        return pending, Doorway(*pending["door"])

    def _ask_for_proof(self, request: HttpRequest, voucher: Voucher, door: list[str]) -> HttpResponse:
        way_on = f"{queries.DOOR}?{urlencode({'host': door[0]})}"
        if not limits.allowed(limits.ASKED, request, person=f"sign-on {voucher.email}", way_on=way_on):
            return self.refused(request, _("That was tried too often. Wait a few minutes, then try again."))
        code = mailed.make(
            request, PURPOSE, service=str(self.service.pk), subject=voucher.subject, email=voucher.email,
            strong="1" if voucher.strong else "", host=door[0], state=door[1], way_on=door[2],
        )  # fmt: skip
        account = Account.objects.filter(email=voucher.email, is_active=True).first()

        def send() -> None:
            if account is not None:
                letters.code_for(account, self.service, code)

        return RedirectThen(reverse("sign-on-code", args=[self.service.organisation.slug]), then=send)


class TypeCode(_Step):
    """The first time: a code to the person's own address, so that the service cannot connect anybody by itself."""

    waits: dict[str, str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with sessions.one_at_a_time(request) as known:
            waits = mailed.waiting(request, PURPOSE) if known else None
            if waits is None:
                return HttpResponseRedirect(with_next(reverse("sign-in"), "/", over="1"))
            self.waits = waits
            return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page(request, MailedCodeForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = MailedCodeForm(request.POST)
        if self.waits["service"] != str(self.service.pk):
            raise Refused("other_organisation")
        if not form.is_valid():
            return self._page(request, form)
        way_on = f"{queries.DOOR}?{urlencode({'host': self.waits['host']})}"
        if not limits.allowed(limits.TYPED, request, person=f"sign-on {self.waits['email']}", way_on=way_on):
            mailed.forget(request, PURPOSE)
            return self.refused(request, _("That was tried too often. Wait a few minutes, then try again."))
        proved = mailed.use(request, PURPOSE, form.cleaned_data["code"])
        account = Account.objects.filter(email=self.waits["email"], is_active=True).first()
        if proved is None or account is None:
            form.add_error("code", _("This is not the code from the newest e-mail, or it is too old."))
            return self._page(request, form)
        connection = actions.connect(service=self.service, subject=proved["subject"], account=account, by=account)
        letters.connected(account, self.service)
        door = Doorway(proved["host"], proved["state"], proved["way_on"])
        return self.let_in(request, connection, door, strong=bool(proved["strong"]))

    def _page(self, request: HttpRequest, form: MailedCodeForm) -> HttpResponse:
        context = {"form": form, "service": self.service, "email": self.waits["email"]}
        return render(request, "signon/code_page.html", context)
