"""Writing down a sign-in service, connecting an account with it, and coming in through it."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from rollout.accounts.actions import ENTRY_SECONDS
from rollout.accounts.models import EntryCode, Session
from rollout.audit import actions as audit
from rollout.kernel.errors import NotPermitted
from rollout.kernel.sealing import seal
from rollout.kernel.tokens import hashed
from rollout.signon import queries, speaking
from rollout.signon.models import SECRET, Connection, SignInService
from rollout.signon.refusing import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rollout.accounts.models import Account
    from rollout.organisations.models import Organisation
    from rollout.signon.queries import Doorway


@dataclass(frozen=True, slots=True)
class Details:
    """What an operator writes down about a service. Without a secret, the one that is kept stays."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    domains: Sequence[str]
    hosts: Sequence[str]
    vouches: bool
    strong_acr: str
    is_on: bool


def configure(*, organisation: Organisation, details: Details, by: Account) -> SignInService:
    """Write down an organisation's service, once it has answered. Whoever came in through it signs in again.

    Under another issuer the people that it knows are others: every connection ends.
    """
    _require_operator(by)
    kept = queries.service_of(organisation)
    service = kept or SignInService(organisation=organisation)
    moved = kept is not None and kept.issuer != details.issuer
    for field in ("name", "issuer", "client_id", "domains", "hosts", "vouches", "strong_acr", "is_on"):
        setattr(service, field, getattr(details, field))
    if details.client_secret:
        service.client_secret = seal(details.client_secret, SECRET)
    speaking.forget()
    speaking.keys_of(service)
    with transaction.atomic(using="platform"):
        service.changed_at = timezone.now()
        service.save()
        _end_visits(service)
        if moved:
            Connection.objects.filter(service=service).delete()
        audit.record("organisation.sign_in_service_set", by=by.pk, subject=organisation.pk,
                     service=service.pk, on=service.is_on, vouches=service.vouches)  # fmt: skip
    return service


@transaction.atomic(using="platform")
def remove(*, organisation: Organisation, by: Account) -> None:
    """Forget an organisation's service. Whoever came in through it is signed out; codes work as before."""
    _require_operator(by)
    service = queries.service_of(organisation)
    if service is None:
        return
    _end_visits(service)
    service.delete()
    audit.record("organisation.sign_in_service_removed", by=by.pk, subject=organisation.pk)


@transaction.atomic(using="platform")
def connect(*, service: SignInService, subject: str, account: Account, by: Account) -> Connection:
    """Let this service say from now on that somebody is this person, in its own organisation alone.

    Whoever calls this has seen the person's own proof: a code from their letter box, or their session.
    An older connection of the same person, or of the same name at the service, gives way.
    """
    if account.pk != by.pk or not account.is_active:
        raise NotPermitted("signon.connect")
    SignInService.objects.select_for_update(of=("self",)).get(pk=service.pk)
    older = Connection.objects.filter(service=service)
    (older.filter(account=account) | older.filter(issuer=service.issuer, subject=subject)).delete()
    made = Connection.objects.create(
        service=service, account=account, issuer=service.issuer, subject=subject, made_at=timezone.now()
    )
    audit.record("account.connected", by=by.pk, subject=service.pk)
    return made


@transaction.atomic(using="platform")
def disconnect(*, connection: Connection, by: Account) -> None:
    """Take the service's word no more, and end what it opened. Doing it twice is harmless."""
    if connection.account_id != by.pk:
        raise NotPermitted("signon.disconnect")
    if Connection.objects.filter(pk=connection.pk).delete()[0]:
        Session.objects.filter(account=by, through=connection.service_id).delete()
        EntryCode.objects.filter(account=by, through=connection.service_id).delete()
        audit.record("account.disconnected", by=by.pk, subject=connection.service_id)


@transaction.atomic(using="platform")
def let_in(*, connection: Connection, door: Doorway, strong: bool) -> str:
    """A code for the door of the service's own organisation, once, within sixty seconds.

    It opens a session there that has no parent: the sign-in host and other organisations know nothing of it.
    """
    service, now, code = connection.service, timezone.now(), secrets.token_urlsafe(32)
    if not queries.leads_to(service, door.host):
        raise Refused("other_organisation")
    EntryCode.objects.create(
        hash=hashed(code),
        account=connection.account,
        host=door.host,
        state_hash=door.state,
        parent="",
        started_at=now,
        second_factor_at=now if strong and service.vouches else None,
        through=service.pk,
        expires_at=now + dt.timedelta(seconds=ENTRY_SECONDS),
    )
    Connection.objects.filter(pk=connection.pk).update(used_at=now)
    audit.record("account.signed_in", by=connection.account_id, through=service.pk, second_factor=strong)
    return code


def _end_visits(service: SignInService) -> None:
    Session.objects.filter(through=service.pk).delete()
    EntryCode.objects.filter(through=service.pk).delete()


def _require_operator(account: Account) -> None:
    if not (account.is_operator and account.is_active):
        raise NotPermitted("signon.operate")
