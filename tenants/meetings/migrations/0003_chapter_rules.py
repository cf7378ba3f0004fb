from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """When a pair met, and what it noted, is of its chapter: nobody who comes after reads it."""

    dependencies = [("meetings", "0002_guards"), ("pairs", "0004_succession_rules")]
    operations = [
        DefinerFunction(
            "hidden_meetings",
            returns="SETOF uuid",
            body="""
  return query select x.id from own_chapters() c join meetings_meeting x on x.pair_id = c.pair_id
    where x.proposed_at < c.since and not was_there(x.pair_id, x.proposed_at);
""",
        ),
    ]
