"""The database's own part of the promise: roles, the signed context, and the few doors into public.

Everything here is idempotent SQL, applied by `bootstrap` (roles) and by `migrate` (schema `security`).
"""

from __future__ import annotations

from urllib.parse import unquote, urlparse

import psycopg
from django.conf import settings
from psycopg import sql

from rollout.kernel.database_roles import group


def make_roles(admin: psycopg.Connection, urls: dict[str, str]) -> None:
    """Make the installation's fixed roles. `urls` gives the three logins' passwords by kind."""
    passwords = {kind: unquote(urlparse(url).password or "") for kind, url in urls.items()}
    have: dict[str, bool] = dict(admin.execute("select rolname, rolbypassrls from pg_roles").fetchall())
    attributes = {
        "tenant": "NOLOGIN",
        "owner": "NOLOGIN CREATEROLE",
        "definer": "NOLOGIN",
        "login": "LOGIN NOINHERIT",
        "platform": "LOGIN",
        "migrator": "LOGIN NOINHERIT",
    }
    for kind, attribute in attributes.items():
        role = sql.Identifier(group(kind))
        if group(kind) not in have:
            admin.execute(sql.SQL("CREATE ROLE {}").format(role))
        # Only who has BYPASSRLS may speak of it, and a managed server's administrator has not.
        never = "NOBYPASSRLS NOCREATEDB " if have.get(group(kind)) else "NOCREATEDB "
        admin.execute(sql.SQL("ALTER ROLE {} WITH " + never + attribute).format(role))
        if kind in passwords:
            admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(passwords[kind])))
    names = {kind: sql.Identifier(group(kind)) for kind in attributes}
    for statement in (
        "GRANT {definer} TO {owner} WITH INHERIT TRUE, SET TRUE",
        "GRANT {tenant} TO {owner} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE",
        "GRANT {owner} TO {migrator} WITH INHERIT FALSE, SET TRUE",
        "GRANT {owner} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE",
    ):
        admin.execute(sql.SQL(statement).format(**names))
    _keep_statements_private(admin)


def _keep_statements_private(admin: psycopg.Connection) -> None:
    """A login may read what its other sessions are doing, and with it signed contexts and what people type.

    Only a superuser can switch that off for a role. Where the administrator is none, the start-up check asks for
    the server's own setting instead.
    """
    try:
        with admin.transaction():
            admin.execute(sql.SQL("ALTER ROLE {} SET track_activities = off").format(sql.Identifier(group("login"))))
    except psycopg.errors.InsufficientPrivilege:
        return


def own_database(admin: psycopg.Connection, name: str) -> None:
    """Give a database to the owner and let only the three logins in. Needed again for every copy."""
    database = sql.Identifier(name)
    logins = sql.SQL(", ").join(sql.Identifier(group(kind)) for kind in ("login", "platform", "migrator"))
    admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(group("owner"))))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, logins))


def own_public(admin: psycopg.Connection) -> None:
    """Inside the database: the public schema belongs to the owner and is closed to everybody else."""
    names = {kind: sql.Identifier(group(kind)) for kind in ("owner", "platform", "tenant", "login")}
    for statement in (
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {platform}",
        (
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
            " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {platform}"
        ),
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {platform}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    ):
        admin.execute(sql.SQL(statement).format(**names))


def security_schema() -> str:
    """SQL of the schema `security`, to be run as the owner."""
    return _SECURITY.replace("ROLE_TENANT", group("tenant")).replace("ROLE_DEFINER", group("definer"))


def context_keys() -> list[tuple[int, bytes, bytes]]:
    """The accepted signing keys as rows (id, inner pad, outer pad) of HMAC-SHA256."""
    rows = []
    for key_id, key in settings.CONTEXT_KEYS:
        block = key.ljust(64, b"\0")
        rows.append((key_id, bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)))
    return rows


