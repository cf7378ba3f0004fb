"""Letters about one's own account. They go out at once, to an address that the person may be about to lose."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from rollout.kernel import mail
from rollout.kernel.mail import public_url

if TYPE_CHECKING:
    from rollout.accounts.models import Account

_log = logging.getLogger("rollout.identity")


def factors_changed(account: Account) -> None:
    """Something about the second factors is different now."""
    _send(account, account.email, "factors_changed", _("Your second step was changed"), action_url=_page("/factors/"))


def code_for(account: Account, address: str, code: str) -> None:
    """A code that shows that this address is read by the person who typed it."""
    _send(account, address, "address_code", _("Your code"), code=code)


def address_changed(account: Account, old: str) -> None:
    """To the old address: the account has another one now."""
    _send(account, old, "address_changed", _("Your e-mail address was changed"), action_url=_page("/worried/"))


def address_will_change(account: Account, old: str, days: int) -> None:
    """To the old address: an operator was asked to change it; who reads this can stop it."""
    subject = _("Your e-mail address is about to be changed")
    _send(account, old, "address_will_change", subject, days=days, action_url=_page("/email/"))


def factors_will_go(account: Account, days: int) -> None:
    """An operator was asked to take the second factors away; who reads this can stop it."""
    subject = _("Your second step is about to be taken away")
    _send(account, account.email, "factors_will_go", subject, days=days, action_url=_page("/factors/"))


def _page(path: str) -> str:
    return public_url(settings.BASE_HOST, path)


def _send(account: Account, to: str | None, name: str, subject: str, **context: Any) -> None:
    if not to:
        return
    language = account.language or get_language() or settings.LANGUAGE_CODE
    try:
        with override(language):
            mail.send(
                template=f"identity/{name}",
                context=context,
                to=to,
                language=language,
                message_id=str(uuid.uuid4()),
                subject=subject,
            )
    except OSError:  # the act stands; a mail server that is away must not undo it
        _log.exception("a letter about an account could not be sent")
