from django.db import migrations

from rollout.kernel.operations import EveryRow
from tests.rollout.organisations.practice.releases import line_belongs_to_note, undeclared


class Migration(migrations.Migration):
    dependencies = [("lessons", "0001_initial")]
    operations = undeclared(EveryRow(line_belongs_to_note(), tables=("lessons_note", "lessons_line")))
