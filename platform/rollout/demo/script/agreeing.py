"""How the pairs agree to work: the five lines, their principles, their time, and what helps one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollout.demo.script import CITIZEN, HANDOVER, LETTERS, PROFESSIONAL, Keys


@dataclass(frozen=True, slots=True)
class Line:
    """One of the five lines; `contested` says when, by whom and why not."""

    topic: str
    day: float
    by: str
    text: str
    keys: Keys = ()
    contested: tuple[float, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """A principle as it was written on a day."""

    day: float
    by: str
    title: str
    text: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Rule:
    """A principle, who looked at it again and said what ("" keeps it), and the wording that came of it."""

    first: Wording
    looks: tuple[tuple[float, str, str], ...] = ()
    then: Wording | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """A time agreement: hours a month of each, both protected and paid."""

    day: float
    by: str
    professional: str
    citizen: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Need:
    """What helps a partner to take part; shared with the other one, or noted for oneself."""

    day: float
    by: str
    kind: str
    detail: str = ""
    channel: str = ""
    is_shared: bool = True


@dataclass(frozen=True, slots=True)
class Agreeing:
    """Everything that a pair agrees on. `given`: day, and the hours of each in that month."""

    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()
    time: Time | None = None
    given: tuple[tuple[float, str, str], ...] = ()
    needs: tuple[Need, ...] = ()


SAID: Mapping[str, Agreeing] = {
    LETTERS: Agreeing(
        lines=(
            Line(
                "purpose",
                5,
                CITIZEN,
                "Nobody sits at the kitchen table with a letter about their own body and cannot read it.",
                ((5, CITIZEN), (5.5, PROFESSIONAL)),
            ),
            Line(
                "leadership",
                13,
                PROFESSIONAL,
                "Maureen leads the talks with patients. Kwame leads the talks with doctors. We prepare both together.",
                ((13, PROFESSIONAL), (14, CITIZEN)),
            ),
            Line(
                "ownership",
                40,
                PROFESSIONAL,
                "The letter belongs to the ward that writes it.",
                ((40, PROFESSIONAL),),
                (42, CITIZEN, "It is about me, so it is mine. The ward only writes it down."),
            ),
            Line(
                "ambition",
                116,
                CITIZEN,
                "By next winter every ward in the Infirmary begins its letters with three sentences to the patient.",
                ((116, CITIZEN),),
            ),
        ),
        rules=(
            Rule(
                Wording(
                    8,
                    CITIZEN,
                    "Nothing about the letters without both of us",
                    "If one of us is asked about the letters alone, the answer is: we come back to you together.",
                    ((8, CITIZEN), (9, PROFESSIONAL)),
                ),
                ((66, CITIZEN, ""), (67, PROFESSIONAL, "")),
            ),
            Rule(
                Wording(
                    21,
                    PROFESSIONAL,
                    "We say it within a week",
                    "What annoys one of us is said within a week, to the other, and to nobody else before.",
                    ((21, PROFESSIONAL), (22, CITIZEN)),
                ),
                (
                    (89, CITIZEN, "A week is too long. I had the calls in my stomach for seven days."),
                    (89.5, PROFESSIONAL, ""),
                ),
                Wording(
                    91,
                    CITIZEN,
                    "We say it within two days",
                    "What annoys one of us is said within two days, to the other, and to nobody else before.",
                    ((91, CITIZEN), (92, PROFESSIONAL)),
                ),
            ),
            Rule(
                Wording(
                    72,
                    CITIZEN,
                    "Plain words, between us as well",
                    "Whoever uses a word that needs a dictionary buys the biscuits.",
                    ((72, CITIZEN), (72.5, PROFESSIONAL)),
                ),
            ),
        ),
        time=Time(10, PROFESSIONAL, "8", "10", ((10, PROFESSIONAL), (11, CITIZEN))),
        given=((28, "7.5", "9"), (58, "8", "13.5"), (88, "6", "14"), (117, "8.5", "9.5")),
        needs=(
            Need(6, CITIZEN, "large_print", "Sixteen point. My good glasses are never where I am."),
            Need(6.2, CITIZEN, "breaks", "Ten minutes after an hour. Then I am all there again."),
            Need(6.4, CITIZEN, "channel", "Ring me, please. After four, not before.", "telephone", is_shared=False),
            Need(9, PROFESSIONAL, "other", "A room where my telephone has no signal. Otherwise I am never all here."),
            Need(85, CITIZEN, "companion", "My wrist is in plaster. Somebody types for me until it is off."),
        ),
    ),
    HANDOVER: Agreeing(
        lines=(
            Line(
                "purpose",
                16,
                CITIZEN,
                "What a carer has seen at three in the morning counts at eight in the morning.",
                ((16, CITIZEN), (17, PROFESSIONAL)),
            ),
            Line(
                "responsibility",
                52,
                PROFESSIONAL,
                "Owen brings the question to each new team. Josephine listens whether it is really asked.",
                ((52, PROFESSIONAL),),
            ),
        ),
        rules=(
            Rule(
                Wording(
                    19,
                    PROFESSIONAL,
                    "Nobody apologises for crying",
                    "There is always a box of tissues on the table, and there is always time for it.",
                    ((19, PROFESSIONAL), (20, CITIZEN)),
                ),
                ((71, CITIZEN, ""), (72, PROFESSIONAL, "")),
            ),
        ),
        time=Time(24, CITIZEN, "5", "6", ((24, CITIZEN), (25, PROFESSIONAL))),
        given=((59, "4", "6"),),
        needs=(Need(14, CITIZEN, "step_free", "I often bring Walter, and Walter brings his wheelchair."),),
    ),
}
