from django.db import migrations

from rollout.kernel.operations import DefinerTrigger

_OWN_SEAT = """
  if tg_op = 'INSERT' or new.{column} is distinct from old.{column} then
    if not exists (select 1 from pairs_seat s where s.id = new.{column} and s.pair_id = new.pair_id
        and s.member_id = security.person() and s.left_at is null) then
      raise exception 'not_your_seat' using errcode = 'P0001';
    end if;
  end if;
"""
_CLEAR = """delete from applications_applicationkey k using applications_application a
    where a.id = k.application_id and a.pair_id = new.pair_id and a.state = 'draft';"""


class Migration(migrations.Migration):
    """Two keys on the present text, whoever writes the row; what both have put down stays, and so does the start."""

    dependencies = [("applications", "0002_initial"), ("projects", "0003_guards"), ("pairs", "0003_guards")]
    operations = [
        DefinerTrigger(
            "own_text_stays_once_both_wrote",
            table="applications_owntext",
            when="BEFORE UPDATE",
            body="""
  if old.put_down_at is not null and new.put_down_at is distinct from old.put_down_at then
    raise exception 'put_down' using errcode = 'P0001';
  end if;
  if old.put_down_at is not null and new.text <> old.text and exists (select 1 from applications_owntext o
      where o.kind = old.kind and o.seat_id = old.partner_seat_id and o.partner_seat_id = old.seat_id
        and o.put_down_at is not null) then
    raise exception 'both_wrote' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "joint_text_is_of_both",
            table="applications_jointtext",
            when="BEFORE INSERT OR UPDATE",
            body=f"""
  {_OWN_SEAT.format(column="edited_by_id")}
  if tg_op = 'INSERT' and not exists (
      select 1 from applications_owntext c join pairs_seat cs on cs.id = c.seat_id and cs.side = 'citizen'
        join applications_owntext p on p.seat_id = c.partner_seat_id and p.partner_seat_id = c.seat_id
        join pairs_seat ps on ps.id = p.seat_id and ps.side = 'professional'
        where c.id = new.citizen_text_id and p.id = new.professional_text_id and cs.left_at is null
          and ps.left_at is null and c.put_down_at is not null and p.put_down_at is not null) then
    raise exception 'not_both' using errcode = 'P0001';
  end if;
  if tg_op = 'UPDATE' and new.kind = 'reflection' and new.text <> old.text and exists (
      select 1 from applications_application a join applications_owntext c on c.id = new.citizen_text_id
        and c.seat_id = a.citizen_seat_id join applications_owntext p on p.id = new.professional_text_id
        and p.seat_id = a.professional_seat_id where a.submitted_at is not null) then
    raise exception 'start_stays' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "application_moves_as_signed",
            table="applications_application",
            when="BEFORE INSERT OR UPDATE",
            body="""
declare live jsonb;
begin
  if new.content_hash <> encode(sha256(convert_to(new.content::text, 'UTF8')), 'hex') then
    raise exception 'other_hash' using errcode = 'P0001';
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'draft' or not (
        exists (select 1 from pairs_seat s where s.id = new.citizen_seat_id and s.side = 'citizen' and s.left_at is null)
        and exists (select 1 from pairs_seat s where s.id = new.professional_seat_id and s.side = 'professional'
          and s.left_at is null)) then
      raise exception 'no_such_step' using errcode = 'P0001';
    end if;
    return new;
  end if;
  if old.state <> 'draft' and row(new.host, new.system_id, new.host_name, new.content, new.submitted_at)
      is distinct from row(old.host, old.system_id, old.host_name, old.content, old.submitted_at) then
    raise exception 'application_stands' using errcode = 'P0001';
  end if;
  if new.state <> old.state and (old.state || ' ' || new.state) not in ('draft submitted', 'submitted withdrawn')
     and not ((old.state || ' ' || new.state) = 'draft withdrawn' and exists (select 1 from pairs_seat s
       where s.id in (new.citizen_seat_id, new.professional_seat_id) and s.left_at is not null)) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  if new.state = 'submitted' and old.state = 'draft' then
    live := application_content(new.id);
    if live is null or live is distinct from new.content then
      raise exception 'text_changed' using errcode = 'P0001';
    end if;
    if exists (select 1 from jsonb_each(live) part where part.key <> 'system' and part.value = 'null'::jsonb) then
      raise exception 'not_ready' using errcode = 'P0001';
    end if;
  end if;
  return new;
end
""",
        ),
        DefinerTrigger(
            "application_needs_two_keys",
            table="applications_application",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body="""
declare sides int;
begin
  if new.state <> 'submitted' or (tg_op = 'UPDATE' and old.state = 'submitted') then return null; end if;
  select count(distinct k.seat_id) into sides from applications_applicationkey k
    join pairs_seat s on s.id = k.seat_id and s.left_at is null
    where k.application_id = new.id and k.content_hash = new.content_hash
      and k.seat_id in (new.citizen_seat_id, new.professional_seat_id);
  if sides <> 2 then raise exception 'two_keys_needed' using errcode = 'P0001'; end if;
  return null;
end
""",
        ),
        # An edit of anything that is signed clears both keys
        DefinerTrigger(
            "application_change_clears_keys",
            table="applications_application",
            when="AFTER UPDATE",
            body="""
  if row(new.host, new.system_id, new.host_name, new.content_hash)
      is distinct from row(old.host, old.system_id, old.host_name, old.content_hash) then
    delete from applications_applicationkey k where k.application_id = new.id;
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "joint_text_change_clears_keys",
            table="applications_jointtext",
            when="AFTER INSERT OR UPDATE OF text",
            body=f"  {_CLEAR}\n  return null;",
        ),
        DefinerTrigger(
            "task_change_clears_application_keys",
            table="projects_sharedtask",
            when="AFTER UPDATE OF text, content_hash",
            body=f"""
  if row(new.text, new.content_hash) <> row(old.text, old.content_hash) then
    {_CLEAR}
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "departure_closes_application",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body="""
  if old.left_at is null and new.left_at is not null then
    update applications_application a set state = 'withdrawn', closed_at = security.now()
      where a.state in ('draft', 'submitted') and new.id in (a.citizen_seat_id, a.professional_seat_id);
  end if;
  return null;
""",
        ),
    ]
