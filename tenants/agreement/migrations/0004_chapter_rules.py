from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger


def _never_agreed(name: str, table: str) -> DefinerFunction:
    return DefinerFunction(
        name,
        returns="SETOF uuid",
        body=f"""
  return query select x.id from earlier_chapters() c join {table} x on x.pair_id = c.whose
    where x.agreed_at is null and c.spans @> x.edited_at;
  return query select x.id from hiding_seats() h join {table} x on x.edited_by_id = h where x.agreed_at is null;
""",
    )


_TEXTS = (("sharedline", "linekey", "line_id"), ("principleversion", "principlekey", "version_id"),
          ("timeagreement", "timekey", "agreement_id"))  # fmt: skip
_ENDING = "\n".join(
    f"""    update agreement_{table} x set state = 'withdrawn', ended_at = security.now()
      where x.pair_id = new.pair_id and x.state = 'proposed';"""
    for table in ("principleversion", "timeagreement")
)
_OPENING = "\n".join(
    f"""    update agreement_{table} x set state = 'former', agreed_with_id = new.id
      where x.pair_id = new.pair_id and x.state = 'agreed';
    delete from agreement_{keys} k where k.pair_id = new.pair_id and k.seat_id <> new.id
      and k.{column} in (select x.id from agreement_{table} x where x.pair_id = new.pair_id
        and x.state in ('proposed', 'former'));"""
    for table, keys, column in _TEXTS
)


class Migration(migrations.Migration):
    """What was agreed is signed again by whoever comes; what waited ends with who left; the rest is not theirs to read."""

    dependencies = [("agreement", "0003_guards"), ("pairs", "0007_earlier_chapters")]
    operations = [
        _never_agreed("hidden_wordings", "agreement_principleversion"),
        _never_agreed("hidden_times", "agreement_timeagreement"),
        DefinerFunction(
            "hidden_principles",
            returns="SETOF uuid",
            body="""
  return query select v.principle_id from agreement_principleversion v
    where v.principle_id in (select x.principle_id from agreement_principleversion x
      where x.id = any (array(select hidden_wordings())))
    group by v.principle_id having bool_and(v.id = any (array(select hidden_wordings())));
""",
        ),
        # The numbers of wordings that somebody does not read are taken all the same.
        DefinerTrigger(
            "wording_is_numbered",
            table="agreement_principleversion",
            when="BEFORE INSERT",
            body="""
  new.number := (select coalesce(max(v.number), 0) + 1 from agreement_principleversion v
    where v.principle_id = new.principle_id);
  return new;
""",
        ),
        DefinerTrigger(
            "review_needs_both_answers",
            table="agreement_review",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body="""
declare sides int;
begin
  -- A look again in which somebody left ends with them.
  if new.closed_at is null or exists (select 1 from pairs_seat s where s.pair_id = new.pair_id
      and s.left_at between new.opened_at and new.closed_at) then
    return null;
  end if;
  select count(distinct t.side) into sides from agreement_reviewanswer a
    join pairs_seat t on t.id = a.seat_id and t.pair_id = new.pair_id and t.left_at is null
   where a.review_id = new.id;
  if sides <> 2 then raise exception 'both_needed' using errcode = 'P0001'; end if;
  return null;
end
""",
        ),
        DefinerTrigger(
            "departure_opens_agreements",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body=f"""
  if old.left_at is null and new.left_at is not null then
    perform 1 from pairs_pair p where p.id = new.pair_id for update;
{_ENDING}
{_OPENING}
    update agreement_review r set closed_at = security.now() where r.pair_id = new.pair_id and r.closed_at is null;
    delete from agreement_needshare s where s.pair_id = new.pair_id;
  end if;
  return null;
""",
        ),
    ]
