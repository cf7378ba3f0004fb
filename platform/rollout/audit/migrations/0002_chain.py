from typing import Any

from django.db import migrations, router

from rollout.kernel.database_roles import group

CHAIN = """
CREATE SCHEMA IF NOT EXISTS security;

-- One more entry. The head's row is the lock, so an entry comes last in its transaction.
CREATE OR REPLACE FUNCTION security.platform_append(actor uuid, act text, subject uuid, facts jsonb)
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
declare head record; moment timestamptz; next_hash bytea;
begin
  insert into public.platform_audit_head (id, seq, hash) values (1, 0, sha256(''::bytea)) on conflict do nothing;
  select h.seq, h.hash into head from public.platform_audit_head h where h.id = 1 for update;
  moment := clock_timestamp();
  next_hash := sha256(head.hash || convert_to(concat_ws('|', head.seq + 1, extract(epoch from moment),
    coalesce(actor::text, ''), act, coalesce(subject::text, ''), facts::text), 'UTF8'));
  insert into public.platform_audit_event (id, seq, at, actor_id, action, subject_id, detail, previous, hash)
    values (gen_random_uuid(), head.seq + 1, moment, actor, act, subject, facts, head.hash, next_hash);
  update public.platform_audit_head h set seq = head.seq + 1, hash = next_hash where h.id = 1;
end $body$;

CREATE OR REPLACE FUNCTION security.platform_verify()
RETURNS TABLE (sound boolean, problem text, first_bad bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
declare
  event record; head record; expected_seq bigint := 1; expected_hash bytea := sha256(''::bytea);
begin
  for event in select * from public.platform_audit_event e order by e.seq loop
    if event.seq <> expected_seq or event.previous <> expected_hash then
      return query select false, 'chain broken'::text, event.seq; return;
    end if;
    expected_hash := sha256(event.previous || convert_to(concat_ws('|', event.seq, extract(epoch from event.at),
      coalesce(event.actor_id::text, ''), event.action, coalesce(event.subject_id::text, ''), event.detail::text),
      'UTF8'));
    if event.hash <> expected_hash then
      return query select false, 'content changed'::text, event.seq; return;
    end if;
    expected_seq := event.seq + 1;
  end loop;
  select h.seq, h.hash into head from public.platform_audit_head h where h.id = 1;
  if not found and expected_seq > 1 then
    return query select false, 'head missing'::text, 1::bigint; return;
  end if;
  if found and (head.seq <> expected_seq - 1 or head.hash <> expected_hash) then
    return query select false, 'tail cut'::text, expected_seq; return;
  end if;
  return query select true, ''::text, null::bigint;
end $body$;

CREATE OR REPLACE FUNCTION security.platform_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
begin
  raise exception 'the audit trail is append-only' using errcode = '42501';
end $body$;
CREATE TRIGGER platform_audit_event_stays BEFORE UPDATE OR DELETE ON public.platform_audit_event
  FOR EACH ROW EXECUTE FUNCTION security.platform_audit_stays();
CREATE TRIGGER platform_audit_event_is_not_emptied BEFORE TRUNCATE ON public.platform_audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION security.platform_audit_stays();
CREATE TRIGGER platform_audit_head_stays BEFORE DELETE ON public.platform_audit_head
  FOR EACH ROW EXECUTE FUNCTION security.platform_audit_stays();
CREATE TRIGGER platform_audit_head_is_not_emptied BEFORE TRUNCATE ON public.platform_audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION security.platform_audit_stays();

REVOKE INSERT, UPDATE, DELETE ON public.platform_audit_event, public.platform_audit_head FROM "ROLE_PLATFORM";
REVOKE ALL ON FUNCTION security.platform_append(uuid, text, uuid, jsonb), security.platform_verify(),
  security.platform_audit_stays() FROM PUBLIC;
GRANT USAGE ON SCHEMA security TO "ROLE_PLATFORM";
GRANT EXECUTE ON FUNCTION security.platform_append(uuid, text, uuid, jsonb), security.platform_verify()
  TO "ROLE_PLATFORM";
"""


def make_chain(apps: Any, schema_editor: Any) -> None:
    if router.allow_migrate(schema_editor.connection.alias, "platform_audit"):
        schema_editor.execute(CHAIN.replace("ROLE_PLATFORM", group("platform")), params=None)


class Migration(migrations.Migration):
    """Appending and verifying. Nobody changes, removes or empties what stands there."""

    dependencies = [("platform_audit", "0001_initial")]
    operations = [migrations.RunPython(make_chain, migrations.RunPython.noop)]
