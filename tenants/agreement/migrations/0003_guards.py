from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger

_OWN_SEAT = """
  if (new.edited_by_id <> old.edited_by_id or {changed}) and not exists (select 1 from pairs_seat s
      where s.id = new.edited_by_id and s.pair_id = new.pair_id and s.member_id = security.person()
        and s.left_at is null) then
    raise exception 'not_your_seat' using errcode = 'P0001';
  end if;
"""

# A partner left: what was agreed with them is named so, and the keys of the one who stays are given anew.
_LEFT = """exists (select 1 from pairs_seat s where s.id = new.agreed_with_id and s.pair_id = new.pair_id
      and s.left_at is not null)"""

_LINE = (
    "proposed agreed", "proposed contested", "contested proposed", "agreed proposed", "agreed contested",
    "former proposed", "former agreed", "former contested",
)  # fmt: skip
_VERSION = (
    "proposed agreed", "proposed withdrawn", "agreed withdrawn", "agreed replaced", "former agreed",
    "former withdrawn", "former replaced",
)  # fmt: skip

_HOURS = ("since", "hours_professional", "is_protected", "hours_citizen", "is_paid", "content_hash")
_TEXTS = {
    "sharedline": ("line", "linekey", "line_id", _LINE, ("topic", "text", "content_hash")),
    "principleversion": ("principle", "principlekey", "version_id", _VERSION, ("title", "text", "content_hash")),
    "timeagreement": ("time", "timekey", "agreement_id", _VERSION, _HOURS),
}
"""Table → the word in names, the table of its keys and their column, the steps, and what a signature is under."""


def _row(side: str, columns: tuple[str, ...]) -> str:
    return "row(" + ", ".join(f"{side}.{column}" for column in columns) + ")"


