from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """Two keys open, one key closes."""

    initial = True
    dependencies = [("disclosure", "0001_rules"), ("projects", "0001_rules")]
    operations = [
        DefinerFunction(
            "package_hash_of",
            arguments="wanted uuid",
            returns="text",
            body="""
declare text_of_package text;
begin
  select concat_ws('|', s.id, s.pair_id, s.audience, s.audience_id, s.open_from_start, s.reason, s.valid_to,
      (select concat_ws('/', p.site_id, p.title) from pairs_pair p where p.id = s.pair_id),
      (select string_agg(concat_ws(':', i.row_class, i.item_id, case i.row_class
          when 'people' then (select string_agg(t.id::text, '+' order by t.id) from pairs_seat t
            where t.pair_id = s.pair_id and t.left_at is null)
          when 'task' then (select t.content_hash from projects_sharedtask t where t.pair_id = s.pair_id)
          when 'decision' then (select d.content_hash from projects_decision d where d.id = i.item_id)
          when 'result' then (select r.content_hash from projects_resultclaim r where r.id = i.item_id) end),
        ',' order by i.row_class, i.item_id) from surfacing_surfacingitem i where i.surfacing_id = s.id))
    into text_of_package from surfacing_surfacing s where s.id = wanted and s.pair_id in (select own_pairs());
  return encode(sha256(convert_to(text_of_package, 'UTF8')), 'hex');
end
""",
        ),
        DefinerFunction(
            "open_surfacing",
            arguments="wanted uuid",
            returns="boolean",
            volatile=True,
            body="""
declare
  s record; sides int; reasons int; proven boolean;
  moment timestamptz := security.now(); start_at timestamptz := moment;
begin
  perform 1 from pairs_pair p where p.id = (select x.pair_id from surfacing_surfacing x where x.id = wanted) for update;
  select * into s from surfacing_surfacing x where x.id = wanted and x.pair_id in (select own_pairs()) for update;
  if not found or s.state <> 'open' then return false; end if;
  if package_hash_of(wanted) is distinct from s.package_hash then
    raise exception 'package_changed' using errcode = 'P0001';
  end if;
  if exists (select 1 from surfacing_surfacingitem i where i.surfacing_id = wanted and case i.row_class
      when 'task' then not exists (select 1 from projects_sharedtask t where t.pair_id = s.pair_id
        and t.agreed_at is not null)
      when 'decision' then not exists (select 1 from projects_decision d where d.id = i.item_id
        and d.pair_id = s.pair_id and d.state in ('agreed', 'superseded'))
      when 'result' then not exists (select 1 from projects_resultclaim r where r.id = i.item_id
        and r.pair_id = s.pair_id and r.state in ('claimed', 'corroborated'))
      else false end)
     or not exists (select 1 from surfacing_surfacingitem i where i.surfacing_id = wanted and i.row_class = 'pair') then
    raise exception 'package_changed' using errcode = 'P0001';
  end if;
  if s.audience = 'sponsor' and s.audience_id not in (select office_holders('sponsor'))
     or s.audience = 'board' and exists (select 1 from members_member m where m.id = s.audience_id) then
    raise exception 'unknown_audience' using errcode = 'P0001';
  end if;
  select count(distinct t.side), count(*) filter (where k.override_reason <> '') into sides, reasons
    from surfacing_surfacingkey k join pairs_seat t on t.id = k.seat_id
   where k.surfacing_id = wanted and k.package_hash = s.package_hash and t.left_at is null and t.pair_id = s.pair_id;
  if sides < 2 then return false; end if;
  proven := exists (select 1 from projects_resultclaim r where r.pair_id = s.pair_id and r.state = 'corroborated');
  if not proven and not s.open_from_start and reasons < 2 then
    raise exception 'not_corroborated' using errcode = 'P0001';
  end if;
  if s.audience <> 'sponsor' and not exists (select 1 from disclosure_disclosuregrant g where g.pair_id = s.pair_id
      and g.audience <> 'sponsor' and g.ended_at is null and g.valid_from <= moment
      and (g.valid_to is null or g.valid_to > moment)) then
    start_at := moment + interval '72 hours';
  end if;
  if s.valid_to is not null and s.valid_to <= start_at then
    raise exception 'ends_too_soon' using errcode = 'P0001';
  end if;
  insert into disclosure_disclosuregrant (id, pair_id, surfacing_id, row_class, item_id, audience, audience_id,
                                          valid_from, valid_to)
    select gen_random_uuid(), s.pair_id, s.id, i.row_class, i.item_id, s.audience, s.audience_id, start_at, s.valid_to
      from surfacing_surfacingitem i where i.surfacing_id = s.id;
  update surfacing_surfacing x set state = 'signed', signed_at = moment, effective_from = start_at
    where x.id = wanted;
  return true;
end
""",
        ),
        DefinerFunction(
            "close_surfacing",
            arguments="wanted uuid",
            returns="boolean",
            volatile=True,
            body="""
  perform 1 from pairs_pair p where p.id = (select x.pair_id from surfacing_surfacing x where x.id = wanted) for update;
  update surfacing_surfacing x set state = 'withdrawn', closed_at = security.now()
    where x.id = wanted and x.state in ('open', 'signed') and x.pair_id in (select own_pairs());
  if not found then return false; end if;
  update disclosure_disclosuregrant g set ended_at = security.now()
    where g.surfacing_id = wanted and g.ended_at is null;
  return true;
""",
        ),
    ]
