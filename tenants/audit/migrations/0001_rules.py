from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """Appending and verifying. Appending locks the chain's head, so it comes last in a transaction."""

    initial = True
    dependencies = [("members", "0001_rules"), ("pairs", "0001_rules")]
    operations = [
        DefinerFunction(
            "audit_write",
            arguments="act text, subject uuid, facts jsonb, pair uuid",
            returns="void",
            volatile=True,
            public=False,  # the schema's own functions write into any chain; everybody else asks audit_append
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
    coalesce(security.person()::text, ''), security.capacity(), act, coalesce(subject::text, ''), facts::text), 'UTF8'));
  insert into audit_event (id, chain, pair_id, seq, at, actor_id, capacity, action, subject_id, detail, previous, hash)
    values (gen_random_uuid(), line, pair, head.seq + 1, moment, security.person(), security.capacity(), act, subject,
            facts, head.hash, next_hash);
  update audit_head h set seq = head.seq + 1, hash = next_hash where h.chain = line;
end
""",
        ),
        DefinerFunction(
            "audit_append",
            arguments="act text, subject uuid, facts jsonb, pair uuid",
            returns="void",
            volatile=True,
            body="""
  if pair is not null and not exists (select 1 from pairs_seat s
      where s.pair_id = pair and s.member_id = security.person()) then
    raise exception 'not_your_chain' using errcode = 'P0001';
  end if;
  perform audit_write(act, subject, facts, pair);
""",
        ),
        DefinerFunction(
            "audit_verify",
            returns="TABLE (sound boolean, problem text, first_bad bigint)",
            body="""
declare
  event record; head record; last_chain uuid; expected_seq bigint; expected_hash bytea;
begin
  for event in select * from audit_event e order by e.chain, e.seq loop
    if last_chain is distinct from event.chain then
      last_chain := event.chain; expected_seq := 1; expected_hash := sha256(''::bytea);
    end if;
    if event.seq <> expected_seq or event.previous <> expected_hash then
      return query select false, 'chain broken'::text, event.seq; return;
    end if;
    expected_hash := sha256(event.previous || convert_to(concat_ws('|', event.chain, event.seq,
      extract(epoch from event.at), coalesce(event.actor_id::text, ''), event.capacity, event.action,
      coalesce(event.subject_id::text, ''), event.detail::text), 'UTF8'));
    if event.hash <> expected_hash then
      return query select false, 'content changed'::text, event.seq; return;
    end if;
    expected_seq := event.seq + 1;
  end loop;
  for head in select h.chain, h.seq, h.hash, e.seq as last_seq, e.hash as last_hash
      from audit_head h left join lateral (select x.seq, x.hash from audit_event x where x.chain = h.chain
        order by x.seq desc limit 1) e on true loop
    if head.seq <> coalesce(head.last_seq, 0) or (head.last_seq is not null and head.hash <> head.last_hash) then
      return query select false, 'tail cut'::text, coalesce(head.last_seq, 0) + 1; return;
    end if;
  end loop;
  if exists (select 1 from audit_event e where not exists (select 1 from audit_head h where h.chain = e.chain)) then
    return query select false, 'head missing'::text, 1::bigint; return;
  end if;
  return query select true, ''::text, null::bigint;
end
""",
        ),
        DefinerFunction(
            "audit_anchor",
            returns="TABLE (seq bigint, hash text)",
            body="""
  return query select h.seq, encode(h.hash, 'hex') from audit_head h
    where h.chain = '00000000-0000-0000-0000-000000000000';
""",
        ),
    ]
