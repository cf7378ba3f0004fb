"""Files of an organisation's data, as their job leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.exports import actions, tasks
from governance.exports.models import Export
from rollout.kernel import clock, files
from tenants.members.models import Member, Role
from tests.world import inside, sql

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.organisations.models import Organisation


def made(organisation: Organisation, lead: Member) -> UUID:
    """A file that this lead asked for, ready to be taken."""
    with inside(organisation, lead, Role.ROLLOUT_LEAD):
        export = actions.take_data(language="en", by=lead)
        stored = files.store(files.home() / "exports", f"{export.pk}.zip", b"PK")
        Export.objects.filter(pk=export.pk).update(
            path=f"exports/{stored.path.name}", sha=stored.sha256, ready_at=clock.now()
        )
        sql("SELECT notify(%s, %s, %s, %s, %s)", lead.pk, Role.ROLLOUT_LEAD, tasks.READY, export.pk, export.job_id)
    return export.pk
