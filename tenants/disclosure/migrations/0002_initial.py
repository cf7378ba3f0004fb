import uuid

import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0001_rules"),
        ("pairs", "0002_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DisclosureGrant",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("surfacing_id", models.UUIDField()),
                (
                    "row_class",
                    models.CharField(
                        choices=[
                            ("pair", "That the pair exists, its title and its place"),
                            ("people", "The names of both partners"),
                            ("task", "The shared task"),
                            ("decision", "A decision"),
                            ("result", "A result"),
                        ],
                        max_length=20,
                    ),
                ),
                ("item_id", models.UUIDField(null=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("sponsor", "One sponsor"),
                            ("board", "A board"),
                            ("organisation", "The organisation"),
                        ],
                        max_length=20,
                    ),
                ),
                ("audience_id", models.UUIDField()),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="pairs.pair"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["audience_id", "row_class"], name="grant_by_audience")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("item_id__isnull", False), ("row_class__in", ["decision", "result"])),
                            models.Q(("item_id__isnull", True), ("row_class__in", ["pair", "people", "task"])),
                            _connector="OR",
                        ),
                        name="grant_item_iff_listed_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="grant_ends_after_start",
                    ),
                    rollout.kernel.privacy.Privacy(
                        name="grant_privacy",
                        readers="audience",
                        see=rollout.kernel.privacy.AnyOf(
                            rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                            rollout.kernel.privacy.Within("live_grants", column="id"),
                        ),
                    ),
                ],
            },
        ),
    ]
