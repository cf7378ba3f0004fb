"""What happens in the demo's story. Every person, place and number is made up."""

from __future__ import annotations

from dataclasses import dataclass

STORY_DAYS = 120
"""The story starts this many days ago, so that cooling-off times and quarters are real."""


@dataclass(frozen=True, slots=True)
class Cast:
    """An organisation of the demo and its first rollout lead (or, for a provider, its programme lead)."""

    slug: str
    name: str
    kind: str
    lead: tuple[str, str]
    roster: str = ""
    language: str = "en"
    country: str = "GB"
    currency: str = "GBP"
    time_zone: str = "Europe/London"
    identifier: str = ""
    identifier_scheme: str = ""
    brand_colour: str = "#1d5c63"
    others: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


ORGANISATIONS = (
    Cast(
        slug="northmoor",
        name="Northmoor Hospitals Group",
        kind="care",
        lead=("Amara Nwosu-Field", "amara.nwosu-field@example.org"),
        roster="roster-northmoor.csv",
        identifier="ZZ901",
        identifier_scheme="ODS",
    ),
    Cast(
        slug="eastvale",
        name="Eastvale Trust",
        kind="care",
        lead=("Aoife Brennan-Hart", "aoife.brennan-hart@example.org"),
        roster="roster-eastvale.csv",
        identifier="ZZ902",
        identifier_scheme="ODS",
        brand_colour="#5b3a6e",
    ),
    Cast(
        slug="commonground",
        name="Common Ground Programmes",
        kind="provider",
        lead=("Marcus Adeyemi-Stone", "marcus.adeyemi-stone@example.org"),
        brand_colour="#7a3b12",
        others=(
            ("Hilary Vance", "hilary.vance@example.org", ("provider_lead",)),
            ("Jonah Okafor-Price", "jonah.okafor-price@example.org", ("facilitator",)),
        ),
    ),
    Cast(
        slug="binomes",
        name="Binômes Santé Conseil",
        kind="provider",
        lead=("Camille Roussel-Martin", "camille.roussel-martin@example.org"),
        language="fr",
        country="FR",
        currency="EUR",
        time_zone="Europe/Paris",
        brand_colour="#20407a",
        others=(
            ("Yann Kerdoncuff", "yann.kerdoncuff@example.org", ("provider_lead",)),
            ("Salomé Vasseur", "salome.vasseur@example.org", ("facilitator",)),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision of a pair: the day it was proposed, and the day of the second key, if it came."""

    title: str
    text: str
    proposed: int
    agreed: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A result of a pair with its dated values (day of the story, value)."""

    title: str
    measure: str
    unit: str
    higher_is_better: bool
    direction: str
    place: str
    evidence: str
    side_effects: str
    not_achieved: str
    points: tuple[tuple[int, str], ...]
    claimed: int
    witness: tuple[str, str, str] | None = None
    confirmed: int | None = None


@dataclass(frozen=True, slots=True)
class LookingBack:
    """How a pair looks back: the day, what its partner wrote alone and shared of it, and what both learnt."""

    day: int
    alone: str
    passage: str
    parts: tuple[str, str]
    together: str
    learnt: str
    evidence: str
    changed: str
    told: tuple[str, str]
    proposed: tuple[str, str]
    """Whom both agreed to tell what, and whom one of them would like to tell."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One pair: how it came to be, what it worked on, and what it showed.

    `label` is the roster's label for a proposed pair. A pair without one forms by itself: `founder` invites
    `partner`, who may be in nobody's list. `open_from_start` gives the reason and the day; `surfaces` the
    audiences with their days.
    """

    title: str
    site: str
    founder: str
    partner: tuple[str, str]
    founder_side: str = "professional"
    founder_kind: str = "clinician"
    partner_kind: str = "patient"
    label: str = ""
    shared_task: str = ""
    begins: int = 2
    open_from_start: tuple[int, str] | None = None
    surfaces: tuple[tuple[str, int], ...] = ()
    decisions: tuple[Ruling, ...] = ()
    results: tuple[Finding, ...] = ()
    looks_back: LookingBack | None = None
    hidden: bool = True


PAIRS = (
    Plot(
        title="Discharge letters",
        label="Discharge letters",
        site="Northmoor Royal Infirmary",
        founder="kwame.asante-boyle@example.org",
        partner=("Maureen Tatlow", "maureen.tatlow@example.com"),
        begins=2,
        open_from_start=(4, "The medical wards asked for this themselves, and both of us want to be asked about it."),
        surfaces=(("board", 70),),
        hidden=False,
        decisions=(
            Ruling(
                "Every letter starts with three sentences to the patient",
                "The first three sentences say what happened, what to do next and whom to ring."
                " The letter to the doctor follows below them.",
                9,
                11,
            ),
            Ruling(
                "Patients check the draft before they go home",
                "A nurse reads the three sentences aloud with the patient. What is not clear is changed on the spot.",
                30,
                34,
            ),
        ),
        results=(
            Finding(
                title="More people know what happens next",
                measure="People who could say what to do next, a day after going home",
                unit="of 100 people",
                higher_is_better=True,
                direction="better",
                place="Medical wards 3 and 4, Northmoor Royal Infirmary",
                evidence="Maureen rang forty people a month, chosen by the ward clerk. The list of answers is kept.",
                side_effects="Letters take about four minutes longer to write.",
                not_achieved="We have not reached people who do not read English.",
                points=((6, "41"), (20, "44"), (34, "52"), (48, "63"), (62, "71"), (66, "78")),
                claimed=67,
                witness=("Sister Carol Whitby", "carol.whitby@example.org", "Runs ward 3 and saw the calls"),
                confirmed=69,
            ),
        ),
        looks_back=LookingBack(
            day=88,
            alone="I was angry on the phone today. Forty calls a month is a lot for one person. I did not say it,"
            " because I do not want to be the one who complains.",
            passage="Forty calls a month is a lot for one person.",
            parts=(
                "I speak first in every meeting. I would like to stop that.",
                "I am proud of the letters. I am tired of the calls.",
            ),
            together="We share the calls from now on, twenty each. Whoever spoke first last time speaks second.",
            learnt="People read the first three sentences, and often nothing else.",
            evidence="Of forty people rung, thirty could repeat the beginning of their letter and nine the rest.",
            changed="What matters stands in the first three sentences now.",
            told=("The ward managers’ meeting", "Most people read the first three sentences only."),
            proposed=("The trainees in the medical wards", "Write the three sentences first, not last."),
        ),
    ),
    Plot(
        title="Waiting well",
        label="Waiting well",
        site="Fernhollow Hospital",
        founder="gareth.llewellyn-moss@example.org",
        partner=("Bernadette Oyelaran", "bernadette.oyelaran@example.com"),
        begins=3,
        open_from_start=(6, "People on the list should be able to see who is working on this for them."),
        surfaces=(("board", 96),),
        hidden=False,
        decisions=(
            Ruling(
                "A message every six weeks",
                "Everybody who waits for a first appointment gets a short message every six weeks, also when"
                " nothing has changed.",
                14,
                19,
            ),
        ),
        results=(
            Finding(
                title="The telephone did not get quieter",
                measure="Calls to the booking line about waiting",
                unit="calls a week",
                higher_is_better=False,
                direction="no_change",
                place="Booking office, Fernhollow Hospital",
                evidence="The booking line counts its calls. We looked at twelve weeks before and after.",
                side_effects="Some people rang because a message made them worry.",
                not_achieved="We expected fewer calls. There were not fewer.",
                points=((8, "312"), (22, "305"), (36, "318"), (50, "309"), (64, "314"), (80, "311")),
                claimed=84,
                witness=("Priti Lakhani", "priti.lakhani@example.org", "Keeps the numbers of the booking line"),
                confirmed=88,
            ),
        ),
    ),
    Plot(
        title="Pain plans that travel",
        site="Northmoor Royal Infirmary",
        founder="anselm.whitlock@example.org",
        partner=("Leila Bahrami", "leila.bahrami@example.com"),
        begins=7,
        shared_task="A pain plan that a person carries from clinic to ward to home, so that nobody has to start again.",
        surfaces=(("sponsor", 82), ("board", 92)),
        hidden=False,
        decisions=(
            Ruling(
                "The plan belongs to the person",
                "The person keeps the plan. Staff write in it, and never take it away.",
                15,
                16,
            ),
            Ruling(
                "We pay for a second language first",
                "With the little money there is, we translate the plan before we print it in colour.",
                100,
            ),
        ),
        results=(
            Finding(
                title="Pain relief comes sooner after admission",
                measure="Time from arrival on the ward to the first right dose",
                unit="minutes",
                higher_is_better=False,
                direction="better",
                place="Surgical admissions, Northmoor Royal Infirmary",
                evidence="Times from the drug charts of people who carry a plan; read by the ward pharmacist.",
                side_effects="",
                not_achieved="Night admissions are as slow as before.",
                points=((12, "164"), (26, "150"), (40, "133"), (54, "118"), (68, "101"), (76, "92")),
                claimed=77,
                witness=("Gwen Petrakis", "gwen.petrakis@example.org", "Ward pharmacist who reads the charts"),
                confirmed=80,
            ),
        ),
    ),
    Plot(
        title="Dialysis transport",
        label="Dialysis transport",
        site="Saltmere Community Hospital",
        founder="shanthi.varadarajan@example.org",
        partner=("Idris Penhallow", "idris.penhallow@example.com"),
        begins=5,
        decisions=(
            Ruling("On time means within ten minutes", "Ten minutes early or late is on time, both ways.", 20, 27),
            Ruling("We ride along once a month", "One of us sits in the car, on a day the drivers do not know.", 60),
        ),
    ),
    Plot(
        title="Carers at handover",
        site="Fernhollow Hospital",
        founder="josephine.kettleborough@example.com",
        founder_side="citizen",
        founder_kind="carer",
        partner=("Dr Owen Farrant", "owen.farrant@example.org"),
        partner_kind="clinician",
        begins=10,
        shared_task="Carers are asked, at every handover, what they have seen. Their words are in the notes.",
        decisions=(Ruling("One question, always the same", "“What have you noticed that we should know?”", 25, 26),),
    ),
    Plot(
        title="A quiet room",
        site="Saltmere Community Hospital",
        founder="ruth.nakamura-bell@example.org",
        founder_kind="other",
        partner=("Desmond Achebe-Lyle", "desmond.achebe-lyle@example.com"),
        begins=40,
        shared_task="A quiet room beside the emergency department, for people whom noise makes worse.",
    ),
)

OPERATOR = "operator@example.net"
BOARD = "Northmoor Group Board"
EXECUTIVE_SPONSOR = "helena.strand@example.org"
DIRECTORS = (
    ("rosalind.quaye@example.org", "non_executive"),
    ("sunil.mehrotra@example.org", "non_executive"),
    ("fiona.drummond-hale@example.org", "executive"),
    ("patrick.osei@example.org", "secretary"),
)
PACK_DAY = 112
