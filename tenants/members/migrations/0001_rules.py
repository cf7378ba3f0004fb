from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """Who is a member, who holds an office, and how an invitation is accepted."""

    initial = True
    dependencies = []
    operations = [
        DefinerFunction(
            "is_member",
            returns="boolean",
            body="""
declare said text[] := security.claims(); me uuid := nullif(said[2], '')::uuid;
begin
  return said[3] <> 'board' and exists (select 1 from members_member m where m.id = me and m.ended_at is null);
end
""",
        ),
        DefinerFunction(
            "holds_office",
            arguments="wanted text",
            returns="boolean",
            body="""
declare said text[] := security.claims(); me uuid := nullif(said[2], '')::uuid;
begin
  return said[3] = wanted and exists (
    select 1 from members_office o join members_member m on m.id = o.member_id
     where o.member_id = me and o.role = wanted and o.ended_at is null and m.ended_at is null);
end
""",
        ),
        DefinerFunction("own_capacity", returns="SETOF text", body="return query select security.capacity();"),
        DefinerFunction(
            "visible_members",
            returns="SETOF uuid",
            body="""
  return query select security.person();
  if security.capacity() = 'partner' and is_member() then
    return query select o.member_id from members_office o where o.ended_at is null;
  elsif holds_office(security.capacity()) then
    return query select m.id from members_member m where m.listed;
  end if;
""",
        ),
        DefinerFunction(
            "invitation_for",
            arguments="hash text",
            returns="""TABLE (id uuid, kind text, name text, email text, side text, partner_kind text, state text, inviter text,
                           pair uuid)""",
            body="""
  return query select i.id, i.kind::text, i.name::text, i.email::text, i.side::text, i.partner_kind::text,
      case when i.accepted_by_id = security.person() then 'yours'
           when i.accepted_at is not null then 'used' when i.revoked_at is not null then 'revoked'
           when i.expires_at < clock_timestamp() and i.expires_at < security.now() then 'expired' else 'open' end,
      coalesce((select m.name from members_member m where m.id = i.invited_by_id), '')::text, i.pair_id
    from members_invitation i where i.token_hash = hash;
""",
        ),
        DefinerFunction(
            "accept_invitation",
            arguments="hash text, voucher text",
            returns="uuid",
            volatile=True,
            body="""
declare i record; me uuid := security.person(); held text;
begin
  if me is null then raise exception 'signed_out' using errcode = 'P0001'; end if;
  select * into i from members_invitation v where v.token_hash = hash for update;
  if not found then raise exception 'unknown' using errcode = 'P0001'; end if;
  if i.accepted_by_id = me then return i.id; end if;
  if i.accepted_at is not null then raise exception 'used' using errcode = 'P0001'; end if;
  if i.revoked_at is not null then raise exception 'revoked' using errcode = 'P0001'; end if;
  if i.expires_at < clock_timestamp() and i.expires_at < security.now() then
    raise exception 'expired' using errcode = 'P0001';
  end if;
  if not security.signs_in_with(voucher, i.email) then raise exception 'other_address' using errcode = 'P0001'; end if;
  insert into members_member (id, name, listed, site_id, joined_at)
    values (me, i.name, i.kind = 'member', i.site_id, security.now())
    on conflict (id) do update set
      -- Who comes back through a partner alone is not in the list again.
      listed = excluded.listed or (members_member.listed and members_member.ended_at is null), ended_at = null,
      -- The list tells nothing of an earlier time in a pair: name and date are those of coming into the list.
      name = case when excluded.listed and not (members_member.listed and members_member.ended_at is null)
        then excluded.name else members_member.name end,
      joined_at = case when excluded.listed and not (members_member.listed and members_member.ended_at is null)
        then excluded.joined_at else members_member.joined_at end,
      site_id = coalesce(members_member.site_id, excluded.site_id);
  foreach held in array i.roles loop
    if held <> 'partner' and i.kind = 'member' then
      insert into members_office (id, member_id, role, since) values (gen_random_uuid(), me, held, security.now())
        on conflict do nothing;
    end if;
  end loop;
  update members_invitation v set accepted_at = security.now(), accepted_by_id = me where v.id = i.id;
  return i.id;
end
""",
        ),
        DefinerFunction(
            "invite_first_lead",
            arguments="invitation uuid, lead_name text, address text, lead_language text, hash text, until timestamptz",
            returns="void",
            volatile=True,
            body="""
  if exists (select 1 from members_member) or exists (select 1 from members_invitation) then
    raise exception 'not_first' using errcode = 'P0001';
  end if;
  insert into members_invitation (id, kind, name, email, language, roles, side, partner_kind, token_hash, sends,
                                  sent_at, expires_at)
    values (invitation, 'member', lead_name, address, lead_language, array['rollout_lead'], '', '', hash, 1,
            security.now(), until);
""",
        ),
        DefinerFunction(
            "notify",
            arguments="recipient uuid, hat text, what text, subject uuid, job uuid",
            returns="boolean",
            volatile=True,
            body="""
  -- To oneself in one's own hat, or from a board's job to its readers. Nobody else tells anybody anything.
  if (recipient is distinct from security.person() or hat is distinct from security.capacity())
     and not (security.capacity() = 'board' and exists (
       select 1 from board_readers(security.person()) r where r.member = recipient and r.hat = notify.hat)) then
    raise exception 'not_a_reader' using errcode = '28000';
  end if;
  insert into members_notice (id, recipient_id, capacity, kind, subject_id, job_id, made_at)
    values (gen_random_uuid(), recipient, hat, what, subject, job, security.now()) on conflict do nothing;
  return found;
""",
        ),
        DefinerFunction(
            "office_holders",
            arguments="wanted text",
            returns="SETOF uuid",
            body="""
  return query select o.member_id from members_office o join members_member m on m.id = o.member_id
    where o.role = wanted and o.ended_at is null and m.ended_at is null;
""",
        ),
        DefinerFunction(
            "end_office",
            arguments="holder uuid, held text",
            returns="boolean",
            volatile=True,
            body="""
  if not holds_office('rollout_lead') then raise exception 'not_permitted' using errcode = 'P0001'; end if;
  if holder = security.person() and held = 'rollout_lead' then
    raise exception 'own_office' using errcode = 'P0001';
  end if;
  update members_office o set ended_at = security.now()
    from members_member m
    where o.member_id = holder and o.role = held and o.ended_at is null and m.id = holder and m.listed;
  return found;
""",
        ),
        DefinerFunction(
            "grant_office",
            arguments="holder uuid, given text",
            returns="void",
            volatile=True,
            body="""
  if not holds_office('rollout_lead') then raise exception 'not_permitted' using errcode = 'P0001'; end if;
  if given = 'partner' or not exists (select 1 from members_member m where m.id = holder and m.listed
      and m.ended_at is null) then
    raise exception 'unknown' using errcode = 'P0001';
  end if;
  insert into members_office (id, member_id, role, since) values (gen_random_uuid(), holder, given, security.now())
    on conflict do nothing;
""",
        ),
    ]
