from django.db import migrations

from tests.rollout.organisations.practice.releases import line_belongs_to_note, undeclared


class Migration(migrations.Migration):
    """The mistake: the new key is checked by somebody who sees no row."""

    dependencies = [("lessons", "0001_initial")]
    operations = undeclared(line_belongs_to_note())