_SECURITY = """
CREATE SCHEMA IF NOT EXISTS security;
CREATE TABLE IF NOT EXISTS security.context_key (id int PRIMARY KEY, ipad bytea NOT NULL, opad bytea NOT NULL);
REVOKE ALL ON security.context_key FROM PUBLIC;

-- The claims of the current transaction, or null without a context. A context made for another
-- organisation's role counts as none; a forged or expired one is an error.
CREATE OR REPLACE FUNCTION security.claims() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
declare
  token text := nullif(current_setting('rollout.context', true), '');
  claims text; k record; parts text[];
begin
  if token is null then return null; end if;
  claims := split_part(token, '~', 1);
  select ipad, opad into k from security.context_key where id::text = split_part(token, '~', 3);
  if not found or encode(sha256(k.opad || sha256(k.ipad || convert_to(claims, 'UTF8'))), 'hex')
     is distinct from split_part(token, '~', 2) then
    raise exception 'bad context' using errcode = '28000';
  end if;
  parts := string_to_array(claims, '|');
  if parts[5]::bigint < extract(epoch from clock_timestamp()) then
    raise exception 'expired context' using errcode = '28000';
  end if;
  if parts[1] <> current_setting('role') then return null; end if;
  return parts;
end $body$;

CREATE OR REPLACE FUNCTION security.person() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
begin
  return nullif((security.claims())[2], '')::uuid;
end $body$;

CREATE OR REPLACE FUNCTION security.capacity() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
begin
  return (security.claims())[3];
end $body$;

CREATE OR REPLACE FUNCTION security.inside() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
begin
  return security.claims() is not null;
end $body$;

-- Business time: the played moment when the context carries one, else the server's clock.
CREATE OR REPLACE FUNCTION security.now() RETURNS timestamptz LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
begin
  return coalesce(nullif((security.claims())[4], '')::timestamptz, clock_timestamp());
end $body$;

-- The organisation whose role is in force.
CREATE OR REPLACE FUNCTION security.organisation() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
declare prefix text; found_id uuid;
begin
  if security.claims() is null then return null; end if;
  select role_prefix into prefix from public.organisations_installation;
  select id into found_id from public.organisations_organisation
    where prefix || '_' || schema_name = current_setting('role');
  return found_id;
end $body$;

-- A job of this organisation, in this transaction. It runs as the person of this context, or as a board;
-- nobody asks for work in another person's name. Asking twice for the same work gives the same job.
CREATE OR REPLACE FUNCTION security.enqueue(kind text, key text, period text, as_person uuid, as_capacity text,
                                            due timestamptz)
RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
declare org uuid := security.organisation(); made uuid;
begin
  if org is null then raise exception 'no organisation' using errcode = '28000'; end if;
  if as_capacity is distinct from 'board' and as_person is distinct from security.person() then
    raise exception 'in another name' using errcode = '28000';
  end if;
  insert into public.jobs_job as j (id, organisation_id, kind, key, period, person, capacity, state, due_at, attempt,
                                    error, result_sha, result_path, created_at)
    values (gen_random_uuid(), org, kind, key, period, as_person, as_capacity, 'queued', due, 0, '', '', '',
            clock_timestamp())
    on conflict on constraint job_once_per_work do nothing returning j.id into made;
  if made is null then
    select j.id into made from public.jobs_job j
      where j.organisation_id = org and j.kind = enqueue.kind and j.key = enqueue.key and j.period = enqueue.period;
  end if;
  return made;
end $body$;

-- A job for somebody else, asked for by the organisation's own functions alone: they know who may hear of an act.
CREATE OR REPLACE FUNCTION security.enqueue_for(kind text, key text, period text, as_person uuid, as_capacity text,
                                                due timestamptz)
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
declare org uuid := security.organisation();
begin
  if org is null then raise exception 'no organisation' using errcode = '28000'; end if;
  insert into public.jobs_job (id, organisation_id, kind, key, period, person, capacity, state, due_at, attempt,
                               error, result_sha, result_path, created_at)
    values (gen_random_uuid(), org, kind, key, period, as_person, as_capacity, 'queued', due, 0, '', '', '',
            clock_timestamp())
    on conflict on constraint job_once_per_work do nothing;
end $body$;

-- The last step of a job, in the same transaction as its effects. False when the lease was lost.
CREATE OR REPLACE FUNCTION security.finish_job(job uuid, fence uuid, sha text, path text)
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
declare org uuid := security.organisation();
begin
  update public.jobs_job set state = 'done', result_sha = sha, result_path = path, lease_until = null,
         finished_at = clock_timestamp(), error = ''
   where id = job and organisation_id = org and token = fence and state = 'running';
  return found;
end $body$;

-- How a job of this organisation stands: its state and how often it was tried.
CREATE OR REPLACE FUNCTION security.job_state(job uuid)
RETURNS TABLE (state text, attempt int) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
begin
  return query select j.state::text, j.attempt::int from public.jobs_job j
    where j.id = job and j.organisation_id = security.organisation();
end $body$;

-- A failed job of this organisation is tried again from the start.
CREATE OR REPLACE FUNCTION security.retry_job(job uuid)
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
begin
  update public.jobs_job set state = 'queued', attempt = 0, error = '', due_at = clock_timestamp(), lease_until = null
   where id = job and organisation_id = security.organisation() and state = 'failed';
  return found;
end $body$;

-- The address of the person of this context: what an organisation keeps about them under it is theirs. For the
-- schemas' own functions alone.
CREATE OR REPLACE FUNCTION security.own_address() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
begin
  return (select a.email from public.accounts_account a where a.id = security.person());
end $body$;

-- Whether the person of this context asked to be forgotten and the time has come. Nobody else can be erased.
CREATE OR REPLACE FUNCTION security.erasing() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
begin
  return exists (select 1 from public.leaving_erasure e where e.account_id = security.person()
    and e.due_at <= clock_timestamp() and e.stopped_at is null and e.done_at is null);
end $body$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA security FROM PUBLIC;
GRANT USAGE ON SCHEMA security TO "ROLE_TENANT", "ROLE_DEFINER";
GRANT EXECUTE ON FUNCTION security.person(), security.capacity(), security.inside(), security.now(),
  security.enqueue(text, text, text, uuid, text, timestamptz), security.finish_job(uuid, uuid, text, text),
  security.job_state(uuid), security.retry_job(uuid) TO "ROLE_TENANT";
-- What decides about rows is asked for every query, so it reads the claims once and takes them apart itself.
GRANT EXECUTE ON FUNCTION security.claims(), security.person(), security.capacity(), security.inside(), security.now(),
  security.own_address(), security.erasing(),
  security.enqueue_for(text, text, text, uuid, text, timestamptz) TO "ROLE_DEFINER";
"""
