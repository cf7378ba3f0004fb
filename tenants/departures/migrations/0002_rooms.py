from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_OWN = """
declare
  me uuid := security.person(); held uuid[]; sitting uuid[]; pairs uuid[]; room name;
begin
  if not takes_along() then return; end if;
  held := array(select s.id from pairs_seat s where s.member_id = me);
  select coalesce(array_agg(s.id), '{}'), coalesce(array_agg(s.pair_id), '{}') into sitting, pairs
    from pairs_seat s join members_member m on m.id = s.member_id
   where s.member_id = me and s.left_at is null and m.ended_at is null;
  return query select * from own_material_of_the_first_rooms();
  for room in select p.proname from pg_catalog.pg_proc p where p.pronamespace = current_schema()::regnamespace
      and p.proname like 'material\\_of\\_%' order by p.proname loop
    return query execute format('select * from %I($1, $2, $3, $4)', room) using me, held, sitting, pairs;
  end loop;
end
"""
_FORGET = """
declare room name;
begin
  for room in select p.proname from pg_catalog.pg_proc p where p.pronamespace = current_schema()::regnamespace
      and p.proname like 'forget\\_in\\_%' and p.proname <> 'forget_in_packs' order by p.proname loop
    execute format('select %I($1, $2)', room) using security.person(), held;
  end loop;
  perform forget_unshared_in_the_first_rooms(held);
end
"""


class Migration(migrations.Migration):
    """Each room of the workspace says itself what of it is somebody's own, and what goes with them.

    `material_of_<room>(me, held, sitting, pairs)` returns what somebody takes along, as (source, content);
    `forget_in_<room>(me, held)` removes what nobody else has signed. `held` are all seats that were ever theirs,
    `sitting` those in which they sit now, `pairs` the pairs of these. Both are called here and by nobody else.
    """

    dependencies = [("departures", "0001_rules")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION own_material() RENAME TO own_material_of_the_first_rooms;"
            "ALTER FUNCTION forget_unshared(uuid[]) RENAME TO forget_unshared_in_the_first_rooms",
            migrations.RunSQL.noop,
        ),
        DefinerFunction("own_material", returns="TABLE (source text, content jsonb)", body=_OWN),
        DefinerFunction(
            "forget_unshared", arguments="held uuid[]", returns="void", volatile=True, public=False, body=_FORGET
        ),
    ]
