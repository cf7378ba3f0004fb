from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger

_OVER = "raise exception 'round_is_over' using errcode = 'P0001';"
_ONE_MISSING = "exists (select 1 from pairs_seat s where s.id in ({seats}) and s.left_at is not null)"


class Migration(migrations.Migration):
    """An answer waits for the other one; what both can read does not change; a start stays the start."""

    dependencies = [("instruments", "0002_initial"), ("pairs", "0003_guards")]
    operations = [
        DefinerTrigger(
            "round_begins_as_agreed",
            table="instruments_round",
            when="BEFORE INSERT",
            body=f"""
declare older record; own boolean;
begin
  -- A round whose time has come is over, also when nobody has looked since.
  update instruments_round x set state = 'closed', ended_at = x.closes_at
    where x.pair_id = new.pair_id and x.state = 'open' and x.closes_at <= security.now();
  own := new.opened_by_id is not distinct from new.citizen_seat_id
      or new.opened_by_id is not distinct from new.professional_seat_id;
  if not own or exists (select 1 from (values (new.citizen_seat_id, 'citizen'),
        (new.professional_seat_id, 'professional')) as t(seat, side)
      where t.seat is not null and not exists (select 1 from pairs_seat s where s.id = t.seat
        and s.pair_id = new.pair_id and s.side = t.side and s.left_at is null)) then
    raise exception 'not_your_round' using errcode = 'P0001';
  end if;
  if new.closes_at <= security.now() then {_OVER} end if;
  if new.replaces_id is not null then
    select * into older from instruments_round x where x.id = new.replaces_id for update;
    if older.state is distinct from 'revealed' or older.occasion = 'baseline' or new.occasion = 'baseline'
       or row(older.pair_id, older.code, older.version, older.citizen_seat_id, older.professional_seat_id)
          is distinct from row(new.pair_id, new.code, new.version, new.citizen_seat_id, new.professional_seat_id) then
      raise exception 'no_such_step' using errcode = 'P0001';
    end if;
  end if;
  return new;
end
""",
        ),
        DefinerTrigger(
            "round_moves_as_agreed",
            table="instruments_round",
            when="BEFORE UPDATE",
            body="""
declare given int; kept boolean;
begin
  if (to_jsonb(new) - '{state,ended_at}'::text[]) <> (to_jsonb(old) - '{state,ended_at}'::text[])
     or (old.state || ' ' || new.state) not in ('open revealed', 'open kept', 'open closed', 'kept revealed') then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  if new.state = 'revealed' then
    select count(*), coalesce(bool_or(a.keeps_sealed), false) into given, kept
      from instruments_answer a where a.round_id = new.id;
    if given <> 2 or kept then raise exception 'both_needed' using errcode = 'P0001'; end if;
  end if;
  return new;
end
""",
        ),
        DefinerTrigger(
            "answer_only_while_open",
            table="instruments_answer",
            when="BEFORE INSERT OR UPDATE",
            body=f"""
declare r record;
begin
  -- The round's lock lets the later of two answers see the earlier one.
  select * into r from instruments_round x where x.id = new.round_id for update;
  if new.seat_id is distinct from r.citizen_seat_id and new.seat_id is distinct from r.professional_seat_id then
    raise exception 'not_your_round' using errcode = 'P0001';
  end if;
  if tg_op = 'UPDATE' and r.state = 'kept' and old.keeps_sealed and not new.keeps_sealed
     and row(new.sealed, new.given_at) = row(old.sealed, old.given_at)
     and not {_ONE_MISSING.format(seats="r.citizen_seat_id, r.professional_seat_id")} then
    return new;
  end if;
  if r.state <> 'open' or r.closes_at <= security.now() then {_OVER} end if;
  return new;
end
""",
        ),
        DefinerTrigger(
            "answers_open_together",
            table="instruments_answer",
            when="AFTER INSERT OR UPDATE",
            body="""
declare wanted int; given int; kept boolean;
begin
  select num_nonnulls(x.citizen_seat_id, x.professional_seat_id) into wanted
    from instruments_round x where x.id = new.round_id;
  select count(*), bool_or(a.keeps_sealed) into given, kept from instruments_answer a where a.round_id = new.round_id;
  if given = wanted then
    update instruments_round x
       set state = case when wanted = 1 or kept then 'kept' else 'revealed' end, ended_at = security.now()
     where x.id = new.round_id and (x.state = 'open' or (x.state = 'kept' and not kept and wanted = 2));
  end if;
  return null;
end
""",
        ),
        DefinerTrigger(
            "departure_closes_rounds",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body="""
  if old.left_at is null and new.left_at is not null then
    update instruments_round x set state = 'closed', ended_at = security.now()
      where x.state = 'open' and new.id in (x.citizen_seat_id, x.professional_seat_id);
  end if;
  return null;
""",
        ),
        DefinerFunction(
            "material_of_instruments",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  return query select 'instruments.Round', to_jsonb(x) from instruments_round x where x.opened_by_id = any (held);
  return query select 'instruments.Answer', to_jsonb(x) || jsonb_build_object('code', r.code, 'version', r.version,
      'occasion', r.occasion) from instruments_answer x join instruments_round r on r.id = x.round_id
    where x.seat_id = any (held);
  return query select 'instruments.Remark', to_jsonb(x) from instruments_remark x where x.seat_id = any (held);
""",
        ),
        DefinerFunction(
            "forget_in_instruments",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
declare gone uuid[];
begin
  -- What the partner has never read goes; what both have read stays with the partner.
  delete from instruments_answer a using instruments_round r
    where r.id = a.round_id and a.seat_id = any (held) and r.state <> 'revealed';
  gone := array(select x.id from instruments_round x where num_nonnulls(x.citizen_seat_id, x.professional_seat_id) = 1
    and coalesce(x.citizen_seat_id, x.professional_seat_id) = any (held));
  delete from instruments_round x where x.id = any (gone);
end
""",
        ),
    ]
