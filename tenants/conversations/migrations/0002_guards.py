from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger


class Migration(migrations.Migration):
    """Who writes to whom, for how long words can be taken back, and who hears that something is new."""

    dependencies = [
        ("conversations", "0001_initial"),
        ("audit", "0003_guards"),
        ("pairs", "0003_guards"),
        ("members", "0002_initial"),
    ]
    operations = [
        DefinerTrigger(
            "message_goes_to_the_partner",
            table="conversations_message",
            when="BEFORE INSERT",
            body="""
  if new.taken_back_at is not null or new.sent_at > security.now() + interval '1 minute'
     or not exists (select 1 from pairs_seat s where s.id = new.to_id and s.pair_id = new.pair_id
       and s.left_at is null and s.id <> new.seat_id) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "message_stays_as_sent",
            table="conversations_message",
            when="BEFORE UPDATE",
            body="""
  if old.taken_back_at is not null or new.taken_back_at is null or new.text <> ''
     or old.sent_at < security.now() - interval '24 hours' then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        # Acts within five minutes make one letter, five to ten minutes after the first of them.
        DefinerTrigger(
            "news_for_the_partner",
            table="audit_event",
            when="AFTER INSERT",
            body="""
declare other uuid; since timestamptz;
begin
  if new.pair_id is null or current_setting('rollout.context', true) is null or not security.inside() then
    return null;
  end if;
  since := date_bin('5 minutes', new.at, timestamptz '2000-01-01 00:00Z');
  for other in
    select s.member_id from pairs_seat s join members_member m on m.id = s.member_id
      join conversations_newschoice c on c.person_id = s.member_id
     where s.pair_id = new.pair_id and s.left_at is null and m.ended_at is null and c.how = 'each'
       and s.member_id is distinct from new.actor_id
  loop
    perform security.enqueue_for('conversations.news', other::text,
      'each ' || to_char(since at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), other, 'partner',
      since + interval '10 minutes');
  end loop;
  return null;
end
""",
        ),
        DefinerFunction(
            "ask_for_daily_news",
            arguments="zone text, hour integer",
            returns="integer",
            volatile=True,
            body="""
declare somebody uuid; asked integer := 0; today timestamp;
begin
  -- The service itself asks, in nobody's name.
  if not security.inside() or security.person() is not null then
    raise exception 'not_permitted' using errcode = 'P0001';
  end if;
  today := security.now() at time zone zone;
  if extract(hour from today) < hour then return 0; end if;
  for somebody in
    select distinct s.member_id from pairs_seat s join members_member m on m.id = s.member_id
      left join conversations_newschoice c on c.person_id = s.member_id
     where s.left_at is null and m.ended_at is null and coalesce(c.how, 'daily') = 'daily'
  loop
    perform security.enqueue_for('conversations.news', somebody::text, 'daily ' || to_char(today, 'YYYY-MM-DD'),
      somebody, 'partner', security.now());
    asked := asked + 1;
  end loop;
  return asked;
end
""",
        ),
        # The invitations that rollout leads accepted tell the addresses that people have from the organisation.
        DefinerFunction(
            "has_work_address",
            returns="boolean",
            body="""
  return exists (select 1 from members_office o join members_invitation i on i.accepted_by_id = o.member_id
    where o.role = 'rollout_lead' and o.ended_at is null
      and split_part(i.email, '@', 2) = split_part(security.own_address(), '@', 2));
""",
        ),
        DefinerTrigger(
            "news_ends_with_the_membership",
            table="members_member",
            when="AFTER UPDATE OF ended_at",
            body="""
  if new.ended_at is not null and old.ended_at is null then
    delete from conversations_newschoice c where c.person_id = new.id;
  end if;
  return null;
""",
        ),
        DefinerFunction(
            "material_of_conversations",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  return query select 'conversations.Message', to_jsonb(x) from conversations_message x where x.seat_id = any (held);
  return query select 'conversations.ReadMark', to_jsonb(x) from conversations_readmark x
    where x.seat_id = any (held);
  return query select 'conversations.NewsChoice', to_jsonb(x) from conversations_newschoice x where x.person_id = me;
""",
        ),
        DefinerFunction(
            "forget_in_conversations",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  delete from conversations_readmark r where r.seat_id = any (held);
  delete from conversations_newschoice c where c.person_id = me;
""",
        ),
    ]
