import uuid

from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    initial = True

    dependencies = [("members", "0001_rules")]

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("capacity", models.CharField(max_length=20)),
                ("key_hash", models.CharField(max_length=64)),
                ("request_hash", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.TextField()),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person_id", "capacity", "key_hash"), name="kept_answer_once"),
                    rollout.kernel.privacy.Privacy(
                        add=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("person_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                        name="kept_answer_privacy",
                        readers="only_you",
                        remove=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("person_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                        see=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("person_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                    ),
                ],
            },
        ),
    ]
