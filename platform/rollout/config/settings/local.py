"""One machine, one person trying things out: the demo and development."""

from __future__ import annotations

import os

from rollout.config.settings.base import *

DEMO = os.environ.get("DEMO", "1") == "1"
PLAYABLE_CLOCK = DEMO
DEBUG = os.environ.get("DEBUG", "") == "1"
EMAIL_BACKEND = "rollout.accounts.outbox.Outbox"

INSTALLED_APPS = [*INSTALLED_APPS, "rollout.demo"]
