"""The main job in a browser: from a roster to a board pack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings

from tenants.members.founding import invite_first_lead
from tests.journeys.screens import LINK, accessible

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tests.journeys.screens import Visitor

ROSTER = settings.ROOT / "demo" / "roster-northmoor.csv"
LEAD = "oluchi.marsh@example.org"
MAUREEN, KWAME = "maureen.tatlow@example.com", "kwame.asante-boyle@example.org"


def accept_invitation(visitor: Visitor, email: str) -> None:
    """From the letter to being inside: read, sign in with a code, accept."""
    link = LINK.search(visitor.service.next_letter(email).text)
    assert link is not None
    visitor.page.goto(link[0])
    accessible(visitor.page)
    visitor.press("Continue")
    visitor.finish_sign_in(email)
    accessible(visitor.page)
    visitor.press("Accept")
    assert visitor.reads("Welcome. You have accepted the invitation.")


def accept_proposed_pair(visitor: Visitor, email: str) -> str:
    """Accept the invitation, then the pair that is proposed at home; the address of the pair's page."""
    accept_invitation(visitor, email)
    accessible(visitor.page)
    visitor.follow(re.compile("is proposed to you: Discharge letters"))
    accessible(visitor.page)
    visitor.press("Accept")
    assert visitor.reads("You have accepted.")
    accessible(visitor.page)
    return visitor.page.url


def accept_notices(visitor: Visitor) -> None:
    """Privacy notice and terms, before the first signature."""
    accessible(visitor.page)
    visitor.choose("I have read the privacy notice")
    visitor.choose("I accept the terms of use")
    visitor.press("Accept and go on")


def sign_package(visitor: Visitor) -> None:
    """Sign what was looked at, being free to say no."""
    visitor.follow("Go on to sign")
    accessible(visitor.page)
    visitor.choose(re.compile("Yes, and I sign"))
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


def test_from_a_roster_to_a_board_pack(visit, service):
    organisation = service.organisation("Northmoor Hospitals Group")
    lead, maureen, kwame = visit(), visit(width=375), visit()

    as_first_lead(lead, organisation)
    lead.follow("Upload a roster")
    lead.page.locator("[type=file]").set_input_files(ROSTER)
    lead.press("Check this roster")
    assert lead.reads("17 people get an invitation by e-mail.")
    assert lead.reads("3 pairs are proposed")
    accessible(lead.page)
    lead.picture("roster-check")
    assert service.letters(MAUREEN) == []
    lead.press("Send 17 invitations")
    assert lead.reads("17 invitations are on their way.")
    lead.picture("roster-sent")

    pair = accept_proposed_pair(maureen, MAUREEN), accept_proposed_pair(kwame, KWAME)
    assert pair[0] == pair[1]
    assert kwame.reads(re.compile("Maureen Tatlow"))

    kwame.follow("Read and sign")
    kwame.press("Sign this text")
    accept_notices(kwame)
    kwame.press("Sign this text")
    assert kwame.reads("You have signed. Your partner can sign now.")
    maureen.go("/", organisation)
    maureen.picture("home-to-sign")
    maureen.follow("Read and sign the shared task")
    maureen.press("Sign this text")
    accept_notices(maureen)
    maureen.press("Sign this text")
    assert maureen.reads("You have both signed. Your shared task is agreed.")

    kwame.page.goto(pair[0])
    kwame.follow("Start in the open")
    kwame.type(reason="Our colleagues can learn from it while we work.")
    kwame.press("Look at the preview")
    kwame.picture("preview")
    accessible(kwame.page)
    sign_package(kwame)
    assert kwame.reads("You have signed. It begins when both of you have signed.")
    lead_sees(lead, organisation, "Invited")
    maureen.go("/", organisation)
    maureen.picture("home-to-show")
