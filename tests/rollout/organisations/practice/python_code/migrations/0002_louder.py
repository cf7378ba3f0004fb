from django.db import migrations

from rollout.kernel.operations import EveryRow
from tests.rollout.organisations.practice.releases import louder, quieter, undeclared


class Migration(migrations.Migration):
    dependencies = [("lessons", "0001_initial")]
    operations = undeclared(EveryRow(migrations.RunPython(louder, quieter), tables=("lessons_note",)))
