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
  if old.ended_at is null and new.ended_at is not null then
    -- A package ends as one, so one of its grants speaks for all: one slip for each pack.
    insert into boardpacks_correctionslip (id, body_id, pack_id, number, made_at)
      select gen_random_uuid(), p.body_id, p.id,
             1 + coalesce((select max(s.number) from boardpacks_correctionslip s where s.pack_id = p.id), 0),
             security.now()
        from boardpacks_boardpack p
       where p.state = 'ready' and new.id = (
         select g.grant_id from boardpacks_packgrant g join disclosure_disclosuregrant d on d.id = g.grant_id
          where g.pack_id = p.id and d.surfacing_id = new.surfacing_id order by g.grant_id limit 1);
  end if;
  return null;
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
  if old.state = 'ready' then raise exception 'pack_is_issued' using errcode = 'P0001'; end if;
  return new;
""",
        ),
    ]
