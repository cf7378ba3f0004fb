from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """What somebody wrote alone goes with who hid their own things on leaving; what both signed stays."""

    dependencies = [("reflections", "0004_chapters"), ("pairs", "0007_earlier_chapters")]
    operations = [
        DefinerFunction(
            "hidden_learnings",
            returns="SETOF uuid",
            body="""
  return query select x.id from earlier_chapters() c join reflections_learning x on x.pair_id = c.whose
    where c.spans @> x.written_at;
  return query select x.id from hiding_seats() h join reflections_learning x on x.edited_by_id = h
    where not exists (select 1 from reflections_learningshare s where s.learning_id = x.id
      and s.agreed_at is not null);
""",
        ),
        DefinerFunction(
            "hidden_shares",
            returns="SETOF uuid",
            body="""
  return query select x.id from hiding_seats() h join reflections_learningshare x on x.proposed_by_id = h
    where x.agreed_at is null;
""",
        ),
        DefinerFunction(
            "hidden_reflections",
            returns="SETOF uuid",
            body="""
  return query select x.id from hiding_seats() h join reflections_pairreflection x on x.edited_by_id = h
    where x.state <> 'written' and x.text <> '';
""",
        ),
        DefinerFunction(
            "hidden_passages",
            returns="SETOF uuid",
            body="""
  return query select x.id from hiding_seats() h join pairs_seat s on s.id = h
    join reflections_sharedpassage x on x.pair_id = s.pair_id and x.author_id = s.member_id
   where x.shared_at <= s.left_at;
""",
        ),
    ]
