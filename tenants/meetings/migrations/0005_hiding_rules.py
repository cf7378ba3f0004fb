from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """A meeting that somebody asked for, and that was never agreed, goes with who hid their own things on leaving."""

    dependencies = [("meetings", "0004_chapters"), ("pairs", "0007_earlier_chapters")]
    operations = [
        DefinerFunction(
            "hidden_meetings",
            returns="SETOF uuid",
            body="""
  return query select x.id from earlier_chapters() c join meetings_meeting x on x.pair_id = c.whose
    where c.spans @> x.proposed_at;
  return query select x.id from hiding_seats() h join meetings_meeting x on x.proposed_by_id = h
    where x.starts_at is null;
""",
        ),
    ]
