from django.db import migrations

from rollout.kernel.operations import DefinerTrigger


class Migration(migrations.Migration):
    """A grant that ends after a pack was issued leaves the pack as it is and adds a numbered slip."""

    dependencies = [("boardpacks", "0002_initial"), ("disclosure", "0002_initial")]
    operations = [
        DefinerTrigger(
            "grant_end_corrects_packs",
            table="disclosure_disclosuregrant",
            when="AFTER UPDATE OF ended_at",
            body="""
  if old.ended_at is null and new.ended_at is not null then
    insert into boardpacks_correctionslip (id, body_id, pack_id, number, made_at)
      select gen_random_uuid(), p.body_id, p.id,
             1 + coalesce((select max(s.number) from boardpacks_correctionslip s where s.pack_id = p.id), 0),
             security.now()
        from boardpacks_boardpack p join boardpacks_packgrant g on g.pack_id = p.id
       where g.grant_id = new.id and p.state = 'ready'
         and not exists (select 1 from boardpacks_correctionslip s where s.pack_id = p.id
                          and s.made_at = security.now());
  end if;
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
