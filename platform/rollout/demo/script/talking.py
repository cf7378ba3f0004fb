"""What the partners write to each other, and when they meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollout.demo.script import CITIZEN, HANDOVER, LETTERS, PROFESSIONAL


@dataclass(frozen=True, slots=True)
class Message:
    """A message, or words about a thing: its kind and title. The other one has read it, or has not yet."""

    day: float
    by: str
    text: str
    about: tuple[str, str] = ("", "")
    is_read: bool = True


@dataclass(frozen=True, slots=True)
class Meet:
    """A meeting: the days and hours that one offers, and which of them the other picks (none: it waits).

    `notes` are written when it is over.
    """

    day: float
    by: str
    times: tuple[tuple[int, int], ...]
    minutes: int
    venue: str
    place: str
    agenda: str
    access_needs: str = ""
    picked: tuple[float, int] | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Talking:
    """Everything that they say and plan."""

    messages: tuple[Message, ...] = ()
    meetings: tuple[Meet, ...] = ()


FIRST_RULE = ("decision", "Every letter starts with three sentences to the patient")
FIRST_MEASURE = ("measure", "Letters that begin with three sentences to the patient")
LIBRARY = "The library in Chandler Street, the small room with the radiator"

SAID: Mapping[str, Talking] = {
    LETTERS: Talking(
        messages=(
            Message(3, PROFESSIONAL, "I am glad that it is you. Shall we begin with tea, or with the letters?"),
            Message(3.2, CITIZEN, "With tea. The letters have waited for forty years, they can wait for a kettle."),
            Message(9.5, CITIZEN, "And if the doctor reads only the first three sentences?", FIRST_RULE),
            Message(10, PROFESSIONAL, "Then he knows more than before.", FIRST_RULE),
            Message(54.4, PROFESSIONAL, "Eleven of twenty! And I had bet on nine. I owe you a scone.", FIRST_MEASURE),
            Message(81, CITIZEN, "Thirteen. It goes down. Is that us?", FIRST_MEASURE),
            Message(81.3, PROFESSIONAL, "New doctors since Monday. I go and tell them.", FIRST_MEASURE),
            Message(84.2, CITIZEN, "I fell off the stepladder. The wrist is broken. The clock is not."),
            Message(84.4, PROFESSIONAL, "Sit down and stay sat. I bring soup on Thursday, and no papers."),
            Message(96, CITIZEN, "The soup was good. Leila typed for me today. She reads more slowly than you."),
            Message(113.4, PROFESSIONAL, "The board has read it. Somebody asked for your name. I said: both names."),
            Message(119, CITIZEN, "The plaster is off! I can hold a pen, and a scone. Thursday?", is_read=False),
        ),
        meetings=(
            Meet(
                10, PROFESSIONAL, ((15, 10), (16, 14)), 90, "professional", "Ward 3, the doctors’ room",
                "Read ten old letters together\nChoose the first ward",
                picked=(11, 2),
                notes="We read ten letters. The word “unremarkable” stands in eight of them. Ward 3 begins."
                "\nMaureen rings the first twenty people. Kwame speaks with the ward clerks.",
            ),
            Meet(
                30, PROFESSIONAL, ((35, 11),), 60, "professional", "Ward 4, the day room",
                "With the ward team: what they need so that it does not cost an evening",
                picked=(31, 1),
                notes="Seven nurses, two doctors. The box at the top of the letter is wanted by all.\nWard 4 joins.",
            ),
            Meet(
                94, CITIZEN, ((97, 14), (98, 10)), 60, "citizen", "Maureen’s kitchen",
                "Who shares the calls\nOur time until the summer",
                "I cannot carry anything with this wrist.",
                picked=(95, 1),
                notes="Twenty calls each until the plaster is off. We look for ten people who ring as well.",
            ),
            Meet(
                111, PROFESSIONAL, ((123, 14), (124, 10)), 90, "citizen", LIBRARY,
                "Where we go next: the three options\nWhose letter it is, once more", "A room without stairs.",
                picked=(112, 1),
            ),
            Meet(
                118, CITIZEN, ((131, 10), (131, 15), (132, 10)), 60, "elsewhere",
                "The interpreters’ office, Northmoor Royal Infirmary",
                "Hear what happens to our three sentences in Polish and in Urdu",
            ),
        ),
    ),
    HANDOVER: Talking(
        messages=(
            Message(12.6, CITIZEN, "I write at night, when Walter sleeps. You do not have to answer then."),
            Message(12.7, PROFESSIONAL, "I am on nights this week. So we are both awake."),
            Message(
                118, PROFESSIONAL, "The night sister asked the question without the sheet. I nearly hugged her.",
                is_read=False,
            ),
        ),
        meetings=(
            Meet(
                43, CITIZEN, ((46, 16),), 45, "citizen", "Josephine’s living room", "How we ask the question",
                "Walter is there, and may say something.",
                picked=(44, 1),
                notes="One question, always the same. Walter laughed twice, which he does not do for everybody.",
            ),
        ),
    ),
}  # fmt: skip
