from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """How a proposal becomes a pair without the lead being told, and what the lead is told instead."""

    initial = True
    dependencies = [("disclosure", "0001_rules"), ("projects", "0001_rules")]
    operations = [
        DefinerFunction(
            "proposal_states",
            arguments="wanted uuid[]",
            returns="TABLE (proposal uuid, state text, pair uuid)",
            body="""
  if not holds_office('rollout_lead') then return; end if;
  return query
    with shown as materialized (select distinct r as pair_id from readable_pairs('pair') r),
    once as materialized (select distinct g.pair_id from disclosure_disclosuregrant g
      where g.audience = 'organisation' and g.valid_from <= security.now()
        and (g.ended_at is null or g.ended_at > g.valid_from))
    select p.id,
      case when shown.pair_id is not null then 'open' when once.pair_id is not null then 'not_shared'
           else 'invited' end,
      shown.pair_id
    from roster_proposedpair p
    left join pairs_pair a on a.proposal_id = p.id
    left join shown on shown.pair_id = a.id
    left join once on once.pair_id = a.id
    where p.id = any (wanted);
""",
        ),
        DefinerFunction(
            "my_proposals",
            returns="""TABLE (proposal uuid, label text, shared_task text, side text, kind text, other text,
                           since timestamptz, accepted boolean)""",
            body="""
  if security.capacity() <> 'partner' or not is_member() then return; end if;
  -- A row of a later roster may repeat an invitation, and a proposal whose other side was taken back is none.
  return query
    select distinct on (p.id) p.id, p.label::text, p.shared_task::text, me.side::text, me.kind::text,
      partner.name::text, greatest(i.accepted_at, u.sent_at),
      exists (select 1 from pairs_pair a join pairs_seat s on s.pair_id = a.id
               where a.proposal_id = p.id and s.member_id = security.person())
    from roster_rosterperson me
    join members_invitation i on i.id = me.invitation_id and i.accepted_by_id = security.person()
    join roster_proposedpair p on p.id = me.proposal_id
    join roster_rosterupload u on u.id = me.upload_id
    join lateral (select oi.name from roster_rosterperson o join members_invitation oi on oi.id = o.invitation_id
        where o.proposal_id = p.id and o.side <> me.side and oi.revoked_at is null
        order by oi.accepted_at nulls last, oi.sent_at desc limit 1) partner on true
    order by p.id, u.sent_at;
""",
        ),
        DefinerFunction(
            "accept_proposal",
            arguments="wanted uuid, new_pair uuid, new_seat uuid, new_task uuid",
            returns="uuid",
            volatile=True,
            body="""
declare p record; me record; found_id uuid;
begin
  select * into me from my_proposals() m where m.proposal = wanted;
  if not found then raise exception 'unknown' using errcode = 'P0001'; end if;
  select * into p from roster_proposedpair x where x.id = wanted for update;
  select a.id into found_id from pairs_pair a where a.proposal_id = wanted;
  if found_id is null then
    found_id := new_pair;
    insert into pairs_pair (id, title, stage, site_id, proposal_id, founded_at)
      values (new_pair, p.label, 'forming',
        (select i.site_id from roster_rosterperson r join members_invitation i on i.id = r.invitation_id
          where r.proposal_id = wanted and i.site_id is not null order by r.side desc limit 1),
        wanted, security.now());
    if p.shared_task <> '' then
      insert into projects_sharedtask (id, pair_id, text, content_hash, edited_at)
        values (new_task, new_pair, p.shared_task, encode(sha256(convert_to(p.shared_task, 'UTF8')), 'hex'),
                security.now());
    end if;
  end if;
  if not exists (select 1 from pairs_seat s where s.pair_id = found_id and s.member_id = security.person()
      and s.left_at is null) then
    if exists (select 1 from pairs_seat s where s.pair_id = found_id and s.side = me.side) then
      raise exception 'seat_taken' using errcode = 'P0001';
    end if;
    insert into pairs_seat (id, pair_id, member_id, side, kind, taken_at)
      values (new_seat, found_id, security.person(), me.side, me.kind, security.now());
  end if;
  return found_id;
end
""",
        ),
    ]
