import uuid

import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    dependencies = [
        ("pairs", "0002_initial"),
        ("projects", "0001_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("text", models.TextField(max_length=4000, verbose_name="what we decide")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("proposed", "Proposed"),
                            ("agreed", "Agreed"),
                            ("contested", "Contested"),
                            ("parked", "Parked"),
                            ("withdrawn", "Withdrawn"),
                            ("superseded", "Superseded"),
                            ("void_on_departure", "Ended because a partner left"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("drafted_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(blank=True, null=True)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("revisit_on", models.DateField(blank=True, null=True, verbose_name="look at it again on")),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="pairs.pair"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
                (
                    "supersedes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="projects.decision",
                    ),
                ),
            ],
            options={
                "ordering": ["-drafted_at"],
            },
        ),
        migrations.CreateModel(
            name="DecisionKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("content_hash", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="projects.decision"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.pair"),
                ),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DecisionReason",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField(max_length=2000, verbose_name="your reason")),
                ("given_at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reasons", to="projects.decision"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.pair"),
                ),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
            ],
            options={
                "ordering": ["given_at"],
            },
        ),
        migrations.CreateModel(
            name="ResultClaim",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("measure", models.CharField(max_length=200, verbose_name="what we measure")),
                ("unit", models.CharField(max_length=40, verbose_name="unit")),
                ("higher_is_better", models.BooleanField(default=True, verbose_name="higher is better")),
                (
                    "baseline_value",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="value at the start"),
                ),
                ("baseline_on", models.DateField(verbose_name="date of the start value")),
                ("current_value", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="value now")),
                ("current_on", models.DateField(verbose_name="date of the value now")),
                (
                    "direction",
                    models.CharField(
                        choices=[("better", "It got better"), ("no_change", "No change"), ("worse", "It got worse")],
                        max_length=10,
                    ),
                ),
                ("place", models.CharField(max_length=200, verbose_name="where")),
                ("evidence", models.TextField(max_length=2000, verbose_name="how we know")),
                ("side_effects", models.TextField(blank=True, max_length=2000, verbose_name="side effects")),
                ("not_achieved", models.TextField(blank=True, max_length=2000, verbose_name="what we did not achieve")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("claimed", "Signed by both"),
                            ("corroborated", "Confirmed by a witness"),
                            ("disproved", "Found to be wrong"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("written_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("corroborated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="pairs.pair"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
            ],
            options={
                "ordering": ["-written_at"],
            },
        ),
        migrations.CreateModel(
            name="ResultKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("content_hash", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                (
                    "pair",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.pair"),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="projects.resultclaim"
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResultPoint",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("on", models.DateField(verbose_name="date")),
                ("value", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="value")),
                (
                    "pair",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.pair"),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="points", to="projects.resultclaim"
                    ),
                ),
            ],
            options={
                "ordering": ["on"],
            },
        ),
        migrations.CreateModel(
            name="SharedTask",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField(max_length=2000, verbose_name="shared task")),
                ("content_hash", models.CharField(max_length=64)),
                ("edited_at", models.DateTimeField()),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "edited_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"
                    ),
                ),
                (
                    "pair",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shared_task", to="pairs.pair"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SharedTaskKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("content_hash", models.CharField(max_length=64)),
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
                    "shared_task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="projects.sharedtask"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("relation", models.CharField(max_length=200, verbose_name="how they know")),
                ("content_hash", models.CharField(max_length=64)),
                ("token_hash", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "Confirmed"), ("declined", "Declined"), ("cannot_say", "Cannot say")],
                        max_length=20,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
                ),
                (
                    "pair",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.pair"),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="witnesses", to="projects.resultclaim"
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed_at__isnull", False), ("state__in", ["agreed", "superseded"])),
                    models.Q(
                        models.Q(("state__in", ["agreed", "superseded"]), _negated=True), ("agreed_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="decision_agreed_at_iff_agreed",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revisit_on__isnull", False), ("state", "parked")),
                    models.Q(models.Q(("state", "parked"), _negated=True), ("revisit_on__isnull", True)),
                    _connector="OR",
                ),
                name="decision_revisit_iff_parked",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                    rollout.kernel.privacy.Within("own_seats", column="proposed_by_id"),
                ),
                change=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                fields=(
                    "title",
                    "text",
                    "state",
                    "content_hash",
                    "proposed_by_id",
                    "proposed_at",
                    "agreed_at",
                    "revisit_on",
                ),
                name="decision_privacy",
                readers="pair_until_shown",
                see=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("readable_pairs", "decision", column="pair_id"),
                    rollout.kernel.privacy.AnyOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("granted_items", "decision", column="id"),
                    ),
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionkey",
            constraint=models.UniqueConstraint(fields=("decision", "seat"), name="decision_key_once"),
        ),
        migrations.AddConstraint(
            model_name="decisionkey",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("own_seats", column="seat_id"),
                    ),
                    rollout.kernel.privacy.ParentVisible("decision_id", "projects_decision", same=("pair_id",)),
                ),
                name="decision_key_privacy",
                readers="pair",
                see=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionreason",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("own_seats", column="seat_id"),
                    ),
                    rollout.kernel.privacy.ParentVisible("decision_id", "projects_decision", same=("pair_id",)),
                ),
                name="decision_reason_privacy",
                readers="pair",
                see=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="resultclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claimed_at__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("claimed_at__isnull", False)),
                    _connector="OR",
                ),
                name="result_claimed_at_iff_claimed",
            ),
        ),
        migrations.AddConstraint(
            model_name="resultclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corroborated_at__isnull", False), ("state", "corroborated")),
                    models.Q(models.Q(("state", "corroborated"), _negated=True), ("corroborated_at__isnull", True)),
                    _connector="OR",
                ),
                name="result_corroborated_at_iff_corroborated",
            ),
        ),
        migrations.AddConstraint(
            model_name="resultclaim",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                    rollout.kernel.privacy.Within("own_seats", column="written_by_id"),
                ),
                change=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                fields=(
                    "title",
                    "measure",
                    "unit",
                    "higher_is_better",
                    "baseline_value",
                    "baseline_on",
                    "current_value",
                    "current_on",
                    "direction",
                    "place",
                    "evidence",
                    "side_effects",
                    "not_achieved",
                    "state",
                    "content_hash",
                    "claimed_at",
                    "corroborated_at",
                ),
                name="result_privacy",
                readers="pair_until_shown",
                see=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("readable_pairs", "result", column="pair_id"),
                    rollout.kernel.privacy.AnyOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("granted_items", "result", column="id"),
                    ),
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="resultkey",
            constraint=models.UniqueConstraint(fields=("result", "seat"), name="result_key_once"),
        ),
        migrations.AddConstraint(
            model_name="resultkey",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("own_seats", column="seat_id"),
                    ),
                    rollout.kernel.privacy.ParentVisible("result_id", "projects_resultclaim", same=("pair_id",)),
                ),
                name="result_key_privacy",
                readers="pair",
                see=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="resultpoint",
            constraint=models.UniqueConstraint(fields=("result", "on"), name="result_point_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="resultpoint",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                    rollout.kernel.privacy.ParentVisible("result_id", "projects_resultclaim", same=("pair_id",)),
                ),
                name="result_point_privacy",
                readers="pair_until_shown",
                remove=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                see=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("readable_pairs", "result", column="pair_id"),
                    rollout.kernel.privacy.AnyOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("granted_items", "result", column="result_id"),
                    ),
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="sharedtask",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                change=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                fields=("text", "content_hash", "edited_by_id", "edited_at", "agreed_at"),
                name="shared_task_privacy",
                readers="pair_until_shown",
                see=rollout.kernel.privacy.Within("readable_pairs", "task", column="pair_id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="sharedtaskkey",
            constraint=models.UniqueConstraint(fields=("shared_task", "seat"), name="shared_task_key_once"),
        ),
        migrations.AddConstraint(
            model_name="sharedtaskkey",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("own_seats", column="seat_id"),
                    ),
                    rollout.kernel.privacy.ParentVisible("shared_task_id", "projects_sharedtask", same=("pair_id",)),
                ),
                name="shared_task_key_privacy",
                readers="pair",
                see=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
            ),
        ),
        migrations.AddIndex(
            model_name="witness",
            index=models.Index(fields=["token_hash"], name="witness_token"),
        ),
        migrations.AddConstraint(
            model_name="witness",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="witness_answer_iff_answered_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="witness",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.AllOf(
                                rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                                rollout.kernel.privacy.Within("own_seats", column="asked_by_id"),
                            ),
                            rollout.kernel.privacy.Still("answer", ""),
                        ),
                        rollout.kernel.privacy.Empty("withdrawn_at"),
                    ),
                    rollout.kernel.privacy.ParentVisible("result_id", "projects_resultclaim", same=("pair_id",)),
                ),
                name="witness_privacy",
                readers="pair",
                see=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
            ),
        ),
    ]
