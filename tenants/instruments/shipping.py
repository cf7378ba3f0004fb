"""The instruments that come with the service: files beside this one, read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tenants.instruments.definition import Definition, read

FOLDER = Path(__file__).with_name("shipped")
CHECK_IN, CHECK_IN_SHORT = "check_in", "check_in_short"
CHECK_INS = (CHECK_IN, CHECK_IN_SHORT)
"""The check-in and the shorter one count alike, and each is compared with its own start."""


@cache
def contents() -> dict[tuple[str, int], Any]:
    """Code and version → the data of the file."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return {(content["code"], content["version"]): content for content in found}


@cache
def shipped() -> dict[tuple[str, int], Definition]:
    """Code and version → definition. Raises ValueError for a file that is none."""
    found = {}
    for key, content in contents().items():
        definition, problems = read(content)
        if definition is None:
            raise ValueError(f"{key}: {' '.join(problems)}")
        found[key] = definition
    return found
