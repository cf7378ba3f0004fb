from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_BEFORE_ME = "x.{moment} < c.since and not was_there(x.pair_id, x.{moment})"


class Migration(migrations.Migration):
    """A successor sees what was agreed and what was found, and nothing else of the chapters before."""

    dependencies = [("projects", "0003_guards"), ("pairs", "0004_succession_rules")]
    operations = [
        DefinerFunction(
            "hidden_decisions",
            returns="SETOF uuid",
            body=f"""
  return query select x.id from own_chapters() c join projects_decision x on x.pair_id = c.pair_id
    where x.state not in ('agreed', 'superseded') and {_BEFORE_ME.format(moment="drafted_at")};
  return query select x.id from hidden_seats() s join projects_decision x on x.proposed_by_id = s
    where x.state in ('draft', 'withdrawn', 'void_on_departure');
""",
        ),
        DefinerFunction(
            "hidden_reasons",
            returns="SETOF uuid",
            body=f"""
  return query select x.id from own_chapters() c join projects_decisionreason x on x.pair_id = c.pair_id
    where {_BEFORE_ME.format(moment="given_at")};
  return query select x.id from hidden_seats() s join projects_decisionreason x on x.seat_id = s;
""",
        ),
        DefinerFunction(
            "hidden_results",
            returns="SETOF uuid",
            body=f"""
  return query select x.id from own_chapters() c join projects_resultclaim x on x.pair_id = c.pair_id
    where x.state = 'draft' and {_BEFORE_ME.format(moment="written_at")};
  return query select x.id from hidden_seats() s join projects_resultclaim x on x.written_by_id = s
    where x.state = 'draft';
""",
        ),
    ]
