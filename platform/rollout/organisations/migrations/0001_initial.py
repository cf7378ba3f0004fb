import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import rollout.organisations.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PreparedScript",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("sql", models.TextField()),
                (
                    "fingerprint",
                    models.CharField(
                        help_text="Of every policy and of forced security in the template.", max_length=64
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReadySchema",
            fields=[
                ("schema_name", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="SchemaState",
            fields=[
                ("schema_name", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("role_prefix", models.CharField(max_length=40)),
                (
                    "purpose",
                    models.CharField(blank=True, help_text='"demo" for a database that may be emptied.', max_length=40),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="installation_is_one_row")],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "schema_name",
                    models.CharField(
                        default=rollout.organisations.models.opaque_schema_name,
                        editable=False,
                        max_length=63,
                        unique=True,
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?\\Z",
                                "Use small letters, digits and hyphens, starting with a letter.",
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("care", "Care organisation"), ("provider", "Provider")], default="care", max_length=10
                    ),
                ),
                ("identifier", models.CharField(blank=True, max_length=40)),
                (
                    "identifier_scheme",
                    models.CharField(blank=True, help_text="For example ODS, FINESS or SIRET.", max_length=40),
                ),
                ("country", models.CharField(default="GB", max_length=2)),
                ("language", models.CharField(default="en", max_length=10)),
                ("time_zone", models.CharField(default="Europe/London", max_length=64)),
                ("currency", models.CharField(default="GBP", max_length=3)),
                (
                    "brand_colour",
                    models.CharField(
                        default="#1d5c63",
                        max_length=7,
                        validators=[rollout.organisations.models.colour_validator],
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("suspended", "Suspended"), ("closed", "Closed")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("second_factor_for_all", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("identifier", ""), ("identifier_scheme", "")),
                            models.Q(
                                models.Q(("identifier", ""), _negated=True),
                                models.Q(("identifier_scheme", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="organisation_identifier_iff_scheme",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Domain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(db_index=True, max_length=253, unique=True)),
                ("is_primary", models.BooleanField(db_index=True, default=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="domains",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OrganisationRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "slug",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?\\Z",
                                "Use small letters, digits and hyphens, starting with a letter.",
                            )
                        ],
                    ),
                ),
                ("fields", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Waiting to be made"), ("done", "Made"), ("refused", "Could not be made")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=200)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("slug",),
                        name="organisation_request_waits_once_per_slug",
                    )
                ],
            },
        ),
    ]
