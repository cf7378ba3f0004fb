#!/usr/bin/env python
"""Django's commands. Typed by a person beside a running demo, they work on the demo's database."""

import os
import sys
from pathlib import Path

LOCAL = "rollout.config.settings.local"


def main() -> None:
    """Find the code and the database, then do what is asked."""
    root = Path(__file__).resolve().parent
    sys.path[:0] = [str(root), str(root / "platform")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", LOCAL)
    if os.environ["DJANGO_SETTINGS_MODULE"] == LOCAL and "DATABASE_LOGIN_URL" not in os.environ:
        from rollout.workbench.environment import of_this_machine

        for name, value in of_this_machine().items():
            os.environ.setdefault(name, value)

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
