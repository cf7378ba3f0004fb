from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger

_LIVE = "x.ended_at is null and x.expires_at > security.now()"


class Migration(migrations.Migration):
    """A key under a decision by a code that was read out: for exactly one text, by a live half hour, each code once."""

    dependencies = [("assistance", "0006_assistedkey"), ("audit", "0005_in_ones_name")]
    operations = [
        DefinerFunction(
            "use_read_back",
            arguments="person uuid, said text",
            returns="uuid",
            volatile=True,
            public=False,
            body="""
declare c record;
begin
  select * into c from assistance_readbackcode k where k.member_id = person and k.used_at is null
    order by k.number limit 1 for update;
  if not found then raise exception 'no_codes_left' using errcode = 'P0001'; end if;
  if c.code_hash <> said then raise exception 'wrong_code' using errcode = 'P0001'; end if;
  update assistance_readbackcode k set used_at = security.now() where k.id = c.id;
  return c.id;
end
""",
        ),
        DefinerFunction(
            "decisions_to_sign",
            arguments="session uuid",
            returns="TABLE (id uuid, title text, words text, kind text, due_on date, replaces text, hash text)",
            body="""
  -- What lies on the table now, for a helper who may read. Whoever left ended what was on the table before.
  return query select d.id, d.title::text, d.text::text, d.kind::text, d.due_on, coalesce(o.title, '')::text,
      d.content_hash::text from assistance_assistedsession x
    join projects_decision d on d.pair_id = x.pair_id and d.state = 'proposed'
    left join projects_decision o on o.id = d.supersedes_id
    where x.id = session and x.id in (select sessions_i_help_in()) and not x.blind and helps(x.seat_id, x.helper_id)
      and not exists (select 1 from projects_decisionkey k where k.decision_id = d.id and k.seat_id = x.seat_id
        and k.content_hash = d.content_hash)
    order by d.proposed_at, d.id;
""",
        ),
        DefinerFunction(
            "sign_with_read_back",
            arguments="session uuid, key uuid, decision uuid, shown text, said text",
            returns="text",
            volatile=True,
            body="""
declare x record; d record; code uuid; sides int;
begin
  select * into x from assistance_assistedsession y where y.id = session for update;
  if not found or x.blind or x.id not in (select sessions_i_help_in()) or not helps(x.seat_id, x.helper_id) then
    raise exception 'session_is_over' using errcode = 'P0001';
  end if;
  select * into d from projects_decision p where p.id = decision and p.pair_id = x.pair_id for update;
  if not found then raise exception 'wrong_state' using errcode = 'P0001'; end if;
  if d.content_hash <> shown then raise exception 'text_changed' using errcode = 'P0001'; end if;
  if exists (select 1 from projects_decisionkey k where k.decision_id = d.id and k.seat_id = x.seat_id
      and k.content_hash = shown) then
    raise exception 'signed_meanwhile' using errcode = 'P0001';
  end if;
  if d.state <> 'proposed' then raise exception 'wrong_state' using errcode = 'P0001'; end if;
  code := use_read_back(x.person_id, said);
  insert into assistance_assistedkey (id, pair_id, session_id, decision_id, content_hash, code, given_at)
    values (key, x.pair_id, x.id, d.id, shown, code, security.now());
  insert into projects_decisionkey (id, pair_id, seat_id, content_hash, signed_at, decision_id, method)
    values (key, x.pair_id, x.seat_id, shown, security.now(), d.id, 'read_back');
  perform audit_write_for(x.person_id, 'decision.signed', d.id, '{"method": "read_back"}'::jsonb, x.pair_id);
  select count(distinct t.side) into sides from projects_decisionkey k
    join pairs_seat t on t.id = k.seat_id and t.pair_id = x.pair_id and t.left_at is null
   where k.decision_id = d.id and k.content_hash = shown;
  if sides <> 2 then return 'proposed'; end if;
  -- The second key makes it stand, as when the person signs alone.
  if d.supersedes_id is not null then
    perform 1 from projects_decision o where o.id = d.supersedes_id and o.state = 'agreed' for update;
    if not found then raise exception 'already_replaced' using errcode = 'P0001'; end if;
    update projects_decision o set state = 'superseded' where o.id = d.supersedes_id;
    perform audit_write_for(x.person_id, 'decision.superseded', d.supersedes_id, jsonb_build_object('by', d.id),
      x.pair_id);
  end if;
  update projects_decision p set state = 'agreed', agreed_at = security.now() where p.id = d.id;
  perform audit_write_for(x.person_id, 'decision.agreed', d.id, '{}'::jsonb, x.pair_id);
  return 'agreed';
end
""",
        ),
        DefinerTrigger(
            "helped_key_needs_its_code",
            table="projects_decisionkey",
            when="BEFORE INSERT OR UPDATE OF method",
            body=f"""
  -- Whoever writes the row: a half hour of this person that is going on, a helper who may be one, a code used for it.
  if new.method = 'read_back' and not exists (select 1 from assistance_assistedkey a
      join assistance_assistedsession x on x.id = a.session_id and x.seat_id = new.seat_id and x.pair_id = new.pair_id
      join assistance_readbackcode c on c.id = a.code and c.member_id = x.person_id and c.used_at is not null
     where a.id = new.id and a.decision_id = new.decision_id and a.content_hash = new.content_hash
       and {_LIVE} and helps(x.seat_id, x.helper_id)) then
    raise exception 'read_back_needed' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerFunction(
            "material_of_assistance",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  return query select 'assistance.HelperChoice', to_jsonb(x) from assistance_helperchoice x where x.member_id = me;
  return query select 'assistance.ReadBackCode', to_jsonb(x) - 'code_hash' from assistance_readbackcode x
    where x.member_id = me;
  return query select 'assistance.AssistedSession', to_jsonb(x) from assistance_assistedsession x
    where x.person_id = me;
  return query select 'assistance.AssistedEntry', to_jsonb(e) - 'sealed' from assistance_assistedentry e
    join assistance_assistedsession x on x.id = e.session_id where x.person_id = me;
  return query select 'assistance.AssistedKey', to_jsonb(k) from assistance_assistedkey k
    join assistance_assistedsession x on x.id = k.session_id where x.person_id = me;
  return query select 'assistance.LetterCode', to_jsonb(x) - 'code_hash' from assistance_lettercode x
    where x.made_by_id = me;
""",
        ),
    ]
