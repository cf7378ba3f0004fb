"""Two people form a pair by themselves, on phones and without JavaScript, and nobody else finds a trace of it."""

from __future__ import annotations

import re

from tests.crawl import masked
from tests.journeys.screens import LINK
from tests.world import lead as a_lead
from tests.world import member

TITLE = "Letters that patients can read"
CORA = "cora.fenwick@example.com"


LINKS = "[...document.querySelectorAll('a[href^=\"/\"]')].map(link => link.getAttribute('href'))"
NOT_PAGES = re.compile(r"/(demo|api)/|\.(csv|xlsx)$")


def everything_read_by(visitor, organisation, start):
    """The main part of every page that somebody reaches by links, by its address."""
    read, waiting = {}, [start]
    while waiting:
        path = waiting.pop()
        visitor.go(path, organisation)
        read[path] = masked(visitor.page.locator("main").inner_html().encode()).decode()
        links = [link for link in visitor.page.evaluate(LINKS) if not NOT_PAGES.search(link)]
        waiting += [link for link in dict.fromkeys(links) if link not in read and link not in waiting]
    return read


def test_two_people_work_together_and_nobody_else_finds_a_trace(visit, service):
    organisation = service.organisation("Fernhollow Trust")
    with service.reached():
        lead, priya = a_lead(organisation, "Lena Lead"), member(organisation, "Priya Professional")
    office = visit()
    office.step_in(lead.pk, organisation)
    before = everything_read_by(office, organisation, "/rollout/")
    assert len(before) > 10
    professional, citizen = (visit(width=375, javascript=False) for _ in range(2))

    professional.step_in(priya.pk, organisation)
    professional.follow("Invite a partner")
    professional.press("Start the pair and invite")
    assert professional.page.title().startswith("Error:")
    professional.keeps_nobody_out()
    professional.type(title=TITLE, name="Cora Fenwick", email=CORA)
    professional.choose("Clinician")
    professional.press("Start the pair and invite")
    pair = professional.page.url
    professional.keeps_nobody_out()

    link = LINK.search(service.next_letter(CORA).text)
    citizen.page.goto(link[0])
    citizen.press("Continue")
    citizen.finish_sign_in(CORA)
    assert citizen.reads("You are not put in the organisation's list of people.")
    citizen.choose("Patient")
    citizen.press("Accept")
    citizen.follow(TITLE)

    professional.page.goto(pair)
    professional.follow("Write your shared task")
    professional.type(text="Nobody leaves our ward with a letter they cannot read.")
    professional.press("Save")
    for partner in (professional, citizen):
        partner.page.goto(pair)
        partner.follow("Read and sign")
        partner.press("Sign this text")
        partner.choose("I have read the privacy notice")
        partner.choose("I accept the terms of use")
        partner.press("Accept and go on")
        partner.press("Sign this text")
    assert citizen.reads("You have both signed. Your shared task is agreed.")

    citizen.page.goto(pair)
    citizen.follow(re.compile("^Write down a result$"))
    citizen.type(
        title="More people understand their letter",
        measure="People who can say what their letter asks of them",
        unit="people in twenty",
        baseline_value="6",
        current_value="15",
        place="Ward 4",
        evidence="We asked twenty people in March and twenty in June.",
    )
    citizen.choose("A higher number is better")
    citizen.choose("It got better")
    for name, parts in (("baseline_on", ("2", "3", "2026")), ("current_on", ("1", "6", "2026"))):
        for box, part in zip(citizen.page.locator(f"[name^='{name}']").all(), parts, strict=True):
            box.fill(part)
    citizen.press("Save")
    citizen.keeps_nobody_out()
    citizen.press("Sign this text")
    professional.go("/", organisation)
    professional.follow(re.compile("More people understand their letter"))
    professional.keeps_nobody_out()
    professional.press("Sign this text")
    assert professional.reads(re.compile("You have both signed"))

    after = everything_read_by(office, organisation, "/rollout/")
    assert [path for path in before | after if before.get(path) != after.get(path)] == []
    office.page.goto(pair)
    assert office.page.title().startswith("Page not found")
