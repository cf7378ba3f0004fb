from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """Whose needs are whose, who may read them, and how pages are set for the person who looks."""

    initial = True
    dependencies = [("members", "0003_display"), ("pairs", "0001_rules")]
    operations = [
        DefinerFunction(
            "own_needs",
            returns="SETOF uuid",
            body="return query select n.id from agreement_communicationneed n where n.member_id = security.person();",
        ),
        DefinerFunction(
            "needs_shared_with_me",
            returns="SETOF uuid",
            body="""
  return query select s.need_id from agreement_needshare s
    join pairs_seat t on t.id = s.seat_id and t.pair_id = s.pair_id and t.left_at is null
   where s.pair_id in (select own_pairs());
""",
        ),
        DefinerFunction(
            "own_display",
            returns="text",
            body="""
  return coalesce((select string_agg(replace(n.kind, '_', '-'), ' ' order by n.kind) from agreement_communicationneed n
    where n.member_id = security.person() and n.kind in ('large_print', 'high_contrast', 'easy_read')), '');
""",
        ),
        DefinerFunction(
            "takes_reminders_by_mail",
            returns="boolean",
            body="""
  return not exists (select 1 from agreement_communicationneed n where n.member_id = security.person()
    and n.kind = 'channel' and n.channel <> 'email');
""",
        ),
    ]
