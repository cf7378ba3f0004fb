from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_LIVE = "x.ended_at is null and x.expires_at > security.now()"


class Migration(migrations.Migration):
    """Which sessions are whose."""

    initial = True
    dependencies = [("instruments", "0003_guards"), ("pairs", "0006_leaving_guards")]
    operations = [
        DefinerFunction(
            "sessions_i_help_in",
            returns="SETOF uuid",
            body=f"""
  if security.capacity() <> 'partner' then return; end if;
  return query select x.id from assistance_assistedsession x where x.helper_id = security.person() and {_LIVE};
""",
        ),
        DefinerFunction(
            "sessions_of_mine",
            returns="SETOF uuid",
            body=f"""
  -- The person's own for good; the helper's while they last.
  if security.capacity() <> 'partner' then return; end if;
  return query select x.id from assistance_assistedsession x where x.person_id = security.person()
    or (x.helper_id = security.person() and {_LIVE});
""",
        ),
    ]
