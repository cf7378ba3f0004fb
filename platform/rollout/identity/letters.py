"""Letters about one's own account. They go out at once, to an address that the person may be about to lose."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from rollout.kernel import mail
from rollout.kernel.mail import public_url

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from rollout.accounts.models import Account

_log = logging.getLogger("rollout.identity")


def factors_changed(account: Account) -> None:
    """Something about the second factors is different now."""
    subject = _("Your second step was changed")
    send(account, account.email, "identity/factors_changed", subject, action_url=_page("/factors/"))


def code_for(account: Account, address: str, code: str) -> None:
    """A code that shows that this address is read by the person who typed it."""
    send(account, address, "identity/address_code", _("Your code"), code=code)


def address_changed(account: Account, old: str | None) -> None:
    """To the old address: the account has another one now."""
    send(account, old, "identity/address_changed", _("Your e-mail address was changed"), action_url=_page("/worried/"))


def address_will_change(account: Account, old: str | None, days: int) -> None:
    """To the old address: an operator was asked to change it; who reads this can stop it."""
    subject = _("Your e-mail address is about to be changed")
    send(account, old, "identity/address_will_change", subject, days=days, action_url=_page("/email/"))


def factors_will_go(account: Account, days: int) -> None:
    """An operator was asked to take the second factors away; who reads this can stop it."""
    subject = _("Your second step is about to be taken away")
    send(account, account.email, "identity/factors_will_go", subject, days=days, action_url=_page("/factors/"))


def _page(path: str) -> str:
    return public_url(settings.BASE_HOST, path)


def send(account: Account, to: str | None, template: str, subject: _StrPromise, **context: Any) -> None:
    """One letter about an account, in its language, at once; none to who has no address."""
    if not to:
        return
    language = account.language or get_language() or settings.LANGUAGE_CODE
    try:
        with override(language):
            mail.send(
                template=template,
                context=context,
                to=to,
                language=language,
                message_id=str(uuid.uuid4()),
                subject=subject,
            )
    except OSError:  # the act stands; a mail server that is away must not undo it
        _log.exception("a letter about an account could not be sent")
