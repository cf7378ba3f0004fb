from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger

_OWN_SEAT = """exists (select 1 from pairs_seat s where s.id = {column} and s.pair_id = new.pair_id
       and s.member_id = security.person() and s.left_at is null)"""

_CONTENT = ("theme", "place", "aim", "how_much", "by_when", "whose_issue", "how_we_know", "content_hash")


def _row(side: str) -> str:
    return "row(" + ", ".join(f"{side}.{column}" for column in _CONTENT) + ")"


_MOVES = """
  if row(new.pair_id, new.text, new.due_on) is distinct from row(old.pair_id, old.text, old.due_on)
     or (new.state <> old.state and (old.state || ' ' || new.state) not in (
       'open done', 'open dropped', 'done open', 'dropped open')) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
"""

# A draft that nobody else has signed goes with who wrote it.
_MY_DRAFTS = """(select x.id from workplan_projectframe x where x.edited_by_id = any (held) and x.state = 'draft'
    and not exists (select 1 from workplan_framekey k where k.frame_id = x.id and k.seat_id <> all (held)))"""


class Migration(migrations.Migration):
    """Two keys on the present text of a project; who speaks with whom is agreed by two; a file that is gone stays gone."""

    dependencies = [("workplan", "0001_initial"), ("projects", "0007_options")]
    operations = [
        DefinerTrigger(
            "frame_needs_two_keys",
            table="workplan_projectframe",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body="""
declare sides int;
begin
  if new.state <> 'active' or (tg_op = 'UPDATE' and old.state = 'active' and old.content_hash = new.content_hash) then
    return null;
  end if;
  if not exists (select 1 from workplan_framesource s where s.frame_id = new.id
      and s.kind <> 'professional_partner') then
    raise exception 'source_needed' using errcode = 'P0001';
  end if;
  select count(distinct t.side) into sides from workplan_framekey k
    join pairs_seat t on t.id = k.seat_id and t.pair_id = new.pair_id and t.left_at is null
   where k.frame_id = new.id and k.content_hash = new.content_hash;
  if sides <> 2 then raise exception 'two_keys_needed' using errcode = 'P0001'; end if;
  return null;
end
""",
        ),
        DefinerTrigger(
            "frame_stays_once_signed",
            table="workplan_projectframe",
            when="BEFORE UPDATE",
            body=f"""
  if new.edited_by_id <> old.edited_by_id and not {_OWN_SEAT.format(column="new.edited_by_id")} then
    raise exception 'not_your_seat' using errcode = 'P0001';
  end if;
  if old.state = 'active' and new.state = 'active' and {_row("new")} is distinct from {_row("old")} then
    raise exception 'frame_is_signed' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "frame_edit_clears_keys",
            table="workplan_projectframe",
            when="AFTER UPDATE",
            body=f"""
  if {_row("new")} is distinct from {_row("old")} or (new.state = 'draft' and old.state = 'active') then
    delete from workplan_framekey k where k.frame_id = new.id;
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "frame_sources_stay_once_signed",
            table="workplan_framesource",
            when="BEFORE INSERT OR DELETE",
            body="""
declare wanted uuid := case when tg_op = 'DELETE' then old.frame_id else new.frame_id end; now_in text;
begin
  select f.state into now_in from workplan_projectframe f where f.id = wanted for update;
  if now_in = 'active' then raise exception 'frame_is_signed' using errcode = 'P0001'; end if;
  delete from workplan_framekey k where k.frame_id = wanted;
  return case when tg_op = 'DELETE' then old else new end;
end
""",
        ),
        DefinerTrigger("plan_task_moves", table="workplan_plantask", when="BEFORE UPDATE", body=_MOVES),
        DefinerTrigger("milestone_moves", table="workplan_milestone", when="BEFORE UPDATE", body=_MOVES),
        DefinerTrigger(
            "approacher_is_agreed_by_the_other",
            table="workplan_stakeholder",
            when="BEFORE UPDATE",
            body=f"""
  if row(new.approacher, new.approacher_named_by_id) is distinct from row(old.approacher, old.approacher_named_by_id) then
    if new.approacher <> '' and (new.approacher_agreed_at is not null
        or not {_OWN_SEAT.format(column="new.approacher_named_by_id")}) then
      raise exception 'not_the_other' using errcode = 'P0001';
    end if;
  elsif new.approacher_agreed_at is distinct from old.approacher_agreed_at and (old.approacher_agreed_at is not null
      or not exists (select 1 from pairs_seat s where s.pair_id = new.pair_id and s.left_at is null
        and s.member_id = security.person() and s.id <> new.approacher_named_by_id)) then
    raise exception 'not_the_other' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "pair_file_stays_away",
            table="workplan_pairfile",
            when="BEFORE UPDATE",
            body="""
  if row(new.path, new.taken_away_at) is distinct from row(old.path, old.taken_away_at)
     and (old.taken_away_at is not null or new.path <> '') then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerFunction(
            "pair_files_nobody_knows",
            arguments="paths text[]",
            returns="SETOF text",
            body="""
  -- Names are random, so who can name a file has found it in the folder.
  return query select p from unnest(paths) p where not exists (select 1 from workplan_pairfile f where f.path = p);
""",
        ),
        DefinerFunction(
            "pair_files_that_go",
            arguments="held uuid[]",
            returns="SETOF uuid",
            public=False,
            body="""
  return query select f.id from workplan_pairfile f where f.uploaded_by_id = any (held)
    and not exists (select 1 from projects_resultkey k where k.result_id = f.result_id and k.seat_id <> all (held));
""",
        ),
        DefinerFunction(
            "files_of_workplan",
            arguments="me uuid, held uuid[]",
            returns="SETOF text",
            public=False,
            body="""
  return query select f.path::text from workplan_pairfile f
    where f.path <> '' and f.id in (select pair_files_that_go(held));
""",
        ),
        DefinerFunction(
            "material_of_workplan",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  return query select 'workplan.ProjectFrame', to_jsonb(x) from workplan_projectframe x
    where x.edited_by_id = any (held) or x.id in (select k.frame_id from workplan_framekey k
      where k.seat_id = any (held) and k.content_hash = x.content_hash);
  return query select 'workplan.FrameSource', to_jsonb(s) from workplan_framesource s
    join workplan_projectframe x on x.id = s.frame_id
    where x.edited_by_id = any (held) or x.id in (select k.frame_id from workplan_framekey k
      where k.seat_id = any (held) and k.content_hash = x.content_hash);
  return query select 'workplan.FrameKey', to_jsonb(x) from workplan_framekey x where x.seat_id = any (held);
  return query select 'workplan.Measure', to_jsonb(x) from workplan_measure x where x.added_by_id = any (held);
  return query select 'workplan.MeasureValue', to_jsonb(x) from workplan_measurevalue x
    where x.added_by_id = any (held);
  return query select 'workplan.MeasureNote', to_jsonb(x) from workplan_measurenote x
    where x.added_by_id = any (held);
  return query select 'workplan.PlanTask', to_jsonb(x) from workplan_plantask x where x.added_by_id = any (held);
  return query select 'workplan.Milestone', to_jsonb(x) from workplan_milestone x where x.added_by_id = any (held);
  -- Whom the two agreed on after somebody has left is the pair's alone.
  return query select 'workplan.Stakeholder', to_jsonb(x)
      - case when x.added_by_id = any (sitting) then '{}'
        else '{approacher,approacher_named_by_id,approacher_named_at,approacher_agreed_at}' end::text[]
    from workplan_stakeholder x where x.added_by_id = any (held);
  return query select 'workplan.StakeholderContact', to_jsonb(x) from workplan_stakeholdercontact x
    where x.seat_id = any (held);
  return query select 'workplan.PairFile', to_jsonb(x) - '{path,sha,media_type}'::text[] from workplan_pairfile x
    where x.uploaded_by_id = any (held);
""",
        ),
        DefinerFunction(
            "forget_in_workplan",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body=f"""
declare gone uuid[];
begin
  gone := array{_MY_DRAFTS};
  delete from workplan_framekey k where k.frame_id = any (gone);
  delete from workplan_framesource s where s.frame_id = any (gone);
  delete from workplan_projectframe x where x.id = any (gone);
  delete from workplan_pairfile f where f.id in (select pair_files_that_go(held));
  -- What the partner added as evidence stays when the draft that it was for goes.
  update workplan_pairfile f set result_id = null from projects_resultclaim x
    where x.id = f.result_id and x.written_by_id = any (held) and x.state = 'draft'
      and not exists (select 1 from projects_witness w where w.result_id = x.id)
      and not exists (select 1 from projects_resultkey k where k.result_id = x.id and k.seat_id <> all (held));
end
""",
        ),
    ]
