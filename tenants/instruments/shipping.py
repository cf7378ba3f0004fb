"""The instruments that come with the service: files beside this one, read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from tenants.instruments.definition import Definition, read

FOLDER = Path(__file__).with_name("shipped")
CHECK_IN, CHECK_IN_SHORT = "check_in", "check_in_short"


@cache
def shipped() -> dict[tuple[str, int], Definition]:
    """Code and version → definition. Raises ValueError for a file that is none."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        definition, problems = read(json.loads(path.read_text(encoding="utf-8")))
        if definition is None:
            raise ValueError(f"{path.name}: {' '.join(problems)}")
        found[definition.key] = definition
    return found
