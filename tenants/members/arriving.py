"""Coming in by a letter, without an e-mail address: a new account and a seat, made together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.accounts.models import Account
from rollout.kernel.tenancy import in_organisation
from tenants.members import actions

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation


def take_up(*, organisation: Organisation, token: str, partner_kind: str) -> Account:
    """Make an account without an address, and accept a letter's invitation with it. Once: the invitation is held.

    Called outside the organisation, since it enters as the person whom it makes. Raises what `actions.accept` raises,
    and then there is no account.
    """
    account = Account.objects.without_address()
    try:
        with in_organisation(organisation.place(account.pk)):
            actions.accept(token=token, partner_kind=partner_kind, by=account)
    except Exception:
        account.delete()
        raise
    return account
