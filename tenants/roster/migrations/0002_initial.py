import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_initial"),
        ("roster", "0001_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="RosterUpload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("uploaded_by_id", models.UUIDField()),
                ("uploaded_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-uploaded_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("undone_at__isnull", True), ("sent_at__isnull", False), _connector="OR"),
                        name="roster_undone_only_after_sent",
                    ),
                    rollout.kernel.privacy.Privacy(
                        add=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                            rollout.kernel.privacy.Mine("uploaded_by_id"),
                        ),
                        change=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        fields=("sent_at", "undone_at"),
                        name="roster_upload_privacy",
                        readers="rollout_lead",
                        remove=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        see=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposedPair",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=200)),
                ("shared_task", models.TextField(blank=True, max_length=2000)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="roster.rosterupload"
                    ),
                ),
            ],
            options={
                "ordering": ["label"],
            },
        ),
        migrations.CreateModel(
            name="RosterPerson",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("row", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(max_length=254)),
                ("site", models.CharField(blank=True, max_length=200)),
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
                    "kind",
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
                ("kept", models.BooleanField(default=False)),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roster_people",
                        to="members.invitation",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="roster.proposedpair",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="roster.rosterupload"
                    ),
                ),
            ],
            options={
                "ordering": ["row"],
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "row"), name="roster_row_once"),
                    models.UniqueConstraint(fields=("upload", "email"), name="roster_address_once"),
                    rollout.kernel.privacy.Privacy(
                        add=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                            rollout.kernel.privacy.ParentVisible("upload_id", "roster_rosterupload"),
                        ),
                        change=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        fields=("name", "email", "proposal_id", "invitation_id", "kept"),
                        name="roster_person_privacy",
                        readers="rollout_lead",
                        remove=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                        see=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="proposedpair",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                    rollout.kernel.privacy.ParentVisible("upload_id", "roster_rosterupload"),
                ),
                name="proposed_pair_privacy",
                readers="rollout_lead",
                remove=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                see=rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
            ),
        ),
    ]
