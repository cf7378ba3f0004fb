"""`make bench`: measure, print the table, and write it beside the documentation when asked to.

BENCH_SIZE is small (the default, a few minutes) or full. BENCH_ONLY names some of the parts, with commas.
BENCH_WRITE is a file that gets the table as Markdown.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("BENCH_DATABASE", "bench_ours")
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings_ours"


def main() -> int:
    """All parts, one after the other; what one part found stays when a later one fails."""
    with tempfile.TemporaryDirectory(prefix="bench-releases-") as releases:
        os.environ["BENCH_RELEASES"] = releases
        return measure()


def measure() -> int:
    """The table on the screen, and in the file that was asked for."""
    import django

    django.setup()
    from benchmarks import ground, parts, table

    size = parts.SIZES[os.environ.get("BENCH_SIZE", "small")]
    only = set(filter(None, os.environ.get("BENCH_ONLY", "").split(",")))
    began = time.monotonic()
    rows: list[table.Row] = []
    failed = 0
    ground.make()
    try:
        with parts.Bench(size) as bench:
            for part in parts.PARTS:
                if only and part.__name__ not in only:
                    continue
                say(f"{time.monotonic() - began:5.0f} s  {part.__name__}")
                try:
                    rows += part(bench)
                except RuntimeError as problem:
                    failed += 1
                    say(f"         {problem}")
    finally:
        ground.remove()
    minutes = (time.monotonic() - began) / 60
    say(f"\n{parts.about(size)} It took {minutes:.1f} minutes.\n\n{table.as_text(rows)}")
    if target := os.environ.get("BENCH_WRITE"):
        Path(target).write_text(f"{parts.about(size)}\n\n{table.as_markdown(rows)}\n")
    return 1 if failed else 0


def say(line: str) -> None:
    """On the screen, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
