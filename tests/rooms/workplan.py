"""The project of a pair: aim and reasons, measures, plan, people around it, files, and options before a decision."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from rollout.demo.stage import acting
from rollout.kernel import clock
from rollout.kernel.tenancy import PARTNER as PARTNERS_HAT
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions, options
from tenants.projects.models import Decision, ResultClaim
from tenants.workplan.actions import files, frame, measures, plan, stakeholders
from tenants.workplan.actions.measures import MeasureContent
from tenants.workplan.actions.stakeholders import PersonContent
from tenants.workplan.content import FrameContent
from tests import world_workplan
from tests.permissions.doors import Door, boxes
from tests.privacy.secrets_of import OF_THE_PAIR
from tests.world import inside, sql

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tenants.members.models import Member
    from tests.world_projects import Workshop

PARTNER = ("partner",)
WORD = "Zanzibarquill"


def THINGS(shop: Workshop) -> dict[str, Any]:
    """A project, and a decision with one option that the professional laid out."""
    me = shop.professional
    with inside(shop.organisation, me):
        board = decisions.draft(pair=shop.pair, title="Which bus", text="The one that stops at the door.", by=me)
        option = options.add(decision=board, text="The blue one", pros="It is early", by=me)
    return {**world_workplan.everything(shop), "option_board": board.pk, "option": option.pk}


FRAME = {
    "theme": "access", "place": "Clinic", "aim": "Fewer letters", "how_much": "Half", "whose_issue": "Ours",
    "how_we_know": "We asked",
}  # fmt: skip
SOURCE = {"kind": "group", "name": "Heart group", "says": "We wait too long"}
MEASURE = {"name": "Letters", "unit": "letters", "better": "lower", "baseline_value": "12"}
PERSON = {"name": "The mayor", "organisation": "Town", "interest": "low", "influence": "high", "stance": "worried"}
_PAIR = "/pairs/<uuid:pair>"
_MEASURE = f"{_PAIR}/measures/<uuid:pk>"
_PERSON = f"{_PAIR}/people/<uuid:pk>"
_OF_MEASURE = {"pair": "pair", "pk": "measure"}
_OF_PERSON = {"pair": "pair", "pk": "stakeholder"}
_OPTIONS = f"{_PAIR}/decisions/<uuid:pk>/options"


def a_file(things: Any) -> dict[str, Any]:
    """A file that was not there before."""
    sent = SimpleUploadedFile("notes.txt", b"What we heard.", content_type="text/plain")
    return {"title": "Notes", "kind": "minutes", "file": sent}


DOORS: dict[str, Door] = {
    f"{_PAIR}/project/": Door(PARTNER, {"pair": "pair"}),
    f"{_PAIR}/project/write/": Door(
        PARTNER, {"pair": "pair"}, typed=lambda _: {**FRAME, **boxes("by_when", -60)}, records=("project.edited",)
    ),
    f"{_PAIR}/project/sign/": Door(
        PARTNER,
        {"pair": "pair"},
        typed=lambda things: {"shown": things["frame_hash"]},
        records=("project.active", "project.signed"),
    ),
    f"{_PAIR}/project/sources/": Door(PARTNER, {"pair": "pair"}, typed=SOURCE, records=("project.source_added",)),
    f"{_PAIR}/project/sources/<uuid:pk>/remove/": Door(
        PARTNER, {"pair": "pair", "pk": "frame_source"}, records=("project.source_removed",)
    ),
    f"{_PAIR}/measures/": Door(PARTNER, {"pair": "pair"}),
    f"{_PAIR}/measures/measures.csv": Door(PARTNER, {"pair": "pair"}),
    f"{_PAIR}/measures/new/": Door(
        PARTNER,
        {"pair": "pair"},
        typed=lambda _: {**MEASURE, **boxes("baseline_on", 20)},
        records=("measure.added",),
    ),
    f"{_MEASURE}/": Door(
        PARTNER, _OF_MEASURE, typed=lambda _: {"value": "30", **boxes("on", 3)}, records=("measure.value_added",)
    ),
    f"{_MEASURE}/edit/": Door(
        PARTNER, _OF_MEASURE, typed=lambda _: {**MEASURE, **boxes("baseline_on", 20)}, records=("measure.edited",)
    ),
    f"{_MEASURE}/notes/": Door(
        PARTNER, _OF_MEASURE, typed=lambda _: {"text": "A strike", **boxes("on", 3)}, records=("measure.note_added",)
    ),
    f"{_MEASURE}/remove/": Door(
        PARTNER,
        _OF_MEASURE,
        typed=lambda things: {"item": str(things["measure_value"])},
        records=("measure.entry_removed",),
    ),
    f"{_PAIR}/plan/": Door(
        PARTNER,
        {"pair": "pair"},
        typed=lambda _: {"text": "Ask again", "who": "citizen", **boxes("due_on", -3)},
        records=("plan.task_added",),
    ),
    f"{_PAIR}/plan/plan.csv": Door(PARTNER, {"pair": "pair"}),
    f"{_PAIR}/plan/tasks/<uuid:pk>/edit/": Door(
        PARTNER,
        {"pair": "pair", "pk": "plan_task"},
        typed=lambda _: {"text": "Ask once more", "who": "both", **boxes("due_on", -4)},
        records=("plan.edited",),
    ),
    f"{_PAIR}/plan/milestones/<uuid:pk>/edit/": Door(
        PARTNER, {"pair": "pair", "pk": "milestone"}, typed={"text": "Nearly halfway"}, records=("plan.edited",)
    ),
    f"{_PAIR}/plan/tasks/<uuid:pk>/move/": Door(
        PARTNER, {"pair": "pair", "pk": "plan_task"}, typed={"to": "done"}, records=("plan.moved",)
    ),
    f"{_PAIR}/plan/milestones/": Door(
        PARTNER, {"pair": "pair"}, typed={"text": "Halfway"}, records=("plan.milestone_added",)
    ),
    f"{_PAIR}/plan/milestones/<uuid:pk>/move/": Door(
        PARTNER, {"pair": "pair", "pk": "milestone"}, typed={"to": "done"}, records=("plan.moved",)
    ),
    f"{_PAIR}/people/": Door(PARTNER, {"pair": "pair"}),
    f"{_PAIR}/people/new/": Door(PARTNER, {"pair": "pair"}, typed=PERSON, records=("stakeholder.added",)),
    f"{_PERSON}/": Door(
        PARTNER,
        _OF_PERSON,
        typed=lambda _: {"text": "We met", **boxes("on", 1)},
        records=("stakeholder.contact_noted",),
    ),
    f"{_PERSON}/edit/": Door(PARTNER, _OF_PERSON, typed=PERSON, records=("stakeholder.edited",)),
    f"{_PERSON}/approach/": Door(
        PARTNER, _OF_PERSON, typed={"who": "citizen"}, records=("stakeholder.approacher_named",)
    ),
    f"{_PERSON}/confirm/": Door(
        PARTNER, _OF_PERSON, typed={"shown": "both"}, records=("stakeholder.approacher_agreed",)
    ),
    f"{_PERSON}/remove/": Door(PARTNER, _OF_PERSON, records=("stakeholder.removed",)),
    f"{_PAIR}/files/": Door(PARTNER, {"pair": "pair"}, typed=a_file, records=("file.uploaded",)),
    f"{_PAIR}/files/<uuid:pk>/": Door(PARTNER, {"pair": "pair", "pk": "pair_file"}),
    f"{_PAIR}/files/<uuid:pk>/take-away/": Door(
        PARTNER, {"pair": "pair", "pk": "pair_file"}, records=("file.taken_away",)
    ),
    f"{_OPTIONS}/": Door(
        PARTNER,
        {"pair": "pair", "pk": "option_board"},
        typed={"text": "The red one", "assumes": "It still runs"},
        records=("decision.option_added",),
    ),
    f"{_OPTIONS}/<uuid:option>/withdraw/": Door(
        PARTNER, {"pair": "pair", "pk": "option_board", "option": "option"}, records=("decision.option_withdrawn",)
    ),
}
NO_PAGES = {
    f"organisation {_PAIR}/measures/measures.csv": "a file",
    f"organisation {_PAIR}/plan/plan.csv": "a file",
    f"organisation {_PAIR}/files/<uuid:pk>/": "a file",
}
MAY = {
    f"workplan.{act}": frozenset({PARTNERS_HAT})
    for act in ("read", "write_frame", "sign_frame", "write_plan", "keep_files")
}


def CALLS(everything: Any) -> dict[str, Any]:
    """One successful call of every operation."""
    call, things, pair = everything.as_partner, everything.rooms, str(everything.mine.pair.pk)
    project, measure, person = (f"projects/{pair}/", f"measures/{things['measure']}/",
                                f"stakeholders/{things['stakeholder']}/")  # fmt: skip
    day = str(clock.today() - timedelta(days=2))
    new_measure = {"name": "Calls", "unit": "calls", "higher_is_better": False, "baseline_value": "3",
                   "baseline_on": day, "pair": pair}  # fmt: skip
    new_person = {"name": "The mayor", "interest": "low", "influence": "high", "pair": pair}
    a_text = {"title": "Notes", "kind": "minutes", "name": "notes.txt", "content": "V2hhdCB3ZSBoZWFyZC4=", "pair": pair}
    board, task, milestone, file = (f"decisions/{things['option_board']}/", f"plan-tasks/{things['plan_task']}/",
                                    f"milestones/{things['milestone']}/", f"files/{things['pair_file']}/")  # fmt: skip
    return {
        "decisions_add_option": call("POST", f"{board}options/", {"text": "The red one"}, 201),
        "decisions_withdraw_option": call("POST", f"{board}options/{things['option']}/withdraw/"),
        "projects_list": call("GET", "projects/"),
        "projects_retrieve": call("GET", project),
        "projects_update": call("PUT", project, {"place": "Elsewhere", "theme": "safety"}),
        "projects_add_source": call("POST", f"{project}sources/", {"kind": "data", "name": "A report"}, 201),
        "projects_remove_source": call("DELETE", f"{project}sources/{things['frame_source']}/"),
        "projects_sign": call("POST", f"{project}sign/", {"shown": things["frame_hash"]}),
        "measures_list": call("GET", f"measures/?pair={pair}"),
        "measures_retrieve": call("GET", measure),
        "measures_create": call("POST", "measures/", new_measure, 201),
        "measures_partial_update": call("PATCH", measure, {"name": "Days"}),
        "measures_add_value": call("POST", f"{measure}values/", {"on": day, "value": "29.5"}, 201),
        "measures_add_note": call("POST", f"{measure}notes/", {"on": day, "text": "A strike"}, 201),
        "measures_remove_entry": call("DELETE", f"{measure}entries/{things['measure_value']}/"),
        "plan_tasks_list": call("GET", f"plan-tasks/?pair={pair}&state=open"),
        "plan_tasks_create": call("POST", "plan-tasks/", {"pair": pair, "text": "Ask", "who": "both"}, 201),
        "plan_tasks_retrieve": call("GET", task),
        "plan_tasks_partial_update": call("PATCH", task, {"text": "Ask again", "who": "citizen"}),
        "plan_tasks_move": call("POST", f"{task}move/", {"to": "done"}),
        "milestones_list": call("GET", "milestones/"),
        "milestones_create": call("POST", "milestones/", {"pair": pair, "text": "Halfway", "due_on": None}, 201),
        "milestones_retrieve": call("GET", milestone),
        "milestones_partial_update": call("PATCH", milestone, {"due_on": None}),
        "milestones_move": call("POST", f"{milestone}move/", {"to": "dropped"}),
        "stakeholders_list": call("GET", f"stakeholders/?pair={pair}"),
        "stakeholders_retrieve": call("GET", person),
        "stakeholders_create": call("POST", "stakeholders/", new_person, 201),
        "stakeholders_partial_update": call("PATCH", person, {"needs": "Time"}),
        "stakeholders_destroy": call("DELETE", person, status=204),
        "stakeholders_name_approacher": call("POST", f"{person}name-approacher/", {"who": "citizen"}),
        "stakeholders_confirm_approacher": call("POST", f"{person}confirm-approacher/", {"shown": "both"}),
        "stakeholders_note_contact": call("POST", f"{person}contacts/", {"on": day, "text": "We met"}, 201),
        "stakeholders_remove_contact": call("DELETE", f"{person}contacts/{things['stakeholder_contact']}/"),
        "files_list": call("GET", f"files/?pair={pair}"),
        "files_retrieve": call("GET", file),
        "files_content": call("GET", f"{file}content/"),
        "files_create": call("POST", "files/", a_text, 201),
        "files_take_away": call("POST", f"{file}take-away/"),
    }


def HIDE(organisation: Organisation, pair: Pair, emails: tuple[str, str]) -> None:
    """The hidden pair has a whole project."""
    founder_email, partner_email = emails
    today = clock.today()
    with acting(organisation, founder_email) as founder:
        content = FrameContent(
            theme="access", place=WORD, aim=WORD, how_much=WORD, by_when=today, whose_issue=WORD, how_we_know=WORD
        )
        frame.write(pair=pair, content=content, by=founder)
        frame.add_source(pair=pair, kind="users", name=WORD, says=WORD, by=founder)
        begun = MeasureContent(
            name=WORD, unit=WORD, higher_is_better=True, baseline_value=Decimal(1), baseline_on=today
        )
        measure = measures.add(pair=pair, content=begun, by=founder)
        measures.add_value(measure=measure, on=today - timedelta(days=1), value=Decimal(2), by=founder)
        measures.add_note(measure=measure, on=today, text=WORD, by=founder)
        task = plan.add_task(pair=pair, text=WORD, due_on=today, by=founder)
        plan.add_milestone(pair=pair, text=WORD, by=founder)
        known = PersonContent(name=WORD, organisation=WORD, interest="low", influence="low", needs=WORD)
        person = stakeholders.add(pair=pair, content=known, by=founder)
        stakeholders.name_approacher(person=person, who="both", by=founder)
        stakeholders.note_contact(person=person, on=today, text=WORD, by=founder)
        files.upload(pair=pair, title=WORD, kind="other", name=f"{WORD}.txt", content=WORD.encode(), by=founder)
        contested = Decision.objects.get(pair_id=pair.pk, state="contested")
        options.add(decision=contested, text=WORD, pros=WORD, cons=WORD, assumes=WORD, by=founder)
    for email in emails:
        with acting(organisation, email) as person_signing:
            shown = frame.ProjectFrame.objects.get(pair_id=pair.pk).content_hash
            frame.sign(pair=pair, shown=shown, by=person_signing)
    with acting(organisation, partner_email) as partner:
        stakeholders.confirm_approacher(person=person, shown="both", by=partner)
        plan.move(line=task, to="done", by=partner)


def ROWS(pair: UUID, seat: UUID) -> None:
    """One row in every table."""
    sql("INSERT INTO projects_decisionoption (id, pair_id, decision_id, seat_id, text, pros, cons, assumes, added_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'secret', '', '', '', now() FROM projects_decision",
        seat)  # fmt: skip
    sql("INSERT INTO workplan_projectframe (id, pair_id, theme, place, aim, how_much, whose_issue, how_we_know, state,"
        " content_hash, edited_by_id, edited_at) VALUES (gen_random_uuid(), %s, '', 'secret', '', '', '', '', 'draft',"
        " 'h', %s, now())", pair, seat)  # fmt: skip
    sql("INSERT INTO workplan_framesource (id, pair_id, frame_id, kind, name, says)"
        " SELECT gen_random_uuid(), pair_id, id, 'users', 'secret', '' FROM workplan_projectframe")  # fmt: skip
    sql("INSERT INTO workplan_framekey (id, pair_id, frame_id, seat_id, content_hash, signed_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, 'h', now() FROM workplan_projectframe", seat)  # fmt: skip
    sql("INSERT INTO workplan_measure (id, pair_id, name, unit, higher_is_better, baseline_value, baseline_on,"
        " added_by_id, added_at) VALUES (gen_random_uuid(), %s, 'secret', 'x', true, 1, now(), %s, now())",
        pair, seat)  # fmt: skip
    for table, column, value in (("measurevalue", "value", "1"), ("measurenote", "text", "'secret'")):
        sql(f"INSERT INTO workplan_{table} (id, pair_id, measure_id, \"on\", {column}, added_by_id, added_at)"
            f" SELECT gen_random_uuid(), pair_id, id, now(), {value}, %s, now() FROM workplan_measure",
            seat)  # fmt: skip
    sql("INSERT INTO workplan_plantask (id, pair_id, text, state, who, added_by_id, added_at)"
        " VALUES (gen_random_uuid(), %s, 'secret', 'open', 'both', %s, now())", pair, seat)  # fmt: skip
    sql("INSERT INTO workplan_milestone (id, pair_id, text, state, added_by_id, added_at)"
        " VALUES (gen_random_uuid(), %s, 'secret', 'open', %s, now())", pair, seat)  # fmt: skip
    sql("INSERT INTO workplan_stakeholder (id, pair_id, name, organisation, interest, influence, stance, needs,"
        " added_by_id, added_at, approacher) VALUES (gen_random_uuid(), %s, 'secret', '', 'low', 'low', 'unknown', '',"
        " %s, now(), '')", pair, seat)  # fmt: skip
    sql("INSERT INTO workplan_stakeholdercontact (id, pair_id, stakeholder_id, seat_id, \"on\", text, noted_at)"
        " SELECT gen_random_uuid(), pair_id, id, %s, now(), 'secret', now() FROM workplan_stakeholder",
        seat)  # fmt: skip
    sql("INSERT INTO workplan_pairfile (id, pair_id, title, kind, file_name, media_type, size, path, sha,"
        " uploaded_by_id, uploaded_at) VALUES (gen_random_uuid(), %s, 'secret', 'other', 'x.txt', 'text/plain', 1,"
        " 'pair-files/' || replace(gen_random_uuid()::text, '-', ''), 'x', %s, now())", pair, seat)  # fmt: skip


def LIVED(north: Organisation, petra: Member, partner: Member, things: dict[str, Any]) -> None:
    """She has signed a project too. Of her files one is evidence of what both have signed."""
    pair = Pair(pk=things["pair"])
    with inside(north, petra):
        frame.sign(pair=pair, shown=things["frame_hash"], by=petra)
        said = {"pair": pair, "title": "Voices", "kind": "evidence", "name": "voices.txt", "content": b"We wait"}
        for name, result in (("kept_file", things["claimed"]), ("own_file", things["result"])):
            file = files.upload(**said, result=ResultClaim.objects.get(pk=result), by=petra)
            things[name], things[f"{name}_path"] = file.pk, f"{north.schema_name}/{file.path}"
    with inside(north, partner):
        draft = ResultClaim.objects.get(pk=things["result"])
        things["partners_file"] = files.upload(**said, result=draft, by=partner).pk


_OF_PLAN = (
    "ProjectFrame FrameSource FrameKey Measure MeasureNote PlanTask Milestone Stakeholder StakeholderContact PairFile"
)
SECRETS = {f"workplan.{name}": OF_THE_PAIR for name in _OF_PLAN.split()} | {"projects.DecisionOption": OF_THE_PAIR}
OPEN_MODELS = {"workplan.MeasureValue": "numbers and dates"}
WRITTEN = ("aim", "how_much", "whose_issue", "how_we_know", "says", "pros", "cons", "assumes", "organisation", "needs")
