"""A pair's whole way, as its two partners walk it: from looking for each other to a result that somebody confirmed.

The two have different windows: a large screen and a phone, English and French, with JavaScript and without it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import translation

from governance.journey.own import OWN_NAMES
from governance.journey.policy import State
from rollout.kernel import clock
from tenants.pairs.models import Pair
from tests.journeys.screens import LINK
from tests.world import founded, inside, joined, member
from tests.world_pairs import accepted
from tests.world_projects import Workshop

if TYPE_CHECKING:
    from uuid import UUID

    from playwright.sync_api import Locator

    from rollout.organisations.models import Organisation
    from tenants.members.models import Member
    from tests.journeys.screens import Visitor

ANY_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
HIDDEN = {"Priya": "I took the pen out of his hand.", "Marc": "I said nothing for the rest of the hour."}
LINE = "What %s felt this week."
LARGE = {"width": 1280, "language": "en"}
PHONE = {"width": 375, "language": "fr"}


@dataclass(slots=True)
class Partner:
    """One of the two at their screen. Whatever kind of page they meet for the first time is looked at closely."""

    name: str
    visitor: Visitor
    language: str
    organisation: Organisation
    met: set[str] = field(default_factory=set)

    @property
    def main(self) -> Locator:
        return self.visitor.page.locator("main")

    def words(self, text: Any) -> str:
        """A text of the service in this partner's language."""
        with translation.override("en"):
            source = str(text)
        with translation.override(self.language):
            return translation.gettext(source)

    def reads(self, text: str) -> bool:
        """Whether the page says this in this partner's language."""
        return self.visitor.reads(self.words(text))

    def arrive(self) -> None:
        """Come in, and choose the language where it is another."""
        page = self.visitor.page
        if page.locator("html").get_attribute("lang") != self.language:
            self.visitor.use(page.locator(f"header button[lang={self.language}]"))
        assert page.locator("html").get_attribute("lang") == self.language

    def look(self) -> None:
        """A kind of page that is met for the first time keeps nobody out, and speaks one language."""
        kind = ANY_ID.sub("*", self.visitor.page.url)
        if kind not in self.met:
            self.met.add(kind)
            self.visitor.keeps_nobody_out()
            assert self.visitor.page.locator("html").get_attribute("lang") == self.language

    def home(self) -> None:
        """Begin on the home page."""
        self.visitor.go("/pairs/", self.organisation)
        self.look()

    def open(self, address: str, *ids: Any) -> None:
        """Follow the link of this page that leads there: the name of an address, or a part of it."""
        path = reverse(address, args=ids) if ":" in address else address
        sign = "=" if ":" in address else "*="
        self.visitor.use(self.main.locator(f"a[href{sign}'{path}']").first)
        self.look()

    def from_pair(self, pair: UUID | str, *addresses: str) -> None:
        """From the page of the pair, link by link."""
        self.visitor.go(f"/pairs/{pair}/", self.organisation)
        self.look()
        for address in addresses:
            self.open(address, pair)

    def type(self, **fields: str) -> None:
        self.visitor.type(**fields)

    def tick(self, name: str, value: str) -> None:
        self.visitor.tick(self.main.locator(f"[name='{name}'][value='{value}']"))

    def day(self, name: str, days_ahead: int) -> None:
        """Type a day."""
        day = clock.today() + timedelta(days=days_ahead)
        self.type(**{f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)})

    def send(self) -> None:
        """Send the form of this page by its first button."""
        self.visitor.use(self.main.locator("form button.nhsuk-button[type=submit]").first)
        self.look()

    def sign(self) -> None:
        """Sign what stands on this page; the notices are accepted once, on the way."""
        self.visitor.press(self.words("Sign this text"))
        self.look()
        if self.main.locator("[name=next]").count():
            for box in self.main.locator("[type=checkbox]").all():
                self.visitor.tick(box)
            self.visitor.press(self.words("Accept and go on"))
            self.visitor.press(self.words("Sign this text"))
        self.look()


