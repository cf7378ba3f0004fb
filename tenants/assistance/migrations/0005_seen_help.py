from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """Help is seen: while it goes on, by the two of the half hour; afterwards, as a mark beside the answer."""

    dependencies = [("assistance", "0004_overdue"), ("members", "0004_half_hours"), ("instruments", "0001_rules")]
    operations = [
        DefinerFunction(
            "own_half_hours",
            returns="jsonb",
            body="""
  if security.capacity() <> 'partner' then return '[]'::jsonb; end if;
  return coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'until', x.expires_at,
        'helps', x.helper_id = security.person(), 'name', m.name) order by x.started_at)
      from assistance_assistedsession x
      join members_member m on m.id = case when x.helper_id = security.person() then x.person_id else x.helper_id end
     where x.ended_at is null and x.expires_at > security.now()
       and security.person() in (x.helper_id, x.person_id)), '[]'::jsonb);
""",
        ),
        # Whoever changes the answer themselves afterwards takes the mark off with it.
        DefinerFunction(
            "assisted_answers",
            returns="SETOF uuid",
            body="""
declare mine uuid[] := array(select own_seats());
begin
  return query select a.id from assistance_assistedentry e join instruments_answer a on a.id = e.id
    where e.confirmed_at is not null and a.given_at <= e.confirmed_at
      and (a.seat_id = any (mine) or a.round_id in (select revealed_rounds()));
end
""",
        ),
    ]
