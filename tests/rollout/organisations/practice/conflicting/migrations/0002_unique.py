from django.db import migrations, models


class Migration(migrations.Migration):
    """What an organisation's rows may contradict."""

    dependencies = [("lessons", "0001_initial")]
    operations = [
        migrations.AddConstraint("note", models.UniqueConstraint(fields=["text"], name="note_text_once")),
    ]
