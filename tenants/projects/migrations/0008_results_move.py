from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger


class Migration(migrations.Migration):
    """A result goes the ways of its table, whoever writes the row; what was found to be wrong is shown no longer."""

    dependencies = [("projects", "0007_options"), ("disclosure", "0002_initial")]
    operations = [
        # A day that has passed does not come back, so it is told before a text that may.
        DefinerFunction(
            "witness_for",
            arguments="hash text",
            returns="TABLE (id uuid, name text, title text, place text, measure text, unit text, baseline numeric,"
            " baseline_on date, value_now numeric, value_on date, answer text, state text)",
            body="""
  return query select w.id, w.name::text, r.title::text, r.place::text, r.measure::text, r.unit::text,
      r.baseline_value, r.baseline_on, r.current_value, r.current_on, w.answer::text,
      case when w.withdrawn_at is not null then 'withdrawn' when w.answer <> '' then 'answered'
           when w.expires_at < security.now() then 'expired'
           when w.content_hash <> r.content_hash or r.state not in ('claimed', 'corroborated') then 'changed'
           else 'open' end
    from projects_witness w join projects_resultclaim r on r.id = w.result_id where w.token_hash = hash;
""",
        ),
        DefinerTrigger(
            "result_moves_as_signed",
            table="projects_resultclaim",
            when="BEFORE UPDATE OF state",
            body="""
  if new.state <> old.state and (old.state || ' ' || new.state) not in (
       'draft claimed', 'claimed draft', 'claimed corroborated', 'claimed disproved', 'corroborated draft',
       'corroborated claimed', 'corroborated disproved') then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "result_change_ends_grants",
            table="projects_resultclaim",
            when="AFTER UPDATE OF content_hash, state",
            body="""
  if new.content_hash <> old.content_hash or (new.state = 'disproved' and old.state <> 'disproved') then
    update disclosure_disclosuregrant g set ended_at = security.now()
      where g.pair_id = new.pair_id and g.row_class = 'result' and g.item_id = new.id and g.ended_at is null;
  end if;
  return null;
""",
        ),
    ]
