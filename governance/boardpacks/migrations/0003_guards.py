from django.db import migrations

from rollout.kernel.operations import DefinerTrigger


class Migration(migrations.Migration):
    """A grant that ends after a pack was issued leaves the pack as it is; a numbered slip goes to who opened it."""

    dependencies = [("boardpacks", "0002_initial"), ("disclosure", "0002_initial"), ("members", "0002_initial")]
    operations = [
        DefinerTrigger(
            "grant_end_corrects_packs",
            table="disclosure_disclosuregrant",
            when="AFTER UPDATE OF ended_at",
            body="""
declare
  told text := coalesce(current_setting('rollout.slips', true), '');
  issued record;
begin
  if old.ended_at is not null or new.ended_at is null then return null; end if;
  for issued in select p.id, p.body_id from boardpacks_boardpack p join boardpacks_packgrant g on g.pack_id = p.id
                 where g.grant_id = new.id and p.state = 'ready' loop
    -- Many grants of a pair end in one act: that is one slip for each pack.
    continue when position(concat(issued.id, new.pair_id) in told) > 0;
    told := concat(told, issued.id, new.pair_id);
    perform set_config('rollout.slips', told, true);
    perform pg_advisory_xact_lock(hashtextextended(current_schema() || ' slips', 0));
    insert into boardpacks_correctionslip (id, body_id, pack_id, number, made_at)
      values (gen_random_uuid(), issued.body_id, issued.id,
              1 + (select coalesce(max(s.number), 0) from boardpacks_correctionslip s where s.pack_id = issued.id),
              security.now());
  end loop;
  return null;
end
""",
        ),
        DefinerTrigger(
            "slip_goes_to_readers",
            table="boardpacks_correctionslip",
            when="AFTER INSERT",
            body="""
  insert into members_notice (id, recipient_id, capacity, kind, subject_id, job_id, made_at)
    select gen_random_uuid(), r.member, min(r.hat), 'pack_corrected', new.pack_id, new.id, new.made_at
      from readers_of_board(new.body_id) r
     where exists (select 1 from boardpacks_packread d where d.pack_id = new.pack_id and d.reader_id = r.member)
     group by r.member
    on conflict do nothing;
  return null;
""",
        ),
        DefinerTrigger(
            "pack_ready_stays",
            table="boardpacks_boardpack",
            when="BEFORE UPDATE",
            body="""
  -- A file that could not be made, or was lost, may be drawn again from the same snapshot. The name of somebody
  -- who asked to be forgotten is taken out of it.
  if old.state = 'ready' and to_jsonb(new) - 'pdf_path' - 'pdf_sha' <> to_jsonb(old) - 'pdf_path' - 'pdf_sha'
     and not (security.erasing() and to_jsonb(new) - '{pdf_path,pdf_sha,snapshot}'::text[]
       = to_jsonb(old) - '{pdf_path,pdf_sha,snapshot}'::text[]) then
    raise exception 'pack_is_issued' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
    ]
