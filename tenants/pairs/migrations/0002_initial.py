import uuid

import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_initial"),
        ("pairs", "0001_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pair",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("forming", "Forming"),
                            ("working", "Working"),
                            ("paused", "Paused"),
                            ("ended", "Ended"),
                        ],
                        default="forming",
                        max_length=10,
                    ),
                ),
                ("proposal_id", models.UUIDField(editable=False, null=True, unique=True)),
                ("founded_at", models.DateTimeField()),
                ("working_since", models.DateTimeField(blank=True, null=True)),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.site",
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("citizen", "Patient, citizen or community side"),
                            ("professional", "Healthcare professional side"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("patient", "Patient"),
                            ("carer", "Carer"),
                            ("citizen", "Citizen"),
                            ("vcse_leader", "Community or third-sector leader"),
                            ("clinician", "Clinician"),
                            ("manager", "Manager"),
                            ("other", "Other health professional"),
                        ],
                        max_length=20,
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="members.member"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="pairs.pair"
                    ),
                ),
            ],
            options={
                "ordering": ["side", "-taken_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=rollout.kernel.privacy.Privacy(
                change=rollout.kernel.privacy.Within("own_pairs", column="id"),
                fields=("title", "stage", "site_id", "working_since"),
                name="pair_privacy",
                readers="pair_until_shown",
                see=rollout.kernel.privacy.Within("readable_pairs", "pair", column="id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at__isnull", True)), fields=("pair", "side"), name="seat_one_per_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at__isnull", True)), fields=("pair", "member"), name="seat_one_per_member"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["patient", "carer", "citizen", "vcse_leader"]), ("side", "citizen")),
                    models.Q(("kind__in", ["clinician", "manager", "other"]), ("side", "professional")),
                    _connector="OR",
                ),
                name="seat_kind_fits_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=rollout.kernel.privacy.Privacy(
                name="seat_privacy",
                readers="pair_until_shown",
                see=rollout.kernel.privacy.Within("readable_pairs", "people", column="pair_id"),
            ),
        ),
    ]
