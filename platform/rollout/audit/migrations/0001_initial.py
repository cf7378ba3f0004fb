import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("actor_id", models.UUIDField(null=True)),
                ("action", models.CharField(max_length=60)),
                ("subject_id", models.UUIDField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={"ordering": ["-seq"]},
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="platform_head_is_one_row")],
            },
        ),
    ]
