from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger

_OWN_SEAT = """
  if (tg_op = 'INSERT' or new.{column} is distinct from old.{column})
     and not exists (select 1 from pairs_seat s where s.id = new.{column} and s.pair_id = new.pair_id
       and s.member_id = security.person() and s.left_at is null) then
    raise exception 'not_your_seat' using errcode = 'P0001';
  end if;
"""

_SIDES = """select count(distinct t.side) into sides from {keys} k
    join pairs_seat t on t.id = k.seat_id and t.pair_id = new.pair_id and t.left_at is null
   where k.{column} = new.id and k.content_hash = new.content_hash;
  if sides <> 2 then raise exception 'two_keys_needed' using errcode = 'P0001'; end if;"""


class Migration(migrations.Migration):
    """A passage goes to the partner of today; what a pair signs needs two keys; what is closed stays as it is."""

    dependencies = [("reflections", "0001_initial"), ("pairs", "0002_initial")]
    operations = [
        DefinerTrigger(
            "passage_goes_to_the_partner",
            table="reflections_sharedpassage",
            when="BEFORE INSERT",
            body="""
  if new.withdrawn_at is not null or new.shared_with_id = new.author_id
     or not exists (select 1 from pairs_seat s where s.pair_id = new.pair_id and s.member_id = new.shared_with_id
       and s.left_at is null) then
    raise exception 'no_partner' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "passage_is_taken_back_for_good",
            table="reflections_sharedpassage",
            when="BEFORE UPDATE",
            body="""
  if old.withdrawn_at is not null or new.withdrawn_at is null or new.text <> '' then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "pair_reflection_is_of_the_two",
            table="reflections_pairreflection",
            when="BEFORE INSERT",
            body="""
  if not exists (select 1 from pairs_seat s where s.id = new.citizen_id and s.pair_id = new.pair_id
       and s.side = 'citizen' and s.left_at is null)
     or not exists (select 1 from pairs_seat s where s.id = new.professional_id and s.pair_id = new.pair_id
       and s.side = 'professional' and s.left_at is null) then
    raise exception 'no_partner' using errcode = 'P0001';
  end if;
  if new.text <> '' then raise exception 'no_such_step' using errcode = 'P0001'; end if;
  return new;
""",
        ),
        DefinerTrigger(
            "pair_reflection_needs_two_keys",
            table="reflections_pairreflection",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body=f"""
declare sides int;
begin
  if new.state <> 'written' or (tg_op = 'UPDATE' and old.state = 'written') then return null; end if;
  {_SIDES.format(keys="reflections_pairreflectionkey", column="slot_id")}
  return null;
end
""",
        ),
        DefinerTrigger(
            "pair_reflection_moves_as_agreed",
            table="reflections_pairreflection",
            when="BEFORE UPDATE",
            body=f"""
  -- Whoever is erased takes along what the other has not signed.
  if old.state not in ('planned', 'written') and new.text = '' and old.text <> ''
     and row(new.state, new.planned_on, new.reason) = row(old.state, old.planned_on, old.reason) then
    return new;
  end if;
  if old.state <> 'planned' then raise exception 'no_such_step' using errcode = 'P0001'; end if;
  {_OWN_SEAT.format(column="edited_by_id")}
  if new.state = 'missed' and old.planned_on > security.now()::date then
    raise exception 'not_yet' using errcode = 'P0001';
  end if;
  if new.state = 'ended' and not exists (select 1 from pairs_seat s
      where s.id in (new.citizen_id, new.professional_id) and s.left_at is not null) then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "pair_reflection_edit_clears_keys",
            table="reflections_pairreflection",
            when="AFTER UPDATE OF text, content_hash",
            body="""
  if row(new.text, new.content_hash) <> row(old.text, old.content_hash) then
    delete from reflections_pairreflectionkey k where k.slot_id = new.id;
  end if;
  return null;
""",
        ),
        DefinerTrigger(
            "pair_reflection_part_stays_once_closed",
            table="reflections_pairreflectionpart",
            when="BEFORE INSERT OR UPDATE",
            body="""
  if not exists (select 1 from reflections_pairreflection r where r.id = new.slot_id and r.state = 'planned') then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "learning_editor_is_oneself",
            table="reflections_learning",
            when="BEFORE INSERT OR UPDATE OF edited_by_id",
            body=_OWN_SEAT.format(column="edited_by_id") + "  return new;",
        ),
        DefinerTrigger(
            "learning_share_needs_two_keys",
            table="reflections_learningshare",
            when="AFTER INSERT OR UPDATE",
            deferred=True,
            body=f"""
declare sides int;
begin
  if new.state <> 'agreed' or (tg_op = 'UPDATE' and old.state = 'agreed') then return null; end if;
  {_SIDES.format(keys="reflections_learningsharekey", column="share_id")}
  return null;
end
""",
        ),
        DefinerTrigger(
            "learning_share_moves_as_agreed",
            table="reflections_learningshare",
            when="BEFORE UPDATE",
            body="""
  if (old.state || ' ' || new.state) not in ('proposed agreed', 'proposed withdrawn', 'agreed withdrawn') then
    raise exception 'no_such_step' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
        DefinerTrigger(
            "departure_ends_reflections",
            table="pairs_seat",
            when="AFTER UPDATE OF left_at",
            body="""
  if old.left_at is null and new.left_at is not null then
    update reflections_pairreflection r set state = 'ended', closed_at = security.now()
      where r.pair_id = new.pair_id and r.state = 'planned';
    update reflections_learningshare s set state = 'withdrawn', withdrawn_at = security.now()
      where s.pair_id = new.pair_id and s.state = 'proposed';
  end if;
  return null;
""",
        ),
        # Leaving
        DefinerFunction(
            "material_of_reflections",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body="""
  -- The sealed text goes out as it is: the service opens it as that person.
  return query select 'reflections.Reflection', to_jsonb(x) from reflections_reflection x where x.author_id = me;
  return query select 'reflections.SharedPassage', to_jsonb(x) from reflections_sharedpassage x where x.author_id = me;
  return query select 'reflections.PairReflection', to_jsonb(x) from reflections_pairreflection x
    where x.edited_by_id = any (held) or x.id in (select k.slot_id from reflections_pairreflectionkey k
      where k.seat_id = any (held) and k.content_hash = x.content_hash);
  return query select 'reflections.PairReflectionPart', to_jsonb(x) from reflections_pairreflectionpart x
    where x.seat_id = any (held);
  return query select 'reflections.PairReflectionKey', to_jsonb(x) from reflections_pairreflectionkey x
    where x.seat_id = any (held);
  return query select 'reflections.Learning', to_jsonb(x) from reflections_learning x
    where x.edited_by_id = any (held);
  -- What becomes of a proposal after somebody has left is the pair's alone.
  return query select 'reflections.LearningShare', to_jsonb(x)
      - case when x.proposed_by_id = any (sitting) then '{}' else '{state,agreed_at,withdrawn_at}' end::text[]
    from reflections_learningshare x where x.proposed_by_id = any (held);
  return query select 'reflections.LearningShareKey', to_jsonb(x) from reflections_learningsharekey x
    where x.seat_id = any (held);
""",
        ),
        DefinerFunction(
            "forget_in_reflections",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  delete from reflections_sharedpassage x where x.author_id = me;
  delete from reflections_reflection x where x.author_id = me;
  delete from reflections_pairreflectionpart x where x.seat_id = any (held);
  update reflections_pairreflection x set text = '' where x.edited_by_id = any (held) and x.text <> ''
    and x.state <> 'written';
""",
        ),
        DefinerFunction(
            "overdue_in_reflections",
            arguments="gone uuid[]",
            returns="bigint",
            volatile=True,
            public=False,
            body="""
declare removed bigint; counted bigint;
begin
  delete from reflections_sharedpassage x where x.author_id = any (gone);
  get diagnostics removed = row_count;
  delete from reflections_reflection x where x.author_id = any (gone);
  get diagnostics counted = row_count;
  return removed + counted;
end
""",
        ),
    ]
