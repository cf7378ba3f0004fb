from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """What a pair learnt is of its chapter: nobody who comes after reads it."""

    dependencies = [("reflections", "0002_guards"), ("pairs", "0004_succession_rules")]
    operations = [
        DefinerFunction(
            "hidden_learnings",
            returns="SETOF uuid",
            body="""
  return query select x.id from own_chapters() c join reflections_learning x on x.pair_id = c.pair_id
    where x.written_at < c.since and not was_there(x.pair_id, x.written_at);
""",
        ),
    ]
