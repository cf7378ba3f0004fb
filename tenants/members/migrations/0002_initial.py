import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    dependencies = [
        ("pairs", "0001_rules"),
        ("members", "0001_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    rollout.kernel.privacy.Privacy(
                        add=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        change=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        fields=("name", "archived_at"),
                        name="site_privacy",
                        readers="members",
                        see=rollout.kernel.privacy.AnyOf(
                            rollout.kernel.privacy.Answers("is_member"), rollout.kernel.privacy.Capacity("board")
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("listed", models.BooleanField(default=False)),
                ("joined_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="members.site",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("member", "Member"), ("partner", "Partner")], max_length=10)),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(max_length=254)),
                ("language", models.CharField(blank=True, max_length=10)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("partner", "Partner"),
                                ("sponsor", "Sponsor"),
                                ("board_member", "Board member"),
                                ("board_secretary", "Board secretary"),
                                ("rollout_lead", "Rollout lead"),
                                ("finance", "Finance"),
                                ("facilitator", "Facilitator"),
                                ("provider_lead", "Provider lead"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("citizen", "Patient, citizen or community side"),
                            ("professional", "Healthcare professional side"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "partner_kind",
                    models.CharField(
                        blank=True,
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
                ("pair_id", models.UUIDField(blank=True, null=True)),
                ("invited_by_id", models.UUIDField(null=True)),
                ("token_hash", models.CharField(max_length=64)),
                ("sends", models.PositiveSmallIntegerField(default=1)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_by_id", models.UUIDField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
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
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("capacity", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField(null=True)),
                ("job_id", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="members.member"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("job_id", "recipient", "kind"), name="notice_once"),
                    rollout.kernel.privacy.Privacy(
                        change=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("recipient_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                        fields=("read_at",),
                        name="notice_privacy",
                        readers="only_you",
                        see=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("recipient_id"),
                            rollout.kernel.privacy.Within("own_capacity", column="capacity"),
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Office",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("partner", "Partner"),
                            ("sponsor", "Sponsor"),
                            ("board_member", "Board member"),
                            ("board_secretary", "Board secretary"),
                            ("rollout_lead", "Rollout lead"),
                            ("finance", "Finance"),
                            ("facilitator", "Facilitator"),
                            ("provider_lead", "Provider lead"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offices", to="members.member"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role", "partner"), _negated=True), name="office_is_not_partner"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("member", "role"),
                        name="office_held_once",
                    ),
                    rollout.kernel.privacy.Privacy(
                        name="office_privacy", readers="members", see=rollout.kernel.privacy.Answers("is_member")
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=rollout.kernel.privacy.Privacy(
                change=rollout.kernel.privacy.Mine("id"),
                fields=("name",),
                name="member_privacy",
                readers="people",
                see=rollout.kernel.privacy.Within("visible_members", column="id"),
            ),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["token_hash"], name="invitation_token"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "partner"), ("pair_id__isnull", False)),
                    models.Q(("kind", "member"), ("pair_id__isnull", True)),
                    _connector="OR",
                ),
                name="invitation_partner_iff_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("accepted_by_id__isnull", True)),
                    models.Q(("accepted_at__isnull", False), ("accepted_by_id__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_accepted_at_iff_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AnyOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Still("kind", "member"),
                            rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        ),
                        rollout.kernel.privacy.Mine("invited_by_id"),
                    ),
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Still("kind", "partner"),
                            rollout.kernel.privacy.Mine("invited_by_id"),
                        ),
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                    ),
                ),
                change=rollout.kernel.privacy.AnyOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Still("kind", "member"),
                        rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                    ),
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Still("kind", "partner"),
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                    ),
                ),
                fields=("name", "email", "language", "token_hash", "sends", "sent_at", "expires_at", "revoked_at"),
                name="invitation_privacy",
                readers="inviter",
                see=rollout.kernel.privacy.AnyOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Still("kind", "member"),
                        rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                    ),
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Still("kind", "partner"),
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                    ),
                ),
            ),
        ),
    ]
