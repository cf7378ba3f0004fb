from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """How a witness, who has no account, reads one fact and answers."""

    initial = True
    dependencies = [("pairs", "0001_rules")]
    operations = [
        DefinerFunction(
            "witness_for",
            arguments="hash text",
            returns="TABLE (id uuid, name text, title text, place text, measure text, unit text, baseline numeric,"
            " baseline_on date, value_now numeric, value_on date, answer text, state text)",
            body="""
  return query select w.id, w.name::text, r.title::text, r.place::text, r.measure::text, r.unit::text,
      r.baseline_value, r.baseline_on, r.current_value, r.current_on, w.answer::text,
      case when w.withdrawn_at is not null then 'withdrawn' when w.answer <> '' then 'answered'
           when w.content_hash <> r.content_hash or r.state not in ('claimed', 'corroborated') then 'changed'
           when w.expires_at < security.now() then 'expired' else 'open' end
    from projects_witness w join projects_resultclaim r on r.id = w.result_id where w.token_hash = hash;
""",
        ),
        DefinerFunction(
            "answer_witness",
            arguments="hash text, given text",
            returns="boolean",
            volatile=True,
            body="""
declare w record; r record;
begin
  select x.id, x.result_id into w from projects_witness x where x.token_hash = hash;
  if not found then return false; end if;
  select * into r from projects_resultclaim x where x.id = w.result_id for update;
  if exists (select 1 from pairs_seat s where s.pair_id = r.pair_id and s.member_id = security.person()) then
    raise exception 'own_result' using errcode = 'P0001';
  end if;
  update projects_witness x set answer = given, answered_at = security.now()
    where x.id = w.id and x.answer = '' and x.content_hash = r.content_hash and x.expires_at >= security.now()
      and r.state in ('claimed', 'corroborated') and given in ('confirmed', 'declined', 'cannot_say');
  if not found then return false; end if;
  if given = 'confirmed' and r.state = 'claimed' then
    update projects_resultclaim x set state = 'corroborated', corroborated_at = security.now() where x.id = r.id;
  end if;
  perform audit_write('result.witness_answered', w.id, jsonb_build_object('answer', given), r.pair_id);
  return true;
end
""",
        ),
        DefinerFunction(
            "withdraw_witness",
            arguments="hash text",
            returns="boolean",
            volatile=True,
            body="""
declare w record;
begin
  select x.id, x.result_id, x.pair_id into w from projects_witness x where x.token_hash = hash;
  if not found then return false; end if;
  perform 1 from projects_resultclaim x where x.id = w.result_id for update;
  update projects_witness x set withdrawn_at = security.now()
    where x.id = w.id and x.answer <> '' and x.withdrawn_at is null
      and x.answered_at > security.now() - interval '12 months';
  if not found then return false; end if;
  update projects_resultclaim x set state = 'claimed', corroborated_at = null
    where x.id = w.result_id and x.state = 'corroborated' and not exists (select 1 from projects_witness o
      where o.result_id = x.id and o.answer = 'confirmed' and o.withdrawn_at is null
        and o.content_hash = x.content_hash);
  perform audit_write('result.witness_withdrew', w.id, '{}'::jsonb, w.pair_id);
  return true;
end
""",
        ),
    ]
