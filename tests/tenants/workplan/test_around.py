"""Measures, the plan, the people around, and files: who may do what, and what the database says by itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import DatabaseError

from rollout.kernel import clock, files
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit.models import Event
from tenants.pairs.home import waiting_for
from tenants.pairs.queries import pair_for, sides
from tenants.workplan import queries, rendering, tasks
from tenants.workplan.actions import files as pair_files
from tenants.workplan.actions import measures, plan, stakeholders
from tenants.workplan.models import Measure, Milestone, PairFile, PlanTask, Stakeholder
from tests import world
from tests.world import inside, sql
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop
from tests.world_workplan import framed, kept, measure_content, measured, pdf, person


@pytest.fixture
def shop(north):
    return workshop(north)


def refused(code, shop, who, act, **arguments):
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        act(**arguments, by=who)
    assert refusal.value.code == code


def seen(shop, who):
    with inside(shop.organisation, who):
        return [(entry.title, entry.for_partner) for entry in waiting_for(who)]


# Measures


def test_either_partner_adds_values_and_takes_them_out(shop):
    measure = measured(shop)
    today = clock.today()
    with inside(shop.organisation, shop.citizen):
        measures.add_value(measure=measure, on=today, value=Decimal("22.456"), by=shop.citizen)
        read = Measure.objects.get()
        assert rendering.series_of(read)[-1] == (today, Decimal("22.46"))
        item = read.values.get(on=today - timedelta(days=30)).pk
        measures.remove(measure=measure, item=item, by=shop.citizen)
        measures.remove(measure=measure, item=item, by=shop.citizen)
        assert len(rendering.series_of(Measure.objects.get())) == 2


@pytest.mark.parametrize("days", [60, 30])
def test_a_day_has_one_value(shop, days):
    day = clock.today() - timedelta(days=days)
    measure = measured(shop)
    refused("value_of_that_day", shop, shop.citizen, measures.add_value, measure=measure, on=day, value=Decimal(1))


def test_a_value_is_not_from_tomorrow(shop):
    tomorrow = clock.today() + timedelta(days=1)
    refused("date_is_ahead", shop, shop.citizen, measures.add_value, measure=measured(shop), on=tomorrow,
            value=Decimal(1))  # fmt: skip


@pytest.mark.parametrize(
    ("value", "higher", "words"),
    [
        (20, False, "That is better."), (50, False, "That is not better."), (50, True, "That is better."),
        (40, True, "as at the start"),
    ],
)  # fmt: skip
def test_what_the_values_say_is_said_in_words(shop, value, higher, words):
    measure = measured(shop, higher_is_better=higher)
    with inside(shop.organisation, shop.citizen):
        measures.add_value(measure=measure, on=clock.today(), value=Decimal(value), by=shop.citizen)
        figure = rendering.figure_of(Measure.objects.get())
    assert words in figure.finding
    assert len(figure.rows) == 3
    assert [row[2] for row in figure.rows] == ["", "The new letter went out", ""]


def test_a_measure_without_a_later_value_says_so(shop):
    with inside(shop.organisation, shop.citizen):
        made = measures.add(pair=shop.pair, content=measure_content(), by=shop.citizen)
        assert "no later value yet" in rendering.finding_of(made)


def test_the_tables_hold_no_formula(shop):
    measured(shop, name="=cmd|x", unit="@y")
    with inside(shop.organisation, shop.citizen):
        plan.add_task(pair=shop.pair, text="+1+1", by=shop.citizen)
        pair = pair_for(shop.citizen, shop.pair.pk)
        names, who = rendering.names_of(pair), sides(pair, shop.citizen)
        first = rendering.measures_csv(queries.measures_for(shop.citizen, pair.pk), names).decode("utf-8-sig")
        second = rendering.tasks_csv(queries.tasks_for(shop.citizen, pair.pk), who, names).decode("utf-8-sig")
    assert first.splitlines()[1].startswith("'=cmd|x,'@y,")
    assert "Priya Professional" in first
    assert "'+1+1" in second


# The plan


def test_ticking_off_and_undoing(shop):
    with inside(shop.organisation, shop.citizen):
        task = plan.add_task(pair=shop.pair, text=" Ask ", who="professional", by=shop.citizen)
        assert plan.move(line=task, to="done", by=shop.citizen).closed_at is not None
        assert plan.move(line=task, to="done", by=shop.citizen).state == "done"
    refused("wrong_state", shop, shop.professional, plan.move, line=task, to="dropped")
    with inside(shop.organisation, shop.professional):
        assert plan.move(line=task, to="open", by=shop.professional).closed_at is None


def test_what_is_due_waits_for_whom_it_names(shop):
    today = clock.today()
    with inside(shop.organisation, shop.citizen):
        for who, days in (("citizen", 0), ("professional", -1), ("both", -2), ("citizen", 1)):
            due = today + timedelta(days=days)
            plan.add_task(pair=shop.pair, text=f"{who} {days}", who=who, due_on=due, by=shop.citizen)
    assert {title for title, _ in seen(shop, shop.citizen)} == {"To do: citizen 0", "To do: both -2"}
    assert {title for title, _ in seen(shop, shop.professional)} == {"To do: professional -1", "To do: both -2"}


def test_an_open_line_is_said_better_and_moved_by_either_and_a_closed_one_is_not(shop, browser_of):
    accepted(*shop.partners)
    today = clock.today()
    with inside(shop.organisation, shop.citizen):
        task = plan.add_task(pair=shop.pair, text="Ask", who="citizen", due_on=today, by=shop.citizen)
        point = plan.add_milestone(pair=shop.pair, text="Halfway", by=shop.citizen)
    place, client = f"/pairs/{shop.pair.pk}/plan/", browser_of(shop.professional, shop.organisation)
    page = text_of(client.get(place))
    edits = {kind: f"{place}{kind}/{line.pk}/edit/" for kind, line in (("tasks", task), ("milestones", point))}
    assert all(f'href="{address}"' in page for address in edits.values())
    form = text_of(client.get(edits["tasks"]))
    assert 'value="Ask"' in form
    assert "You and your partner" in form
    assert "Type what is to be done." in text_of(client.post(edits["tasks"], {"text": "", "who": "both"}))
    day = {"due_on_day": "3", "due_on_month": "4", "due_on_year": "2190"}
    assert client.post(edits["tasks"], {"text": "Ask again", "who": "professional", **day}).url == place
    assert client.post(edits["milestones"], {"text": "Half the way", **day}).url == place
    with inside(shop.organisation, shop.citizen):
        held = PlanTask.objects.get()
        assert (held.text, held.who, str(held.due_on)) == ("Ask again", "professional", "2190-04-03")
        assert (Milestone.objects.get().text, held.added_by_id) == ("Half the way", task.added_by_id)
        acts = Event.objects.filter(action="plan.edited").values_list("detail", flat=True)
        assert list(acts) == [{}, {}]
        plan.move(line=held, to="done", by=shop.citizen)
    refused("wrong_state", shop, shop.citizen, plan.edit, line=held, text="Something else")
    assert client.get(edits["tasks"]).status_code == 404
    assert client.post(edits["tasks"], {"text": "Other", "who": "both"}).status_code == 404


def test_a_line_is_moved_and_not_rewritten_by_hand(shop):
    with inside(shop.organisation, shop.citizen):
        task = plan.add_task(pair=shop.pair, text="Ask", by=shop.citizen)
        plan.move(line=task, to="done", by=shop.citizen)
    for change, reason in (
        ("text = 'x'", "no_such_step"), ("who = 'citizen'", "no_such_step"), ("due_on = now()", "no_such_step"),
        ("text = 'x', state = 'open', closed_at = NULL", "no_such_step"), ("state = 'dropped'", "no_such_step"),
        ("state = 'open'", "closed_iff_not_open"), ("added_at = now()", "permission denied"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=reason), inside(shop.organisation, shop.citizen):
            sql(f"UPDATE workplan_plantask SET {change}")


# The people around


def named(shop, who, by, name="The ward manager"):
    around = person(shop, name)
    with inside(shop.organisation, by):
        return stakeholders.name_approacher(person=around, who=who, by=by)


def test_who_speaks_with_somebody_is_agreed_by_the_other(shop):
    around = named(shop, "citizen", shop.professional)
    refused("not_the_other", shop, shop.professional, stakeholders.confirm_approacher, person=around, shown="citizen")
    refused("text_changed", shop, shop.citizen, stakeholders.confirm_approacher, person=around, shown="both")
    assert seen(shop, shop.citizen) == [("Confirm who speaks with The ward manager", False)]
    assert seen(shop, shop.professional) == [("Who speaks with The ward manager", True)]
    with inside(shop.organisation, shop.citizen):
        for _again in range(2):
            agreed = stakeholders.confirm_approacher(person=around, shown="citizen", by=shop.citizen)
    assert agreed.approacher_agreed_at is not None
    assert seen(shop, shop.citizen) == []
    with inside(shop.organisation, shop.citizen):
        changed = stakeholders.name_approacher(person=around, who="both", by=shop.citizen)
    assert changed.approacher_agreed_at is None


def test_the_other_cannot_be_spoken_for_by_hand(shop):
    named(shop, "citizen", shop.professional)
    with inside(shop.organisation, shop.professional):
        mine = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.professional.pk)[0][0]
        theirs = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.citizen.pk)[0][0]
    for change, value in (
        ("approacher_agreed_at = now(), approacher = %s", "citizen"),
        ("approacher_agreed_at = now(), approacher = %s", "both"),
        ("approacher_named_by_id = %s", theirs),
    ):
        with pytest.raises(DatabaseError, match="not_the_other"), inside(shop.organisation, shop.professional):
            sql(f"UPDATE workplan_stakeholder SET {change}", value)
    with pytest.raises(DatabaseError, match="row-level security"), inside(shop.organisation, shop.professional):
        sql("INSERT INTO workplan_stakeholder (id, pair_id, name, organisation, interest, influence, stance, needs,"
            " added_by_id, added_at, approacher, approacher_named_by_id, approacher_named_at, approacher_agreed_at)"
            " VALUES (gen_random_uuid(), %s, 'x', '', 'low', 'low', 'unknown', '', %s, now(), 'both', %s, now(),"
            " now())", shop.pair.pk, mine, theirs)  # fmt: skip


def balance(shop):
    with inside(shop.organisation, shop.citizen):
        people = list(queries.people_for(shop.citizen, shop.pair.pk))
        return rendering.balance_words(
            queries.approaches(people), sides(pair_for(shop.citizen, shop.pair.pk), shop.citizen)
        )


def test_the_page_says_when_only_one_speaks_with_everybody(shop):
    assert balance(shop) == "You have not agreed yet who speaks with whom."
    for name, who in (("A", "professional"), ("B", "professional")):
        around = named(shop, who, shop.professional, name)
        with inside(shop.organisation, shop.citizen):
            stakeholders.confirm_approacher(person=around, shown=who, by=shop.citizen)
    assert "So far only Priya Professional speaks with people." in balance(shop)
    around = named(shop, "both", shop.professional, "C")
    assert "only Priya" in balance(shop), "not agreed yet"
    with inside(shop.organisation, shop.citizen):
        stakeholders.confirm_approacher(person=around, shown="both", by=shop.citizen)
    assert balance(shop) == "Both of you speak with people around the project."


def test_taking_somebody_off_the_list_leaves_nothing(shop):
    around = named(shop, "both", shop.professional)
    with inside(shop.organisation, shop.citizen):
        note = stakeholders.note_contact(person=around, on=clock.today(), text="Fine", by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        stakeholders.remove(person=around, contact=note.pk, by=shop.professional)
        assert sql("SELECT count(*) FROM workplan_stakeholdercontact") == [(0,)]
        stakeholders.note_contact(person=around, on=clock.today(), text="Fine", by=shop.professional)
        stakeholders.remove(person=around, by=shop.professional)
        assert sql("SELECT count(*) FROM workplan_stakeholdercontact") == [(0,)]
        assert not Stakeholder.objects.exists()


# Files


def test_a_file_lies_under_a_random_name_and_is_read_by_both(shop):
    file = kept(shop, name="../Voices of Ward 9.pdf")
    with inside(shop.organisation, shop.citizen):
        path = queries.path_of(PairFile.objects.get())
        assert path is not None
        assert path.parent == files.home() / "pair-files"
        assert (len(path.name), "Voices" in str(path)) == (32, False)
        assert path.read_bytes().startswith(b"%PDF")
    assert (file.file_name, file.media_type) == ("Voices of Ward 9.pdf", "application/pdf")


def test_only_its_uploader_takes_a_file_away(shop):
    file = kept(shop)
    with inside(shop.organisation, shop.citizen):
        path = queries.path_of(PairFile.objects.get())
    refused("not_your_file", shop, shop.citizen, pair_files.take_away, file=file)
    with inside(shop.organisation, shop.professional):
        for _again in range(2):
            pair_files.take_away(file=file, by=shop.professional)
    with inside(shop.organisation, shop.citizen):
        left = PairFile.objects.get()
        assert (left.title, left.path, queries.path_of(left)) == ("What they told us", "", None)
    assert path is not None


def test_a_file_that_was_taken_away_stays_away_and_none_is_pointed_elsewhere(shop):
    kept(shop)
    with inside(shop.organisation, shop.professional):
        seat = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.professional.pk)[0][0]
    for statement, reason in (
        ("UPDATE workplan_pairfile SET path = 'pair-files/00000000000000000000000000000000'", "no_such_step"),
        ("UPDATE workplan_pairfile SET result_id = NULL", "permission denied"),
    ):
        with pytest.raises(DatabaseError, match=reason), inside(shop.organisation, shop.professional):
            sql(statement)
    for path in ("../exports/x", "exports/x.zip", "pair-files/../../x"):
        with pytest.raises(DatabaseError, match="pair_file_there"), inside(shop.organisation, shop.professional):
            sql("INSERT INTO workplan_pairfile (id, pair_id, title, kind, file_name, media_type, size, path, sha,"
                " uploaded_by_id, uploaded_at) VALUES (gen_random_uuid(), %s, 'x', 'other', 'x', 'text/plain', 1, %s,"
                " 'x', %s, now())", shop.pair.pk, path, seat)  # fmt: skip
    with inside(shop.organisation, shop.citizen):
        sql("UPDATE workplan_pairfile SET path = '', taken_away_at = now()")
        assert sql("SELECT count(*) FROM workplan_pairfile WHERE taken_away_at IS NOT NULL") == [(0,)], "not theirs"


def test_evidence_belongs_to_a_result_of_the_same_pair(shop):
    outsider = workshop(shop.organisation, "Another pair")
    result = shop.result()
    with inside(outsider.organisation, outsider.professional), pytest.raises(NotPermitted):
        pair_files.upload(
            pair=outsider.pair, title="x", kind="evidence", name="x.txt", content=b"x", result=result,
            by=outsider.professional,
        )  # fmt: skip
    assert kept(shop, result=result).result_id == result.pk


def test_files_that_nobody_knows_go_and_others_stay(shop, monkeypatch):
    kept(shop)
    folder = settings.FILES_DIR / shop.organisation.schema_name / "pair-files"
    stray = folder / ("f" * 32)
    stray.write_bytes(b"left over")
    monkeypatch.setattr(tasks, "ABANDONED_AFTER_SECONDS", -5)
    assert tasks.remove_unknown_files() >= 1
    assert not stray.exists()
    with inside(shop.organisation, shop.citizen):
        assert queries.path_of(PairFile.objects.get()) is not None


# Whose it is


def test_others_have_no_row_of_any_of_it(shop, south):
    framed(shop)
    measured(shop)
    person(shop)
    kept(shop, content=pdf())
    outsider = workshop(shop.organisation, "Another pair")
    tables = ("projectframe", "framesource", "measure", "measurevalue", "measurenote", "stakeholder", "pairfile")
    for organisation, who in ((shop.organisation, outsider.professional), (south, world.lead(south))):
        with inside(organisation, who):
            assert [sql(f"SELECT count(*) FROM workplan_{table}")[0][0] for table in tables] == [0] * len(tables)
    with inside(shop.organisation, outsider.professional), pytest.raises(NotPermitted):
        measures.add(pair=shop.pair, content=measure_content(), by=outsider.professional)
