from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """The times of a pair that are not of my chapters, and whose own things went with them: asked once per query."""

    dependencies = [("pairs", "0006_leaving_guards")]
    operations = [
        DefinerFunction(
            "earlier_chapters",
            returns="TABLE (whose uuid, spans tstzmultirange)",
            body="""
  -- Whatever was before I came, except while I sat there myself. What the one who stayed did alone since is readable.
  return query select c.pair_id, tstzmultirange(tstzrange(null, c.since)) - (
      select range_agg(tstzrange(s.taken_at, s.left_at, '[]')) from pairs_seat s
       where s.pair_id = c.pair_id and s.member_id = security.person())
    from own_chapters() c;
""",
        ),
        DefinerFunction(
            "hiding_seats",
            returns="SETOF uuid",
            body="""
  if security.capacity() <> 'partner' then return; end if;
  return query select o.id from pairs_seat mine
    join pairs_seat o on o.pair_id = mine.pair_id and o.member_id <> mine.member_id and o.hides
    join members_member m on m.id = mine.member_id
   where mine.member_id = security.person() and mine.left_at is null and m.ended_at is null;
""",
        ),
    ]
