"""`manage.py work`: do background jobs until Ctrl-C."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from rollout.jobs.loop import Loop


class Command(BaseCommand):
    """The claim loop. Several may run at the same time, on one machine or many."""

    help = "Does background jobs, one after the other. A signal to stop lets the job in hand be finished."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")
        parser.add_argument("--seconds", type=float, help="end after so many seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        loop = Loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, loop.stop)
        attempts = loop.run(until_empty=options["once"], seconds=options["seconds"])
        connections.close_all()
        self.stdout.write(f"{attempts} attempts at jobs.")
