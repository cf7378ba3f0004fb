from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from rollout.demo import clearing, programme
from rollout.demo.plot import STORY_DAYS
from rollout.demo.stage import Stage
from rollout.demo.story import Story


class Command(BaseCommand):
    help = "Tell the demo's story, once, and write what it made to var/demo.json."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO or "owner" not in connections:
            raise CommandError("The demo is loaded in demo mode, by a command that may make organisations.")
        if not programme.is_complete():
            clearing.clear()  # what an interrupted telling left behind
            morning = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
            Story(Stage(opening=morning - timedelta(days=STORY_DAYS))).tell()
        path = settings.VAR / "demo.json"
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(programme.facts(), indent=2, ensure_ascii=False), encoding="utf-8")
        draft.replace(path)
        self.stdout.write(str(path))
