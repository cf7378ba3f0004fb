"""Signing in without an e-mail address: with the next code of a sheet on paper. Ten codes, good once, for a year."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.accounts.limits import MINUTES, Limit
from rollout.accounts.models import Account, Session
from rollout.audit import actions as audit
from rollout.identity.models import SheetCode
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tokens import paper_code, trace_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

CODES = 10
GOOD_FOR = dt.timedelta(days=365)
FEW = 2
"""With so many codes left it is time for another sheet."""
TYPED = {
    "address": Limit("sheet.typed.address", 10, 10 * MINUTES),
    "organisation": Limit("sheet.typed.organisation", 200, 10 * MINUTES),
}
"""Typing a code, right or wrong. Nobody is named before it is right, so nobody is counted."""
NOT_GOOD = _("This code opens nothing. Look at your newest sheet again. Each code opens once.")
_PURPOSE = "identity.sheet"


@transaction.atomic(using="platform")
def make(*, account: Account, keep: Session | None, by: Account) -> list[str]:
    """A new sheet; the codes of the one before open nothing any more, and every session but `keep` ends.

    This is the only time that anybody reads the codes. Raises DomainError `has_address`: who has an address gets codes
    there.
    """
    if account.pk != by.pk:
        raise NotPermitted("identity.make_sheet")
    held = Account.objects.select_for_update().get(pk=account.pk)
    if held.email is not None:
        raise DomainError("has_address", _("You need no sheet: codes come to your e-mail address."))
    held.sheet_codes.all().delete()
    Session.objects.filter(account=held).exclude(pk=keep.pk if keep else "").delete()
    codes, now = [paper_code() for _code in range(CODES)], timezone.now()
    SheetCode.objects.bulk_create(
        SheetCode(hash=trace_of(_PURPOSE, code), account=held, made_at=now, expires_at=now + GOOD_FOR) for code in codes
    )
    audit.record("account.sheet_made", by=by.pk)
    return codes


def use(code: str, *, account: Account | None = None) -> Account | None:
    """Use a code up. Whose it is, or None when it is unknown, used, replaced or too old: one answer for all.

    With an `account` it is a code of that person's sheet or none. Nobody signs this: it is how a person becomes known.
    """
    mine = _good() if account is None else _good().filter(account=account)
    found = mine.filter(pk=trace_of(_PURPOSE, code)).select_related("account").first()
    # Of many who type it at once, one takes it away.
    return found.account if found is not None and _good().filter(pk=found.pk).delete()[0] else None


def left(account: Account) -> int:
    """How many codes of the sheet this person can still use."""
    return _good().filter(account=account).count()


def still_good(account: Account, codes: list[str]) -> bool:
    """Whether these are codes of this person's own sheet, none of them used. Tells nothing of anybody else's."""
    traces = {trace_of(_PURPOSE, code) for code in codes}
    return bool(traces) and _good().filter(account=account, pk__in=traces).count() == len(traces)


def _good() -> QuerySet[SheetCode]:
    # No join here: Django would look for the rows in a part of their own, which the second of two does not repeat.
    without_address = Account.objects.filter(is_active=True, email__isnull=True)
    return SheetCode.objects.filter(expires_at__gt=timezone.now(), account__in=without_address)
