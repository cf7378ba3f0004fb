from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_MINE = """join members_member m on m.id = mine.member_id
    where mine.member_id = security.person() and mine.left_at is null and m.ended_at is null"""


class Migration(migrations.Migration):
    """What a successor does not see, how somebody comes back, and what is left of a pair that both have left."""

    dependencies = [("pairs", "0003_guards")]
    operations = [
        DefinerFunction(
            "own_chapters",
            returns="TABLE (pair_id uuid, since timestamptz)",
            public=False,
            body=f"""
  -- My pairs in which somebody left before I came: what was before that moment is not of my chapter.
  if security.capacity() <> 'partner' then return; end if;
  return query select mine.pair_id, max(o.left_at) from pairs_seat mine
    join pairs_seat o on o.pair_id = mine.pair_id and o.member_id <> mine.member_id and o.left_at <= mine.taken_at
    {_MINE} group by mine.pair_id;
""",
        ),
        DefinerFunction(
            "was_there",
            arguments="pair uuid, moment timestamptz",
            returns="boolean",
            public=False,
            body="""
  return exists (select 1 from pairs_seat s where s.pair_id = pair and s.member_id = security.person()
    and s.taken_at <= moment and (s.left_at is null or moment <= s.left_at));
""",
        ),
        DefinerFunction(
            "hidden_seats",
            returns="SETOF uuid",
            body=f"""
  if security.capacity() <> 'partner' then return; end if;
  return query select o.id from pairs_seat mine
    join pairs_seat o on o.pair_id = mine.pair_id and o.member_id <> mine.member_id and o.left_at is not null
     and (o.hides or not exists (select 1 from pairs_seat s where s.pair_id = o.pair_id
       and s.member_id = mine.member_id and s.taken_at < o.left_at and (s.left_at is null or s.left_at > o.taken_at)))
    {_MINE};
""",
        ),
        DefinerFunction(
            "may_return",
            arguments="seat uuid",
            returns="boolean",
            public=False,
            body="""
  return is_member() and security.capacity() = 'partner' and exists (
    select 1 from pairs_seat s join pairs_pair p on p.id = s.pair_id
     where s.id = seat and s.member_id = security.person() and s.left_at > security.now() - interval '24 hours'
       and s.separated_at is null and p.stage <> 'ended'
       and not exists (select 1 from pairs_seat o where o.pair_id = s.pair_id and o.left_at is null
         and (o.side = s.side or o.member_id = s.member_id))
       and not exists (select 1 from pairs_seat o where o.pair_id = s.pair_id and o.side = s.side
         and o.id <> s.id and o.taken_at >= s.left_at));
""",
        ),
        DefinerFunction(
            "return_to_pair",
            arguments="pair uuid",
            returns="boolean",
            volatile=True,
            body="""
declare mine uuid;
begin
  perform 1 from pairs_pair p where p.id = pair for update;
  select s.id into mine from pairs_seat s where s.pair_id = pair and s.member_id = security.person()
    and s.left_at is not null order by s.left_at desc limit 1;
  if mine is null or not may_return(mine) then return false; end if;
  update pairs_seat s set left_at = null, released_at = null where s.id = mine;
  return true;
end
""",
        ),
        DefinerFunction(
            "leave_pair_hiding",
            arguments="pair uuid",
            returns="boolean",
            volatile=True,
            body="""
  -- Hidden and left in one statement: there is no moment at which the other could still read it.
  if security.capacity() <> 'partner' then raise exception 'not_permitted' using errcode = 'P0001'; end if;
  perform 1 from pairs_pair p where p.id = pair for update;
  update pairs_seat s set left_at = security.now(), separated_at = security.now(), hides = true
    where s.pair_id = pair and s.member_id = security.person() and s.left_at is null;
  return found;
""",
        ),
        DefinerFunction(
            "separate_from_former",
            arguments="pair uuid",
            returns="boolean",
            volatile=True,
            body="""
  -- By the one who stays: whoever left last does not come back to this seat without the key of who is here.
  if pair not in (select own_pairs()) then return false; end if;
  perform 1 from pairs_pair p where p.id = pair for update;
  update pairs_seat s set separated_at = security.now()
    where s.pair_id = pair and s.member_id <> security.person() and s.left_at is not null and s.separated_at is null;
  return found;
""",
        ),
        DefinerFunction(
            "release_share",
            arguments="pair uuid",
            returns="boolean",
            volatile=True,
            body="""
  -- Somebody who left gives up their part of the project before the sixty days are over.
  update pairs_seat s set released_at = security.now()
    where s.pair_id = pair and s.member_id = security.person() and s.left_at > security.now() - interval '60 days'
      and s.released_at is null and security.capacity() = 'partner';
  if not found then return false; end if;
  perform audit_write('pair.share_released', pair, '{}'::jsonb, pair);
  return true;
""",
        ),
        DefinerFunction(
            "former_pairs",
            returns="TABLE (pair_id uuid, title text, left_at timestamptz, returnable boolean, owned boolean,"
            " began timestamptz, ended timestamptz)",
            body="""
  -- To whoever left: the title while they can come back, the dates once nobody is left. Nothing of what the other does.
  if security.capacity() <> 'partner' or not is_member() then return; end if;
  return query select distinct on (s.pair_id) s.pair_id, case when may_return(s.id) then p.title::text else '' end,
      s.left_at, may_return(s.id),
      s.released_at is null and s.left_at > security.now() - interval '60 days',
      case when e.gone is not null then p.founded_at end, e.gone
    from pairs_seat s join pairs_pair p on p.id = s.pair_id
    left join lateral (select max(o.left_at) as gone from pairs_seat o where o.pair_id = s.pair_id
      having count(*) filter (where o.left_at is null) = 0) e on true
    where s.member_id = security.person() and s.pair_id not in (select own_pairs())
    order by s.pair_id, s.left_at desc;
""",
        ),
        DefinerFunction(
            "material_of_pairs",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  return query select 'pairs.LeavingReason', to_jsonb(x) from pairs_leavingreason x where x.member_id = me;
""",
        ),
        DefinerFunction(
            "forget_in_pairs",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  delete from pairs_leavingreason x where x.member_id = me;
""",
        ),
    ]
