from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """Whose pairs are whose; how a pair is founded, joined and left."""

    initial = True
    dependencies = [("members", "0001_rules")]
    operations = [
        DefinerFunction(
            "own_pairs",
            returns="SETOF uuid",
            body="""
declare said text[] := security.claims(); me uuid := nullif(said[2], '')::uuid;
begin
  if said[3] = 'partner' then
    return query select s.pair_id from pairs_seat s join members_member m on m.id = s.member_id
      where s.member_id = me and s.left_at is null and m.ended_at is null;
  end if;
end
""",
        ),
        DefinerFunction(
            "own_seats",
            returns="SETOF uuid",
            body="""
declare said text[] := security.claims(); me uuid := nullif(said[2], '')::uuid;
begin
  if said[3] = 'partner' then
    return query select s.id from pairs_seat s join members_member m on m.id = s.member_id
      where s.member_id = me and s.left_at is null and m.ended_at is null;
  end if;
end
""",
        ),
        DefinerFunction(
            "readable_pairs",
            arguments="class text",
            returns="SETOF uuid",
            body="return query select own_pairs();",
        ),
        DefinerFunction(
            "granted_items",
            arguments="class text",
            returns="SETOF uuid",
            body="return;",
        ),
        DefinerFunction(
            "found_pair",
            arguments="pair uuid, seat uuid, name text, own_side text, own_kind text",
            returns="void",
            volatile=True,
            body="""
  if not (is_member() and security.capacity() = 'partner') then
    raise exception 'not_permitted' using errcode = 'P0001';
  end if;
  insert into pairs_pair (id, title, stage, founded_at) values (pair, name, 'forming', security.now());
  insert into pairs_seat (id, pair_id, member_id, side, kind, taken_at)
    values (seat, pair, security.person(), own_side, own_kind, security.now());
""",
        ),
        DefinerFunction(
            "take_invited_seat",
            arguments="invitation uuid, seat uuid, own_kind text",
            returns="uuid",
            volatile=True,
            body="""
declare i record; p record;
begin
  select * into i from members_invitation v where v.id = invitation and v.kind = 'partner'
    and v.accepted_by_id = security.person();
  if not found or security.capacity() <> 'partner' then
    raise exception 'not_permitted' using errcode = 'P0001';
  end if;
  select * into p from pairs_pair where id = i.pair_id for update;
  if p.stage = 'ended' or exists (select 1 from pairs_seat s where s.pair_id = i.pair_id and s.left_at is null
      and (s.side = i.side or s.member_id = security.person())) then
    raise exception 'seat_taken' using errcode = 'P0001';
  end if;
  insert into pairs_seat (id, pair_id, member_id, side, kind, taken_at)
    values (seat, i.pair_id, security.person(), i.side, own_kind, security.now());
  return i.pair_id;
end
""",
        ),
        DefinerFunction(
            "leave_pair",
            arguments="pair uuid",
            returns="boolean",
            volatile=True,
            body="""
  if security.capacity() <> 'partner' then raise exception 'not_permitted' using errcode = 'P0001'; end if;
  perform 1 from pairs_pair p where p.id = pair for update;
  update pairs_seat s set left_at = security.now()
    where s.pair_id = pair and s.member_id = security.person() and s.left_at is null;
  return found;
""",
        ),
        DefinerFunction(
            "depart",
            arguments="member uuid",
            returns="void",
            volatile=True,
            public=False,  # for the acts that end a membership
            body="""
declare held record;
begin
  update members_office o set ended_at = security.now() where o.member_id = member and o.ended_at is null;
  update members_invitation i set revoked_at = security.now()
    where i.kind = 'partner' and i.invited_by_id = member and i.accepted_at is null and i.revoked_at is null;
  for held in select s.pair_id from pairs_seat s where s.member_id = member and s.left_at is null
      order by s.pair_id loop
    update pairs_seat s set left_at = security.now()
      where s.pair_id = held.pair_id and s.member_id = member and s.left_at is null;
    perform audit_write('pair.left', held.pair_id, '{}'::jsonb, held.pair_id);
  end loop;
end
""",
        ),
        DefinerFunction(
            "end_membership",
            arguments="member uuid",
            returns="boolean",
            volatile=True,
            body="""
  if not holds_office('rollout_lead') then raise exception 'not_permitted' using errcode = 'P0001'; end if;
  update members_member m set ended_at = security.now() where m.id = member and m.listed and m.ended_at is null;
  if not found then return false; end if;
  perform depart(member);
  return true;
""",
        ),
    ]
