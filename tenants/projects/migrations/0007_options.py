from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger


class Migration(migrations.Migration):
    """A major decision goes on the table with options of both partners, whoever writes the row."""

    dependencies = [("projects", "0006_decisionoption")]
    operations = [
        DefinerTrigger(
            "decision_terms_are_signed",
            table="projects_decision",
            when="BEFORE UPDATE OF kind, due_on",
            body="""
  -- The hash that keys carry is over the terms as well, so they never change without it.
  if row(new.kind, new.due_on) is distinct from row(old.kind, old.due_on) and new.content_hash = old.content_hash then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "major_decision_needs_options",
            table="projects_decision",
            when="BEFORE INSERT OR UPDATE OF state, kind",
            body="""
declare sides int;
begin
  if new.kind = 'major' and new.state in ('proposed', 'agreed')
     and (tg_op = 'INSERT' or row(new.state, new.kind) is distinct from row(old.state, old.kind)) then
    select count(distinct t.side) into sides from projects_decisionoption o
      join pairs_seat t on t.id = o.seat_id and t.pair_id = new.pair_id and t.left_at is null
     where o.decision_id = new.id and o.withdrawn_at is null;
    if sides <> 2 then raise exception 'options_needed' using errcode = 'P0001'; end if;
  end if;
  return new;
end
""",
        ),
        DefinerTrigger(
            "options_stay_on_the_table",
            table="projects_decisionoption",
            when="BEFORE INSERT OR UPDATE",
            body="""
declare now_in text;
begin
  -- The lock lets whoever proposes the decision and whoever moves an option come one after the other.
  select d.state into now_in from projects_decision d where d.id = new.decision_id for update;
  if now_in not in ('draft', 'contested', 'parked') then
    raise exception 'options_stay' using errcode = 'P0001';
  end if;
  if tg_op = 'UPDATE' and old.withdrawn_at is not null then
    raise exception 'options_stay' using errcode = 'P0001';
  end if;
  return new;
end
""",
        ),
        DefinerFunction(
            "material_of_projects",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  return query select 'projects.DecisionOption', to_jsonb(x) from projects_decisionoption x
    where x.seat_id = any (held);
""",
        ),
        DefinerFunction(
            "forget_in_projects",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  -- The board of a decision that was never put on the table goes with it.
  delete from projects_decisionoption o using projects_decision x
    where o.decision_id = x.id and x.proposed_by_id = any (held) and x.proposed_at is null
      and x.state in ('draft', 'withdrawn', 'void_on_departure')
      and not exists (select 1 from projects_decisionkey k where k.decision_id = x.id and k.seat_id <> all (held));
""",
        ),
    ]