def _guards(table: str) -> list[DefinerTrigger]:
    word, keys, column, steps, content = _TEXTS[table]
    group = "principle_id" if word == "principle" else "pair_id"
    changed = f"{_row('new', content)} is distinct from {_row('old', content)}"
    steps_sql = ", ".join(f"'{step}'" for step in steps)
    # A line has one text, which may change while it stands; a version that stood once never changes.
    edit = (
        f"if {changed} and (new.state <> 'proposed' or new.topic <> old.topic) then"
        if word == "line"
        else f"if {changed} and (old.state <> 'proposed' or new.state <> 'proposed') then"
    )
    return [
        DefinerTrigger(
            f"{word}_needs_two_keys",
            table=f"agreement_{table}",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body=f"""
declare sides int;
begin
  if new.state not in ('agreed', 'replaced') then return null; end if;
  if new.state = 'replaced' then
    if old.state <> 'replaced' and not exists (select 1 from agreement_{table} n where n.id <> new.id
        and n.{group} = new.{group} and n.state = 'agreed' and n.agreed_at >= new.ended_at) then
      raise exception 'successor_needed' using errcode = 'P0001';
    end if;
    return null;
  end if;
  if tg_op = 'UPDATE' and old.state = 'agreed' and old.content_hash = new.content_hash then return null; end if;
  select count(distinct t.side) into sides from agreement_{keys} k
    join pairs_seat t on t.id = k.seat_id and t.pair_id = new.pair_id and t.left_at is null
   where k.{column} = new.id and k.content_hash = new.content_hash;
  if sides <> 2 then raise exception 'two_keys_needed' using errcode = 'P0001'; end if;
  return null;
end
""",
        ),
        DefinerTrigger(
            f"{word}_moves_as_agreed",
            table=f"agreement_{table}",
            when="BEFORE UPDATE",
            body=f"""
  {_OWN_SEAT.format(changed=changed)}
  {edit}
    raise exception 'text_stands' using errcode = 'P0001';
  end if;
  if new.state = old.state and new.agreed_at is distinct from old.agreed_at then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  if new.state <> old.state and (old.state || ' ' || new.state) not in ({steps_sql})
     and not (old.state = 'agreed' and new.state = 'former' and {_LEFT}) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            f"{word}_change_clears_keys",
            table=f"agreement_{table}",
            when="AFTER UPDATE",
            body=f"""
  if {changed} or (new.state <> old.state and new.state in ('proposed', 'contested', 'withdrawn')) then
    delete from agreement_{keys} k where k.{column} = new.id;
  end if;
  return null;
""",
        ),
        # Under what has ended nobody signs any more.
        DefinerTrigger(
            f"{word}_is_signed_while_open",
            table=f"agreement_{keys}",
            when="BEFORE INSERT",
            body=f"""
  if not exists (select 1 from agreement_{table} x where x.id = new.{column} and x.state in ('proposed', 'former')) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
    ]


def _departures(table: str) -> str:
    _word, keys, column, _steps, _content = _TEXTS[table]
    return f"""
    update agreement_{table} x set state = 'former', agreed_with_id = new.id
      where x.pair_id = new.pair_id and x.state = 'agreed';
    delete from agreement_{keys} k where k.pair_id = new.pair_id and k.seat_id <> new.id
      and k.{column} in (select x.id from agreement_{table} x where x.pair_id = new.pair_id
        and x.state in ('proposed', 'former'));"""


# What becomes of a text after somebody has left is the pair's alone.
_LATER = """case when x.pair_id = any (pairs) then '{}'
    else '{state,agreed_at,agreed_with_id,ended_at,closed_at}' end::text[]"""


def _signed(keys: str, column: str) -> str:
    return f"select k.{column} from agreement_{keys} k where k.seat_id = any (held) and k.content_hash = x.content_hash"


class Migration(migrations.Migration):
    """Two keys on the present text, whoever writes the row; what a departure ends; what somebody takes along."""

    dependencies = [("agreement", "0002_initial"), ("pairs", "0003_guards")]
    operations = [
        *(trigger for table in _TEXTS for trigger in _guards(table)),
        DefinerTrigger(
            "review_is_of_what_stands",
            table="agreement_review",
            when="BEFORE INSERT OR UPDATE",
            body="""
  if tg_op = 'INSERT' and not exists (select 1 from agreement_principleversion v where v.id = new.version_id
      and v.state = 'agreed') or tg_op = 'UPDATE' and old.closed_at is not null then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
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
  if new.closed_at is null then return null; end if;
  select count(distinct t.side) into sides from agreement_reviewanswer a
    join pairs_seat t on t.id = a.seat_id and t.pair_id = new.pair_id and t.left_at is null
   where a.review_id = new.id;
  if sides <> 2 then raise exception 'both_needed' using errcode = 'P0001'; end if;
  return null;
end
""",
        ),
        DefinerTrigger(
            "review_is_answered_while_open",
            table="agreement_reviewanswer",
            when="BEFORE INSERT",
            body="""
  if not exists (select 1 from agreement_review r where r.id = new.review_id and r.closed_at is null) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "hours_are_of_months_that_have_begun",
            table="agreement_hoursgiven",
            when="BEFORE INSERT",
            body="""
  if new.month > (security.now() at time zone 'UTC' + interval '1 day')::date then
    raise exception 'month_ahead' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        # The pair is held first, as everybody who signs holds it: nothing is agreed with somebody who is leaving.
        DefinerTrigger(
            "departure_opens_agreements",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body=f"""
  if old.left_at is null and new.left_at is not null then
    perform 1 from pairs_pair p where p.id = new.pair_id for update;
    {"".join(_departures(table) for table in _TEXTS)}
    delete from agreement_needshare s where s.pair_id = new.pair_id;
  end if;
  return null;
""",
        ),
        DefinerFunction(
            "material_of_agreement",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body=f"""
  return query select 'agreement.SharedLine', to_jsonb(x) - {_LATER}
    from agreement_sharedline x
    where x.edited_by_id = any (held) or x.id in ({_signed("linekey", "line_id")});
  return query select 'agreement.LineReason', to_jsonb(x) from agreement_linereason x where x.seat_id = any (held);
  return query select 'agreement.LineKey', to_jsonb(x) from agreement_linekey x where x.seat_id = any (held);
  return query select 'agreement.Principle', to_jsonb(x) from agreement_principle x where x.begun_by_id = any (held);
  return query select 'agreement.PrincipleVersion', to_jsonb(x) - {_LATER}
    from agreement_principleversion x
    where x.edited_by_id = any (held) or x.id in ({_signed("principlekey", "version_id")});
  return query select 'agreement.PrincipleKey', to_jsonb(x) from agreement_principlekey x where x.seat_id = any (held);
  return query select 'agreement.Review', to_jsonb(x) - {_LATER}
    from agreement_review x where x.opened_by_id = any (held);
  return query select 'agreement.ReviewAnswer', to_jsonb(x) from agreement_reviewanswer x where x.seat_id = any (held);
  return query select 'agreement.TimeAgreement', to_jsonb(x) - {_LATER}
    from agreement_timeagreement x
    where x.edited_by_id = any (held) or x.id in ({_signed("timekey", "agreement_id")});
  return query select 'agreement.TimeKey', to_jsonb(x) from agreement_timekey x where x.seat_id = any (held);
  return query select 'agreement.HoursGiven', to_jsonb(x) from agreement_hoursgiven x where x.seat_id = any (held);
  return query select 'agreement.CommunicationNeed', to_jsonb(x) from agreement_communicationneed x
    where x.member_id = me;
  return query select 'agreement.NeedShare', to_jsonb(x) from agreement_needshare x where x.seat_id = any (held);
""",
        ),
        DefinerFunction(
            "forget_in_agreement",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  delete from agreement_needshare s where s.need_id in (select n.id from agreement_communicationneed n
    where n.member_id = me);
  delete from agreement_communicationneed n where n.member_id = me;
""",
        ),
        DefinerFunction(
            "overdue_in_agreement",
            arguments="gone uuid[]",
            returns="bigint",
            volatile=True,
            public=False,
            body="""
declare counted bigint;
begin
  delete from agreement_needshare s where s.need_id in (select n.id from agreement_communicationneed n
    where n.member_id = any (gone));
  delete from agreement_communicationneed n where n.member_id = any (gone);
  get diagnostics counted = row_count;
  return counted;
end
""",
        ),
    ]
