from django.db import migrations

from rollout.kernel.operations import DefinerTrigger


class Migration(migrations.Migration):
    """A sprint is of the two who agreed it: it ends when one of them leaves, and stands in nobody's way."""

    dependencies = [("relationship", "0002_guards"), ("pairs", "0007_earlier_chapters")]
    operations = [
        DefinerTrigger(
            "departure_ends_sprint",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body="""
  if old.left_at is null and new.left_at is not null then
    update relationship_sprint s set ended_at = security.now() where s.pair_id = new.pair_id and s.ended_at is null;
  end if;
  return null;
""",
        ),
    ]