def find_each_other(priya: Partner, marc: Partner) -> str:
    """Both say whom they look for, meet, and say yes: the id of their pair."""
    for partner, kind in ((priya, "clinician"), (marc, "patient")):
        partner.home()
        partner.open("finder:offers")
        partner.open("finder:profile")
        partner.tick("kind", kind)
        partner.type(brings="Twenty years on the ward.", looks_for="Somebody who says what they think.")
        partner.visitor.tick(partner.main.locator("[name=is_on]"))
        partner.send()
    marc.open("/find/offers/")
    marc.type(motivation="Letters frighten people.", fit="You know how they are written.")
    marc.send()
    priya.home()
    priya.open("/find/introductions/")
    priya.open("/answer/")
    priya.tick("answer", "accept")
    priya.send()
    for partner in (priya, marc):
        partner.home()
        partner.open("/find/introductions/")
        partner.open("/choose/")
        partner.tick("choice", "yes")
        partner.send()
    found = re.search(r"/pairs/([0-9a-f-]{36})/$", marc.visitor.page.url)
    assert found
    return found[1]


def agree_what_to_do(pair: str, priya: Partner, marc: Partner) -> None:
    """The shared task, and the aim with who else says so, signed by both."""
    marc.from_pair(pair, "projects:task-write")
    marc.type(text="Nobody leaves our ward with a letter they cannot read.")
    marc.send()
    marc.sign()
    priya.home()
    priya.open("projects:task", pair)
    priya.sign()
    priya.from_pair(pair, "workplan:frame", "workplan:frame-write")
    priya.type(aim="Letters that people can read", how_much="From 6 to 15 in twenty", place="Ward 4",
               whose_issue="People who go home", how_we_know="They rang us")  # fmt: skip
    priya.day("by_when", 90)
    priya.visitor.tick(priya.main.locator("[name=theme]").nth(1))
    priya.send()
    priya.open("workplan:frame-sources", pair)
    priya.tick("kind", "users")
    priya.type(name="The patients’ council", says="We cannot read them.")
    priya.send()
    priya.sign()
    marc.home()
    marc.open("workplan:frame", pair)
    marc.sign()


def apply_together(pair: str, priya: Partner, marc: Partner) -> None:
    """Each writes alone, both make one text of it, and both sign the application."""
    for partner in (priya, marc):
        partner.from_pair(pair, "applications:application")
        for address in ("applications:ambition-own", "applications:reflection-own"):
            partner.open(address, pair)
            partner.type(text=f"What {partner.name} wants, alone.")
            partner.visitor.press(partner.words("Put it down"))
            partner.look()
    for address in ("applications:ambition", "applications:reflection"):
        marc.open(address, pair)
        assert marc.visitor.reads("What Priya wants, alone.")
        marc.type(text="What we want together.")
        marc.send()
    marc.open("applications:host", pair)
    marc.tick("host", "organisation")
    marc.send()
    marc.sign()
    priya.home()
    priya.open("applications:application", pair)
    priya.sign()
    assert priya.reads("What you handed in")


def agree_a_principle(pair: str, priya: Partner, marc: Partner) -> None:
    """One writes it, and both keys stand under it."""
    priya.from_pair(pair, "agreement:principles", "agreement:principle-propose")
    priya.type(title="We decide together", text="Silence is not a yes.")
    priya.send()
    priya.sign()
    marc.home()
    marc.open("/principles/")
    marc.sign()
    assert marc.reads("You have both signed. The principle is agreed.")


def check_in(pair: str, first: Partner, second: Partner) -> None:
    """One asks and answers; nothing of it is seen before the other has answered too."""
    first.from_pair(pair, "instruments:rounds", "instruments:open")
    first.tick("instrument", "check_in")
    first.send()
    answer(first)
    asked = first.visitor.page.url
    second.visitor.page.goto(asked)
    second.look()
    assert not second.visitor.reads(LINE % first.name)
    second.home()
    second.open("/answer/")
    answer(second)
    assert second.visitor.reads(LINE % first.name)
    first.visitor.page.goto(asked)
    assert first.visitor.reads(LINE % second.name)


def answer(partner: Partner) -> None:
    """The third answer to every question, and a line in one's own words."""
    for name in dict.fromkeys(box.get_attribute("name") for box in partner.main.locator("[type=radio]").all()):
        partner.visitor.tick(partner.main.locator(f"[name='{name}']").nth(2))
    line = partner.main.locator("[name^=line_]").first.get_attribute("name")
    partner.type(**{str(line): LINE % partner.name})
    partner.send()


