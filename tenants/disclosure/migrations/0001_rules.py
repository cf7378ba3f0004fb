from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_LIVE = """g.ended_at is null and g.valid_from <= security.now()
      and (g.valid_to is null or g.valid_to > security.now())"""


class Migration(migrations.Migration):
    """What a live grant opens. Grants begin and end by their dates, so nothing has to run on time."""

    initial = True
    dependencies = [("pairs", "0001_rules")]
    operations = [
        DefinerFunction(
            "audiences",
            returns="SETOF uuid",
            body="""
  if holds_office('sponsor') then return query select security.person(); end if;
  if holds_office('sponsor') or holds_office('rollout_lead') then
    return query select '00000000-0000-0000-0000-000000000000'::uuid;
  end if;
""",
        ),
        DefinerFunction(
            "live_grants",
            returns="SETOF uuid",
            body=f"""
  return query select g.id from disclosure_disclosuregrant g
    where g.audience_id in (select audiences()) and {_LIVE};
""",
        ),
        DefinerFunction(
            "readable_pairs",
            arguments="class text",
            returns="SETOF uuid",
            body=f"""
  return query select own_pairs();
  return query select g.pair_id from disclosure_disclosuregrant g
    where g.audience_id in (select audiences()) and g.row_class = class and {_LIVE};
""",
        ),
        DefinerFunction(
            "granted_items",
            arguments="class text",
            returns="SETOF uuid",
            body=f"""
  return query select g.item_id from disclosure_disclosuregrant g
    where g.audience_id in (select audiences()) and g.row_class = class and g.item_id is not null and {_LIVE};
""",
        ),
        DefinerFunction(
            "visible_members",
            returns="SETOF uuid",
            body="""
  return query select security.person();
  if security.capacity() = 'partner' and is_member() then
    return query select o.member_id from members_office o where o.ended_at is null;
    return query select s.member_id from pairs_seat s where s.pair_id in (select own_pairs());
  elsif holds_office(security.capacity()) then
    return query select m.id from members_member m where m.listed;
  end if;
  return query select s.member_id from pairs_seat s
    where s.left_at is null and s.pair_id in (select readable_pairs('people'));
""",
        ),
    ]
