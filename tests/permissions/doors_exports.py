"""The doors of the organisation's data: for its rollout leads, each for their own files."""

from __future__ import annotations

from tests.permissions.doors import Door

LEAD = ("rollout_lead",)
TAKEN = {
    "audit_event": "that the organisation's data were taken along is recorded",
    "audit_head": "with it the chain grows",
    "members_notice": "what told of the file is put away",
}

EXPORTS: dict[str, Door] = {
    "/rollout/data/": Door(LEAD),
    "/rollout/data/take/": Door(LEAD, records=("export.requested",)),
    "/rollout/data/<uuid:pk>/": Door(LEAD, {"pk": "export"}, leaves=TAKEN),
}
