"""Write the pinned lists of packages anew. No address of a package index gets into them."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rollout.workbench.places import ROOT
from rollout.workbench.steps import Steps, run

NETWORK = "Check the network and run the same command again."
QUIET = ("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--generate-hashes", "--quiet")


def lock() -> int:
    """Resolve both lists with uv in a virtual environment that is thrown away."""
    steps = Steps(3)
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        with steps.step("A throw-away environment"):
            run([sys.executable, "-m", "venv", folder], log="lock.log", reason="It could not be made.", remedy=NETWORK)
            run(
                [python, "-m", "pip", "install", "--quiet", "uv"],
                log="lock.log",
                reason="uv could not be installed.",
                remedy=NETWORK,
            )
        more = os.environ.get("LOCK_OPTIONS", "").split()
        env = {**os.environ, **_index_of_pip(python)}
        for name, constraint in (("dev", []), ("base", ["-c", "requirements/dev.txt"])):
            target = f"requirements/{name}.txt"
            with steps.step(target):
                compile_list = [str(python), "-m", "uv", "pip", "compile", "--python-version", "3.11", *QUIET]
                run(
                    [*compile_list, *more, *constraint, "-o", target, f"requirements/{name}.in"],
                    log="lock.log",
                    cwd=ROOT,
                    env=env,
                    reason=f"{target} could not be resolved.",
                    remedy="Look at what it says below.",
                )
    return 0


def _index_of_pip(python: Path) -> dict[str, str]:
    """uv does not read pip's settings: hand it the index that this machine's pip uses."""
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}
    found: dict[str, str] = {}
    for name, variable in names.items():
        asked = subprocess.run(
            [python, "-m", "pip", "config", "get", f"global.{name}"], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0 and asked.stdout.strip():
            found[variable] = asked.stdout.strip()
    if "UV_INDEX" in found:
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # where there are several, weigh them together, as pip does
    return found
