from django.db import migrations, models


class Migration(migrations.Migration):
    """A project and a request for support can be shown as well."""

    dependencies = [
        ("disclosure", "0002_initial"),
        ("pairs", "0006_leaving_guards"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="disclosuregrant",
            name="grant_item_iff_listed_class",
        ),
        migrations.AlterField(
            model_name="disclosuregrant",
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
            model_name="disclosuregrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("item_id__isnull", False), ("row_class__in", ["decision", "result", "support"])),
                    models.Q(("item_id__isnull", True), ("row_class__in", ["pair", "people", "task", "project"])),
                    _connector="OR",
                ),
                name="grant_item_iff_listed_class",
            ),
        ),
    ]
