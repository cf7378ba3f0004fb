from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_AS_ONESELF = """
  if security.capacity() <> 'partner' or not is_member() then
    raise exception 'not_permitted' using errcode = 'P0001';
  end if;
"""
# The lock is beside the row: one on it would leave a mark that the other could read.
_LOCK = "  perform pg_advisory_xact_lock(hashtextextended(wanted::text, 0));"
_FIND = f"""
{_AS_ONESELF}
  if not exists (select 1 from own_introductions() o where o = wanted) then
    raise exception 'unknown' using errcode = 'P0001';
  end if;
{_LOCK}
  select x.*, a.member_id as asking, b.member_id as being_asked into i from finder_introduction x
    join finder_profile a on a.id = x.asker_id join finder_profile b on b.id = x.asked_id where x.id = wanted;
"""
# What an introduction may become, as tenants/finder/policy.py says it; a test holds the two together.
_STEPS = """
  'asked accept accepted', 'asked not_yet not_yet', 'asked decline asked', 'asked withdraw withdrawn',
  'not_yet accept accepted', 'not_yet not_yet not_yet', 'not_yet decline not_yet', 'not_yet withdraw withdrawn',
  'accepted no ended'
"""
_OFFER = """p.id, p.side::text, p.kind::text, p.brings, p.looks_for, p.themes::text[], p.site_id, p.place::text,
      p.times::text[], p.time_words::text"""
_OFFER_COLUMNS = """side text, kind text, brings text, looks_for text, themes text[], site uuid, place text,
                           times text[], time_words text"""


