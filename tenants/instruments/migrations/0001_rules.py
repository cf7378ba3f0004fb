from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_MINE = """(x.citizen_seat_id in (select own_seats()) or x.professional_seat_id in (select own_seats()))"""


class Migration(migrations.Migration):
    """Which rounds both may read, and how one of the two closes a round."""

    initial = True
    dependencies = [("pairs", "0001_rules")]
    operations = [
        DefinerFunction(
            "revealed_rounds",
            returns="SETOF uuid",
            body="""
declare mine uuid[] := array(select own_seats());
begin
  return query select x.id from instruments_round x where x.state = 'revealed'
    and (x.citizen_seat_id = any (mine) or x.professional_seat_id = any (mine));
end
""",
        ),
        DefinerFunction(
            "close_round",
            arguments="wanted uuid",
            returns="void",
            volatile=True,
            body=f"""
declare r record;
begin
  select * into r from instruments_round x where x.id = wanted and {_MINE} for update;
  if not found then raise exception 'not_permitted' using errcode = 'P0001'; end if;
  if r.state <> 'open' or r.closes_at <= security.now() then
    raise exception 'round_is_over' using errcode = 'P0001';
  end if;
  update instruments_round x set state = 'closed', ended_at = security.now() where x.id = wanted;
end
""",
        ),
    ]
