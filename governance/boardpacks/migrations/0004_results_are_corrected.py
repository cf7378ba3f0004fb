from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger


class Migration(migrations.Migration):
    """A result that was wrong, or lost its witness, is corrected in every pack that rests on it, by the same slip."""

    dependencies = [("boardpacks", "0003_guards"), ("projects", "0008_results_move")]
    operations = [
        DefinerFunction(
            "correct_packs",
            arguments="of_pair uuid, resting uuid[]",
            returns="void",
            volatile=True,
            public=False,  # for the triggers alone
            body="""
declare
  told text := coalesce(current_setting('rollout.slips', true), '');
  issued record;
begin
  for issued in select p.id, p.body_id from boardpacks_boardpack p where p.state = 'ready' and exists (
      select 1 from boardpacks_packgrant g where g.pack_id = p.id and g.grant_id = any (resting)) order by p.id loop
    -- Many things of a pair end in one act: that is one slip for each pack.
    continue when position(concat(issued.id, of_pair) in told) > 0;
    told := concat(told, issued.id, of_pair);
    perform set_config('rollout.slips', told, true);
    perform pg_advisory_xact_lock(hashtextextended(current_schema() || ' slips', 0));
    insert into boardpacks_correctionslip (id, body_id, pack_id, number, made_at)
      values (gen_random_uuid(), issued.body_id, issued.id,
              1 + (select coalesce(max(s.number), 0) from boardpacks_correctionslip s where s.pack_id = issued.id),
              security.now());
  end loop;
end
""",
        ),
        DefinerTrigger(
            "grant_end_corrects_packs",
            table="disclosure_disclosuregrant",
            when="AFTER UPDATE OF ended_at",
            body="""
  if old.ended_at is null and new.ended_at is not null then
    perform correct_packs(new.pair_id, array[new.id]);
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "result_correction_reaches_packs",
            table="projects_resultclaim",
            when="AFTER UPDATE OF state",
            body="""
  -- Also where the showing has ended meanwhile: the paper that cites it is still in its readers' hands.
  if new.state <> old.state and (new.state = 'disproved' or (old.state = 'corroborated' and new.state = 'claimed')) then
    perform correct_packs(new.pair_id, array(select g.id from disclosure_disclosuregrant g
      where g.pair_id = new.pair_id and g.row_class = 'result' and g.item_id = new.id));
  end if;
  return null;
""",
        ),
        DefinerFunction(
            "pack_grants_live",
            arguments="wanted uuid",
            returns="boolean",
            volatile=True,
            body="""
  -- Locked until the pack is finished: a correction or a withdrawal comes before that, or after it. Results come
  -- first, as with whoever changes one, which ends its grants.
  perform 1 from projects_resultclaim r where r.id in (select g.item_id from boardpacks_packgrant p
    join disclosure_disclosuregrant g on g.id = p.grant_id and g.row_class = 'result'
    where p.pack_id = wanted) order by r.id for share;
  perform 1 from disclosure_disclosuregrant g where g.id in
    (select p.grant_id from boardpacks_packgrant p where p.pack_id = wanted) order by g.id for share;
  return not exists (
    select 1 from boardpacks_packgrant p left join disclosure_disclosuregrant g on g.id = p.grant_id
     where p.pack_id = wanted and (g.id is null or g.ended_at is not null
       or g.valid_from > security.now() or (g.valid_to is not null and g.valid_to <= security.now())));
""",
        ),
    ]
