from django.db import migrations

from tests.rollout.organisations.practice.releases import louder, undeclared


class Migration(migrations.Migration):
    """The mistake: nobody lifted the security that blinds the owner."""

    dependencies = [("lessons", "0001_initial")]
    operations = undeclared(migrations.RunPython(louder, migrations.RunPython.noop))
