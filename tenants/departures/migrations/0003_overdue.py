from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_OVERDUE = """
declare removed bigint := remove_overdue_in_the_first_rooms(); counted bigint; gone uuid[]; room name;
begin
  gone := array(select m.id from members_member m where m.ended_at < security.now() - interval '30 days');
  for room in select p.proname from pg_catalog.pg_proc p where p.pronamespace = current_schema()::regnamespace
      and p.proname like 'overdue\\_in\\_%' order by p.proname loop
    execute format('select %I($1)', room) into counted using gone;
    removed := removed + counted;
  end loop;
  return removed;
end
"""


class Migration(migrations.Migration):
    """Each room of the workspace removes itself what goes with a membership.

    `overdue_in_<room>(gone)` removes what belongs to memberships that ended thirty days ago, and says how much.
    """

    dependencies = [("departures", "0002_rooms")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION remove_overdue() RENAME TO remove_overdue_in_the_first_rooms", migrations.RunSQL.noop
        ),
        DefinerFunction("remove_overdue", returns="bigint", volatile=True, body=_OVERDUE),
    ]
