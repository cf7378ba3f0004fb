"""How two workers share the tests: what is built for many stays in one place, and what takes long begins first."""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/pages/": "the house",
    "tests/permissions/": "the house",
    "tests/journeys/test_doors.py": "the house",
    "tests/privacy/": "two worlds",
    "tests/torture/": "torture",
}
LONGEST_FIRST = (
    "the house", "tests/api/test_generated.py", "two worlds", "torture", "tests/journeys/test_main_job.py",
    "tests/journeys/test_workspace.py", "tests/permissions/test_every_operation.py",
    "tests/rollout/organisations/test_leaving.py", "tests/tenants/pairs/test_years.py", "tests/journeys/test_week.py",
)  # fmt: skip


class Sharing(LoadScopeScheduling):
    """A file goes to one worker; so does what shares a house that takes a while to build."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((whole for start, whole in TOGETHER.items() if file.startswith(start)), file)

    def _assign_work_unit(self, node: Any) -> None:
        for unit in LONGEST_FIRST:
            if unit in self.workqueue:
                self.workqueue.move_to_end(unit, last=False)
                break
        super()._assign_work_unit(node)
