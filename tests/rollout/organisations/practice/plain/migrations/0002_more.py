import uuid

import django.db.models.deletion
from django.db import migrations, models

from rollout.kernel.operations import DefinerFunction, EveryRow
from rollout.kernel.privacy import Here, Mine, Privacy


class Migration(migrations.Migration):
    """Everything that says the same to every organisation."""

    dependencies = [("lessons", "0001_initial")]
    operations = [
        migrations.AddField("note", "colour", models.CharField(default="50 % grey", max_length=20)),
        migrations.AddIndex("note", models.Index(fields=["colour"], name="note_by_colour")),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("member_id", models.UUIDField()),
                ("note", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="lessons.note")),
            ],
            options={"constraints": [Privacy(see=Mine("member_id"), add=Here(), name="remark_privacy")]},
        ),
        migrations.RemoveConstraint("note", "note_privacy"),
        migrations.AddConstraint("note", Privacy(see=Here(), name="note_privacy", fields=("colour",), change=Here())),
        DefinerFunction("count_notes", returns="bigint", body="return (select count(*) from lessons_note);"),
        EveryRow(
            migrations.RunSQL("UPDATE lessons_note SET text = upper(text)", migrations.RunSQL.noop),
            tables=("lessons_note",),
        ),
    ]
