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
            "forget_in_packs",
            arguments="gone uuid, gone_name text, words jsonb",
            returns="SETOF text",
            volatile=True,
            public=False,  # for the erasure alone
            body="""
declare pack record; pairs jsonb; changed jsonb;
begin
  for pack in select * from boardpacks_boardpack p where p.snapshot is not null for update loop
    select coalesce(jsonb_agg(case when jsonb_typeof(pair #> '{shown,people}') = 'array'
        then jsonb_set(pair, '{shown,people}', (
          select jsonb_agg(case when who ->> 'id' = gone::text
              then who || jsonb_build_object('name', words ->> pack.language) else who end order by place)
            from jsonb_array_elements(pair #> '{shown,people}') with ordinality as one(who, place)))
        else pair end order by number), '[]'::jsonb) into pairs
      from jsonb_array_elements(pack.snapshot #> '{report,pairs}') with ordinality as all_of(pair, number)
      where jsonb_typeof(pack.snapshot #> '{report,pairs}') = 'array';
    changed := jsonb_set(pack.snapshot, '{report,pairs}', pairs, false);
    if pack.snapshot ->> 'sponsor' = gone_name and exists (select 1 from members_office o
        where o.member_id = gone and o.role = 'sponsor') then
      changed := jsonb_set(changed, '{sponsor}', to_jsonb(words ->> pack.language));
    end if;
    continue when changed = pack.snapshot;
    -- The paper is drawn again; its fingerprint stays that of the day when it was issued.
    update boardpacks_boardpack p set snapshot = changed, pdf_path = '', pdf_sha = '' where p.id = pack.id;
    perform security.enqueue_for('boardpacks.draw_again', pack.id::text, gone::text, pack.body_id, 'board',
      security.now());
    perform audit_write('pack.name_removed', pack.id, '{}'::jsonb, null);
    if pack.pdf_path <> '' then return next pack.pdf_path; end if;
  end loop;
end
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
