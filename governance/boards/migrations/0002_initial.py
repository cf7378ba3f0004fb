import uuid

import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    dependencies = [
        ("boards", "0001_rules"),
        ("members", "0002_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardBody",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("made_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "executive_sponsor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="executive sponsor",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "board bodies",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="BoardMembership",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("executive", "Executive director"),
                            ("non_executive", "Non-executive director"),
                            ("citizen", "Citizen member"),
                            ("secretary", "Secretary"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="boards.boardbody"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="board_memberships",
                        to="members.member",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="boardbody",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                change=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AnyOf(
                        rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        rollout.kernel.privacy.Answers("holds_office", "board_secretary"),
                    ),
                    rollout.kernel.privacy.Within("readable_boards", column="id"),
                ),
                fields=("name", "executive_sponsor_id", "archived_at"),
                name="board_body_privacy",
                readers="members",
                see=rollout.kernel.privacy.AnyOf(
                    rollout.kernel.privacy.Answers("is_member"), rollout.kernel.privacy.Capacity("board")
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="boardmembership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("body", "member"), name="board_member_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="boardmembership",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AnyOf(
                        rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        rollout.kernel.privacy.Answers("holds_office", "board_secretary"),
                    ),
                    rollout.kernel.privacy.Within("readable_boards", column="body_id"),
                ),
                change=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AnyOf(
                        rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        rollout.kernel.privacy.Answers("holds_office", "board_secretary"),
                    ),
                    rollout.kernel.privacy.Within("readable_boards", column="body_id"),
                ),
                fields=("kind", "ended_at"),
                name="board_membership_privacy",
                readers="members",
                see=rollout.kernel.privacy.AnyOf(
                    rollout.kernel.privacy.Answers("is_member"), rollout.kernel.privacy.Capacity("board")
                ),
            ),
        ),
    ]
