from django.db import migrations

from rollout.kernel.operations import DefinerTrigger


class Migration(migrations.Migration):
    """No grant without both partners' keys on the package it comes from.

    A departure ends what waits for a key or has not begun, and the showing of names: whoever comes next has
    not agreed to be named.
    """

    dependencies = [("surfacing", "0002_initial")]
    operations = [
        DefinerTrigger(
            "grant_needs_two_keys",
            table="disclosure_disclosuregrant",
            when="AFTER INSERT",
            deferred=True,
            body="""
declare sides int;
begin
  select count(distinct t.side) into sides from surfacing_surfacingkey k
    join surfacing_surfacing s on s.id = k.surfacing_id and s.package_hash = k.package_hash
    join pairs_seat t on t.id = k.seat_id and t.pair_id = new.pair_id and t.left_at is null
   where s.id = new.surfacing_id and s.pair_id = new.pair_id;
  if sides <> 2 then raise exception 'two_keys_needed' using errcode = 'P0001'; end if;
  return null;
end
""",
        ),
        DefinerTrigger(
            "signed_package_stays",
            table="surfacing_surfacingitem",
            when="BEFORE INSERT OR UPDATE OR DELETE",
            body="""
declare wanted uuid := case when tg_op = 'DELETE' then old.surfacing_id else new.surfacing_id end;
begin
  if exists (select 1 from surfacing_surfacing s where s.id = wanted and s.state <> 'open')
     or exists (select 1 from surfacing_surfacingkey k where k.surfacing_id = wanted) then
    if tg_op = 'DELETE' and security.erasing() then return old; end if;
    raise exception 'package_is_signed' using errcode = 'P0001';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
""",
        ),
        DefinerTrigger(
            "departure_lapses_packages",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body="""
  if old.left_at is null and new.left_at is not null then
    update surfacing_surfacing s set state = 'lapsed', closed_at = security.now()
      where s.pair_id = new.pair_id
        and (s.state = 'open' or (s.state = 'signed' and s.effective_from > security.now()));
    update disclosure_disclosuregrant g set ended_at = security.now()
      where g.pair_id = new.pair_id and g.ended_at is null
        and (g.row_class = 'people' or g.valid_from > security.now());
  end if;
  return null;
""",
        ),
    ]
