"""The files of a pair: uploaded, attached to a result as evidence, taken away again."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock, files, uploads
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.projects.content import plain
from tenants.workplan import permissions
from tenants.workplan.models import PairFile

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair
    from tenants.projects.models import ResultClaim

FOLDER = PairFile.FOLDER
MOST_FILES = 100


@transaction.atomic
def upload(
    *, pair: Pair, title: str, kind: str, name: str, content: bytes, result: ResultClaim | None = None, by: Member
) -> PairFile:
    """Keep a file for the two partners, for the pair or as evidence of a result. It is looked at by its content.

    Raises DomainError with one of the codes of `rollout.kernel.uploads` for what is not taken.
    """
    seat = pairs.own_seat(pair.pk, by, permissions.KEEP_FILES)
    if result is not None and result.pair_id != pair.pk:
        raise NotPermitted(permissions.KEEP_FILES)
    if PairFile.objects.filter(pair_id=pair.pk, taken_away_at__isnull=True).count() >= MOST_FILES:
        raise DomainError("too_many_files", _("A pair keeps at most a hundred files. Take some away first."))
    kept = uploads.examined(name, content)
    stored = files.store(files.home() / FOLDER, secrets.token_hex(16), kept.content)
    try:
        file = PairFile.objects.create(
            pair_id=pair.pk,
            title=plain(title),
            kind=kind,
            result=result,
            file_name=kept.name,
            media_type=kept.media_type,
            size=len(kept.content),
            path=f"{FOLDER}/{stored.path.name}",
            sha=stored.sha256,
            uploaded_by=seat,
            uploaded_at=clock.now(),
        )
    except BaseException:
        stored.path.unlink(missing_ok=True)
        raise
    audit.record("file.uploaded", subject=file, pair=pair.pk)
    return file


@transaction.atomic
def take_away(*, file: PairFile, by: Member) -> PairFile:
    """Take one's own file away. The partner reads that it was there. Doing it twice is harmless."""
    seat = pairs.own_seat(file.pair_id, by, permissions.KEEP_FILES)
    if file.uploaded_by_id != seat.pk:  # the database would not lock it for anybody else
        raise DomainError("not_your_file", _("Only the person who uploaded a file can take it away."))
    found = PairFile.objects.select_for_update(of=("self",)).filter(pk=file.pk, pair_id=seat.pair_id).first()
    if found is None:
        raise NotPermitted(permissions.KEEP_FILES)
    if found.taken_away_at is not None:
        return found
    path = files.home() / found.path
    found.path, found.taken_away_at = "", clock.now()
    found.save(update_fields=["path", "taken_away_at"])
    audit.record("file.taken_away", subject=found, pair=found.pair_id)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return found
