import uuid

import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("instruments", "0001_rules"),
        ("pairs", "0003_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Instrument",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField()),
                ("content", models.JSONField(verbose_name="definition")),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["code", "version"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="instrument_version_once"),
                    rollout.kernel.privacy.Privacy(
                        add=rollout.kernel.privacy.Answers("holds_office", "provider_lead"),
                        name="instrument_privacy",
                        readers="members",
                        see=rollout.kernel.privacy.Answers("is_member"),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("baseline", "At the start"),
                            ("regular", "In between"),
                            ("middle", "Half-way"),
                            ("end", "At the end"),
                        ],
                        default="regular",
                        max_length=10,
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=200, verbose_name="what it is about")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("revealed", "Opened to both"),
                            ("kept", "Complete, and each reads their own"),
                            ("closed", "Closed without being opened"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "citizen_seat",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="pairs.pair"
                    ),
                ),
                (
                    "professional_seat",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="instruments.round",
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at"],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField(max_length=2000, verbose_name="remark")),
                ("made_at", models.DateTimeField()),
                (
                    "pair",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.pair"),
                ),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="instruments.round"
                    ),
                ),
            ],
            options={
                "ordering": ["made_at"],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed", models.TextField()),
                ("keeps_sealed", models.BooleanField(default=False)),
                ("given_at", models.DateTimeField()),
                (
                    "pair",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.pair"),
                ),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="instruments.round"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(fields=["pair", "code"], name="round_of_pair"),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="round_open_iff_not_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("citizen_seat__isnull", False), ("professional_seat__isnull", False), _connector="OR"
                ),
                name="round_is_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "revealed"), _negated=True),
                    models.Q(("citizen_seat__isnull", False), ("professional_seat__isnull", False)),
                    _connector="OR",
                ),
                name="round_shown_has_two_sides",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opened_at"))), name="round_closes_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.UniqueConstraint(
                condition=models.Q(("occasion", "baseline"), models.Q(("state", "closed"), _negated=True)),
                fields=("citizen_seat", "professional_seat", "code", "version"),
                name="round_one_baseline_for_these_two",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                            rollout.kernel.privacy.Within("own_seats", column="opened_by_id"),
                        ),
                        rollout.kernel.privacy.Still("state", "open"),
                    ),
                    rollout.kernel.privacy.Empty("ended_at"),
                ),
                name="round_privacy",
                readers="pair",
                see=rollout.kernel.privacy.AnyOf(
                    rollout.kernel.privacy.Within("own_seats", column="citizen_seat_id"),
                    rollout.kernel.privacy.Within("own_seats", column="professional_seat_id"),
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="remark",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                            rollout.kernel.privacy.Within("own_seats", column="seat_id"),
                        ),
                        rollout.kernel.privacy.Within("revealed_rounds", column="round_id"),
                    ),
                    rollout.kernel.privacy.ParentVisible("round_id", "instruments_round", same=("pair_id",)),
                ),
                name="remark_privacy",
                readers="pair",
                see=rollout.kernel.privacy.Within("revealed_rounds", column="round_id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("round", "seat"), name="answer_once"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("own_seats", column="seat_id"),
                    ),
                    rollout.kernel.privacy.ParentVisible("round_id", "instruments_round", same=("pair_id",)),
                ),
                change=rollout.kernel.privacy.Within("own_seats", column="seat_id"),
                fields=("sealed", "keeps_sealed", "given_at"),
                name="answer_privacy",
                readers="you_until_both",
                see=rollout.kernel.privacy.AnyOf(
                    rollout.kernel.privacy.Within("own_seats", column="seat_id"),
                    rollout.kernel.privacy.Within("revealed_rounds", column="round_id"),
                ),
            ),
        ),
    ]
