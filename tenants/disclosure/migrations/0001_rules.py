from django.db import migrations

from rollout.kernel.operations import DefinerFunction

# The moment is asked for once: a function in a condition would be called for every grant.
_LIVE = "g.ended_at is null and g.valid_from <= today and (g.valid_to is null or g.valid_to > today)"


class Migration(migrations.Migration):
    """What a live grant opens. Grants begin and end by their dates, so nothing has to run on time."""

    initial = True
    dependencies = [("pairs", "0001_rules")]
    operations = [
        DefinerFunction(
            "audiences",
            returns="SETOF uuid",
            body="""
declare hat text := security.capacity();
begin
  -- Things are shown to offices and boards; whoever wears the partner's hat reads by seats alone.
  if hat = 'partner' then return; end if;
  if hat = 'sponsor' and holds_office('sponsor') then return query select security.person(); end if;
  if hat in ('sponsor', 'rollout_lead') and holds_office(hat) then
    return query select '00000000-0000-0000-0000-000000000000'::uuid;
  end if;
end
""",
        ),
        DefinerFunction(
            "live_grants",
            returns="SETOF uuid",
            body=f"""
declare today timestamptz := security.now();
begin
  return query select g.id from disclosure_disclosuregrant g
    where g.audience_id in (select audiences()) and {_LIVE};
end
""",
        ),
        DefinerFunction(
            "readable_pairs",
            arguments="class text",
            returns="SETOF uuid",
            body=f"""
declare today timestamptz;
begin
  if security.capacity() = 'partner' then
    return query select own_pairs();
    return;
  end if;
  today := security.now();
  return query select g.pair_id from disclosure_disclosuregrant g
    where g.audience_id in (select audiences()) and g.row_class = class and {_LIVE};
end
""",
        ),
        DefinerFunction(
            "granted_items",
            arguments="class text",
            returns="SETOF uuid",
            body=f"""
declare today timestamptz := security.now();
begin
  if security.capacity() = 'partner' then return; end if;
  return query select g.item_id from disclosure_disclosuregrant g
    where g.audience_id in (select audiences()) and g.row_class = class and g.item_id is not null and {_LIVE};
end
""",
        ),
        DefinerFunction(
            "visible_members",
            returns="SETOF uuid",
            body="""
declare said text[] := security.claims(); hat text := said[3];
begin
  return query select nullif(said[2], '')::uuid;
  if hat = 'partner' then
    if is_member() then
      return query select o.member_id from members_office o where o.ended_at is null;
      return query select s.member_id from pairs_seat s where s.pair_id in (select own_pairs());
    end if;
    return;
  elsif holds_office(hat) then
    return query select m.id from members_member m where m.listed;
  end if;
  return query select s.member_id from pairs_seat s
    where s.left_at is null and s.pair_id in (select readable_pairs('people'));
end
""",
        ),
    ]
