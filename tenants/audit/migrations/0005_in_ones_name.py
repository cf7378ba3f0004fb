from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """What somebody does by the hand of a helper is noted in their own name: the record names no helper."""

    dependencies = [("audit", "0004_chapters")]
    operations = [
        DefinerFunction(
            "audit_write_for",
            arguments="who uuid, act text, subject uuid, facts jsonb, pair uuid",
            returns="void",
            volatile=True,
            public=False,
            body="""
declare
  line uuid := coalesce(pair, '00000000-0000-0000-0000-000000000000');
  head record;
  moment timestamptz := security.now();
  next_hash bytea;
begin
  if not security.inside() then raise exception 'no context' using errcode = '28000'; end if;
  insert into audit_head (chain, seq, hash) values (line, 0, sha256(''::bytea)) on conflict do nothing;
  select * into head from audit_head h where h.chain = line for update;
  next_hash := sha256(head.hash || convert_to(concat_ws('|', line, head.seq + 1, extract(epoch from moment),
    coalesce(who::text, ''), security.capacity(), act, coalesce(subject::text, ''), facts::text), 'UTF8'));
  insert into audit_event (id, chain, pair_id, seq, at, actor_id, capacity, action, subject_id, detail, previous, hash)
    values (gen_random_uuid(), line, pair, head.seq + 1, moment, who, security.capacity(), act, subject,
            facts, head.hash, next_hash);
  update audit_head h set seq = head.seq + 1, hash = next_hash where h.chain = line;
end
""",
        ),
        DefinerFunction(
            "audit_write",
            arguments="act text, subject uuid, facts jsonb, pair uuid",
            returns="void",
            volatile=True,
            public=False,
            body="  perform audit_write_for(security.person(), act, subject, facts, pair);",
        ),
    ]
