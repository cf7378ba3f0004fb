"""The main job in a browser, from a roster to a board pack: those who do the work have a keyboard and no mouse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pikepdf
from django.conf import settings

from tenants.members.founding import invite_first_lead
from tests.journeys.screens import LINK
from tests.journeys.second_step import set_up_app

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tests.journeys.screens import Visitor

ROSTER = {
    "name": "roster-northmoor.csv",
    "mimeType": "text/csv",
    # The story of the demo may have been told in the same database, and its people have second steps already.
    "buffer": (settings.ROOT / "demo" / "roster-northmoor.csv").read_bytes().replace(b"@example.", b"@main.example."),
}
LEAD = "oluchi.marsh@main.example.org"
SPONSOR, DIRECTOR = "helena.strand@main.example.org", "rosalind.quaye@main.example.org"
RECOVERY_CODES: dict[str, list[str]] = {}
MAUREEN, KWAME = "maureen.tatlow@main.example.com", "kwame.asante-boyle@main.example.org"


def accept_invitation(visitor: Visitor, email: str) -> None:
    """From the letter to being inside: read, sign in with a code, accept."""
    link = LINK.search(visitor.service.next_letter(email).text)
    assert link is not None
    visitor.page.goto(link[0])
    visitor.keeps_nobody_out()
    visitor.press("Continue")
    visitor.finish_sign_in(email)
    visitor.keeps_nobody_out()
    visitor.press("Accept")
    if visitor.page.url.startswith(visitor.service.url("/factors/")):  # an office needs a second step
        RECOVERY_CODES[email] = set_up_app(visitor)
    assert visitor.reads("Welcome. You have accepted the invitation.")


def accept_proposed_pair(visitor: Visitor, email: str) -> str:
    """Accept the invitation, then the pair that is proposed at home; the address of the pair's page."""
    accept_invitation(visitor, email)
    visitor.keeps_nobody_out()
    visitor.follow(re.compile("is proposed to you: Discharge letters"))
    visitor.keeps_nobody_out()
    visitor.press("Accept")
    assert visitor.reads("You have accepted.")
    visitor.keeps_nobody_out()
    return visitor.page.url


def accept_notices(visitor: Visitor) -> None:
    """Privacy notice and terms, before the first signature."""
    visitor.keeps_nobody_out()
    visitor.choose("I have read the privacy notice")
    visitor.choose("I accept the terms of use")
    visitor.press("Accept and go on")


def sign_package(visitor: Visitor) -> None:
    """Sign what was looked at, being free to say no; say why where no result is confirmed yet."""
    visitor.follow("Go on to sign")
    visitor.keeps_nobody_out()
    visitor.choose(re.compile("Yes, and I sign"))
    if visitor.page.locator("[name=override_reason]").count():
        visitor.type(override_reason="We are at the beginning, and want others to follow it.")
    visitor.press("Go on")


def lead_sees(lead: Visitor, organisation: Organisation, state: str) -> None:
    """How the proposed pair stands on the lead's page."""
    lead.go("/rollout/roster/", organisation)
    lead.follow("roster-northmoor.csv")
    lead.follow("See the 3 proposed pairs")
    row = lead.page.get_by_role("row", name=re.compile("Discharge letters"))
    assert state in row.inner_text()


def as_first_lead(visitor: Visitor, organisation: Organisation) -> None:
    """The operator's invitation brings the first rollout lead in."""
    with visitor.service.reached():
        invite_first_lead(organisation=organisation, name="Oluchi Marsh", email=LEAD)
    accept_invitation(visitor, LEAD)


def let_cooling_off_pass(visitor: Visitor, organisation: Organisation) -> None:
    """Put the signatures four days back: the service runs in real time, and nobody waits for 72 hours here."""
    for table, column in (("surfacing_surfacing", "effective_from"), ("disclosure_disclosuregrant", "valid_from")):
        moved = visitor.service.as_administrator(
            organisation, f"UPDATE {table} SET {column} = {column} - interval '4 days' WHERE {column} > now()"
        )
        assert moved


def assert_tagged_pdf(reader: Visitor, link: str, language: str) -> None:
    """What the reader downloads is a tagged PDF in this language."""
    with reader.page.expect_download() as saved:
        reader.page.get_by_text(link, exact=True).click()
    with pikepdf.open(saved.value.path()) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == language
        assert "Board of directors" in str(pdf.docinfo.Title)


