"""A schema as its dump says it, with its own name taken out."""

from __future__ import annotations

import re
import subprocess

from django.conf import settings


def dump(schema: str, database: str) -> list[str]:
    """A schema's dump as sorted statements."""
    server = settings.DATABASE_ADMIN_URL.rsplit("/", 1)[0]
    done = subprocess.run(
        [settings.PG_DUMP, "--schema-only", f"--schema={schema}", f"--dbname={server}/{database}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    text = re.sub(r"^(\\|--).*$", "", done.stdout, flags=re.MULTILINE).replace(schema, "ORGANISATION")
    # PostgreSQL writes `IN (…)` with its casts in other places after each reading; they mean the same.
    text = re.sub(r"::(?:character varying|text)(?:\[\])?|[()]", "", text)
    # The role that may use a schema is its own; the template has none.
    text = re.sub(r"GRANT USAGE ON SCHEMA ORGANISATION TO \S+;", "", text)
    return sorted(part.strip() for part in text.split(";\n") if part.strip())
