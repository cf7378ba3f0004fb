"""Writes the next release: one column and one index."""

from __future__ import annotations

from pathlib import Path

_NEXT = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("change", "{before}")]
    operations = [
        migrations.AddField("thing", "column{number}", models.CharField(default="", max_length=20)),
        migrations.AddIndex("thing", models.Index(fields=["column{number}"], name="thing_by_{number}")),
    ]
"""


def write_release(folder: Path, number: int) -> None:
    """Release `number`, from 2 on."""
    before = "0001_initial" if number == 2 else f"{number - 1:04}_next"
    Path(folder, f"{number:04}_next.py").write_text(_NEXT.format(before=before, number=number))


def raw(schema: str, number: int) -> str:
    """The same by hand, for one schema, in a transaction of its own."""
    return (
        f"BEGIN; ALTER TABLE {schema}.change_thing ADD COLUMN raw{number} varchar(20) DEFAULT '' NOT NULL;"
        f" ALTER TABLE {schema}.change_thing ALTER COLUMN raw{number} DROP DEFAULT;"
        f" CREATE INDEX thing_by_raw_{number} ON {schema}.change_thing (raw{number});"
        " COMMIT;\n"
    )