class Migration(migrations.Migration):
    """Who sees whom while looking for a partner, how two meet, and how both saying yes makes a pair."""

    initial = True
    dependencies = [("members", "0001_rules"), ("pairs", "0001_rules")]
    operations = [
        DefinerFunction(
            "own_introductions",
            returns="SETOF uuid",
            body="""
declare said text[] := security.claims(); me uuid := nullif(said[2], '')::uuid;
begin
  if said[3] = 'partner' and is_member() then
    return query select i.id from finder_introduction i join finder_profile p on p.id in (i.asker_id, i.asked_id)
      where p.member_id = me;
  end if;
end
""",
        ),
        DefinerFunction(
            "offers",
            arguments="only_one uuid, wanted_site uuid, wanted_time text, wanted_theme text, skip int, amount int",
            returns=f"TABLE (id uuid, {_OFFER_COLUMNS}, turn text)",
            body=f"""
declare mine record; me uuid := security.person();
begin
  if security.capacity() <> 'partner' or not is_member() then return; end if;
  select * into mine from finder_profile p where p.member_id = me and p.is_on;
  if not found then return; end if;
  -- The order is made anew for each who looks and stays the same for them: it ranks nobody.
  return query select {_OFFER}, md5(p.id::text || me::text)
    from finder_profile p join members_member m on m.id = p.member_id and m.ended_at is null
    where p.is_on and p.side <> mine.side and p.member_id <> me
      and (only_one is null or p.id = only_one)
      and (wanted_site is null or p.site_id = wanted_site)
      and (wanted_time = '' or wanted_time = any (p.times))
      and (wanted_theme = '' or wanted_theme = any (p.themes))
      and not exists (select 1 from finder_introduction i
        where (i.asker_id, i.asked_id) in ((mine.id, p.id), (p.id, mine.id)))
    order by 11 offset skip limit amount;
end
""",
        ),
        DefinerFunction(
            "people_met",
            returns=f"TABLE (introduction uuid, own boolean, {_OFFER_COLUMNS}, name text, account uuid)",
            body=f"""
declare me uuid := security.person();
begin
  -- What the other says while they are looking; who they are once they may meet.
  return query select i.id, i.asker_id = mine.id, o.side, o.kind, o.brings, o.looks_for, o.themes, o.site_id, o.place,
      o.times, o.time_words,
      case when i.state in ('accepted', 'founded') then m.name else '' end::text,
      case when i.state in ('accepted', 'founded') and m.ended_at is null then m.id end
    from finder_introduction i
    join finder_profile mine on mine.id in (i.asker_id, i.asked_id) and mine.member_id = me
    join finder_profile theirs on theirs.id in (i.asker_id, i.asked_id) and theirs.id <> mine.id
    join members_member m on m.id = theirs.member_id
    left join lateral (select {_OFFER} from finder_profile p where p.id = theirs.id and p.is_on
      and m.ended_at is null) o on true
    where i.id in (select own_introductions());
end
""",
        ),
        DefinerFunction(
            "ask_to_meet",
            arguments="new_id uuid, wanted uuid, why text, what_fits text, most int, days int",
            returns="void",
            volatile=True,
            body=f"""
declare mine record; theirs record; me uuid := security.person();
begin
  {_AS_ONESELF}
  select * into mine from finder_profile p where p.member_id = me for update;
  select o.* into theirs from offers(wanted, null, '', '', 0, 1) o;
  if not found then raise exception 'unknown' using errcode = 'P0001'; end if;
  if (select count(*) from finder_introduction i where i.asker_id = mine.id and (i.state = 'accepted'
      or (i.state in ('asked', 'not_yet') and i.lapses_at > security.now()))) >= most then
    raise exception 'too_many_asked' using errcode = 'P0001';
  end if;
  insert into finder_introduction (id, asker_id, asked_id, asker_side, asker_kind, asked_kind, motivation, fit, state,
      asked_at, lapses_at, meeting)
    values (new_id, mine.id, theirs.id, mine.side, mine.kind, theirs.kind, why, what_fits, 'asked', security.now(),
      security.now() + make_interval(days => days), '');
end
""",
        ),
        DefinerFunction(
            "answer_introduction",
            arguments="wanted uuid, act text, new_id uuid",
            returns="void",
            volatile=True,
            body=f"""
declare i record; me uuid := security.person(); target text;
begin
  {_FIND}
  if (act = 'withdraw' and me <> i.asking) or (act in ('accept', 'not_yet', 'decline') and me <> i.being_asked) then
    raise exception 'unknown' using errcode = 'P0001';
  end if;
  select split_part(step, ' ', 3) into target from unnest(array[{_STEPS}]) step
    where split_part(step, ' ', 1) = i.state and split_part(step, ' ', 2) = act;
  if target is null or (i.state in ('asked', 'not_yet') and i.lapses_at <= security.now())
     or (me = i.being_asked and exists (select 1 from finder_declined d where d.introduction_id = wanted)) then
    raise exception 'wrong_state' using errcode = 'P0001';
  end if;
  if act = 'decline' then
    -- Nothing of the row that the asker reads is touched.
    insert into finder_declined (id, introduction_id, member_id, declined_at)
      values (new_id, wanted, me, security.now());
  else
    update finder_introduction x set state = target,
      accepted_at = case when act = 'accept' then security.now() else x.accepted_at end,
      closed_at = case when target in ('withdrawn', 'ended') then security.now() end
      where x.id = wanted;
  end if;
end
""",
        ),
        DefinerFunction(
            "plan_meeting",
            arguments="wanted uuid, words text",
            returns="void",
            volatile=True,
            body=f"""
declare i record;
begin
  {_FIND}
  if i.state <> 'accepted' then raise exception 'wrong_state' using errcode = 'P0001'; end if;
  update finder_introduction x set meeting = words where x.id = wanted;
end
""",
        ),
        DefinerFunction(
            "say_yes",
            arguments="wanted uuid, new_id uuid, pair uuid, own_seat uuid, other_seat uuid, name text",
            returns="boolean",
            volatile=True,
            body=f"""
declare i record; me uuid := security.person(); other uuid; others_side text; is_asker boolean;
begin
  {_FIND}
  if i.state = 'founded' then return false; end if;
  if i.state <> 'accepted' then raise exception 'wrong_state' using errcode = 'P0001'; end if;
  insert into finder_yes (id, introduction_id, member_id, said_at) values (new_id, wanted, me, security.now())
    on conflict do nothing;
  is_asker := me = i.asking;
  other := case when is_asker then i.being_asked else i.asking end;
  if not exists (select 1 from finder_yes y where y.introduction_id = wanted and y.member_id = other) then
    return false;
  end if;
  if not exists (select 1 from members_member m where m.id = other and m.ended_at is null) then
    raise exception 'gone' using errcode = 'P0001';
  end if;
  others_side := case when i.asker_side = 'citizen' then 'professional' else 'citizen' end;
  perform found_pair(pair, own_seat, name, case when is_asker then i.asker_side else others_side end,
    case when is_asker then i.asker_kind else i.asked_kind end);
  insert into pairs_seat (id, pair_id, member_id, side, kind, taken_at)
    values (other_seat, pair, other, case when is_asker then others_side else i.asker_side end,
      case when is_asker then i.asked_kind else i.asker_kind end, security.now());
  update finder_introduction x set state = 'founded', closed_at = security.now() where x.id = wanted;
  return true;
end
""",
        ),
        DefinerFunction(
            "registration_open",
            returns="boolean",
            body="return security.inside() and exists (select 1 from finder_registration r where r.closed_at is null);",
        ),
        DefinerFunction(
            "join_alone",
            arguments="own_name text",
            returns="void",
            volatile=True,
            body="""
declare me uuid := security.person(); known record;
begin
  if me is null or not registration_open() then raise exception 'closed' using errcode = 'P0001'; end if;
  select * into known from members_member m where m.id = me for update;
  -- Whose membership has ended comes back by invitation alone.
  if found and known.ended_at is not null then raise exception 'ended' using errcode = 'P0001'; end if;
  insert into members_member (id, name, listed, joined_at) values (me, own_name, false, security.now())
    on conflict do nothing;
end
""",
        ),
        DefinerFunction(
            "material_of_finder",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
declare own uuid[] := array(select p.id from finder_profile p where p.member_id = me);
begin
  return query select 'finder.Profile', to_jsonb(x) || jsonb_build_object('site', (select s.name from members_site s
    where s.id = x.site_id)) from finder_profile x where x.member_id = me;
  return query select 'finder.Introduction', to_jsonb(x) from finder_introduction x where x.asker_id = any (own);
  return query select 'finder.Declined', to_jsonb(x) from finder_declined x where x.member_id = me;
  return query select 'finder.Yes', to_jsonb(x) from finder_yes x where x.member_id = me;
end
""",
        ),
        DefinerFunction(
            "remove_from_finder",
            arguments="people uuid[]",
            returns="bigint",
            volatile=True,
            public=False,
            body="""
declare own uuid[] := array(select p.id from finder_profile p where p.member_id = any (people)); met uuid[];
begin
  met := array(select i.id from finder_introduction i where i.asker_id = any (own) or i.asked_id = any (own));
  delete from finder_yes y where y.introduction_id = any (met);
  delete from finder_declined d where d.introduction_id = any (met) or d.member_id = any (people);
  delete from finder_introduction i where i.id = any (met);
  delete from finder_profile p where p.id = any (own);
  return cardinality(met) + cardinality(own);
end
""",
        ),
        DefinerFunction(
            "overdue_in_finder",
            arguments="gone uuid[]",
            returns="bigint",
            volatile=True,
            public=False,
            body="return remove_from_finder(gone);",
        ),
        DefinerFunction(
            "forget_in_finder",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="perform remove_from_finder(array[me]);",
        ),
    ]
