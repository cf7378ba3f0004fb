import uuid

import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    dependencies = [
        ("pairs", "0002_initial"),
        ("surfacing", "0001_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Surfacing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
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
                ("open_from_start", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="why we start in the open")),
                ("package_hash", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for both keys"),
                            ("signed", "Signed by both"),
                            ("withdrawn", "Withdrawn"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("effective_from", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="surfacings", to="pairs.pair"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="SurfacingItem",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
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
                ("item_id", models.UUIDField(blank=True, null=True)),
                (
                    "pair",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.pair"),
                ),
                (
                    "surfacing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="surfacing.surfacing"
                    ),
                ),
            ],
            options={
                "ordering": ["row_class"],
            },
        ),
        migrations.CreateModel(
            name="SurfacingKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("package_hash", models.CharField(max_length=64)),
                (
                    "override_reason",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="why we show ourselves without a confirmed result"
                    ),
                ),
                ("signed_at", models.DateTimeField()),
                (
                    "pair",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.pair"),
                ),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
                (
                    "surfacing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="surfacing.surfacing"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="surfacing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("effective_from__isnull", True), ("signed_at__isnull", True)),
                    models.Q(("effective_from__isnull", False), ("signed_at__isnull", False)),
                    _connector="OR",
                ),
                name="surfacing_signed_at_iff_effective",
            ),
        ),
        migrations.AddConstraint(
            model_name="surfacing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state__in", ["withdrawn", "lapsed"])),
                    models.Q(("closed_at__isnull", True), ("state__in", ["open", "signed"])),
                    _connector="OR",
                ),
                name="surfacing_closed_at_iff_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="surfacing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("open_from_start", True), models.Q(("reason", ""), _negated=True)),
                    models.Q(("open_from_start", False), ("reason", "")),
                    _connector="OR",
                ),
                name="surfacing_reason_iff_from_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="surfacing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("audience", "organisation"),
                        ("audience_id", uuid.UUID("00000000-0000-0000-0000-000000000000")),
                    ),
                    models.Q(
                        models.Q(("audience", "organisation"), _negated=True),
                        models.Q(("audience_id", uuid.UUID("00000000-0000-0000-0000-000000000000")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="surfacing_everybody_iff_organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="surfacing",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("own_seats", column="made_by_id"),
                    ),
                    rollout.kernel.privacy.Still("state", "open"),
                ),
                change=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                fields=("package_hash",),
                name="surfacing_privacy",
                readers="pair",
                see=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="surfacingitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("item_id__isnull", False), ("row_class__in", ["decision", "result"])),
                    models.Q(("item_id__isnull", True), ("row_class__in", ["pair", "people", "task"])),
                    _connector="OR",
                ),
                name="surfacing_item_iff_listed_class",
            ),
        ),
        migrations.AddConstraint(
            model_name="surfacingitem",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                    rollout.kernel.privacy.ParentVisible("surfacing_id", "surfacing_surfacing", same=("pair_id",)),
                ),
                name="surfacing_item_privacy",
                readers="pair",
                see=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="surfacingkey",
            constraint=models.UniqueConstraint(fields=("surfacing", "seat"), name="surfacing_key_once"),
        ),
        migrations.AddConstraint(
            model_name="surfacingkey",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("own_seats", column="seat_id"),
                    ),
                    rollout.kernel.privacy.ParentVisible("surfacing_id", "surfacing_surfacing", same=("pair_id",)),
                ),
                name="surfacing_key_privacy",
                readers="pair",
                see=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
            ),
        ),
    ]
