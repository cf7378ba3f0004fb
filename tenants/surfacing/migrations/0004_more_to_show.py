import uuid

import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy


class Migration(migrations.Migration):
    """A project and a request for support can be ticked; requests are kept."""

    dependencies = [
        ("pairs", "0006_leaving_guards"),
        ("surfacing", "0003_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("first_month", models.DateField(verbose_name="first month")),
                ("last_month", models.DateField(verbose_name="last month")),
                (
                    "hours_agreed",
                    models.DecimalField(decimal_places=2, max_digits=7, verbose_name="protected hours agreed"),
                ),
                (
                    "hours_given",
                    models.DecimalField(decimal_places=2, max_digits=7, verbose_name="protected hours given"),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="what would help")),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-written_at"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="surfacingitem",
            name="surfacing_item_iff_listed_class",
        ),
        migrations.AlterField(
            model_name="surfacingitem",
            name="row_class",
            field=models.CharField(
                choices=[
                    ("pair", "That the pair exists, its title and its place"),
                    ("people", "The names of both partners"),
                    ("task", "The shared task"),
                    ("project", "What the project is about, its aim and its reasons"),
                    ("decision", "A decision"),
                    ("result", "A result"),
                    ("support", "A request for support"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="surfacingitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("item_id__isnull", False), ("row_class__in", ["decision", "result", "support"])),
                    models.Q(("item_id__isnull", True), ("row_class__in", ["pair", "people", "task", "project"])),
                    _connector="OR",
                ),
                name="surfacing_item_iff_listed_class",
            ),
        ),
        migrations.AddField(
            model_name="supportrequest",
            name="pair",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="support_requests", to="pairs.pair"
            ),
        ),
        migrations.AddField(
            model_name="supportrequest",
            name="written_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pairs.seat"),
        ),
        migrations.AddConstraint(
            model_name="supportrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hours_agreed__gt", models.F("hours_given")),
                    ("hours_given__gte", 0),
                    ("last_month__gte", models.F("first_month")),
                    models.Q(("text", ""), _negated=True),
                ),
                name="support_request_is_about_a_shortfall",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportrequest",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                    rollout.kernel.privacy.Within("own_seats", column="written_by_id"),
                ),
                name="support_request_privacy",
                readers="pair_until_shown",
                see=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("readable_pairs", "support", column="pair_id"),
                    rollout.kernel.privacy.AnyOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("granted_items", "support", column="id"),
                    ),
                ),
            ),
        ),
    ]
