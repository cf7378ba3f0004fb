from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger

_TO_THE_PARTNER = """
  if new.shown_to_id is not null and (tg_op = 'INSERT' or new.shown_to_id is distinct from old.shown_to_id)
     and not exists (select 1 from pairs_seat s where s.id = new.shown_to_id and s.pair_id = new.pair_id
       and s.left_at is null and s.id <> new.seat_id) then
    raise exception 'not_the_partner' using errcode = 'P0001';
  end if;
  return new;
"""

_MINE = "exists (select 1 from pairs_seat s where s.id = new.seat_id and s.member_id = security.person())"


def _refuse(code: str) -> str:
    return f"raise exception '{code}' using errcode = 'P0001';"


# What belongs to whom, and what is added to it while somebody still sits there
_OWN = {
    "SnapBack": "",
    "LookBack": "closed_at",
    "DifferenceItem": "",
    "Restatement": "answer,correction,answered_at",
    "Assumption": "result,evidence,seen_by,closed_at",
    "HardConversation": "",
    "Experiment": "",
    "Sprint": "agreed_by_id,agreed_at,ended_at",
    "Minutes": "",
    "PauseAnswer": "",
    "TimeReason": "",
}
_MATERIAL = "\n".join(
    f"""  return query select 'relationship.{model}', to_jsonb(x)
      - case when x.seat_id = any (sitting) then '{{}}' else '{{{later}}}' end::text[]
    from relationship_{model.lower()} x where x.seat_id = any (held);"""
    for model, later in _OWN.items()
)


