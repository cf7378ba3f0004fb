"""What the pairs answer about themselves, round by round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rollout.demo.script import CITIZEN, HANDOVER, LETTERS, PROFESSIONAL


@dataclass(frozen=True, slots=True)
class Answers:
    """What one of the two says: a number for each question in the order of the form, and words to some of them.

    With `helper`, somebody who was named (by address) types the numbers that are read out.
    """

    day: float
    by: str
    numbers: tuple[int, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    helper: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """One round: who asks, on which day, and who answers what. `remark` are words that one adds afterwards."""

    code: str
    day: float
    by: str
    answers: tuple[Answers, ...]
    occasion: str = "regular"
    about: str = ""
    remark: tuple[float, str, str] | None = None


HELPER = ("leila.bahrami@example.com", 86)
"""Whom Maureen names when her wrist is in plaster, and the day."""

SAID: Mapping[str, tuple[Asking, ...]] = {
    LETTERS: (
        Asking(
            "check_in",
            6,
            PROFESSIONAL,
            (
                Answers(
                    6,
                    PROFESSIONAL,
                    (5, 5, 6, 5, 4, 4, 4, 5),
                    {"voice": "I talk for a living. I will have to watch it."},
                ),
                Answers(
                    7,
                    CITIZEN,
                    (6, 3, 3, 2, 3, 4, 3, 5),
                    {"power": "So far you decide and I nod.", "hope": "I would not be here without it."},
                ),
            ),
            "baseline",
        ),
        Asking(
            "power_map",
            8,
            CITIZEN,
            (
                Answers(8, CITIZEN, (25, 5, 20, 20, 30, 30)),
                Answers(9, PROFESSIONAL, (45, 10, 30, 40, 50, 45)),
            ),
            "baseline",
        ),
        Asking("capability", 11, PROFESSIONAL, (Answers(11, PROFESSIONAL, (4, 4, 5, 6, 5)),)),
        Asking(
            "voice",
            36,
            CITIZEN,
            (Answers(36, CITIZEN, (20, 40, 25)), Answers(36.5, PROFESSIONAL, (40, 50, 40))),
            about="Our meeting with the ward team",
            remark=(37, PROFESSIONAL, "I was sure that it was nearly half. I have asked the ward clerk: it was not."),
        ),
        Asking(
            "check_in",
            47,
            CITIZEN,
            (
                Answers(
                    47, CITIZEN, (6, 4, 4, 3, 3, 3, 4, 5), {"balance": "We have not had a coffee for three weeks."}
                ),
                Answers(48, PROFESSIONAL, (6, 5, 5, 4, 4, 4, 5, 5)),
            ),
        ),
        Asking(
            "dialogue",
            61,
            PROFESSIONAL,
            (Answers(61, PROFESSIONAL, (5, 4, 5, 4, 6)), Answers(61.5, CITIZEN, (4, 4, 5, 3, 6))),
            about="Whose letter it is",
        ),
        Asking(
            "check_in",
            93,
            PROFESSIONAL,
            (
                Answers(93, PROFESSIONAL, (6, 6, 5, 4, 5, 5, 5, 6)),
                Answers(94, CITIZEN, (6, 5, 5, 4, 5, 5, 6, 6), helper=HELPER[0]),
            ),
            "middle",
        ),
        Asking(
            "power_map",
            99,
            PROFESSIONAL,
            (
                Answers(99, PROFESSIONAL, (45, 15, 40, 45, 50, 45)),
                Answers(100, CITIZEN, (40, 10, 40, 40, 50, 50)),
            ),
            "middle",
        ),
        Asking("check_in", 117, CITIZEN, (Answers(117, CITIZEN, (7, 6, 5, 5, 5, 5, 5, 6)),)),
    ),
    HANDOVER: (
        Asking(
            "check_in",
            22,
            PROFESSIONAL,
            (
                Answers(22, PROFESSIONAL, (5, 4, 5, 4, 3, 3, 4, 5)),
                Answers(23, CITIZEN, (6, 4, 4, 4, 4, 3, 3, 5), {"support": "Somebody has to be with Walter, always."}),
            ),
            "baseline",
        ),
        Asking(
            "check_in_short",
            78,
            CITIZEN,
            (Answers(78, CITIZEN, (5, 5, 6)), Answers(80, PROFESSIONAL, (5, 6, 6))),
        ),
    ),
}
