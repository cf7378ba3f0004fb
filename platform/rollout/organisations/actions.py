"""What an operator does with organisations. None of it looks into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.audit import actions as audit
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.organisations import hosts
from rollout.organisations.models import Organisation, OrganisationRequest, System, SystemMember

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.accounts.models import Account

Status = Organisation.Status
MOVES = {
    "suspend": (Status.ACTIVE, Status.SUSPENDED),
    "resume": (Status.SUSPENDED, Status.ACTIVE),
    "close": (Status.SUSPENDED, Status.CLOSED),
}
"""What may be done from which status. Closing comes after suspending, so that nobody closes by a slip."""


@transaction.atomic(using="platform")
def change_status(*, organisation: Organisation, move: str, by: Account) -> None:
    """Suspend, resume or close an organisation. Effective on every host within half a minute, here at once."""
    _require_operator(by)
    before, after = MOVES[move]
    if not Organisation.objects.filter(pk=organisation.pk, status=before).update(status=after):
        raise DomainError("status_changed", _("Somebody changed this organisation meanwhile. Look again."))
    audit.record(f"organisation.{move}", by=by.pk, subject=organisation.pk)
    transaction.on_commit(hosts.forget, using="platform")


def ask_all_for_second_factor(*, organisation: Organisation, asked: bool, by: Account) -> None:
    """An operator does it at the organisation's wish. Offices need a second factor in any case."""
    _require_operator(by)
    set_second_factor_for_all(organisation=organisation, asked=asked, by=by.pk)


@transaction.atomic(using="platform")
def set_second_factor_for_all(*, organisation: Organisation, asked: bool, by: UUID) -> None:
    """Whether an organisation asks everybody for a second factor, from the next request on.

    Whoever calls this has asked whether this person may decide it: an operator, or the organisation's rollout lead.
    """
    Organisation.objects.filter(pk=organisation.pk).update(second_factor_for_all=asked)
    audit.record("organisation.second_factor_for_all", by=by, subject=organisation.pk, asked=asked)
    transaction.on_commit(hosts.forget, using="platform")


@transaction.atomic(using="platform")
def ask_for_organisation(*, slug: str, fields: dict[str, Any], by: Account) -> OrganisationRequest:
    """Ask for a new organisation. `python manage.py organisation requests` makes it."""
    _require_operator(by)
    if OrganisationRequest.objects.filter(slug=slug, state=OrganisationRequest.State.ASKED).exists():
        raise DomainError("already_asked", _("This organisation is waiting to be made already."), field="slug")
    asked = OrganisationRequest.objects.create(slug=slug, fields=fields, asked_by=by)
    audit.record("organisation.asked_for", by=by.pk, subject=asked.pk)
    return asked


def _require_operator(account: Account) -> None:
    if not (account.is_operator and account.is_active):
        raise NotPermitted("organisations.operate")


def _require_operator_on_page(account: Account | None) -> None:
    if account is not None:
        _require_operator(account)


@transaction.atomic(using="platform")
def add_system(*, name: str, kind: str, by: Account | None = None) -> System:
    """Note a system of organisations. Without `by` somebody at the server types it as a command, here and below."""
    _require_operator_on_page(by)
    system, is_new = System.objects.get_or_create(name=name, defaults={"kind": kind})
    if is_new:
        audit.record("system.added", by=by.pk if by else None, subject=system.pk)
    return system


@transaction.atomic(using="platform")
def join_system(*, system: System, organisation: Organisation, by: Account | None = None) -> None:
    """An organisation belongs to a system from now on. Joining twice is harmless."""
    _require_operator_on_page(by)
    _member, is_new = SystemMember.objects.get_or_create(system=system, organisation=organisation)
    if is_new:
        audit.record("system.joined", by=by.pk if by else None, subject=organisation.pk, system=system.pk)


@transaction.atomic(using="platform")
def leave_system(*, system: System, organisation: Organisation, by: Account | None = None) -> None:
    """An organisation belongs to a system no longer. What was handed in stays as it is."""
    _require_operator_on_page(by)
    removed, _kinds = SystemMember.objects.filter(system=system, organisation=organisation).delete()
    if removed:
        audit.record("system.left", by=by.pk if by else None, subject=organisation.pk, system=system.pk)
