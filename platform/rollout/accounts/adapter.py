"""How allauth behaves here: nobody signs up by themselves, and an unknown address gets the same answer."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from rollout.accounts import sessions
from rollout.accounts.models import Account
from rollout.accounts.ways import HOME, local_path
from rollout.audit import actions as audit

_log = logging.getLogger("rollout.accounts")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by an e-mailed code, for people whom an organisation invited."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code from the newest e-mail. Look again and type all eight letters."),
        "too_many_login_attempts": _("That was tried too often. Wait a few minutes, then ask for a new code."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return subject.strip()

    def is_safe_url(self, url: str) -> bool:
        return bool(url) and local_path(url, otherwise="") == url

    def login(self, request: HttpRequest, user: Account) -> None:
        own_device = bool(request.session.get(sessions.OWN_DEVICE))
        strong = getattr(request, "second_factor_at", None)
        sessions.open_session(request, user, host=settings.BASE_HOST, own_device=own_device, second_factor=strong)
        audit.record("account.signed_in", by=user.pk, second_factor=strong is not None)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return HOME

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # Sent once the answer is out: making a mail takes time, and time would tell a known address.
        waiting = getattr(current.request, "mails_after_answer", None)
        if waiting is None:
            super().send_mail(template_prefix, email, context)
        else:
            waiting.append((get_language() or settings.LANGUAGE_CODE, (template_prefix, email, context)))


class AnswerThenMail(HttpResponseRedirect):
    """A redirect that sends its mails when the browser has it already."""

    def __init__(self, to: str, *, request: HttpRequest) -> None:
        super().__init__(to)
        self._request = request

    def close(self) -> None:
        waiting, self._request.mails_after_answer = getattr(self._request, "mails_after_answer", []), []  # type: ignore[attr-defined]
        for language, message in waiting:
            try:
                with current.request_context(self._request), override(language):
                    DefaultAccountAdapter(self._request).send_mail(*message)
            except OSError:  # the person can ask for another code; the server must go on
                _log.exception("a sign-in code could not be sent")
        super().close()
