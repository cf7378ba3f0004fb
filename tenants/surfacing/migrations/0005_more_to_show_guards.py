from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger


class Migration(migrations.Migration):
    """What can be shown and what exactly is signed of it, class by class: a new class changes these two alone.

    A request for support ends with a departure: what lacked was the time of those who asked.
    """

    dependencies = [
        ("surfacing", "0004_more_to_show"),
        ("disclosure", "0003_more_to_show"),
        ("workplan", "0004_more_to_show"),
        ("projects", "0007_options"),
    ]
    operations = [
        DefinerFunction(
            "shown_content",
            arguments="class text, item uuid, pair uuid",
            returns="text",
            public=False,
            body="""
  return case class
    when 'people' then (select string_agg(t.id::text, '+' order by t.id) from pairs_seat t
      where t.pair_id = pair and t.left_at is null)
    when 'task' then (select t.content_hash from projects_sharedtask t where t.pair_id = pair)
    when 'project' then (select f.content_hash from workplan_projectframe f where f.pair_id = pair)
    when 'decision' then (select d.content_hash from projects_decision d where d.id = item)
    when 'result' then (select r.content_hash from projects_resultclaim r where r.id = item)
    when 'support' then (select concat_ws('/', r.first_month, r.last_month, r.hours_agreed, r.hours_given, r.text)
      from surfacing_supportrequest r where r.id = item)
    end;
""",
        ),
        DefinerFunction(
            "may_be_shown",
            arguments="class text, item uuid, pair uuid",
            returns="boolean",
            public=False,
            body="""
  return case class
    when 'task' then exists (select 1 from projects_sharedtask t where t.pair_id = pair and t.agreed_at is not null)
    when 'project' then exists (select 1 from workplan_projectframe f where f.pair_id = pair and f.state = 'active')
    when 'decision' then exists (select 1 from projects_decision d where d.id = item
      and d.pair_id = pair and d.state in ('agreed', 'superseded'))
    when 'result' then exists (select 1 from projects_resultclaim r where r.id = item
      and r.pair_id = pair and r.state in ('claimed', 'corroborated'))
    when 'support' then exists (select 1 from surfacing_supportrequest r where r.id = item and r.pair_id = pair)
    else true end;
""",
        ),
        DefinerFunction(
            "package_hash_of",
            arguments="wanted uuid",
            returns="text",
            body="""
declare text_of_package text;
begin
  select concat_ws('|', s.id, s.pair_id, s.audience, s.audience_id, s.open_from_start, s.reason, s.valid_to,
      (select concat_ws('/', p.site_id, p.title) from pairs_pair p where p.id = s.pair_id),
      (select string_agg(concat_ws(':', i.row_class, i.item_id, shown_content(i.row_class, i.item_id, s.pair_id)),
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
  if exists (select 1 from surfacing_surfacingitem i where i.surfacing_id = wanted
      and not may_be_shown(i.row_class, i.item_id, s.pair_id))
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
            "material_of_surfacing",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  return query select 'surfacing.SupportRequest', to_jsonb(x) from surfacing_supportrequest x
    where x.written_by_id = any (held);
""",
        ),
        DefinerFunction(
            "forget_in_surfacing",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  delete from surfacing_supportrequest x where x.written_by_id = any (held)
    and not exists (select 1 from surfacing_surfacingitem i
      join surfacing_surfacingkey k on k.surfacing_id = i.surfacing_id
      where i.item_id = x.id and k.seat_id <> all (held));
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
        and (g.row_class in ('people', 'support') or g.valid_from > security.now());
  end if;
  return null;
""",
        ),
    ]
