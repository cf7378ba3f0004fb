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
from rollout.accounts.models import Acceptance, Account, ApiToken, EntryCode, Session
from rollout.audit import actions as audit
from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tokens import hashed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

ENTRY_SECONDS = 60
MOST_TOKENS = 20
TOKEN_DAYS = (7, 30, 90)
TOKEN_MARK = "cp_"
TOKEN_USE_NOTED_EVERY = dt.timedelta(minutes=1)


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
def sign_out(*, session: Session, by: Account | AnonymousUser) -> None:
    """Sign this browser out, on this host and on the sign-in host, so that nobody slips back in."""
    sessions.end_session(session, with_parent=True)
    if by.pk is not None:
        audit.record("account.signed_out", by=by.pk)


@transaction.atomic(using="platform")
def end_session(*, session: Session, by: Account) -> None:
    """Sign out one of one's own browsers, wherever it is."""
    if session.account_id != by.pk:
        raise NotPermitted("accounts.end_session")
    sessions.end_session(session)
    audit.record("account.signed_out", by=by.pk, elsewhere=True)


@transaction.atomic(using="platform")
def end_other_sessions(*, account: Account, keep: Session | None, by: Account) -> None:
    """Sign out everywhere but in this browser window; without `keep`, everywhere."""
    if account.pk != by.pk:
        raise NotPermitted("accounts.end_session")
    others: QuerySet[Session] = Session.objects.filter(account=account)
    if keep is not None:
        others = others.exclude(pk=keep.pk)
    others.delete()
    audit.record("account.signed_out", by=by.pk, everywhere=True)


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
        second_factor_at=session.second_factor_at,
        expires_at=now + dt.timedelta(seconds=ENTRY_SECONDS),
    )
    return code


def use_entry_code(*, code: str, host: str, state_hash: str) -> EntryCode:
    """Use a code up. Raises DomainError when it is unknown, used, too old, or of another host or browser.

    The only act that nobody signs: it is how a person becomes known on this host.
    """
    now = timezone.now()
    fitting = EntryCode.objects.filter(hash=hashed(code), host=host, state_hash=state_hash)
    # No join here: Django would look for the rows in a part of their own, which the second of two does not repeat.
    open_accounts = Account.objects.filter(is_active=True)
    if not fitting.filter(used_at__isnull=True, expires_at__gt=now, account__in=open_accounts).update(used_at=now):
        raise DomainError("entry_refused", _("This way in does not work any more. Please try again."), status=400)
    return fitting.select_related("account").get()


@transaction.atomic(using="platform")
def make_token(
    *,
    account: Account,
    organisation: UUID,
    name: str,
    scopes: Sequence[str],
    hats: Sequence[str],
    days: int,
    second_factor: dt.datetime | None,
    by: Account,
) -> tuple[ApiToken, str]:
    """A key to the API of one organisation, and its secret: the only time that anybody reads it.

    The hats are those that the person may wear now; what a hat opens is asked again at every request.
    `second_factor` is when a second factor was used in the session that makes the key.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    if account.pk != by.pk:
        raise NotPermitted("accounts.make_token")
    now = timezone.now()
    mine = ApiToken.objects.filter(account=account, organisation_id=organisation)
    if mine.filter(revoked_at__isnull=True, expires_at__gt=now).count() >= MOST_TOKENS:
        raise DomainError("too_many_tokens", _("You have twenty keys that work. Take one back first."))
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        account=account,
        organisation_id=organisation,
        name=name,
        prefix=secret[:9],
        hash=hashed(secret),
        scopes=sorted(scopes),
        hats=list(hats),
        made_at=now,
        second_factor_at=second_factor,
        expires_at=now + dt.timedelta(days=days),
    )
    audit.record("account.token_made", by=by.pk, subject=made.pk, organisation=organisation, scopes=made.scopes)
    return made, secret


@transaction.atomic(using="platform")
def revoke_token(*, token: ApiToken, by: Account) -> None:
    """Take a key back: from now on it opens nothing. Taking it back twice is harmless."""
    if token.account_id != by.pk:
        raise NotPermitted("accounts.revoke_token")
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        audit.record("account.token_revoked", by=by.pk, subject=token.pk, organisation=token.organisation_id)


def note_token_use(*, token: ApiToken) -> None:
    """Keep when a key was last used, to the minute. Nobody signs this: using the key is the act."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= TOKEN_USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