def look_back_at_a_day(pair: str, priya: Partner, marc: Partner) -> None:
    """Each writes what they did themselves, and reads the other's words once both have."""
    for partner, other in ((priya, marc), (marc, priya)):
        partner.from_pair(pair, "relationship:snapback-list")
        assert not partner.visitor.reads(HIDDEN[other.name])
        partner.open("relationship:snapback-new", pair)
        partner.day("day", -2)
        for name in ("part", "trigger", "own_default", "intensity"):
            partner.visitor.tick(partner.main.locator(f"[name='{name}']").nth(1))
        partner.type(words=HIDDEN[partner.name])
        partner.send()
    for partner, other in ((marc, priya), (priya, marc)):
        partner.from_pair(pair, "relationship:snapback-list")
        partner.visitor.use(partner.main.locator(f".todo-list__item:has-text('{other.name}') a").first)
        partner.look()
        assert partner.visitor.reads(HIDDEN[other.name])


def show_a_result(pair: str, priya: Partner, marc: Partner) -> None:
    """A result that both sign."""
    marc.from_pair(pair, "projects:result-draft")
    marc.type(
        title="More people understand their letter", measure="People who can say what it asks of them",
        unit="people in twenty", baseline_value="6", current_value="15", place="Ward 4", evidence="We asked twenty.",
    )  # fmt: skip
    marc.day("baseline_on", -90)
    marc.day("current_on", -2)
    marc.tick("better", "higher")
    marc.tick("direction", "better")
    marc.send()
    marc.sign()
    priya.home()
    priya.open("/results/")
    priya.sign()


def confirm(visit, service, pair: str, priya: Partner, marc: Partner) -> None:
    """Somebody who is neither of the two says by the link in a letter that it is so. Then the pair can be shown."""
    priya.open("/witness/")
    priya.type(name="Wilma Witness", email="wilma@walk.example.org", relation="Keeps the list")
    priya.send()
    witness = visit(width=375)
    link = LINK.search(service.next_letter("wilma@walk.example.org").text)
    assert link is not None
    witness.page.goto(link[0])
    witness.keeps_nobody_out()
    assert not witness.reads("Priya")
    witness.tick(witness.page.locator("[name=answer][value=confirmed]"))
    witness.use(witness.page.locator("main form button[type=submit]").first)
    witness.keeps_nobody_out()
    for partner in (priya, marc):
        partner.from_pair(pair)
        state = partner.words(OWN_NAMES[State.READY])
        assert partner.visitor.reads(partner.words("Where it stands now: %(state)s.") % {"state": state})
        partner.open("surfacing:show", pair)


def together(visit, organisation: Organisation, people: tuple[Member, Member], hers, his) -> tuple[Partner, Partner]:
    """The two at their screens, each in their own language."""
    both = tuple(
        Partner(who.name.split()[0], visit(**window), window["language"], organisation)
        for who, window in zip(people, (hers, his), strict=True)
    )
    for partner, who in zip(both, people, strict=True):
        partner.visitor.step_in(who.pk, organisation, "/pairs/")
        partner.arrive()
    return both


def test_from_looking_for_a_partner_to_a_confirmed_result(visit, service):
    organisation = service.organisation("Willowbrook Trust")
    with service.reached():
        people = member(organisation, "Priya Professional"), member(organisation, "Marc Citizen")
    priya, marc = together(visit, organisation, people, PHONE, {**LARGE, "javascript": False})
    pair = find_each_other(priya, marc)
    agree_what_to_do(pair, priya, marc)
    apply_together(pair, priya, marc)
    agree_a_principle(pair, priya, marc)
    check_in(pair, priya, marc)
    check_in(pair, marc, priya)
    look_back_at_a_day(pair, priya, marc)
    show_a_result(pair, priya, marc)
    confirm(visit, service, pair, priya, marc)


def test_the_same_work_with_a_keyboard_alone_and_without_scripts(visit, service):
    organisation = service.organisation("Alderbrook Trust")
    with service.reached():
        priya = member(organisation, "Priya Professional")
        pair = founded(organisation, priya)
        marc = joined(organisation, pair, priya, "Marc Citizen")
        with inside(organisation, priya):
            shop = Workshop(organisation, Pair.objects.get(pk=pair), priya, marc)
        accepted(priya, marc)
        shop.task(signed_by=shop.partners)
    priya, marc = together(
        visit, organisation, shop.partners, {**LARGE, "mouse": False}, {**PHONE, "javascript": False}
    )
    agree_a_principle(str(pair), priya, marc)
    check_in(str(pair), priya, marc)
    look_back_at_a_day(str(pair), priya, marc)
    show_a_result(str(pair), priya, marc)
    confirm(visit, service, str(pair), priya, marc)