def test_from_a_roster_to_a_board_pack(visit, service):
    organisation = service.organisation("Northmoor Hospitals Group")
    lead, kwame, maureen = visit(mouse=False), visit(mouse=False), visit(mouse=False, width=375)
    helena, rosalind = visit(), visit(width=375)

    as_first_lead(lead, organisation)
    lead.follow("Upload a roster")
    lead.page.locator("[type=file]").set_input_files(ROSTER)
    lead.press("Check this roster")
    assert lead.reads("17 people get an invitation by e-mail.")
    assert lead.reads("3 pairs are proposed")
    lead.keeps_nobody_out()
    assert service.letters(MAUREEN) == []
    lead.press("Send 17 invitations")
    assert lead.reads("17 invitations are on their way.")

    accept_invitation(helena, SPONSOR)
    accept_invitation(rosalind, DIRECTOR)
    pair = accept_proposed_pair(maureen, MAUREEN)
    assert accept_proposed_pair(kwame, KWAME) == pair
    assert kwame.reads("Maureen Tatlow")

    kwame.follow("Read and sign")
    kwame.press("Sign this text")
    accept_notices(kwame)
    kwame.press("Sign this text")
    assert kwame.reads("You have signed. Your partner can sign now.")
    maureen.go("/", organisation)
    maureen.follow("Read and sign the shared task")
    maureen.press("Sign this text")
    accept_notices(maureen)
    maureen.press("Sign this text")
    assert maureen.reads("You have both signed. Your shared task is agreed.")

    kwame.page.goto(pair)
    kwame.follow("Write a decision")
    kwame.type(title="Which wards begin", text="Two medical wards begin in January.")
    kwame.press("Propose it now")
    kwame.press("Sign this text")
    maureen.go("/", organisation)
    maureen.follow("Read and answer the decision: Which wards begin")
    maureen.keeps_nobody_out()
    maureen.press("Sign this text")
    assert maureen.reads("You have both signed. The decision is agreed.")

    kwame.page.goto(pair)
    kwame.follow("Start in the open")
    kwame.type(reason="Our colleagues can learn from it while we work.")
    kwame.press("Look at the preview")
    kwame.keeps_nobody_out()
    sign_package(kwame)
    assert kwame.reads("You have signed. It begins when both of you have signed.")
    maureen.go("/", organisation)
    maureen.picture("home-to-show")
    maureen.follow("Look at what your pair may show: Discharge letters")
    sign_package(maureen)
    assert maureen.reads("Both of you have signed.")
    lead_sees(lead, organisation, "Invited")
    let_cooling_off_pass(lead, organisation)
    lead_sees(lead, organisation, "Open")
    lead.follow("See what it shows")
    assert lead.reads("Maureen Tatlow")
    assert not lead.reads("Which wards begin")

    lead.go("/", organisation)
    lead.follow("Rollout")
    lead.follow(re.compile("board pack", re.IGNORECASE))
    lead.follow("Make a board")
    lead.follow("Make a board")
    lead.type(name="Board of directors")
    lead.press("Make the board")
    lead.picture("board")
    lead.follow("Add somebody")
    lead.pick("Person", "Dame Rosalind Quaye")
    lead.choose("Executive director")
    lead.press("Add")
    lead.follow("Change the executive sponsor")
    lead.pick("Executive sponsor", "Prof Helena Strand")
    lead.press("Save")
    lead.keeps_nobody_out()

    maureen.page.goto(pair)
    maureen.follow("Show something to somebody")
    maureen.keeps_nobody_out()
    maureen.picture("show")
    maureen.choose(re.compile("Board of directors"))
    for box in maureen.page.locator("[name=items]").all():
        maureen.tick(box)
    maureen.press("Look at the preview")
    assert maureen.reads("Which wards begin")
    maureen.picture("preview-board")
    sign_package(maureen)
    kwame.go("/", organisation)
    kwame.follow("Look at what your pair may show: Discharge letters")
    sign_package(kwame)
    assert kwame.reads("Both of you have signed.")

    lead.go("/boards/packs/rollout/", organisation)
    lead.follow("New pack for Board of directors")
    lead.keeps_nobody_out()
    lead.press("Make the pack")
    lead.picture("making")
    lead.page.get_by_text("The pack is ready.").wait_for(timeout=30_000)
    lead.keeps_nobody_out()
    lead.follow("Read the pack")

    for reader, office in ((helena, "Sponsor"), (rosalind, "Board")):
        reader.go("/", organisation)
        reader.follow(office)
        reader.keeps_nobody_out()
        reader.picture(f"home-{office}")
        reader.follow(re.compile("Board of directors"))
        assert reader.reads("Discharge letters")
        assert reader.reads("Which wards begin")
        reader.keeps_nobody_out()
        assert_tagged_pdf(reader, "Download as PDF", "en")

    plain = visit(javascript=False)
    plain.sign_in(LEAD)
    plain.type(code=RECOVERY_CODES[LEAD].pop())
    plain.press("Continue")
    plain.go("/boards/packs/rollout/", organisation)
    plain.follow("New pack for Board of directors")
    plain.choose("French")
    plain.press("Make the pack")
    plain.page.get_by_text("The pack is ready.").wait_for(timeout=30_000)
    plain.follow("Read the pack")
    assert plain.page.locator("h1 [lang=fr]").count()
    assert_tagged_pdf(plain, "Download as PDF", "fr")
