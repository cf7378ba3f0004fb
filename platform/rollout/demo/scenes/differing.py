"""Two partners say where they differ, look back at hard moments, and try things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.demo.script import OTHER
from rollout.demo.script.differing import SAID
from rollout.kernel import clock
from tenants.relationship.actions import balance, differences, snapbacks, trying
from tenants.relationship.models import Assumption, DifferenceItem, Experiment, HardConversation, SnapBack

if TYPE_CHECKING:
    from rollout.demo.script.differing import Belief, Difference, Hard, Moment, Try
    from rollout.demo.stage import Two


def put(two: Two) -> None:
    """Put all of it on the stage, on its days."""
    if (said := SAID.get(two.title)) is None:
        return
    for line in said.differences:
        two.at(line.day, show, line)
        for number, (day, text) in enumerate(line.answers):
            two.at(day, correct if number % 2 else restate, line, text)
        if line.is_heard:
            two.at(line.answers[-1][0], accept, line)
    for moment in said.moments:
        two.at(moment.day, log, moment)
        if moment.mended:
            two.at(moment.mended, mend, moment)
    for belief in said.beliefs:
        two.at(belief.day, assume, belief)
        if belief.closed:
            two.at(belief.closed[0], find_out, belief)
    for hard in said.hard:
        two.at(hard.day, prepare, hard)
        if hard.after:
            two.at(hard.after[0], look_back, hard)
    for attempt in said.tries:
        two.at(attempt.day, try_out, attempt)
        if attempt.finished:
            two.at(attempt.finished[0], finish, attempt)
    for day, side, task, relationship in said.minutes:
        two.at(day, tell_minutes, side, task, relationship)


def show(two: Two, line: Difference) -> None:
    """One of the two writes a line and shows it."""
    with two.acting(line.by) as (member, pair):
        item = differences.write(pair=pair, kind=line.kind, text=line.text, by=member)
        differences.show(item=item, by=member)


def restate(two: Two, line: Difference, text: str) -> None:
    """The other one says it again in their own words."""
    with two.acting(OTHER[line.by]) as (member, pair):
        differences.restate(item=DifferenceItem.objects.get(pair=pair, text=line.text), text=text, by=member)


def correct(two: Two, line: Difference, correction: str) -> None:
    """Not quite, says who wrote it."""
    with two.acting(line.by) as (member, pair):
        item = DifferenceItem.objects.get(pair=pair, text=line.text)
        differences.correct(item=item, correction=correction, by=member)


def accept(two: Two, line: Difference) -> None:
    """Yes, that is it."""
    with two.acting(line.by) as (member, pair):
        differences.accept(item=DifferenceItem.objects.get(pair=pair, text=line.text), by=member)


def log(two: Two, moment: Moment) -> None:
    """One of the two writes down what they did, for themselves; and may ask the other to look back."""
    with two.acting(moment.by) as (member, pair):
        made = snapbacks.log(
            pair=pair,
            moment=two.stage.moment(moment.happened),
            trigger=moment.trigger,
            own_default=moment.own_default,
            intensity=moment.intensity,
            words=moment.words,
            by=member,
        )
        if moment.asks:
            snapbacks.invite(snapback=made, by=member)


def mend(two: Two, moment: Moment) -> None:
    """It feels mended."""
    with two.acting(moment.by) as (member, pair):
        snapback = SnapBack.objects.get(pair=pair, words=moment.words)
        snapbacks.mend(snapback=snapback, mended_at=clock.now(), by=member)


def assume(two: Two, belief: Belief) -> None:
    """One of the two writes down what both take for granted."""
    due_on = two.stage.date(belief.due)
    with two.acting(belief.by) as (member, pair):
        trying.assume(pair=pair, text=belief.text, test=belief.test, due_on=due_on, by=member)


def find_out(two: Two, belief: Belief) -> None:
    """What came out."""
    assert belief.closed
    _day, side, result, evidence, seen_by = belief.closed
    with two.acting(side) as (member, pair):
        assumption = Assumption.objects.get(pair=pair, text=belief.text)
        trying.close(assumption=assumption, result=result, evidence=evidence, seen_by=seen_by, by=member)


def prepare(two: Two, hard: Hard) -> None:
    """One of the two prepares a hard conversation, alone."""
    with two.acting(hard.by) as (member, pair):
        trying.prepare(pair=pair, title=hard.title, tags=hard.tags, before=hard.before, by=member)


def look_back(two: Two, hard: Hard) -> None:
    """It has taken place, and the other may read about it."""
    assert hard.after
    _day, after, learned = hard.after
    with two.acting(hard.by) as (member, pair):
        held = HardConversation.objects.get(pair=pair, title=hard.title)
        held = trying.look_back(conversation=held, learned=learned, after=after, by=member)
        trying.share(conversation=held, by=member)


def try_out(two: Two, attempt: Try) -> None:
    """One of the two tries something."""
    with two.acting(attempt.by) as (member, pair):
        trying.try_out(pair=pair, attempt=attempt.attempt, limit=attempt.limit, by=member)


def finish(two: Two, attempt: Try) -> None:
    """What happened."""
    assert attempt.finished
    with two.acting(attempt.by) as (member, pair):
        experiment = Experiment.objects.get(pair=pair, attempt=attempt.attempt)
        trying.finish(experiment=experiment, happened=attempt.finished[1], by=member)


def tell_minutes(two: Two, side: str, task: int, relationship: int) -> None:
    """How much of a day went to the task and to each other."""
    with two.acting(side) as (member, pair):
        balance.tell_minutes(pair=pair, on=clock.today(), task=task, relationship=relationship, by=member)
