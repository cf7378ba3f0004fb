"""Where the partners differ, how they snap back and mend, and what they try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollout.demo.script import CITIZEN, HANDOVER, LETTERS, PROFESSIONAL


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that one shows the other. `answers` alternate: the other says it again, its author corrects.

    With `is_heard`, the author has said yes to the last one.
    """

    day: float
    by: str
    kind: str
    text: str
    answers: tuple[tuple[float, str], ...] = ()
    is_heard: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """What one did when it became tight, and when it was written down. `asks` the other to look back at that day."""

    happened: float
    day: float
    by: str
    trigger: str
    own_default: str
    intensity: int
    words: str
    mended: float | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Belief:
    """What the pair takes for granted; `closed`: the day, by whom, what came out, what was seen and who saw it."""

    day: float
    by: str
    text: str
    test: str
    due: float
    closed: tuple[float, str, str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Hard:
    """A hard conversation that one prepares; `after`: the day, how it went and what was learnt, shown to the other."""

    day: float
    by: str
    title: str
    tags: tuple[str, ...]
    before: str
    after: tuple[float, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """What one tries and when one stops; `finished`: the day, and what happened."""

    day: float
    by: str
    attempt: str
    limit: str
    finished: tuple[float, str] | None = None


@dataclass(frozen=True, slots=True)
class Differing:
    """Everything of that kind. `minutes`: day, by, minutes for the task, minutes for each other."""

    differences: tuple[Difference, ...] = ()
    moments: tuple[Moment, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    hard: tuple[Hard, ...] = ()
    tries: tuple[Try, ...] = ()
    minutes: tuple[tuple[float, str, int, int], ...] = ()


SAID: Mapping[str, Differing] = {
    LETTERS: Differing(
        differences=(
            Difference(
                44,
                CITIZEN,
                "differ",
                "You call it the ward’s letter. I have carried it in my handbag for a year. It is mine.",
                (
                    (44.5, "You want to be asked before the ward changes something in your letter."),
                    (45, "Not asked. I want it to be about me from the first word."),
                    (46, "You want the letter to begin with you, and not with us."),
                ),
                is_heard=True,
            ),
            Difference(
                53,
                PROFESSIONAL,
                "fear",
                "I fear that a colleague reads a letter of mine aloud and laughs, because it is so simple.",
                ((54, "You are afraid to look like a bad doctor when you write so that I understand it."),),
                is_heard=True,
            ),
            Difference(
                117,
                CITIZEN,
                "need",
                "Before the summer I need a month in which nobody expects me to ring anybody.",
            ),
        ),
        moments=(
            Moment(
                59.1, 59.4, PROFESSIONAL, "senior", "expert", 4,
                "The medical director walked in, and I explained everything, with Maureen’s examples.", 60,
            ),
            Moment(
                59.1, 60.5, CITIZEN, "senior", "silence", 4,
                "They were my forty calls. I looked at my shoes and counted the tiles.", 62,
            ),
            Moment(
                114.1, 115, PROFESSIONAL, "deadline", "rescue", 3,
                "I rewrote her sentence the night before the meeting, because it was late. I did not ask.", asks=True,
            ),
        ),
        beliefs=(
            Belief(
                12, PROFESSIONAL, "Doctors will not write three sentences more.",
                "We ask ten doctors to try it for a week, and count.", 40,
                (38, PROFESSIONAL, "changed", "Nine of ten did. The tenth wrote four.", "The ward clerk, who counted"),
            ),
            Belief(
                32, CITIZEN, "People read the letter on the day they come home.",
                "I ask about it in the next forty calls.", 60,
                (66, CITIZEN, "held", "Thirty-one of forty read it before they took their coat off.", "Maureen"),
            ),
            Belief(
                105, CITIZEN, "Somebody reads it aloud at home when it is not in their language.",
                "We ask the two interpreters what they hear.", 134,
            ),
        ),
        hard=(
            Hard(
                63, PROFESSIONAL, "Who speaks when somebody important comes in", ("fear", "control"),
                "I want to say sorry without explaining why it had to be so.",
                (65, "I said it in the car park. It took two minutes. We were both cold.",
                 "Sorry is shorter than I thought."),
            ),
            Hard(
                118, CITIZEN, "I cannot be the voice of every patient", ("loss", "change"),
                "He will say that nobody does it better. I say: that is the trouble.",
            ),
        ),
        tries=(
            Try(
                49, CITIZEN, "I open every meeting, also when I have nothing prepared.", "For three meetings.",
                (82, "The first one was dreadful. In the third one somebody asked me to go on."),
            ),
            Try(
                109, PROFESSIONAL, "I wait until Maureen has said three things before I say one.",
                "Until the meeting in two weeks. If she asks me something, I answer.",
            ),
        ),
        minutes=(
            (56, CITIZEN, 60, 30), (56, PROFESSIONAL, 70, 20), (98, CITIZEN, 50, 40), (98, PROFESSIONAL, 50, 40),
            (112, CITIZEN, 40, 35), (112, PROFESSIONAL, 45, 30),
        ),
    ),
    HANDOVER: Differing(
        differences=(
            Difference(
                33, CITIZEN, "bring",
                "I have slept beside somebody who cannot speak for nine years. I know what quiet means.",
                ((34, "You hear things in the silence that none of us hears."),), is_heard=True,
            ),
        ),
        beliefs=(
            Belief(
                50, PROFESSIONAL, "Night staff have no time for one more question.",
                "We time twenty handovers with the question and twenty without it.", 132,
            ),
        ),
        tries=(
            Try(
                64, PROFESSIONAL, "I sit down when I ask the question.", "For one week.",
                (75, "It takes no longer. It only feels longer, and only to me."),
            ),
        ),
    ),
}  # fmt: skip
