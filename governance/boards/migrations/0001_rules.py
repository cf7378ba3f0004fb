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
declare said text[] := security.claims(); hat text := said[3]; me uuid := nullif(said[2], '')::uuid;
begin
  if hat = 'board' then
    return query select b.id from boards_boardbody b where b.id = me;
  elsif hat = 'partner' or not holds_office(hat) then
    return;
  elsif hat in ('board_member', 'board_secretary') then
    -- Each hat reads for the boards that the person sits on in that hat.
    return query select m.body_id from boards_boardmembership m
      where m.member_id = me and m.ended_at is null and (m.kind = 'secretary') = (hat = 'board_secretary');
  elsif hat = 'sponsor' then
    return query select b.id from boards_boardbody b where b.executive_sponsor_id = me;
  elsif hat = 'rollout_lead' then
    return query select b.id from boards_boardbody b;
  end if;
end
""",
        ),
        DefinerFunction(
            "looks_after_board",
            arguments="body uuid",
            returns="boolean",
            body="""
  -- Who may ask for work in a board's name: its secretary and the rollout leads.
  return (holds_office('board_secretary') or holds_office('rollout_lead')) and body in (select readable_boards());
""",
        ),
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
  return query select readable_boards();
end
""",
        ),
        DefinerFunction(
            "readers_of_board",
            arguments="body uuid",
            returns="TABLE (member uuid, hat text)",
            public=False,
            body="""
  -- Whoever lost the office does not read any more, even if nobody has ended the place on the board yet.
  return query
    select m.member_id, 'board_secretary'::text from boards_boardmembership m
      where m.body_id = body and m.ended_at is null and m.kind = 'secretary'
        and m.member_id in (select office_holders('board_secretary'))
    union select m.member_id, 'board_member' from boards_boardmembership m
      where m.body_id = body and m.ended_at is null and m.kind <> 'secretary'
        and m.member_id in (select office_holders('board_member'))
    union select b.executive_sponsor_id, 'sponsor' from boards_boardbody b
      where b.id = body and b.executive_sponsor_id in (select office_holders('sponsor'))
    union select h, 'rollout_lead' from office_holders('rollout_lead') h;
""",
        ),
        DefinerFunction(
            "board_readers",
            arguments="body uuid",
            returns="TABLE (member uuid, hat text)",
            body="""
  if body not in (select readable_boards()) then return; end if;
  return query select * from readers_of_board(body);
""",
        ),
        DefinerFunction(
            "board_sponsor",
            arguments="body uuid",
            returns="text",
            body="""
  return (select m.name from boards_boardbody b join members_member m on m.id = b.executive_sponsor_id
    where b.id = body and b.id in (select readable_boards()));
""",
        ),
        DefinerFunction(
            "found_board",
            arguments="wanted uuid, title text",
            returns="void",
            volatile=True,
            body="""
  -- A secretary sits on the board that she makes, and so manages no board but her own.
  if not (holds_office('rollout_lead') or holds_office('board_secretary')) then
    raise exception 'not_permitted' using errcode = 'P0001';
  end if;
  insert into boards_boardbody (id, name, made_at) values (wanted, title, security.now());
  if holds_office('board_secretary') then
    insert into boards_boardmembership (id, body_id, member_id, kind, since)
      values (gen_random_uuid(), wanted, security.person(), 'secretary', security.now());
  end if;
""",
        ),
    ]
