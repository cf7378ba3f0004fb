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


class Migration(migrations.Migration):
    """Agreed means two keys on the present text, whoever writes the row. A changed text is no longer shown."""

    dependencies = [("projects", "0002_initial"), ("disclosure", "0002_initial")]
    operations = [
        DefinerTrigger(
            "shared_task_needs_two_keys",
            table="projects_sharedtask",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body=f"""
declare sides int;
begin
  if new.agreed_at is null or (tg_op = 'UPDATE' and old.agreed_at is not null
      and old.content_hash = new.content_hash) then return null; end if;
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
