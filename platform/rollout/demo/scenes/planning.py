"""Two partners plan, count, and speak with those around them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rollout.demo.script import OTHER
from rollout.demo.script.planning import SAID
from rollout.kernel import clock
from tenants.projects.actions import decisions, options
from tenants.projects.content import Terms
from tenants.projects.models import Decision
from tenants.workplan.actions import files, frame, measures, plan, stakeholders
from tenants.workplan.actions.measures import MeasureContent
from tenants.workplan.actions.stakeholders import PersonContent
from tenants.workplan.content import FrameContent
from tenants.workplan.models import Measure, Milestone, PlanTask, ProjectFrame, Stakeholder

if TYPE_CHECKING:
    from rollout.demo.script.planning import Aim, Around, Choice, Counted, Paper, ToDo
    from rollout.demo.stage import Two


def put(two: Two) -> None:
    """Put what this pair plans on the stage, on its days."""
    if (said := SAID.get(two.title)) is None:
        return
    if said.aim:
        two.at(said.aim.day, aim_at, said.aim)
        for day, side in said.aim.keys:
            two.at(day, sign_aim, side)
    for counted in said.measures:
        two.at(counted.values[0][0], begin_to_count, counted)
        for day, value in counted.values[1:]:
            two.at(day, count, counted, value)
        for day, text in counted.notes:
            two.at(day, note_beside, counted, text)
    for task in said.tasks:
        two.at(task.day, write_down, task)
        if task.done:
            two.at(task.done, tick_off, task)
    for person in said.around:
        two.at(person.day, put_on_the_list, person)
        if person.agreed:
            two.at(person.agreed, agree_who_speaks, person)
        for day, side, text in person.contacts:
            two.at(day, speak_with, person, side, text)
    for paper in said.papers:
        two.at(paper.day, keep, paper)
    if said.choice:
        two.at(said.choice.day, lay_out, said.choice)


def aim_at(two: Two, aim: Aim) -> None:
    """One of the two writes down what is to change, and who says so."""
    content = FrameContent(
        theme=aim.theme,
        place=aim.place,
        aim=aim.aim,
        how_much=aim.how_much,
        by_when=two.stage.date(aim.by_when),
        whose_issue=aim.whose_issue,
        how_we_know=aim.how_we_know,
    )
    with two.acting(aim.by) as (member, pair):
        frame.write(pair=pair, content=content, by=member)
        for kind, name, says in aim.sources:
            frame.add_source(pair=pair, kind=kind, name=name, says=says, by=member)


def sign_aim(two: Two, side: str) -> None:
    """One of the two signs what the project is to change."""
    with two.acting(side) as (member, pair):
        frame.sign(pair=pair, shown=ProjectFrame.objects.get(pair=pair).content_hash, by=member)


def begin_to_count(two: Two, counted: Counted) -> None:
    """A measure, and where it began."""
    content = MeasureContent(
        name=counted.name,
        unit=counted.unit,
        higher_is_better=counted.higher_is_better,
        baseline_value=Decimal(counted.values[0][1]),
        baseline_on=clock.today(),
    )
    with two.acting(counted.by) as (member, pair):
        measures.add(pair=pair, content=content, by=member)


def count(two: Two, counted: Counted, value: str) -> None:
    """One more value of a measure."""
    with two.acting(counted.by) as (member, pair):
        measure = Measure.objects.get(pair=pair, name=counted.name)
        measures.add_value(measure=measure, on=clock.today(), value=Decimal(value), by=member)


def note_beside(two: Two, counted: Counted, text: str) -> None:
    """What changed on that day, beside the values."""
    with two.acting(counted.by) as (member, pair):
        measure = Measure.objects.get(pair=pair, name=counted.name)
        measures.add_note(measure=measure, on=clock.today(), text=text, by=member)


def write_down(two: Two, line: ToDo) -> None:
    """Something to do, or a point on the way."""
    due_on = two.stage.date(line.due)
    with two.acting(line.by) as (member, pair):
        if line.who:
            plan.add_task(pair=pair, text=line.text, who=line.who, due_on=due_on, by=member)
        else:
            plan.add_milestone(pair=pair, text=line.text, due_on=due_on, by=member)


def tick_off(two: Two, line: ToDo) -> None:
    """It is done."""
    with two.acting(line.by) as (member, pair):
        kind = PlanTask if line.who else Milestone
        plan.move(line=kind.objects.get(pair=pair, text=line.text), to=kind.State.DONE, by=member)


def put_on_the_list(two: Two, person: Around) -> None:
    """Somebody matters for the project, and one of the two says who speaks with them."""
    content = PersonContent(
        name=person.name,
        organisation=person.organisation,
        interest=person.interest,
        influence=person.influence,
        stance=person.stance,
        needs=person.needs,
    )
    with two.acting(person.by) as (member, pair):
        added = stakeholders.add(pair=pair, content=content, by=member)
        stakeholders.name_approacher(person=added, who=person.approacher, by=member)


def agree_who_speaks(two: Two, person: Around) -> None:
    """The other one says yes to it."""
    with two.acting(OTHER[person.by]) as (member, pair):
        found = Stakeholder.objects.get(pair=pair, name=person.name)
        stakeholders.confirm_approacher(person=found, shown=found.approacher, by=member)


def speak_with(two: Two, person: Around, side: str, text: str) -> None:
    """One of the two spoke with somebody."""
    with two.acting(side) as (member, pair):
        found = Stakeholder.objects.get(pair=pair, name=person.name)
        stakeholders.note_contact(person=found, on=clock.today(), text=text, by=member)


def keep(two: Two, paper: Paper) -> None:
    """One of the two keeps a file for both."""
    with two.acting(paper.by) as (member, pair):
        files.upload(
            pair=pair, title=paper.title, kind=paper.kind, name=paper.name, content=paper.text.encode(), by=member
        )


def lay_out(two: Two, choice: Choice) -> None:
    """A major decision is drafted, and both lay their options beside each other."""
    terms = Terms(kind=Decision.Kind.MAJOR, due_on=two.stage.date(choice.due))
    with two.acting(choice.options[0][0]) as (member, pair):
        draft = decisions.draft(pair=pair, title=choice.title, text=choice.text, terms=terms, by=member)
    for by, text, pros, cons, assumes in choice.options:
        with two.acting(by) as (member, _pair):
            options.add(decision=draft, text=text, pros=pros, cons=cons, assumes=assumes, by=member)
