"""Files that nobody knows: what an upload left that did not come to its end, and what was taken away meanwhile."""

from __future__ import annotations

import time

from rollout.jobs.chores import chore
from rollout.kernel import files
from rollout.kernel.database import ask
from rollout.kernel.files import ABANDONED_AFTER_SECONDS
from rollout.kernel.tenancy import in_organisation
from rollout.leaving.queries import organisations_at_work
from tenants.workplan.models import PairFile

FOLDER = PairFile.FOLDER


@chore
def remove_unknown_files() -> int:
    """Remove, an hour after they were written, the files of pairs that no row names."""
    limit, removed = time.time() - ABANDONED_AFTER_SECONDS, 0
    for organisation in organisations_at_work():
        with in_organisation(organisation.place()):
            home = files.home()
            old = [path for path in (home / FOLDER).glob("[0-9a-f]*") if path.stat().st_mtime < limit]
            unknown = ask("pair_files_nobody_knows", [f"{FOLDER}/{path.name}" for path in old]) if old else []
        for (name,) in unknown:
            (home / name).unlink(missing_ok=True)
            removed += 1
    return removed
