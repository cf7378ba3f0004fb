from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger

_LIVE = "x.ended_at is null and x.expires_at > security.now()"
_MANAGERS = "'rollout_lead', 'sponsor', 'board_member', 'board_secretary', 'finance'"
_END_OLD = """
  delete from assistance_assistedentry e using assistance_assistedsession x
    where e.session_id = x.id and e.confirmed_at is null and {which};
  update assistance_assistedsession x set ended_at = least(x.expires_at, security.now()) where {which};
"""


class Migration(migrations.Migration):
    """Who may help, for how long, and when what was entered counts."""

    dependencies = [("assistance", "0002_initial")]
    operations = [
        DefinerFunction(
            "helps",
            arguments="person_seat uuid, who uuid",
            returns="boolean",
            public=False,
            body=f"""
  -- Named by the person; never anybody who sat or sits in the pair; never anybody who manages.
  return exists (select 1 from pairs_seat s join assistance_helperchoice c on c.seat_id = s.id
      join members_member m on m.id = who
     where s.id = person_seat and s.left_at is null and c.ended_at is null and m.ended_at is null
       and c.helper_id = who
       and not exists (select 1 from pairs_seat o where o.pair_id = s.pair_id and o.member_id = who)
       and not exists (select 1 from members_office o where o.member_id = who and o.ended_at is null
         and o.role in ({_MANAGERS})));
""",
        ),
        DefinerFunction(
            "recognise_helper",
            arguments="voucher text",
            returns="void",
            volatile=True,
            body="""
  -- Whoever was named by the address with which they sign in is named by who they are from now on.
  if security.capacity() <> 'partner' or not is_member() then return; end if;
  update assistance_helperchoice c set helper_id = security.person()
    where c.helper_id is null and c.ended_at is null and c.member_id <> security.person()
      and security.signs_in_with(voucher, c.address);
""",
        ),
        DefinerFunction(
            "people_i_may_help",
            returns="TABLE (seat_id uuid, name text, blind boolean)",
            body="""
  if security.capacity() <> 'partner' or not is_member() then return; end if;
  return query select s.id, m.name::text, bool_or(c.blind) from assistance_helperchoice c
      join pairs_seat s on s.id = c.seat_id join members_member m on m.id = s.member_id
    where c.ended_at is null and c.helper_id = security.person() and helps(s.id, security.person())
    group by s.id, m.name order by m.name, s.id;
""",
        ),
        DefinerFunction(
            "who_helped_me",
            returns="TABLE (session_id uuid, name text)",
            body="""
  if security.capacity() <> 'partner' then return; end if;
  return query select x.id, m.name::text from assistance_assistedsession x
    join members_member m on m.id = x.helper_id where x.person_id = security.person();
""",
        ),
        DefinerFunction(
            "start_assisted_session",
            arguments="session uuid, person_seat uuid",
            returns="void",
            volatile=True,
            body=f"""
declare s record; now_ timestamptz := security.now();
begin
  if security.capacity() <> 'partner' or not is_member() or not helps(person_seat, security.person()) then
    raise exception 'not_permitted' using errcode = 'P0001';
  end if;
  select * into s from pairs_seat p where p.id = person_seat for update;
  {
                _END_OLD.format(
                    which="x.ended_at is null and x.expires_at <= security.now()"
                    " and (x.helper_id = security.person() or x.person_id = s.member_id)"
                )
            }
  if exists (select 1 from assistance_assistedsession x where x.ended_at is null
      and (x.helper_id = security.person() or x.person_id = s.member_id)) then
    raise exception 'one_at_a_time' using errcode = 'P0001';
  end if;
  insert into assistance_assistedsession
      (id, pair_id, seat_id, person_id, helper_id, blind, confidential_at, started_at, expires_at)
    select session, s.pair_id, s.id, s.member_id, security.person(), (select bool_or(c.blind)
        from assistance_helperchoice c where c.seat_id = s.id and c.ended_at is null
         and c.helper_id = security.person()),
      now_, now_, now_ + interval '30 minutes';
exception when unique_violation then
  raise exception 'one_at_a_time' using errcode = 'P0001';
end
""",
        ),
        DefinerFunction(
            "end_assisted_session",
            arguments="session uuid",
            returns="boolean",
            volatile=True,
            body=f"""
  -- By the helper or by the person. What was not confirmed is gone.
  if security.capacity() <> 'partner' then return false; end if;
  perform 1 from assistance_assistedsession x where x.id = session and x.ended_at is null
    and security.person() in (x.helper_id, x.person_id) for update;
  if not found then return false; end if;
  {_END_OLD.format(which="x.id = session")}
  return true;
""",
        ),
        DefinerFunction(
            "rounds_to_enter",
            arguments="session uuid",
            returns="TABLE (id uuid, code text, version int, entry uuid)",
            body=f"""
  return query select r.id, r.code::text, r.version::int, e.id from assistance_assistedsession x
    join instruments_round r on x.seat_id in (r.citizen_seat_id, r.professional_seat_id)
    left join assistance_assistedentry e on e.session_id = x.id and e.round_id = r.id and e.confirmed_at is null
    where x.id = session and x.id in (select sessions_i_help_in()) and {_LIVE}
      and r.state = 'open' and r.closes_at > security.now()
      and not exists (select 1 from instruments_answer a where a.round_id = r.id and a.seat_id = x.seat_id)
    order by r.opened_at, r.id;
""",
        ),
        DefinerFunction(
            "next_read_back",
            arguments="session uuid",
            returns="TABLE (id uuid, number int)",
            body="""
  return query select c.id, c.number::int from assistance_assistedsession x
    join assistance_readbackcode c on c.member_id = x.person_id and c.used_at is null
    where x.id = session and x.id in (select sessions_i_help_in()) order by c.number limit 1;
""",
        ),
        DefinerFunction(
            "confirm_assisted_entry",
            arguments="entry uuid, said text",
            returns="text",
            volatile=True,
            body="""
declare e record; x record; c record; r record;
begin
  select * into e from assistance_assistedentry f where f.id = entry;
  select * into x from assistance_assistedsession y where y.id = e.session_id for update;
  if not found or x.id not in (select sessions_i_help_in()) or not helps(x.seat_id, x.helper_id) then
    raise exception 'session_is_over' using errcode = 'P0001';
  end if;
  -- Read again under the session's lock: two windows confirm one after the other.
  select * into e from assistance_assistedentry f where f.id = entry and f.confirmed_at is null;
  if not found then raise exception 'session_is_over' using errcode = 'P0001'; end if;
  select * into c from assistance_readbackcode k where k.member_id = x.person_id and k.used_at is null
    order by k.number limit 1 for update;
  if not found then raise exception 'no_codes_left' using errcode = 'P0001'; end if;
  if c.code_hash <> said then raise exception 'wrong_code' using errcode = 'P0001'; end if;
  update assistance_readbackcode k set used_at = security.now() where k.id = c.id;
  insert into instruments_answer (id, pair_id, round_id, seat_id, sealed, keeps_sealed, given_at)
    values (e.id, e.pair_id, e.round_id, x.seat_id, e.sealed, false, security.now());
  update assistance_assistedentry f set confirmed_at = security.now(), sealed = '' where f.id = e.id;
  select * into r from instruments_round q where q.id = e.round_id;
  -- Nothing tells the partner before both have answered.
  if r.state = 'revealed' then perform audit_write('round.revealed', r.id, '{}'::jsonb, r.pair_id); end if;
  return r.state;
exception when unique_violation then
  raise exception 'answered_meanwhile' using errcode = 'P0001';
end
""",
        ),
        DefinerTrigger(
            "assisted_entry_fits_its_session",
            table="assistance_assistedentry",
            when="BEFORE INSERT OR UPDATE",
            body=f"""
  if tg_op = 'INSERT' and not exists (select 1 from assistance_assistedsession x
      join instruments_round r on r.id = new.round_id and x.seat_id in (r.citizen_seat_id, r.professional_seat_id)
      where x.id = new.session_id and x.pair_id = new.pair_id and r.pair_id = x.pair_id and {_LIVE}
        and r.state = 'open') then
    raise exception 'session_is_over' using errcode = 'P0001';
  end if;
  if tg_op = 'UPDATE' and old.confirmed_at is not null then
    raise exception 'session_is_over' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "departure_ends_assistance",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body=f"""
  if old.left_at is null and new.left_at is not null then
    update assistance_helperchoice c set ended_at = security.now() where c.seat_id = new.id and c.ended_at is null;
    {_END_OLD.format(which="x.seat_id = new.id and x.ended_at is null")}
  end if;
  return null;
""",
        ),
        DefinerFunction(
            "use_letter_code",
            arguments="hash text",
            returns="TABLE (invitation uuid, sends int)",
            volatile=True,
            body="""
declare wanted uuid;
begin
  update assistance_lettercode c set used_at = security.now()
    where c.code_hash = hash and c.used_at is null and c.expires_at > security.now()
      and exists (select 1 from members_invitation i where i.id = c.invitation_id and i.accepted_at is null
        and i.revoked_at is null and i.expires_at > security.now())
    returning c.invitation_id into wanted;
  return query select i.id, i.sends::int from members_invitation i where i.id = wanted;
end
""",
        ),
        DefinerFunction(
            "material_of_assistance",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  return query select 'assistance.HelperChoice', to_jsonb(x) from assistance_helperchoice x where x.member_id = me;
  return query select 'assistance.ReadBackCode', to_jsonb(x) - 'code_hash' from assistance_readbackcode x
    where x.member_id = me;
  return query select 'assistance.AssistedSession', to_jsonb(x) from assistance_assistedsession x
    where x.person_id = me;
  return query select 'assistance.AssistedEntry', to_jsonb(e) - 'sealed' from assistance_assistedentry e
    join assistance_assistedsession x on x.id = e.session_id where x.person_id = me;
  return query select 'assistance.LetterCode', to_jsonb(x) - 'code_hash' from assistance_lettercode x
    where x.made_by_id = me;
""",
        ),
        DefinerFunction(
            "forget_in_assistance",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  delete from assistance_assistedentry e using assistance_assistedsession x
    where x.id = e.session_id and x.person_id = me and e.confirmed_at is null;
  delete from assistance_helperchoice c where c.member_id = me;
  delete from assistance_readbackcode c where c.member_id = me;
""",
        ),
    ]
