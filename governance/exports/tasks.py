"""Making an export as the lead who asked for it, and removing it a week later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.exports.models import Export
from governance.exports.queries import KEPT_FOR
from governance.exports.rendering import file_of
from rollout.jobs import queue
from rollout.jobs.work import Task, handler
from rollout.kernel import clock, files
from rollout.kernel.database import ask
from rollout.kernel.tenancy import in_organisation
from rollout.organisations.leaving.exporting import exporter
from tenants.audit import actions as audit
from tenants.members.models import Role
from tenants.members.queries import member_here

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.organisations.models import Organisation
    from tenants.members.models import Member

MAKE = "exports.make"
REMOVE = "exports.remove"
READY = "export_ready"


@handler(MAKE)
def make_export(task: Task) -> None:
    """Read, keep the file, tell the lead. Who is no rollout lead any more gets nothing."""
    with in_organisation(task.place()):
        export = Export.objects.filter(pk=task.key, ready_at__isnull=True).first()
        lead = _lead(task.person)
        if export is None or lead is None:
            task.finish()
            return
        content = file_of(task.organisation, lead, export.language)
    stored = task.store("exports", content, suffix=".zip")
    try:
        with in_organisation(task.place()):
            path = str(stored.path.relative_to(files.home()))
            Export.objects.filter(pk=export.pk).update(path=path, sha=stored.sha256, ready_at=clock.now())
            ask("notify", lead.pk, Role.ROLLOUT_LEAD, READY, export.pk, task.id)
            queue.enqueue(REMOVE, export.pk, due=export.requested_at + KEPT_FOR)
            audit.record("export.made", subject=export)
            task.finish(sha=stored.sha256, path=stored.path)
    except BaseException:
        stored.path.unlink(missing_ok=True)
        raise


@handler(REMOVE)
def remove_export(task: Task) -> None:
    """The row goes with the transaction, the file after it: what is left of a killed attempt is done again."""
    with in_organisation(task.place()):
        export = Export.objects.filter(pk=task.key).first()
        if export is not None:
            (files.home() / export.path).unlink(missing_ok=True)
            export.delete()
        task.finish()


@exporter
def export_for_operator(organisation: Organisation, person: UUID) -> bytes | None:
    """The same file for a command, as this person; None for who is no rollout lead. The leads' audit tells of it."""
    with in_organisation(organisation.place(person, Role.ROLLOUT_LEAD)):
        lead = _lead(person)
        if lead is None:
            return None
        content = file_of(organisation, lead, organisation.language)
        audit.record("export.made_by_operator")
    return content


def _lead(person: UUID | None) -> Member | None:
    member = member_here(person)
    return member if member and Role.ROLLOUT_LEAD in member.held_roles else None
