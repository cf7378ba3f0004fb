"""Making a pack, as its board: freeze what is granted, draw it, and issue it if all of it is still granted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from governance.boardpacks import rendering
from governance.boardpacks.models import BoardPack, PackGrant
from governance.boardpacks.snapshots import Snapshot, as_json, from_json, sha_of
from governance.indicators.queries import report_for
from governance.indicators.report import Period
from rollout.jobs.work import Task, handler
from rollout.kernel import clock, files
from rollout.kernel.database import ask, ask_one
from rollout.kernel.tenancy import in_organisation
from tenants.audit import actions as audit
from tenants.disclosure.models import DisclosureGrant
from tenants.projects.models import ResultClaim

if TYPE_CHECKING:
    from rollout.kernel.files import StoredFile
    from rollout.organisations.models import Organisation

MAKE = "boardpacks.make"
DRAW_AGAIN = "boardpacks.draw_again"
PACK_READY = "pack_ready"
ROUNDS = 20


class NotCovered(Exception):
    """A grant began between two looks. The next attempt sees it from the start."""


class NeverStill(Exception):
    """Grants ended again and again while the pack was made. The next attempt may be luckier."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A pack whose content stands: what it says and the fingerprint of that."""

    pack: UUID
    snapshot: Snapshot
    sha: str


def note_failure(task: Task) -> None:
    """The last attempt failed: say so on the pack, so that whoever asked for it can try again."""
    with in_organisation(task.place()):
        BoardPack.objects.filter(pk=task.key).exclude(state=BoardPack.State.READY).update(state=BoardPack.State.FAILED)


@handler(MAKE, gave_up=note_failure)
def make_pack(task: Task) -> None:
    """Freeze, draw, issue. A grant that ends in between sends the work back to the start, without a word."""
    for _round in range(ROUNDS):
        with in_organisation(task.place()):
            frozen = freeze(UUID(task.key), task.organisation)
            if frozen is None:  # issued by an attempt that was taken for dead
                task.finish()
                return
        stored = draw(frozen, task)
        try:
            with in_organisation(task.place()):
                if issue(frozen, task, stored):
                    return
        except BaseException:
            _discard(stored)
            raise
        _discard(stored)
    raise NeverStill


@handler(DRAW_AGAIN)
def draw_pack_again(task: Task) -> None:
    """Draw an issued pack's PDF from its snapshot, where there was no file or it was lost. The pack stays the same."""
    with in_organisation(task.place()):
        pack = BoardPack.objects.get(pk=task.key, state=BoardPack.State.READY)
    stored = draw(Frozen(pack.pk, from_json(Snapshot, pack.snapshot), pack.snapshot_sha), task)
    try:
        with in_organisation(task.place()):
            if stored:
                BoardPack.objects.filter(pk=pack.pk).update(pdf_path=_name_of(stored), pdf_sha=stored.sha256)
            task.finish(sha=stored.sha256 if stored else "", path=stored.path if stored else "")
    except BaseException:
        _discard(stored)
        raise


def freeze(pack_id: UUID, organisation: Organisation) -> Frozen | None:
    """Write down exactly what is granted to the board now, and on which grants it rests. None once issued."""
    pack = BoardPack.objects.select_for_update(of=("self",)).select_related("body").get(pk=pack_id)
    if pack.state == BoardPack.State.READY:
        return None
    grants = list(DisclosureGrant.objects.filter(ended_at__isnull=True, valid_from__lte=clock.now()).order_by("id"))
    with rendering.as_of(pack.language, organisation.time_zone):
        snapshot = Snapshot(
            organisation=organisation.name,
            board=pack.body.name,
            sponsor=ask_one("board_sponsor", pack.body_id) or "",
            language=pack.language,
            frozen_at=clock.now(),
            report=report_for(None, Period(pack.period_start, pack.period_end)),
            anchor=_anchor(),
        )
    if snapshot.items - {(grant.pair_id, grant.row_class, grant.item_id) for grant in grants}:
        raise NotCovered
    PackGrant.objects.filter(pack=pack).delete()
    PackGrant.objects.bulk_create(PackGrant(body_id=pack.body_id, pack=pack, grant_id=grant.pk) for grant in grants)
    pack.state = BoardPack.State.MAKING
    pack.frozen_at = snapshot.frozen_at
    # The words themselves wait for the issue: what is withdrawn before it never stands in the readers' table.
    pack.snapshot_sha = sha_of(as_json(snapshot))
    pack.save(update_fields=["state", "frozen_at", "snapshot_sha"])
    return Frozen(pack.pk, snapshot, pack.snapshot_sha)


def draw(frozen: Frozen, task: Task) -> StoredFile | None:
    """The PDF, whole in its place; None where this machine cannot make one. Outside any transaction."""
    with rendering.as_of(frozen.snapshot.language, task.organisation.time_zone):
        content = rendering.pdf_of(frozen.snapshot, frozen.sha)
    return None if content is None else task.store("packs", content, suffix=".pdf")


def issue(frozen: Frozen, task: Task, stored: StoredFile | None) -> bool:
    """Issue the pack and tell its readers, once. False when something in it is no longer granted, or was corrected."""
    pack = BoardPack.objects.select_for_update(of=("self",)).get(pk=frozen.pack)
    if pack.snapshot_sha != frozen.sha or not ask_one("pack_grants_live", pack.pk) or _is_corrected(frozen.snapshot):
        return False
    pack.state = BoardPack.State.READY
    pack.snapshot = as_json(frozen.snapshot)
    pack.ready_at = clock.now()
    pack.pdf_path = _name_of(stored) if stored else ""
    pack.pdf_sha = stored.sha256 if stored else ""
    pack.save(update_fields=["state", "snapshot", "ready_at", "pdf_path", "pdf_sha"])
    for reader, hat in ask("board_readers", pack.body_id):
        ask("notify", reader, hat, PACK_READY, pack.pk, task.id)
    audit.record("pack.issued", subject=pack, body=pack.body_id, snapshot=pack.snapshot_sha)
    task.finish(sha=pack.pdf_sha, path=stored.path if stored else "")
    return True


def _is_corrected(snapshot: Snapshot) -> bool:
    """Whether a result lost its witness since it was frozen. After the grants are locked, with their results."""
    frozen = {result.id: result.state for pair in snapshot.report.pairs for result in pair.shown.results}
    return frozen != dict(ResultClaim.objects.filter(pk__in=frozen).values_list("pk", "state"))


def _anchor() -> str:
    rows: list[tuple[Any, ...]] = ask("audit_anchor")
    return str(rows[0][1]) if rows else ""


def _name_of(stored: StoredFile) -> str:
    return str(stored.path.relative_to(files.home()))


def _discard(stored: StoredFile | None) -> None:
    if stored:
        stored.path.unlink(missing_ok=True)
