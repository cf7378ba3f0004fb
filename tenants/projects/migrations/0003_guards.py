from django.db import migrations

from rollout.kernel.operations import DefinerTrigger

_SIDES = """select count(distinct t.side) into sides from {keys} k
    join pairs_seat t on t.id = k.seat_id and t.pair_id = new.pair_id and t.left_at is null
   where k.{column} = new.id and k.content_hash = new.content_hash;"""

_END_GRANTS = """
  if new.content_hash <> old.content_hash then
    update disclosure_disclosuregrant g set ended_at = security.now()
      where g.pair_id = new.pair_id and g.row_class = '{row_class}' and {item} and g.ended_at is null;
  end if;
  return null;
"""

_OWN_SEAT = """
  if new.{column} is not null and (tg_op = 'INSERT' or new.{column} is distinct from old.{column})
     and not exists (select 1 from pairs_seat s where s.id = new.{column} and s.pair_id = new.pair_id
       and s.member_id = security.person() and s.left_at is null) then
    raise exception 'not_your_seat' using errcode = 'P0001';
  end if;
"""

_RESULT_TEXT = (
    "title, measure, unit, higher_is_better, baseline_value, baseline_on, current_value, current_on, direction, place,"
    " evidence, side_effects, not_achieved, content_hash"
)


def _row(side: str) -> str:
    return "row(" + ", ".join(f"{side}.{column.strip()}" for column in _RESULT_TEXT.split(",")) + ")"


