from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """Which boards a person reads for: as director, secretary, executive sponsor or rollout lead, or as the board's job."""

    initial = True
    dependencies = [("disclosure", "0001_rules")]
    operations = [
        DefinerFunction(
            "readable_boards",
            returns="SETOF uuid",
            body="""
  if security.capacity() = 'board' then
    return query select b.id from boards_boardbody b where b.id = security.person();
  elsif holds_office('board_member') or holds_office('board_secretary') then
    return query select m.body_id from boards_boardmembership m
      where m.member_id = security.person() and m.ended_at is null;
  elsif holds_office('sponsor') then
    return query select b.id from boards_boardbody b where b.executive_sponsor_id = security.person();
  elsif holds_office('rollout_lead') then
    return query select b.id from boards_boardbody b;
  end if;
""",
        ),
        DefinerFunction(
            "audiences",
            returns="SETOF uuid",
            body="""
  if holds_office('sponsor') then return query select security.person(); end if;
  if holds_office('sponsor') or holds_office('rollout_lead') then
    return query select '00000000-0000-0000-0000-000000000000'::uuid;
  end if;
  return query select readable_boards();
""",
        ),
        DefinerFunction(
            "board_readers",
            arguments="body uuid",
            returns="TABLE (member uuid, hat text)",
            body="""
  if body not in (select readable_boards()) then return; end if;
  return query
    select m.member_id, case when m.kind = 'secretary' then 'board_secretary' else 'board_member' end
      from boards_boardmembership m where m.body_id = body and m.ended_at is null
    union select b.executive_sponsor_id, 'sponsor' from boards_boardbody b
      where b.id = body and b.executive_sponsor_id is not null
    union select h, 'rollout_lead' from office_holders('rollout_lead') h;
""",
        ),
    ]
