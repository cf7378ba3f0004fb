"""One machine, one person trying things out: the demo and development."""

from __future__ import annotations

import os

from rollout.config.settings.base import *

DEMO = os.environ.get("DEMO", "1") == "1"
PLAYABLE_CLOCK = DEMO
DEBUG = os.environ.get("DEBUG", "") == "1"
PUBLIC_SCHEME = "http"
PUBLIC_PORT = os.environ.get("DEMO_PORT") or "8000"
EMAIL_BACKEND = "rollout.accounts.outbox.Outbox"

INSTALLED_APPS = [*INSTALLED_APPS, "rollout.demo"]
