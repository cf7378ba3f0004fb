from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made beside the work: it cannot be one transaction."""

    atomic = False
    dependencies = [("lessons", "0001_initial")]
    operations = [
        AddIndexConcurrently("note", models.Index(fields=["text"], name="note_by_text")),
        AddIndexConcurrently("line", models.Index(fields=["note"], name="line_by_note")),
    ]
