from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """What was typed and never confirmed goes soon after its half hour, also when nobody ended it by hand."""

    dependencies = [("assistance", "0003_guards")]
    operations = [
        DefinerFunction(
            "overdue_in_assistance",
            arguments="gone uuid[]",
            returns="bigint",
            volatile=True,
            public=False,
            body="""
declare counted bigint; over uuid[];
begin
  -- The lock that confirming takes as well: what is confirmed at this moment either counts or is gone.
  over := array(select x.id from assistance_assistedsession x where x.expires_at <= security.now()
    and (x.ended_at is null or exists (select 1 from assistance_assistedentry e
      where e.session_id = x.id and e.confirmed_at is null)) order by x.id for update);
  delete from assistance_assistedentry e where e.session_id = any (over) and e.confirmed_at is null;
  get diagnostics counted = row_count;
  update assistance_assistedsession x set ended_at = x.expires_at where x.id = any (over) and x.ended_at is null;
  return counted;
end
""",
        ),
    ]
