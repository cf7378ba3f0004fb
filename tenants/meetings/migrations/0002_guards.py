from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger


class Migration(migrations.Migration):
    """A meeting stands when the other one has picked an offered time, whoever writes the row."""

    dependencies = [
        ("meetings", "0001_initial"),
        ("pairs", "0003_guards"),
        ("members", "0002_initial"),
    ]
    operations = [
        DefinerTrigger(
            "meeting_begins_with_an_offer",
            table="meetings_meeting",
            when="BEFORE INSERT",
            body="""
  if new.state <> 'proposed' or new.round <> 1 or new.starts_at is not null or new.time_of <> '' or new.notes <> ''
     or new.answer_by_id is not null or new.sequence <> 0 then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "meeting_moves_as_agreed",
            table="meetings_meeting",
            when="BEFORE UPDATE",
            body="""
declare mine uuid; picked record;
begin
  select s.id into mine from pairs_seat s
    where s.pair_id = new.pair_id and s.member_id = security.person() and s.left_at is null;
  -- Only what the database itself does for somebody who leaves is done without a seat.
  if mine is null and new.state not in (old.state, 'cancelled') then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  if new.state <> old.state and (old.state || ' ' || new.state) not in (
       'proposed agreed', 'proposed asked', 'proposed declined', 'proposed cancelled', 'asked proposed',
       'asked cancelled', 'agreed proposed', 'agreed cancelled', 'agreed held', 'agreed not_held') then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  if new.round <> old.round then
    if new.round <> old.round + 1 or new.state <> 'proposed' or new.proposed_by_id is distinct from mine
       or new.starts_at is not null or new.time_of <> '' or new.answer_by_id is not null
       or old.state not in ('proposed', 'asked', 'agreed') then
      raise exception 'no_such_step' using errcode = 'P0001';
    end if;
  else
    if (new.state = 'proposed' and old.state <> 'proposed') or new.proposed_by_id <> old.proposed_by_id
       or row(new.minutes, new.venue, new.place, new.link, new.agenda)
          <> row(old.minutes, old.venue, old.place, old.link, old.agenda)
       or new.access_needs not in (old.access_needs, '')
       or (row(new.starts_at, new.time_of) is distinct from row(old.starts_at, old.time_of)
           and not (old.state = 'proposed' and new.state = 'agreed')) then
      raise exception 'no_such_step' using errcode = 'P0001';
    end if;
  end if;
  if new.state <> old.state and new.state in ('agreed', 'asked', 'declined') and mine = old.proposed_by_id then
    raise exception 'own_offer' using errcode = 'P0001';
  end if;
  if new.state = 'agreed' and old.state = 'proposed' then
    select t.choice into picked from meetings_offeredtime t
      where t.meeting_id = new.id and t.round = new.round and t.starts_at = new.starts_at;
    if not found or new.starts_at <= security.now() or new.time_of is distinct from (select s.side from pairs_seat s
        where s.id = case when picked.choice = 1 then new.proposed_by_id else mine end) then
      raise exception 'no_such_step' using errcode = 'P0001';
    end if;
  end if;
  if new.state <> old.state and new.state in ('held', 'not_held') and old.starts_at > security.now() then
    raise exception 'not_yet' using errcode = 'P0001';
  end if;
  if new.answer_by_id is distinct from old.answer_by_id and new.answer_by_id is distinct from mine
     and new.answer_by_id is not null then
    raise exception 'not_your_seat' using errcode = 'P0001';
  end if;
  if (new.notes <> old.notes and new.state not in ('agreed', 'held', 'not_held'))
     or (new.words <> old.words and new.words <> '' and new.state = old.state) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
end
""",
        ),
        DefinerTrigger(
            "meeting_move_is_noted",
            table="meetings_meeting",
            when="AFTER UPDATE OF state",
            body="""
  if old.state = 'agreed' and new.state = 'proposed' then
    insert into meetings_move (id, pair_id, meeting_id, seat_id, was, moved_at)
      values (gen_random_uuid(), new.pair_id, new.id, new.proposed_by_id, old.starts_at, security.now());
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "offered_time_is_the_proposers",
            table="meetings_offeredtime",
            when="BEFORE INSERT",
            body="""
  if not exists (select 1 from meetings_meeting m where m.id = new.meeting_id and m.proposed_by_id = new.seat_id
      and m.state = 'proposed') then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        # What is still to come is called off when somebody leaves, and nobody who comes later reads what they needed
        DefinerTrigger(
            "departure_calls_off_meetings",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body="""
  if old.left_at is null and new.left_at is not null then
    update meetings_meeting m set access_needs = '', words = '', changed_at = security.now()
      where m.pair_id = new.pair_id and (m.access_needs <> '' or m.words <> '');
    update meetings_meeting m set state = 'cancelled', sequence = m.sequence + 1, changed_at = security.now()
      where m.pair_id = new.pair_id and (m.state in ('proposed', 'asked')
        or (m.state = 'agreed' and m.starts_at > security.now()));
  end if;
  return null;
""",
        ),
        DefinerFunction(
            "calendar_entries",
            arguments="hash text",
            returns="TABLE (id uuid, starts_at timestamptz, minutes integer, sequence integer,"
            " changed_at timestamptz, is_cancelled boolean)",
            body="""
  -- An address that somebody made has at least one row, so that an empty calendar and no calendar differ.
  return query select e.* from meetings_calendarfeed f
    join members_member p on p.id = f.person_id and p.ended_at is null
    left join lateral (
      select m.id, m.starts_at, m.minutes::integer, m.sequence::integer, m.changed_at, m.state = 'cancelled'
        from meetings_meeting m join pairs_seat s on s.pair_id = m.pair_id and s.member_id = f.person_id
         and s.left_at is null and m.proposed_at >= s.taken_at
       where m.starts_at > security.now() - interval '90 days' and m.state in ('agreed', 'held', 'cancelled')
       order by m.starts_at desc, m.id limit 200) e on true
   where f.token_hash = hash and security.inside();
""",
        ),
        DefinerTrigger(
            "calendar_ends_with_the_membership",
            table="members_member",
            when="AFTER UPDATE OF ended_at",
            body="""
  if new.ended_at is not null and old.ended_at is null then
    delete from meetings_calendarfeed f where f.person_id = new.id;
  end if;
  return null;
""",
        ),
        DefinerFunction(
            "material_of_meetings",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  return query select 'meetings.Meeting', to_jsonb(x) from meetings_meeting x where x.proposed_by_id = any (held);
  return query select 'meetings.OfferedTime', to_jsonb(x) from meetings_offeredtime x where x.seat_id = any (held);
  return query select 'meetings.Move', to_jsonb(x) from meetings_move x where x.seat_id = any (held);
  return query select 'meetings.CalendarFeed', to_jsonb(x) - 'token_hash' from meetings_calendarfeed x
    where x.person_id = me;
""",
        ),
        DefinerFunction(
            "forget_in_meetings",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  delete from meetings_calendarfeed f where f.person_id = me;
""",
        ),
    ]
