"""Each release is a folder: the first one's migration, and one that comes after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import migrations, models

from rollout.kernel.privacy import Here, Privacy

HERE = Path(__file__).parent
APP = "tests.rollout.organisations.practice"
FIRST = str(HERE / "first" / "migrations")


def louder(apps: Any, schema_editor: Any) -> None:
    for note in apps.get_model("lessons", "Note").objects.using(schema_editor.connection.alias):
        note.text = note.text.upper()
        note.save(update_fields=["text"])


def quieter(apps: Any, schema_editor: Any) -> None:
    for note in apps.get_model("lessons", "Note").objects.using(schema_editor.connection.alias):
        note.text = note.text.lower()
        note.save(update_fields=["text"])


def line_belongs_to_note() -> migrations.AlterField:
    """A column becomes a foreign key."""
    key = models.ForeignKey("lessons.note", db_column="note_id", on_delete=models.PROTECT)
    return migrations.AlterField("line", "note", key)


def undeclared(*operations: Any) -> list[Any]:
    """Operations between two declarations, while security is forced and nobody is let in."""
    return [
        migrations.RemoveConstraint("note", "note_privacy"),
        migrations.RemoveConstraint("line", "line_privacy"),
        *operations,
        migrations.AddConstraint("note", Privacy(see=Here(), add=Here(), name="note_privacy")),
        migrations.AddConstraint("line", Privacy(see=Here(), add=Here(), name="line_privacy")),
    ]
