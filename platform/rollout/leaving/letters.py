"""Letters to somebody who leaves. They go out at once, the last one to an address that is forgotten right after."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from rollout.kernel import mail
from rollout.kernel.mail import public_url

_log = logging.getLogger("rollout.leaving")


def erasure_asked(address: str, language: str, days: int) -> None:
    """The erasure waits; who reads this can take it back."""
    with override(language):
        subject, label = _("You asked us to forget you"), _("Sign in")
    way = public_url(settings.BASE_HOST, "/yours/")
    _send("erasure_asked", address, language, subject, days=days, action_url=way, action_label=label)


def erasure_refused(address: str, language: str) -> None:
    """It could not be carried out: an organisation would have no rollout lead."""
    with override(language):
        subject, label = _("We could not forget you yet"), _("Sign in")
    way = public_url(settings.BASE_HOST, "/leave/")
    _send("erasure_refused", address, language, subject, action_url=way, action_label=label)


def erased(address: str, language: str) -> None:
    """The last letter."""
    with override(language):
        subject = _("You are forgotten here")
    _send("erased", address, language, subject)


def _send(name: str, to: str, language: str, subject: str, **context: Any) -> None:
    if not to:  # who has no address reads it on the page
        return
    try:
        mail.send(
            template=f"leaving/{name}",
            context=context,
            to=to,
            language=language,
            message_id=str(uuid.uuid4()),
            subject=subject,
        )
    except OSError:  # the act stands; a mail server that is away must not undo it
        _log.exception("a letter about leaving could not be sent")
