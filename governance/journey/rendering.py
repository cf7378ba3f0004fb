"""A journey as a strip of steps, the same on a page and in a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from governance.journey.policy import NAMES, Journey, Reached, State
from rollout.kernel.charts import Step, StepState, journey_strip
from rollout.kernel.dates import date_format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise
    from django.utils.safestring import SafeString


def strip(journey: Journey, *, title: str, names: Mapping[State, _StrPromise] = NAMES) -> SafeString:
    """The steps of a pair's journey in the language in force, with their days."""
    farthest = max(number for number, step in enumerate(journey.steps) if step.done)
    steps = [
        Step(str(names[step.state]), _mark(step, journey), _note(step, passed=number < farthest))
        for number, step in enumerate(journey.steps)
    ]
    if journey.state in (State.PAUSED, State.ENDED):
        steps.append(Step(str(journey.name), StepState.NOW))
    # A screen reader hears the title of the picture alone, so the sentence belongs into it.
    told = sentence(journey, names=names)
    return journey_strip(steps, title=f"{title}. {told}", description=told)


def sentence(journey: Journey, *, names: Mapping[State, _StrPromise] = NAMES) -> str:
    """The journey in one sentence, for people who do not see the strip."""
    now = gettext("Where it stands now: %(state)s.") % {"state": names[journey.state]}
    if journey.next is None:
        return now
    return " ".join((now, gettext("Next: %(state)s.") % {"state": names[journey.next]}))


def _mark(step: Reached, journey: Journey) -> StepState:
    if step.state == journey.state:
        return StepState.NOW
    return StepState.DONE if step.done else StepState.AHEAD


def _note(step: Reached, *, passed: bool) -> str:
    """The day, or that a pair went past this step without showing it."""
    if step.on:
        return date_format(step.on)
    return gettext("Nothing of this is shown here.") if passed and not step.done else ""
