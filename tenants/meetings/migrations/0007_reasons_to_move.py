from django.db import migrations, models

from rollout.kernel.operations import DefinerFunction, DefinerTrigger


class Migration(migrations.Migration):
    """Who moves a meeting or calls it off may say why; the move keeps its reason, so that some count nowhere. And a
    calendar speaks its owner's language."""

    dependencies = [
        ("meetings", "0006_hiding"),
        ("pairs", "0006_leaving_guards"),
    ]
    operations = [
        migrations.RemoveConstraint(
            model_name="meeting",
            name="meeting_reason_iff_declined",
        ),
        migrations.AddField(
            model_name="move",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_time", "I have no time"),
                    ("access", "My health, caring or other duties do not allow it"),
                    ("not_needed", "I think that we do not need this meeting"),
                    ("other", "Another reason"),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), models.Q(("reason", ""), _negated=True)),
                    ("state__in", ["proposed", "cancelled"]),
                    models.Q(models.Q(("state", "declined"), _negated=True), ("reason", "")),
                    _connector="OR",
                ),
                name="meeting_reason_where_one_is_asked",
            ),
        ),
        DefinerTrigger(
            "meeting_move_is_noted",
            table="meetings_meeting",
            when="AFTER UPDATE OF state",
            body="""
  if old.state = 'agreed' and new.state = 'proposed' then
    insert into meetings_move (id, pair_id, meeting_id, seat_id, was, moved_at, reason)
      values (gen_random_uuid(), new.pair_id, new.id, new.proposed_by_id, old.starts_at, security.now(), new.reason);
  end if;
  return null;
""",
        ),
        # A reason comes with its act, and goes when somebody leaves: it was not why the meeting is called off then.
        DefinerTrigger(
            "meeting_reason_comes_with_an_act",
            table="meetings_meeting",
            when="BEFORE UPDATE",
            body="""
  if new.reason not in (old.reason, '') and new.state = old.state then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  if new.state = 'cancelled' and old.state <> 'cancelled' and new.answer_by_id is null then
    new.reason := '';
  end if;
  return new;
""",
        ),
        DefinerFunction(
            "calendar_owner",
            arguments="hash text",
            returns="uuid",
            body="""
  return (select f.person_id from meetings_calendarfeed f
    join members_member p on p.id = f.person_id and p.ended_at is null
   where f.token_hash = hash and security.inside());
""",
        ),
    ]
