from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """What a pack's job asks of the database, and how a reading is noted."""

    initial = True
    dependencies = [("boards", "0001_rules")]
    operations = [
        DefinerFunction(
            "pack_grants_live",
            arguments="wanted uuid",
            returns="boolean",
            volatile=True,
            body="""
  -- Locked until the pack is finished: a withdrawal comes before that, or after it.
  perform 1 from disclosure_disclosuregrant g where g.id in
    (select p.grant_id from boardpacks_packgrant p where p.pack_id = wanted) order by g.id for share;
  return not exists (
    select 1 from boardpacks_packgrant p left join disclosure_disclosuregrant g on g.id = p.grant_id
     where p.pack_id = wanted and (g.id is null or g.ended_at is not null
       or g.valid_from > security.now() or (g.valid_to is not null and g.valid_to <= security.now())));
""",
        ),
        DefinerFunction(
            "log_pack_read",
            arguments="wanted uuid",
            returns="void",
            volatile=True,
            body="""
  insert into boardpacks_packread (id, body_id, pack_id, reader_id, read_at)
    select gen_random_uuid(), p.body_id, p.id, security.person(), security.now() from boardpacks_boardpack p
     where p.id = wanted and p.state = 'ready' and p.body_id in (select readable_boards())
       and security.capacity() <> 'board';
""",
        ),
    ]
