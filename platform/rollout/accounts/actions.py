"""What people do with their own account."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.accounts import sessions
from rollout.accounts.models import Acceptance, Account, EntryCode, Session
from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tokens import hashed

if TYPE_CHECKING:
    from django.db.models import QuerySet

ENTRY_SECONDS = 60


@transaction.atomic(using="platform")
def accept_terms(*, account: Account, by: Account) -> Acceptance:
    """Accept the privacy notice and the terms in force, for oneself. Accepting twice keeps the first date."""
    if account.pk != by.pk:
        raise NotPermitted("accounts.accept_terms")
    accepted, _made = Acceptance.objects.get_or_create(
        account=account, version=settings.TERMS_VERSION, defaults={"accepted_at": clock.now()}
    )
    return accepted


@transaction.atomic(using="platform")
def choose_language(*, account: Account, language: str, by: Account) -> None:
    """Read everything in this language from now on, mails too."""
    if account.pk != by.pk:
        raise NotPermitted("accounts.choose_language")
    if language not in dict(settings.LANGUAGES):
        raise DomainError("unknown_language", _("Choose one of the languages in the list."), field="language")
    account.language = language
    account.save(update_fields=["language"])


@transaction.atomic(using="platform")
def end_session(*, session: Session, by: Account) -> None:
    """Sign out one of one's own browsers, wherever it is."""
    if session.account_id != by.pk:
        raise NotPermitted("accounts.end_session")
    sessions.end_session(session)


@transaction.atomic(using="platform")
def end_other_sessions(*, account: Account, keep: Session | None, by: Account) -> None:
    """Sign out everywhere but in this browser window; without `keep`, everywhere."""
    if account.pk != by.pk:
        raise NotPermitted("accounts.end_session")
    others: QuerySet[Session] = Session.objects.filter(account=account)
    if keep is not None:
        others = others.exclude(pk=keep.pk)
    others.delete()


@transaction.atomic(using="platform")
def issue_entry_code(*, host: str, state_hash: str, session: Session, by: Account) -> str:
    """A code that lets this person's browser into one organisation's host, once, within sixty seconds."""
    now, code = timezone.now(), secrets.token_urlsafe(32)
    EntryCode.objects.filter(account=by, expires_at__lt=now - dt.timedelta(days=1)).delete()
    EntryCode.objects.create(
        hash=hashed(code),
        account=by,
        host=host,
        state_hash=state_hash,
        parent=session.session_key,
        own_device=session.own_device,
        started_at=session.started_at,
        expires_at=now + dt.timedelta(seconds=ENTRY_SECONDS),
    )
    return code


def use_entry_code(*, code: str, host: str, state_hash: str) -> EntryCode:
    """Use a code up. Raises DomainError when it is unknown, used, too old, or of another host or browser.

    The only act that nobody signs: it is how a person becomes known on this host.
    """
    now = timezone.now()
    fitting = EntryCode.objects.filter(hash=hashed(code), host=host, state_hash=state_hash)
    if not fitting.filter(used_at__isnull=True, expires_at__gt=now, account__is_active=True).update(used_at=now):
        raise DomainError("entry_refused", _("This way in does not work any more. Please try again."), status=400)
    return fitting.select_related("account").get()
