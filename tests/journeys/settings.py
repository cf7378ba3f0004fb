"""The service as a browser of the journeys meets it: the test run's settings on a database that really commits."""

from __future__ import annotations

import os

from rollout.config.settings.test import *  # noqa: F403
from rollout.config.settings.test import DATABASES

DATABASES.pop("owner", None)  # pages and jobs cannot reach a table as its owner
for _database in DATABASES.values():
    _database["NAME"] = os.environ["JOURNEYS_DATABASE"]
EMAIL_BACKEND = "rollout.accounts.outbox.Outbox"
PUBLIC_SCHEME = "http"
PUBLIC_PORT = os.environ["JOURNEYS_PORT"]
