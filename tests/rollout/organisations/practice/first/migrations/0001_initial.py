import uuid

from django.db import migrations, models

from rollout.kernel.privacy import Here, Privacy


class Migration(migrations.Migration):
    initial = True
    dependencies = [("members", "0001_rules")]
    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=100)),
            ],
            options={"constraints": [Privacy(see=Here(), add=Here(), name="note_privacy")]},
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("note", models.UUIDField(db_column="note_id")),
            ],
            options={"constraints": [Privacy(see=Here(), add=Here(), name="line_privacy")]},
        ),
    ]
