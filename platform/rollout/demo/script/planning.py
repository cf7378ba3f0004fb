"""What the pairs plan and measure, who is around them, and what they keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollout.demo.script import CITIZEN, HANDOVER, LETTERS, PAIN, PROFESSIONAL, WAITING, Keys


@dataclass(frozen=True, slots=True)
class Aim:
    """What a project is to change. `sources`: kind, name, what it says. `by_when` is a day of the story."""

    day: float
    by: str
    theme: str
    place: str
    aim: str
    how_much: str
    by_when: float
    whose_issue: str
    how_we_know: str
    sources: tuple[tuple[str, str, str], ...]
    keys: Keys


@dataclass(frozen=True, slots=True)
class Counted:
    """A measure: `values` are day and value, the first one is where it began. `notes` are day and words."""

    by: str
    name: str
    unit: str
    higher_is_better: bool
    values: tuple[tuple[float, str], ...]
    notes: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ToDo:
    """A task, or (without `who`) a milestone: the day of writing, the day it is due, and the day it was done."""

    day: float
    by: str
    text: str
    who: str
    due: float
    done: float | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """Somebody around the project. `approacher`: who speaks with them, who named that, and when the other agreed."""

    day: float
    by: str
    name: str
    organisation: str
    interest: str
    influence: str
    stance: str
    needs: str
    approacher: str = ""
    agreed: float | None = None
    contacts: tuple[tuple[float, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A small file of the pair."""

    day: float
    by: str
    title: str
    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A major decision that is still open, with the options of both: by, text, for it, against it, what it assumes."""

    day: float
    title: str
    text: str
    due: float
    options: tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Planning:
    """Everything that a pair plans."""

    aim: Aim | None = None
    measures: tuple[Counted, ...] = ()
    tasks: tuple[ToDo, ...] = ()
    around: tuple[Around, ...] = ()
    papers: tuple[Paper, ...] = ()
    choice: Choice | None = None


SAID: Mapping[str, Planning] = {
    LETTERS: Planning(
        aim=Aim(
            day=4,
            by=PROFESSIONAL,
            theme="experience",
            place="Medical wards 3 and 4, Northmoor Royal Infirmary",
            aim="People who go home know what happened to them, what to do next and whom to ring.",
            how_much="From 41 to 75 of 100 people who can say what to do next",
            by_when=150,
            whose_issue="Everybody who goes home from a medical ward, and whoever opens the door to them there.",
            how_we_know="Maureen rang twenty people before we began. Eleven had put the letter away unread.",
            sources=(
                ("users", "Twenty people rung by Maureen", "“I waited for somebody to tell me what it means.”"),
                ("staff", "The ward clerks of wards 3 and 4", "They take the calls that come the day after."),
                ("data", "Calls to the wards, six weeks", "One call in three is about the letter."),
            ),
            keys=((4.5, PROFESSIONAL), (5, CITIZEN)),
        ),
        measures=(
            Counted(
                PROFESSIONAL,
                "Letters that begin with three sentences to the patient",
                "of 20 letters",
                True,
                (
                    *((10, "0"), (24, "3"), (38, "7"), (52, "11"), (66, "14")),
                    *((80, "13"), (94, "17"), (108, "18"), (118, "19")),
                ),
                ((30, "Ward 4 joins."), (78, "New doctors begin. Nobody has told them yet.")),
            ),
            Counted(
                CITIZEN,
                "Calls to the wards about a letter",
                "calls a week",
                False,
                ((10, "34"), (31, "30"), (52, "24"), (73, "19"), (94, "21"), (115, "15")),
                ((84, "The telephone number in the letter was wrong for nine days."),),
            ),
        ),
        tasks=(
            ToDo(6, CITIZEN, "Ring the first twenty people", CITIZEN, 20, 18),
            ToDo(6, PROFESSIONAL, "Show three letters to the ward round", PROFESSIONAL, 14, 13),
            ToDo(26, CITIZEN, "Read ten drafts aloud with patients", "both", 40, 39),
            ToDo(90, PROFESSIONAL, "Find ten people who share the calls", "both", 128),
            ToDo(104, PROFESSIONAL, "Ask the interpreters about the three sentences", PROFESSIONAL, 125),
            ToDo(107, CITIZEN, "Bring the worst letter of the month to the ward round", CITIZEN, 119),
            ToDo(6, PROFESSIONAL, "First ward writes every letter the new way", "", 40, 37),
            ToDo(26, PROFESSIONAL, "Second ward joins", "", 60, 58),
            ToDo(71, CITIZEN, "The board has read our result", "", 112, 113),
            ToDo(104, CITIZEN, "A third ward begins", "", 150),
        ),
        around=(
            Around(
                7, CITIZEN, "Sister Carol Whitby", "Ward 3, Northmoor Royal Infirmary", "high", "high", "supports",
                "Letters that do not cost her nurses an evening.", CITIZEN, 8,
                ((12, CITIZEN, "She reads the drafts aloud with us on Tuesdays. She laughed at our first one."),
                 (64, PROFESSIONAL, "She wants the second ward before Christmas, not after.")),
            ),
            Around(
                23, PROFESSIONAL, "Rafiq Dunmore, who keeps the templates", "IT department", "low", "high",
                "worried", "A change that does not break the other two hundred templates.", PROFESSIONAL, 24,
                ((33, PROFESSIONAL, "He gave us a box at the top of the letter. It took him ten minutes."),),
            ),
            Around(
                102, PROFESSIONAL, "Gwen Petrakis, pharmacist", "Northmoor Royal Infirmary",
                "middle", "middle", "neutral", "The medicines stay in one list, in one place.", CITIZEN,
            ),
        ),
        papers=(
            Paper(
                19, CITIZEN, "What the first twenty people said", "evidence", "first-twenty.txt",
                "Rung on two afternoons. No names.\n\n"
                "Could say what to do next: 8 of 20\nHad not opened the letter: 11 of 20\n\n"
                "“It was addressed to my doctor, so I did not like to.”\n"
                "“I looked for the word home and did not find it.”\n",
            ),
            Paper(
                34, PROFESSIONAL, "The three sentences, fourth try", "draft", "three-sentences.txt",
                "You were with us because of an infection in your chest. It is getting better.\n"
                "Take the tablets for five more days, also when you feel well.\n"
                "If you get short of breath, ring ward 3 at any hour. The number is on top of this page.\n",
            ),
        ),
        choice=Choice(
            103,
            "Where we go next",
            "With the hours that we have, we can take one new step before the summer.",
            135,
            (
                (
                    PROFESSIONAL, "A third medical ward",
                    "The ward has asked for it. The templates are the same.",
                    "More of what we know already.",
                    "The sister of ward 6 stays.",
                ),
                (
                    CITIZEN, "The letters in Polish and Urdu on the two wards",
                    "We reach people whom we have not reached at all.",
                    "We need interpreters who read aloud, and money for them.",
                    "Somebody rings in Polish and in Urdu as well.",
                ),
                (
                    CITIZEN, "Nothing new until the calls are shared",
                    "I sleep again.",
                    "The board has just begun to look.",
                    "Ten people say yes.",
                ),
            ),
        ),
    ),
    HANDOVER: Planning(
        aim=Aim(
            day=18,
            by=CITIZEN,
            theme="safety",
            place="Ward for older people, Fernhollow Hospital",
            aim="What carers have seen is asked for and written down at every handover.",
            how_much="From 2 to 15 of 20 handovers",
            by_when=170,
            whose_issue="People who cannot say themselves how the night was, and whoever was awake beside them.",
            how_we_know="Josephine sat through twenty handovers. A carer was asked in two.",
            sources=(("citizen_partner", "Josephine’s notebook", "Eleven nights, and nobody asked about one."),),
            keys=((18, CITIZEN), (21, PROFESSIONAL)),
        ),
        measures=(
            Counted(
                PROFESSIONAL, "Handovers in which a carer is asked", "of 20 handovers", True,
                ((20, "2"), (48, "5"), (76, "9"), (104, "8")),
            ),
        ),
        tasks=(
            ToDo(27, PROFESSIONAL, "Print the question on the handover sheet", PROFESSIONAL, 35, 33),
            ToDo(98, CITIZEN, "Sit in on three night handovers", CITIZEN, 130),
        ),
    ),
    WAITING: Planning(
        aim=Aim(
            day=20,
            by=CITIZEN,
            theme="access",
            place="Booking office, Fernhollow Hospital",
            aim="Nobody who waits for a first appointment is left without a word.",
            how_much="A message every six weeks to 9 of 10 people on the list",
            by_when=160,
            whose_issue="People who wait, and most of all those who do not ring.",
            how_we_know="Bernadette waited eleven months and heard nothing. We asked the others in the waiting room.",
            sources=(("community", "Fernhollow Carers’ Network", "People think that they were forgotten."),),
            keys=((21, CITIZEN), (23, PROFESSIONAL)),
        ),
    ),
    PAIN: Planning(
        aim=Aim(
            day=17,
            by=PROFESSIONAL,
            theme="experience",
            place="Surgical admissions, Northmoor Royal Infirmary",
            aim="Nobody has to explain their pain from the beginning at every door.",
            how_much="From 164 to 90 minutes until the first right dose",
            by_when=180,
            whose_issue="People who live with pain and come in again and again.",
            how_we_know="Leila kept a diary of four admissions. The same eleven questions, each time.",
            sources=(("group", "The pain clinic’s patients’ group", "“My folder is thicker than theirs.”"),),
            keys=((17, PROFESSIONAL), (19, CITIZEN)),
        ),
    ),
}  # fmt: skip
