"""What a rollout lead decides about how the organisation's people sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from rollout.kernel.permissions import require
from rollout.organisations.actions import set_second_factor_for_all
from tenants.audit import actions as audit
from tenants.members import permissions

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tenants.members.models import Member


@transaction.atomic
def ask_everybody_for_second_factor(*, organisation: Organisation, asked: bool, by: Member) -> None:
    """Ask everybody here for a second factor, or only those who hold an office. It counts from the next request on."""
    require(by, permissions.ASK_SECOND_FACTOR)
    set_second_factor_for_all(organisation=organisation, asked=asked, by=by.pk)
    audit.record("organisation.second_factor_asked", subject=organisation, asked=asked)
