"""Who looks for a partner, and what one pair puts together to apply as two."""

from __future__ import annotations

from dataclasses import dataclass

from rollout.demo.script import CITIZEN, LETTERS, PROFESSIONAL


@dataclass(frozen=True, slots=True)
class Seeker:
    """Somebody in no list who comes in by themselves and says what they bring and look for."""

    name: str
    email: str
    day: float
    kind: str
    brings: str
    looks_for: str
    themes: tuple[str, ...]
    site: str
    times: tuple[str, ...]
    time_words: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """One would like to meet the other, who may have said yes; then they plan when and where they find out."""

    day: float
    asker: Seeker
    asked: Seeker
    motivation: str
    fit: str
    accepted: float | None = None
    meeting: str = ""


OPENS = 95
"""The day from which people may come in by themselves."""

WINIFRED = Seeker(
    "Winifred Okonjo-Peel",
    "winifred.okonjo-peel@example.com",
    98,
    "patient",
    "Thirty years as a bus driver, and three years of falls. I know every kerb between my door and the clinic.",
    "Somebody who answers the telephone in the falls clinic, and wants it to ring less.",
    ("pathway", "safety"),
    "Saltmere Community Hospital",
    ("mornings",),
    "Not on Wednesdays: the choir.",
)
CALLUM = Seeker(
    "Callum Reyes-Hart",
    "callum.reyes-hart@example.org",
    103,
    "clinician",
    "I am a physiotherapist in the falls clinic. I have two hours a week for this, and my manager’s word.",
    "Somebody who has waited for us, and tells me what the waiting did.",
    ("pathway", "experience"),
    "Saltmere Community Hospital",
    ("mornings", "afternoons"),
)
AGATA = Seeker(
    "Agata Wren-Holloway",
    "agata.wren-holloway@example.com",
    106,
    "carer",
    "My son and I have learnt three clinics by heart. I bring lists, and patience.",
    "Somebody in the children’s clinic who is tired of saying “next time”.",
    ("experience", "access"),
    "Northmoor Royal Infirmary",
    ("evenings", "weekends"),
)
ROSA = Seeker(
    "Rosa Timberlake-Ito",
    "rosa.timberlake-ito@example.com",
    107,
    "carer",
    "My mother has fallen four times. I know who came, who did not, and what it cost us.",
    "Somebody from the falls clinic who would sit in our hall for a morning.",
    ("safety",),
    "Saltmere Community Hospital",
    ("afternoons",),
)
SEEKERS = (WINIFRED, CALLUM, AGATA, ROSA)
WISHES = (
    Wish(
        108,
        CALLUM,
        WINIFRED,
        "You wrote about kerbs. I have looked at knees for ten years and never at a kerb.",
        "We are at the same hospital, and both free in the morning.",
        accepted=110,
        meeting="Thursday at ten, in the café by the main door. Winifred wears the yellow coat.",
    ),
    Wish(
        116,
        ROSA,
        CALLUM,
        "You have two hours a week. I have a hall with a carpet that everybody trips over.",
        "You want to hear what waiting did. I can tell you.",
    ),
)


@dataclass(frozen=True, slots=True)
class Applying:
    """How a pair writes its application: alone (day, by, kind, text, whether it is put down) and then together."""

    title: str
    begins: tuple[float, str]
    alone: tuple[tuple[float, str, str, str, bool], ...]
    together: tuple[float, str, str, str]


APPLYING = Applying(
    title=LETTERS,
    begins=(101, PROFESSIONAL),
    alone=(
        (102, PROFESSIONAL, "ambition", "I want to write one letter a day that I would like to get myself.", True),
        (
            104, CITIZEN, "ambition",
            "I want my neighbour Dolly to come home and put the letter on the fridge, not in the drawer.", True,
        ),
        (110, PROFESSIONAL, "reflection", "I began this to improve letters. I have mostly learnt to be quiet.", True),
    ),
    together=(
        107, CITIZEN, "ambition",
        "A letter belongs on the fridge. In a year, every ward of the Infirmary writes letters that end up there.",
    ),
)  # fmt: skip
