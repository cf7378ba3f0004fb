import uuid

from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    initial = True

    dependencies = [("members", "0001_rules")]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("requested_by_id", models.UUIDField()),
                ("requested_at", models.DateTimeField()),
                ("language", models.CharField(max_length=10)),
                ("job_id", models.UUIDField()),
                ("path", models.CharField(blank=True, max_length=200)),
                ("sha", models.CharField(blank=True, max_length=64)),
                ("ready_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-requested_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("path", ""), ("ready_at__isnull", True), ("sha", "")),
                            models.Q(
                                ("ready_at__isnull", False),
                                models.Q(("path", ""), _negated=True),
                                models.Q(("sha", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="export_ready_iff_file",
                    ),
                    rollout.kernel.privacy.Privacy(
                        add=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.AllOf(
                                rollout.kernel.privacy.AllOf(
                                    rollout.kernel.privacy.Mine("requested_by_id"),
                                    rollout.kernel.privacy.Capacity("rollout_lead"),
                                ),
                                rollout.kernel.privacy.Answers("holds_office", "rollout_lead"),
                            ),
                            rollout.kernel.privacy.Empty("ready_at"),
                        ),
                        change=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("requested_by_id"),
                            rollout.kernel.privacy.Capacity("rollout_lead"),
                        ),
                        fields=("path", "sha", "ready_at"),
                        name="export_privacy",
                        readers="only_you",
                        remove=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("requested_by_id"),
                            rollout.kernel.privacy.Capacity("rollout_lead"),
                        ),
                        see=rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Mine("requested_by_id"),
                            rollout.kernel.privacy.Capacity("rollout_lead"),
                        ),
                    ),
                ],
            },
        ),
    ]