class Migration(migrations.Migration):
    """What two people only do together, and what nobody does in the other's name, whoever writes the row."""

    dependencies = [("relationship", "0001_initial"), ("pairs", "0003_guards")]
    operations = [
        *(
            DefinerTrigger(
                f"{model}_is_shown_to_the_partner",
                table=f"relationship_{model}",
                when="BEFORE INSERT OR UPDATE",
                body=_TO_THE_PARTNER,
            )
            for model in ("hardconversation", "timereason")
        ),
        # Two entries about the same two days open each other, once
        DefinerTrigger(
            "snapbacks_pair_up",
            table="relationship_snapback",
            when="AFTER INSERT",
            body="""
declare other uuid; others_seat uuid; shared uuid := gen_random_uuid();
begin
  -- Whoever comes second waits here, and then sees the first.
  perform 1 from pairs_pair p where p.id = new.pair_id for no key update;
  select x.id, x.seat_id into other, others_seat from relationship_snapback x
    join pairs_seat s on s.id = x.seat_id and s.left_at is null
   where x.pair_id = new.pair_id and x.seat_id <> new.seat_id and x.pairing is null
     and x.moment between new.moment - interval '48 hours' and new.moment + interval '48 hours'
   order by abs(extract(epoch from x.moment - new.moment)), x.written_at, x.id limit 1;
  if not found then return null; end if;
  update relationship_snapback x set pairing = shared, revealed_at = security.now(),
         shown_to_id = case when x.id = new.id then others_seat else new.seat_id end
   where x.id in (new.id, other);
  update relationship_lookback l set closed_at = security.now()
   where l.snapback_id in (new.id, other) and l.closed_at is null;
  return null;
end
""",
        ),
        DefinerTrigger(
            "snapback_is_invited_to_once",
            table="relationship_snapback",
            when="BEFORE UPDATE OF invited_at",
            body=f"""
  if new.invited_at is distinct from old.invited_at and (old.invited_at is not null or old.pairing is not null) then
    {_refuse("no_such_step")}
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "look_back_asks_the_partner",
            table="relationship_lookback",
            when="BEFORE INSERT",
            body=f"""
  if new.asked_id = new.seat_id or not exists (select 1 from pairs_seat s
      where s.id = new.asked_id and s.pair_id = new.pair_id and s.left_at is null) then
    {_refuse("not_the_partner")}
  end if;
  if exists (select 1 from relationship_snapback x where x.id = new.snapback_id and x.pairing is not null) then
    {_refuse("no_such_step")}
  end if;
  return new;
""",
        ),
        # Heard: restated by the other seat, accepted by the author
        DefinerTrigger(
            "difference_moves_as_agreed",
            table="relationship_differenceitem",
            when="BEFORE UPDATE",
            body=f"""
declare mine boolean := {_MINE};
begin
  if new.state <> old.state and (old.state || ' ' || new.state) not in (
       'draft shown', 'shown restated', 'shown draft', 'restated corrected', 'restated heard', 'restated draft',
       'corrected restated', 'corrected draft', 'heard draft') then
    {_refuse("no_such_step")}
  end if;
  if not mine and ((old.state || ' ' || new.state) not in ('shown restated', 'corrected restated')
     or row(new.kind, new.text, new.not_for_restating, new.shown_to_id, new.shown_at, new.heard_at)
        is distinct from row(old.kind, old.text, old.not_for_restating, old.shown_to_id, old.shown_at, old.heard_at))
     then
    {_refuse("not_the_author")}
  end if;
  if row(new.kind, new.text, new.not_for_restating) is distinct from row(old.kind, old.text, old.not_for_restating)
     and old.state not in ('draft', 'shown', 'corrected') then
    {_refuse("no_such_step")}
  end if;
  if new.shown_to_id is distinct from old.shown_to_id and new.state not in ('shown', 'draft') then
    {_refuse("no_such_step")}
  end if;
  if new.state = 'restated' and not exists (select 1 from relationship_restatement r where r.item_id = new.id
      and r.answer = '' and r.seat_id = new.shown_to_id) then
    {_refuse("restatement_needed")}
  end if;
  if new.state in ('heard', 'corrected') and old.state = 'restated' and (
     not exists (select 1 from relationship_restatement r where r.item_id = new.id and r.seat_id = new.shown_to_id
       and r.said_at >= new.shown_at and r.answer = case new.state when 'heard' then 'accepted' else 'corrected' end)
     or exists (select 1 from relationship_restatement r where r.item_id = new.id and r.answer = '')) then
    {_refuse("restatement_needed")}
  end if;
{_TO_THE_PARTNER}
end
""",
        ),
        DefinerTrigger(
            "difference_taken_back_asks_for_nothing",
            table="relationship_differenceitem",
            when="AFTER UPDATE OF state",
            body="""
  if new.state = 'draft' then
    update relationship_restatement r set answer = 'lapsed', answered_at = security.now()
     where r.item_id = new.id and r.answer = '';
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "restatement_is_the_partners",
            table="relationship_restatement",
            when="BEFORE INSERT",
            body=f"""
declare about record;
begin
  select d.* into about from relationship_differenceitem d join pairs_seat s on s.id = d.seat_id and s.left_at is null
    where d.id = new.item_id for update of d;
  if not found or about.shown_to_id is distinct from new.seat_id or about.seat_id <> new.author_id then
    {_refuse("not_the_partner")}
  end if;
  if about.not_for_restating or about.state not in ('shown', 'corrected') then
    {_refuse("no_such_step")}
  end if;
  return new;
end
""",
        ),
        DefinerTrigger(
            "restatement_is_answered_once",
            table="relationship_restatement",
            when="BEFORE UPDATE",
            body=f"""
  if old.answer <> '' or (new.answer = 'lapsed') is distinct from exists (
      select 1 from relationship_differenceitem d where d.id = new.item_id and d.state = 'draft') then
    {_refuse("no_such_step")}
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "assumption_stays_once_closed",
            table="relationship_assumption",
            when="BEFORE UPDATE",
            body=f"""
  if old.closed_at is not null then {_refuse("no_such_step")} end if;
  if row(new.text, new.test, new.due_on) is distinct from row(old.text, old.test, old.due_on) and not {_MINE} then
    {_refuse("not_the_author")}
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "experiment_stays_once_finished",
            table="relationship_experiment",
            when="BEFORE UPDATE",
            body=f"""
  if old.finished_at is not null then {_refuse("no_such_step")} end if;
  return new;
""",
        ),
        DefinerTrigger(
            "sprint_is_agreed_by_the_partner",
            table="relationship_sprint",
            when="BEFORE UPDATE",
            body=f"""
  if old.ended_at is not null then {_refuse("no_such_step")} end if;
  if new.agreed_by_id is distinct from old.agreed_by_id and (old.agreed_by_id is not null or not exists (
      select 1 from pairs_seat s where s.id = new.agreed_by_id and s.pair_id = new.pair_id and s.left_at is null
        and s.id <> new.seat_id and s.member_id = security.person())) then
    {_refuse("two_keys_needed")}
  end if;
  return new;
""",
        ),
        # What somebody takes along, and what goes with them
        DefinerFunction(
            "material_of_relationship",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body=_MATERIAL,
        ),
        DefinerFunction(
            "forget_in_relationship",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  delete from relationship_lookback l where l.seat_id = any (held)
    and l.snapback_id in (select x.id from relationship_snapback x where x.pairing is null);
  delete from relationship_snapback x where x.seat_id = any (held) and x.pairing is null;
  -- What the partner has restated keeps its place, without the words.
  update relationship_differenceitem d set text = '' where d.seat_id = any (held) and d.state = 'draft';
  delete from relationship_differenceitem d where d.seat_id = any (held) and d.state = 'draft'
    and not exists (select 1 from relationship_restatement r where r.item_id = d.id);
  delete from relationship_hardconversation x where x.seat_id = any (held) and x.shown_to_id is null;
  delete from relationship_timereason x where x.seat_id = any (held) and x.shown_to_id is null;
  delete from relationship_minutes x where x.seat_id = any (held);
""",
        ),
    ]
