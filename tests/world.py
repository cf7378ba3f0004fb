"""Building what a test needs through the same doors that the product uses."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test import Client

from rollout.accounts.models import Account
from rollout.accounts.sessions import HOST, SECOND_FACTOR
from rollout.kernel import clock, tokens
from rollout.kernel.tenancy import PARTNER, here, in_organisation
from tenants.members.models import Invitation, Member, PartnerKind, Role, Side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from rollout.organisations.models import Organisation

_numbers = itertools.count(1)
KIND = {Side.CITIZEN: PartnerKind.PATIENT, Side.PROFESSIONAL: PartnerKind.CLINICIAN}


@contextmanager
def inside(organisation: Organisation, who: Member | UUID | None = None, capacity: str = PARTNER) -> Iterator[None]:
    """In the organisation as somebody, wearing a hat."""
    person = who.pk if isinstance(who, Member) else who
    with in_organisation(organisation.place(person, capacity)):
        yield


def sql(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Raw SQL in the application's own connection, where we are."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchall() if cursor.description else []


def account(name: str) -> Account:
    """Somebody who can sign in."""
    return Account.objects.for_address(f"{name.lower().replace(' ', '.')}.{next(_numbers)}@example.org")


def lead(organisation: Organisation, name: str = "Lena Lead") -> Member:
    """The organisation's first rollout lead, or another one invited by the first."""
    who = account(name)
    token = tokens.token_for("test", who.pk)
    with inside(organisation):
        first = not sql("SELECT 1 FROM office_holders('rollout_lead')")
        if first:
            sql("SELECT invite_first_lead(%s, %s, %s, 'en', %s, %s)",
                uuid.uuid4(), name, who.email, tokens.hashed(token), clock.now() + timedelta(days=14))  # fmt: skip
    if not first:
        return member(organisation, name, Role.ROLLOUT_LEAD)
    return _accept(organisation, who, token)


def member(organisation: Organisation, name: str, *roles: str) -> Member:
    """A listed member with these offices, invited by a rollout lead."""
    who = account(name)
    token = tokens.token_for("test", who.pk)
    inviter = _a_lead(organisation)
    with inside(organisation, inviter, Role.ROLLOUT_LEAD):
        Invitation.objects.create(
            kind=Invitation.Kind.MEMBER, name=name, email=who.email, roles=list(roles), invited_by_id=inviter.pk,
            token_hash=tokens.hashed(token), sent_at=clock.now(), expires_at=clock.now() + timedelta(days=14),
        )  # fmt: skip
    return _accept(organisation, who, token)


def _a_lead(organisation: Organisation) -> Member:
    with inside(organisation):
        found = sql("SELECT * FROM office_holders('rollout_lead')")
    if not found:
        return lead(organisation)
    with inside(organisation, found[0][0]):
        return Member.objects.prefetch_related("offices").get(pk=found[0][0])


def _accept(organisation: Organisation, who: Account, token: str) -> Member:
    with inside(organisation, who.pk):
        sql("SELECT accept_invitation(%s, %s)", tokens.hashed(token), here().vouch(who.email or ""))
        return Member.objects.prefetch_related("offices").get(pk=who.pk)


def founded(organisation: Organisation, founder: Member, side: Side = Side.PROFESSIONAL, title: str = "A pair") -> UUID:
    """A pair with its first seat."""
    pair, seat = uuid.uuid4(), uuid.uuid4()
    with inside(organisation, founder):
        sql("SELECT found_pair(%s, %s, %s, %s, %s)", pair, seat, title, side, KIND[side])
    return pair


def joined(organisation: Organisation, pair: UUID, inviter: Member, name: str, side: Side = Side.CITIZEN) -> Member:
    """Somebody who joins a pair through its partner's invitation, and is in no list for it."""
    who = account(name)
    token = tokens.token_for("test", who.pk, pair)
    with inside(organisation, inviter):
        invitation = Invitation.objects.create(
            kind=Invitation.Kind.PARTNER, name=name, email=who.email, invited_by_id=inviter.pk, pair_id=pair, side=side,
            token_hash=tokens.hashed(token), sent_at=clock.now(), expires_at=clock.now() + timedelta(days=14),
        )  # fmt: skip
    accepted = _accept(organisation, who, token)
    with inside(organisation, accepted):
        sql("SELECT take_invited_seat(%s, %s, %s)", invitation.pk, uuid.uuid4(), KIND[side])
    return accepted


def hidden_pair(
    organisation: Organisation, title: str = "Letters that patients can read"
) -> tuple[UUID, Member, Member]:
    """A pair under the radar: its id, the professional (a listed member) and the citizen (in no list)."""
    professional = member(organisation, "Priya Professional")
    pair = founded(organisation, professional, title=title)
    citizen = joined(organisation, pair, professional, "Cora Citizen")
    return pair, professional, citizen


def digest(text: str) -> str:
    """The hash under which a text is signed."""
    return hashlib.sha256(text.encode()).hexdigest()


def browser(who: Member | None, organisation: Organisation) -> Client:
    """A browser on the organisation's host; `who` has a session there, with a second factor."""
    host = f"{organisation.slug}.localhost"
    client = Client(HTTP_HOST=host, headers={"accept-language": "en"})
    if who is not None:
        found = Account.objects.get(pk=who.pk)
        client.force_login(found, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[HOST] = host
        session[SECOND_FACTOR] = clock.now().isoformat()
        session.save()
    return client
