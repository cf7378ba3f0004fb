"""What every command does first: steps one to five."""

import os
import sys
from collections.abc import Sequence

from rollout.workbench import builds, machine
from rollout.workbench.places import PYTHON
from rollout.workbench.steps import Steps

INSTALLING_STEPS = 2


def install(arguments: Sequence[str], *, total: int, development: bool) -> Steps:
    """Steps one and two. They may run on the system's Python; the rest goes on in the project's own."""
    continued = machine.in_venv() and os.environ.pop("WORKBENCH_INSTALLED", "") == "1"
    if continued:
        return Steps(total, already_done=INSTALLING_STEPS)
    steps = Steps(total)
    with steps.step("Python environment") as step:
        machine.make_venv(step)
    with steps.step("Python packages") as step:
        machine.install_requirements(step, development=development)
    if not machine.in_venv():
        sys.stdout.flush()
        env = {**os.environ, "WORKBENCH_INSTALLED": "1"}
        os.execve(PYTHON, [str(PYTHON), "-m", "rollout.workbench", *arguments], env)
    return steps


def build(steps: Steps, *, testing: bool) -> None:
    """Steps three to five."""
    with steps.step("System packages") as step:
        machine.install_system_packages(step, testing=testing)
    with steps.step("Theme") as step:
        builds.build_theme(step)
    with steps.step("Translations") as step:
        builds.compile_catalogues(step)
