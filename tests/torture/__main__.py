"""`make torture`: do the worst to the workers, then count. Ends well only when nothing is lost and nothing double.

TORTURE_JOBS, TORTURE_KILLS and the others of `sizes.py` say how much; TORTURE_MODES is `loops`, `celery` or both.
TORTURE_FAST gives up the database's safety against a power cut, for the small run in the suite.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rollout.workbench import postgres
from rollout.workbench.keyring import Keyring
from rollout.workbench.processes import Stopped, stop_on_signals
from rollout.workbench.steps import StepFailed, told
from tests.torture import sizes as how_much

if TYPE_CHECKING:
    from tests.torture.sizes import Sizes

ROOM = "/var/tmp"  # open to every account: as root, another one runs the database
ROWS = {
    "packs": "Packs asked for and done",
    "killed": "SIGKILLs while the job of that process ran",
    "lost": "of them: attempts whose work was thrown away",
    "wipes": "Times the broker was emptied and beat killed",
    "restarts": "Immediate restarts of the database",
    "attempts": "Attempts at packs",
    "notices": "Notices, each once",
    "letters": "Letters, each once by its number",
    "resent": "Letters that went out again with the same number",
    "seconds": "Seconds",
}


def main() -> int:
    """Both modes, one after the other, each on a database of its own."""
    stop_on_signals()
    asked = how_much.asked()
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="torture-", dir=ROOM)))
        var.chmod(0o711)
        os.environ["VAR_DIR"] = str(var)
        cluster = _cluster(stack, var)
        os.environ["DATABASE_ADMIN_URL"] = cluster.admin_url()
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.torture.settings"
        import django

        django.setup()
        from tests.torture import ground

        ground.prepare(cluster)
        found = {mode: _once(cluster, mode, asked) for mode in how_much.modes()}
    _say("\n" + _table({mode: counts for mode, (counts, _) in found.items()}))
    faults = [f"{mode}: {fault}" for mode, (_, faults) in found.items() for fault in faults]
    _say("\n".join(["", *(faults or ["Everything is there once."])]))
    return 1 if faults else 0


def _cluster(stack: ExitStack, var: Path) -> postgres.Cluster:
    """A server of our own, safe as a real one; or one that a test has prepared."""
    folder = Path(os.environ.get("TORTURE_CLUSTER") or var / "postgres")
    fast = bool(os.environ.get("TORTURE_FAST"))
    cluster = postgres.start(folder, fast=fast, keyring=Keyring(folder.parent / "secrets.json"))
    return stack.enter_context(cluster)


def _once(cluster: postgres.Cluster, mode: str, asked: Sizes) -> tuple[dict[str, Any], list[str]]:
    """One mode: what was counted, and what is wrong."""
    from django.conf import settings

    from tests.torture import broker, verdict
    from tests.torture.crew import Crew
    from tests.torture.ground import ask, fresh
    from tests.torture.storm import Storm

    with ExitStack() as stack:
        for name in ("files", "letters", "marks"):
            shutil.rmtree(settings.VAR / name, ignore_errors=True)
            (settings.VAR / name).mkdir()
        address = stack.enter_context(broker.running(settings.VAR)) if mode == how_much.CELERY else ""
        place = stack.enter_context(fresh(cluster, mode, asked))
        ask(place, asked)
        crew = Crew(place, address, asked.workers, os.environ.get("TORTURE_WRONG", ""))
        stack.callback(crew.stop)
        storm = Storm(place, crew, asked)
        began = time.monotonic()
        crew.start()
        in_time = storm.rage()
        seconds = time.monotonic() - began
        crew.stop()
        faults = verdict.faults(place, asked)
        if not in_time:
            faults.insert(0, f"not everything was done after {asked.patience:.0f} seconds")
        if len(storm.killed) < asked.kills:
            faults.append(f"only {len(storm.killed)} processes were killed while their job ran")
        return _counted(place, storm, seconds), faults


def _counted(place: Any, storm: Any, seconds: float) -> dict[str, Any]:
    from governance.boardpacks.tasks import MAKE
    from tests.torture.verdict import letters

    (jobs,) = place.look(
        "SELECT count(*) AS packs, sum(attempt) AS attempts FROM jobs_job WHERE kind = %s AND state = 'done'", MAKE
    )
    tokens = [token for _, token in storm.killed]
    (finished,) = place.look("SELECT count(*) AS n FROM jobs_job WHERE token = ANY(%s) AND state = 'done'", tokens)
    schemas = {board.organisation.schema_name for board in place.boards}
    notices = sum(
        place.look("SELECT count(*) AS n FROM members_notice WHERE kind = 'pack_ready'", schema=schema)[0]["n"]
        for schema in schemas
    )
    sent = letters()
    return {
        "packs": jobs["packs"],
        "killed": len(tokens),
        "lost": len(tokens) - finished["n"],
        "wipes": storm.wipes,
        "restarts": storm.restarts,
        "attempts": jobs["attempts"],
        "notices": notices,
        "letters": len(sent),
        "resent": sent.total() - len(sent),
        "seconds": round(seconds),
    }


def _table(columns: dict[str, dict[str, Any]]) -> str:
    width = max(map(len, ROWS.values()))
    head = " " * width + "".join(f"{mode:>10}" for mode in columns)
    return "\n".join(
        [
            head,
            *(f"{text:<{width}}" + "".join(f"{c[key]!s:>10}" for c in columns.values()) for key, text in ROWS.items()),
        ]
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StepFailed as failure:
        sys.stderr.write(told(failure))
        sys.exit(1)
    except Stopped:
        sys.exit(130)
