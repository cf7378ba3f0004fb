"""What a rollout lead may take along. The rooms above know what that is; they say so here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from rollout.accounts.models import Account
from rollout.kernel import files
from rollout.kernel.addresses import normal_address
from rollout.organisations.leaving.archive import Refused
from rollout.organisations.models import Organisation

Write = Callable[[Organisation, UUID], bytes | None]
"""Gives the file of what an account may see of an organisation as its rollout lead; None for anybody else."""

_declared: list[Write] = []


def exporter(write: Write) -> Write:
    """Declare who writes exports."""
    _declared[:] = [write]
    return write


def export(slug: str, *, lead: str, to: Path) -> None:
    """Write what this rollout lead may see of their organisation. Raises Refused."""
    if to.exists():
        raise Refused("There is already a file of that name.")
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise Refused(f"There is no organisation “{slug}”.")
    account = Account.objects.filter(email=normal_address(lead), is_active=True).first()
    content = _declared[0](organisation, account.pk) if account else None
    if content is None:
        raise Refused(f"Nobody of this address is a rollout lead of {slug}.")
    files.store(to.parent, to.name, content)
