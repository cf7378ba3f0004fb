from django.db import migrations, models


class Migration(migrations.Migration):
    """Projects and the finder say their themes in the same words. The codes stay as they are."""

    dependencies = [
        ("workplan", "0002_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="projectframe",
            name="theme",
            field=models.CharField(
                blank=True,
                choices=[
                    ("pathway", "How care is organised"),
                    ("access", "Who gets care, and who does not"),
                    ("experience", "How care feels to people"),
                    ("safety", "Safety"),
                    ("other", "Something else"),
                ],
                max_length=12,
            ),
        ),
    ]
