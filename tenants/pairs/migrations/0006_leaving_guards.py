from django.db import migrations

from rollout.kernel.operations import DefinerTrigger


class Migration(migrations.Migration):
    """Whoever stays is told, in neutral words; and a pair ends when one is alone in it, for good."""

    dependencies = [("pairs", "0005_leaving")]
    operations = [
        DefinerTrigger(
            "departure_is_told",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body="""
  if (old.left_at is null) <> (new.left_at is null) then
    insert into members_notice (id, recipient_id, capacity, kind, subject_id, job_id, made_at)
      select gen_random_uuid(), s.member_id, 'partner',
             case when new.left_at is null then 'pair.returned' else 'pair.left' end,
             new.pair_id, gen_random_uuid(), security.now()
        from pairs_seat s where s.pair_id = new.pair_id and s.left_at is null and s.member_id <> new.member_id;
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "pair_ends_alone_and_once",
            table="pairs_pair",
            when="BEFORE UPDATE OF stage, ended_at",
            body="""
  if old.stage = 'ended' and row(new.stage, new.ended_at) is distinct from row(old.stage, old.ended_at) then
    raise exception 'pair_has_ended' using errcode = 'P0001';
  end if;
  if old.stage <> 'ended' and new.stage = 'ended' and (select count(*) from pairs_seat s
      where s.pair_id = new.id and s.left_at is null) > 1 then
    raise exception 'not_alone' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
    ]
