import uuid

from django.db import migrations, models

from rollout.kernel.privacy import Here, Privacy


class Migration(migrations.Migration):
    initial = True
    dependencies = [("members", "0001_rules")]
    operations = [
        migrations.CreateModel(
            name="Thing",
            fields=[("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False))],
            options={"constraints": [Privacy(see=Here(), add=Here(), name="thing_privacy")]},
        ),
    ]
