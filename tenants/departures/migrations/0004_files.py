from django.db import migrations

from rollout.kernel.database_roles import group
from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """A room that keeps files says which of them go with somebody: `files_of_<room>(me, held)` returns their paths in
    the organisation's folder. Erasing gives them back with the others, and who asked for it removes them."""

    dependencies = [("departures", "0003_overdue")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION erase_person(jsonb) RENAME TO erase_person_in_the_first_rooms;"
            f'REVOKE ALL ON FUNCTION erase_person_in_the_first_rooms(jsonb) FROM "{group("tenant")}"',
            migrations.RunSQL.noop,
        ),
        DefinerFunction(
            "erase_person",
            arguments="words jsonb",
            returns="SETOF text",
            volatile=True,
            body="""
declare
  held uuid[] := array(select s.id from pairs_seat s where s.member_id = security.person());
  old_files text[] := '{}'; room name; found text[];
begin
  if security.person() is null or not security.erasing() then
    raise exception 'not_permitted' using errcode = 'P0001';
  end if;
  for room in select p.proname from pg_catalog.pg_proc p where p.pronamespace = current_schema()::regnamespace
      and p.proname like 'files\\_of\\_%' order by p.proname loop
    execute format('select array(select f from %I($1, $2) f)', room) into found using security.person(), held;
    old_files := old_files || found;
  end loop;
  return query select * from erase_person_in_the_first_rooms(words);
  return query select unnest(old_files);
end
""",
        ),
    ]
