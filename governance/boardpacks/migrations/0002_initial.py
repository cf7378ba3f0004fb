import uuid

import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    dependencies = [
        ("boardpacks", "0001_rules"),
        ("boards", "0002_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardPack",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("period_start", models.DateField(verbose_name="from")),
                ("period_end", models.DateField(verbose_name="until")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Waiting to be made"),
                            ("making", "Being made"),
                            ("ready", "Ready"),
                            ("failed", "Could not be made"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("requested_by_id", models.UUIDField()),
                ("requested_at", models.DateTimeField()),
                ("job_id", models.UUIDField(null=True)),
                ("frozen_at", models.DateTimeField(null=True)),
                ("snapshot", models.JSONField(null=True)),
                ("snapshot_sha", models.CharField(blank=True, max_length=64)),
                ("pdf_path", models.CharField(blank=True, max_length=200)),
                ("pdf_sha", models.CharField(blank=True, max_length=64)),
                ("ready_at", models.DateTimeField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packs", to="boards.boardbody"
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at"],
            },
        ),
        migrations.CreateModel(
            name="CorrectionSlip",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="boards.boardbody"
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slips", to="boardpacks.boardpack"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="PackGrant",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("grant_id", models.UUIDField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="boards.boardbody"
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="boardpacks.boardpack"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PackRead",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reader_id", models.UUIDField()),
                ("read_at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="boards.boardbody"
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reads", to="boardpacks.boardpack"
                    ),
                ),
            ],
            options={
                "ordering": ["-read_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="boardpack",
            constraint=models.UniqueConstraint(
                fields=("body", "period_start", "period_end", "language"), name="pack_once_per_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="boardpack",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_end__gte", models.F("period_start"))), name="pack_period_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="boardpack",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ready_at__isnull", False),
                        ("snapshot__isnull", False),
                        ("state", "ready"),
                        models.Q(("snapshot_sha", ""), _negated=True),
                    ),
                    models.Q(models.Q(("state", "ready"), _negated=True), ("ready_at__isnull", True)),
                    _connector="OR",
                ),
                name="pack_ready_iff_frozen_and_hashed",
            ),
        ),
        migrations.AddConstraint(
            model_name="boardpack",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.AnyOf(
                            rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                            rollout.kernel.privacy.Answers("holds_office", "board_secretary"),
                        ),
                        rollout.kernel.privacy.Within("readable_boards", column="body_id"),
                    ),
                    rollout.kernel.privacy.Still("state", "requested"),
                ),
                change=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("readable_boards", column="body_id"),
                    rollout.kernel.privacy.Capacity("board"),
                ),
                fields=("state", "frozen_at", "snapshot", "snapshot_sha", "pdf_path", "pdf_sha", "ready_at"),
                name="pack_privacy",
                readers="board_readers",
                see=rollout.kernel.privacy.Within("readable_boards", column="body_id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionslip",
            constraint=models.UniqueConstraint(fields=("pack", "number"), name="slip_number_once"),
        ),
        migrations.AddConstraint(
            model_name="correctionslip",
            constraint=rollout.kernel.privacy.Privacy(
                name="slip_privacy",
                readers="board_readers",
                see=rollout.kernel.privacy.Within("readable_boards", column="body_id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="packgrant",
            constraint=models.UniqueConstraint(fields=("pack", "grant_id"), name="pack_grant_once"),
        ),
        migrations.AddConstraint(
            model_name="packgrant",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Within("readable_boards", column="body_id"),
                        rollout.kernel.privacy.Capacity("board"),
                    ),
                    rollout.kernel.privacy.ParentVisible("pack_id", "boardpacks_boardpack", same=("body_id",)),
                ),
                name="pack_grant_privacy",
                readers="nobody",
                remove=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("readable_boards", column="body_id"),
                    rollout.kernel.privacy.Capacity("board"),
                ),
                see=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("readable_boards", column="body_id"),
                    rollout.kernel.privacy.Capacity("board"),
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="packread",
            constraint=rollout.kernel.privacy.Privacy(
                name="pack_read_privacy",
                readers="makers",
                see=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("readable_boards", column="body_id"),
                    rollout.kernel.privacy.AnyOf(
                        rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        rollout.kernel.privacy.Answers("holds_office", "board_secretary"),
                    ),
                ),
            ),
        ),
    ]
