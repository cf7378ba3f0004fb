import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("capacity", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=100)),
                ("url", models.CharField(max_length=500)),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("pair", "Pairs"),
                                ("invitation", "Invitations"),
                                ("proposal", "Proposals to be partners"),
                                ("shared_task", "Shared tasks"),
                                ("decision", "Decisions"),
                                ("result", "Results"),
                                ("round", "Check-ins and other rounds"),
                                ("surfacing", "What a pair shows"),
                                ("membership", "Memberships"),
                                ("office", "Offices"),
                                ("roster", "Rosters"),
                                ("board", "Boards"),
                                ("pack", "Board packs"),
                                ("export", "Exports of the organisation's data"),
                                ("instrument", "Instruments"),
                                ("organisation", "Settings of the organisation"),
                                ("webhook", "Webhooks of rollout leads"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("secret", models.TextField()),
                ("secret_before", models.TextField(blank=True, default="")),
                ("secret_changed_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                (
                    "paused_because",
                    models.CharField(
                        blank=True,
                        choices=[("asked", "Paused by you"), ("failing", "Paused because nothing arrived")],
                        default="",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "constraints": [
                    rollout.kernel.privacy.Privacy(
                        add=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("person_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                        change=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("person_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                        fields=(
                            "name",
                            "url",
                            "topics",
                            "secret",
                            "secret_before",
                            "secret_changed_at",
                            "delivered_at",
                            "paused_at",
                            "paused_because",
                        ),
                        name="webhook_privacy",
                        readers="only_you",
                        remove=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("person_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                        see=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("person_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("capacity", models.CharField(max_length=20)),
                ("event_id", models.UUIDField(null=True)),
                ("event", models.CharField(max_length=60)),
                ("happened_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "On its way"),
                            ("delivered", "Arrived"),
                            ("failed", "Did not arrive"),
                            ("withheld", "Not sent: you may not see this any more"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("tries_left", models.PositiveSmallIntegerField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("problem", models.CharField(blank=True, default="", max_length=20)),
                ("tried_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="webhooks.webhook"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["-happened_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("webhook", "event_id"), name="delivery_once_per_act"),
                    rollout.kernel.privacy.Privacy(
                        add=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.AllOf(
                                rollout.kernel.privacy.Mine("person_id"),
                                rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                            ),
                            rollout.kernel.privacy.ParentVisible(
                                "webhook_id", "webhooks_webhook", same=("person_id", "capacity")
                            ),
                        ),
                        change=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("person_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                        fields=("state", "tries", "tries_left", "status", "problem", "tried_at", "asked_at"),
                        name="delivery_privacy",
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
