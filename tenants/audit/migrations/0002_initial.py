import uuid

from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("chain", models.UUIDField()),
                ("pair_id", models.UUIDField(null=True)),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor_id", models.UUIDField(null=True)),
                ("capacity", models.CharField(max_length=20)),
                ("action", models.CharField(max_length=60)),
                ("subject_id", models.UUIDField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "ordering": ["-at", "-seq"],
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "seq"), name="event_chain_seq"),
                    rollout.kernel.privacy.Privacy(
                        name="event_privacy",
                        readers="own_chain",
                        see=rollout.kernel.privacy.AnyOf(
                            rollout.kernel.privacy.AllOf(
                                rollout.kernel.privacy.Empty("pair_id"),
                                rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                            ),
                            rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("chain", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("seq__gte", 0)), name="head_counts_up"),
                    rollout.kernel.privacy.Privacy(
                        name="head_privacy", readers="nobody", see=rollout.kernel.privacy.Nobody()
                    ),
                ],
            },
        ),
    ]