class Migration(migrations.Migration):
    """Two keys on the present text, whoever writes the row: an edit clears them, and what stands does not change."""

    dependencies = [("projects", "0002_initial"), ("disclosure", "0002_initial")]
    operations = [
        # What needs two keys
        DefinerTrigger(
            "shared_task_needs_two_keys",
            table="projects_sharedtask",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body=f"""
declare sides int;
begin
  if new.agreed_at is null or (tg_op = 'UPDATE' and old.agreed_at is not null
      and row(old.content_hash, old.text) = row(new.content_hash, new.text)) then return null; end if;
  {_SIDES.format(keys="projects_sharedtaskkey", column="shared_task_id")}
  if sides <> 2 then raise exception 'two_keys_needed' using errcode = 'P0001'; end if;
  return null;
end
""",
        ),
        DefinerTrigger(
            "decision_needs_two_keys",
            table="projects_decision",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body=f"""
declare sides int;
begin
  if new.state = 'superseded' and not exists (select 1 from projects_decision d where d.supersedes_id = new.id
      and d.state in ('agreed', 'superseded')) then
    raise exception 'successor_needed' using errcode = 'P0001';
  end if;
  if new.state not in ('agreed', 'superseded') or (tg_op = 'UPDATE' and old.state in ('agreed', 'superseded')
      and old.content_hash = new.content_hash) then return null; end if;
  {_SIDES.format(keys="projects_decisionkey", column="decision_id")}
  if sides <> 2 then raise exception 'two_keys_needed' using errcode = 'P0001'; end if;
  return null;
end
""",
        ),
        DefinerTrigger(
            "result_needs_two_keys",
            table="projects_resultclaim",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body=f"""
declare sides int;
begin
  if new.state = 'draft' then return null; end if;
  if new.state = 'corroborated' and not exists (select 1 from projects_witness w where w.result_id = new.id
      and w.answer = 'confirmed' and w.withdrawn_at is null and w.content_hash = new.content_hash) then
    raise exception 'witness_needed' using errcode = 'P0001';
  end if;
  if tg_op = 'UPDATE' and old.state <> 'draft' and old.content_hash = new.content_hash then return null; end if;
  {_SIDES.format(keys="projects_resultkey", column="result_id")}
  if sides <> 2 then raise exception 'two_keys_needed' using errcode = 'P0001'; end if;
  return null;
end
""",
        ),
        # An edit clears the keys, and nobody writes in the partner's name
        DefinerTrigger(
            "shared_task_edit_clears_keys",
            table="projects_sharedtask",
            when="AFTER UPDATE OF text, content_hash",
            body="""
  if row(new.text, new.content_hash) <> row(old.text, old.content_hash) then
    delete from projects_sharedtaskkey k where k.shared_task_id = new.id;
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "shared_task_editor_is_oneself",
            table="projects_sharedtask",
            when="BEFORE INSERT OR UPDATE OF edited_by_id",
            body=_OWN_SEAT.format(column="edited_by_id") + "  return new;",
        ),
        # A policy cannot look into its own table, so a trigger asks whether the older decision is the same pair's
        DefinerTrigger(
            "decision_replaces_one_of_its_pair",
            table="projects_decision",
            when="BEFORE INSERT",
            body="""
  if new.supersedes_id is not null and not exists (select 1 from projects_decision d
      where d.id = new.supersedes_id and d.pair_id = new.pair_id) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "decision_moves_as_agreed",
            table="projects_decision",
            when="BEFORE UPDATE",
            body=f"""
  {_OWN_SEAT.format(column="proposed_by_id")}
  if old.state in ('agreed', 'superseded', 'withdrawn', 'void_on_departure')
     and row(new.title, new.text, new.content_hash) <> row(old.title, old.text, old.content_hash) then
    raise exception 'decision_stands' using errcode = 'P0001';
  end if;
  if new.state <> old.state and (old.state || ' ' || new.state) not in (
       'draft proposed', 'draft withdrawn', 'proposed agreed', 'proposed contested', 'proposed parked',
       'proposed withdrawn', 'contested proposed', 'contested parked', 'contested withdrawn', 'parked proposed',
       'parked withdrawn', 'agreed superseded')
     and not (old.state in ('draft', 'proposed', 'contested', 'parked') and new.state = 'void_on_departure'
       and exists (select 1 from pairs_seat s where s.pair_id = new.pair_id and s.left_at is not null)) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "decision_change_clears_keys",
            table="projects_decision",
            when="AFTER UPDATE",
            body="""
  if row(new.title, new.text, new.content_hash) <> row(old.title, old.text, old.content_hash)
     or (new.state <> old.state and new.state in ('contested', 'withdrawn')) then
    delete from projects_decisionkey k where k.decision_id = new.id;
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "result_text_stays_once_signed",
            table="projects_resultclaim",
            when="BEFORE UPDATE",
            body=f"""
  if old.state <> 'draft' and new.state <> 'draft' and {_row("new")} is distinct from {_row("old")} then
    raise exception 'result_is_signed' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "result_edit_clears_keys",
            table="projects_resultclaim",
            when="AFTER UPDATE",
            body=f"""
  if {_row("new")} is distinct from {_row("old")} or (new.state = 'draft' and old.state <> 'draft') then
    delete from projects_resultkey k where k.result_id = new.id;
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "result_values_stay_once_signed",
            table="projects_resultpoint",
            when="BEFORE INSERT OR DELETE",
            body="""
declare wanted uuid := case when tg_op = 'DELETE' then old.result_id else new.result_id end;
begin
  if exists (select 1 from projects_resultclaim r where r.id = wanted and r.state <> 'draft') then
    raise exception 'result_is_signed' using errcode = 'P0001';
  end if;
  delete from projects_resultkey k where k.result_id = wanted;
  return case when tg_op = 'DELETE' then old else new end;
end
""",
        ),
        # A changed text is no longer shown
        DefinerTrigger(
            "shared_task_change_ends_grants",
            table="projects_sharedtask",
            when="AFTER UPDATE OF content_hash",
            body=_END_GRANTS.format(row_class="task", item="g.item_id is null"),
        ),
        DefinerTrigger(
            "decision_change_ends_grants",
            table="projects_decision",
            when="AFTER UPDATE OF content_hash",
            body=_END_GRANTS.format(row_class="decision", item="g.item_id = new.id"),
        ),
        DefinerTrigger(
            "result_change_ends_grants",
            table="projects_resultclaim",
            when="AFTER UPDATE OF content_hash",
            body=_END_GRANTS.format(row_class="result", item="g.item_id = new.id"),
        ),
        DefinerTrigger(
            "departure_voids_decisions",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body="""
  if old.left_at is null and new.left_at is not null then
    update projects_decision d set state = 'void_on_departure', revisit_on = null
      where d.pair_id = new.pair_id and d.state in ('draft', 'proposed', 'contested', 'parked');
  end if;
  return null;
""",
        ),
    ]
