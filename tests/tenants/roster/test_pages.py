"""The lead's pages of rosters: bad files get a clear answer, and nothing is lost or doubled."""

from __future__ import annotations

import csv
import io
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tenants.members.models import Invitation, Role, Site
from tenants.roster.models import RosterUpload
from tests import world, world_roster
from tests.tenants.roster.files import CITIZEN, HEADINGS, PROFESSIONAL, SPONSOR, csv_of, row, xlsx_of
from tests.world import inside

UNSEEN = "There may be pairs here that you cannot see. That is how this programme works."


@pytest.fixture
def lead(north):
    return world.lead(north)


@pytest.fixture
def browser(north, lead, browser_of):
    return browser_of(lead, north)


def upload(browser, content, name="roster.csv"):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return browser.post("/rollout/roster/", {"roster": file}, follow=True)


def uploads(north, lead):
    with inside(north, lead, Role.ROLLOUT_LEAD):
        return RosterUpload.objects.count()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (csv_of(CITIZEN, headings=("who", *HEADINGS[1:])), "roster.csv", "who"),
        (csv_of(row(name="=1+1")), "roster.csv", "formula"),
        (csv_of(row(), row(name="Twin Row")), "roster.csv", "already stands in row 2"),
        (csv_of(CITIZEN, (*PROFESSIONAL[:1], "ada@example.com", *PROFESSIONAL[2:])), "roster.csv", "on the other side"),
        (csv_of(CITIZEN), "roster.csv", "stands in this row only"),
        ("\ufeff".encode("utf-16-le") + csv_of(row(kind="wizard")).encode("utf-16-le"), "roster.csv", "wizard"),
        (b"%PDF-1.7 nothing", "roster.pdf", "This is not a roster file."),
        (b"PK\x03\x04 broken", "roster.xlsx", "Whole file"),
        (b"", "roster.csv", "The file is empty."),
        (b"x" * (5 * 1024 * 1024 + 1), "roster.csv", "larger than 5 MB"),
    ],
)
def test_a_bad_file_is_answered_row_by_row_and_nothing_is_saved(north, lead, browser, content, name, words):
    answer = upload(browser, content, name)
    page = unescape(answer.content.decode())
    assert (answer.status_code, "There is a problem" in page, words in page) == (200, True, True)
    assert "<title>Error:" in page
    assert uploads(north, lead) == 0


def test_all_problems_are_counted_and_two_hundred_are_shown(north, lead, browser):
    rows = [row(email=f"p{number}@example.org", kind="wizard") for number in range(250)]
    page = unescape(upload(browser, csv_of(*rows)).content.decode())
    assert "There are 250 problems in this file. Nothing was saved." in page
    assert "the first 200 of 250 problems" in page
    assert page.count('<th scope="row">Row ') == 200
    assert "wizard" in page


def test_no_file_is_a_mistake_too(browser):
    assert "Choose a roster file." in browser.post("/rollout/roster/", {}).content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_good_file_shows_what_it_will_do_and_then_does_it(north, lead, browser, kind):
    make = csv_of if kind == "csv" else xlsx_of
    answer = upload(browser, make(CITIZEN, PROFESSIONAL, SPONSOR), f"roster.{kind}")
    [(address, _status)] = answer.redirect_chain
    page = answer.content.decode()
    for words in ("3 people get an invitation", "1 pair is proposed", "Send 3 invitations", "Will be invited", UNSEEN):
        assert words in page
    for part in ("Patient", "Clinician", "Sponsor"):  # the file's most consequential columns can be checked
        assert f'<span class="table__value">{part}</span>' in page
    assert "Roster roster" in browser.get("/rollout/").content.decode()
    sent = browser.post(f"{address}send/", follow=True).content.decode()
    assert "3 invitations are on their way." in sent
    assert sent.count("Invited") >= 3
    assert "3 invitations wait for an answer" in browser.get("/rollout/").content.decode()
    assert "have been sent" in browser.post(f"{address}send/", follow=True).content.decode()
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert Invitation.objects.filter(accepted_at__isnull=True).count() == 3


def test_the_same_file_leads_to_what_it_was_before(north, lead, browser):
    first = upload(browser, csv_of(*world_roster.ROWS)).redirect_chain
    again = upload(browser, csv_of(*world_roster.ROWS), "copy.csv")
    assert again.redirect_chain == first
    assert "This file was uploaded before." in again.content.decode()
    assert uploads(north, lead) == 1


def test_a_corrected_file_says_who_is_invited_already(north, lead, browser):
    world_roster.sent(north, lead)
    page = upload(browser, csv_of(CITIZEN, PROFESSIONAL, row(name="Dee", email="dee@example.org"))).content.decode()
    assert "1 person gets an invitation by e-mail." in page
    assert "2 people have an invitation of the rollout team already." in page
    assert page.count("Invited already") == 2


def test_the_unanswered_are_taken_back_as_a_batch(north, lead, browser):
    made = world_roster.sent(north, lead)
    world_roster.accepted(north, world_roster.invitation_to(north, lead, "ada@example.com"))
    address = f"/rollout/roster/{made.pk}/undo/"
    assert "Take back 2 invitations" in browser.get(address).content.decode()
    page = browser.post(address, follow=True).content.decode()
    assert "2 invitations were taken back." in page
    assert "Undone" in page
    assert browser.get(address)["Location"] == f"/rollout/roster/{made.pk}/"
    assert "Taken back" in browser.get(f"/rollout/roster/{made.pk}/pairs/").content.decode()


def test_a_draft_is_corrected_and_thrown_away(north, lead, browser):
    made = world_roster.stored(north, lead)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        cy = made.people.get(name="Cy Grant")
    address = reverse("roster:row-correct", args=[made.pk, cy.pk])
    wrong = browser.post(address, {"name": "Cy", "email": "ada@example.com"}).content.decode()
    assert "Another row of this roster has this address." in wrong
    assert 'value="ada@example.com"' in wrong
    answer = browser.post(address, {"name": "Cyril Grant", "email": "cyril@example.org"}, follow=True)
    assert "cyril@example.org" in answer.content.decode()
    assert "Nobody was told of it." in browser.post(f"/rollout/roster/{made.pk}/discard/", follow=True).content.decode()
    assert browser.get(f"/rollout/roster/{made.pk}/").status_code == 404


def test_the_templates_are_rosters_without_rows(browser):
    csv_file = browser.get("/rollout/roster/template.csv")
    assert csv_file["Content-Disposition"] == 'attachment; filename="roster.csv"'
    assert next(csv.reader(io.StringIO(csv_file.content.decode("utf-8-sig")))) == list(HEADINGS)
    workbook = load_workbook(io.BytesIO(browser.get("/rollout/roster/template.xlsx").content))
    assert [cell.value for cell in workbook.active[1]] == list(HEADINGS)


def test_the_home_page_says_what_waits_and_that_not_everything_is_seen(north, lead, browser):
    empty = browser.get("/rollout/").content.decode()
    for words in ("Nothing needs you now.", "No pair shows itself to the organisation at the moment.", UNSEEN):
        assert words in empty
    world.hidden_pair(north)
    assert UNSEEN in browser.get("/rollout/").content.decode()


@pytest.mark.parametrize("name", ["upload", "proposed-pairs", "upload-undo"])
def test_only_leads_of_the_organisation_open_a_roster(north, south, lead, browser_of, name):
    made = world_roster.sent(north, lead)
    address = reverse(f"roster:{name}", args=[made.pk])
    sponsor = world.member(north, "Sam Sponsor", Role.SPONSOR)
    for person, organisation in ((sponsor, north), (world.lead(south), south)):
        assert browser_of(person, organisation).get(address).status_code == 404
        assert browser_of(person, organisation).post(address).status_code in (404, 405)
        assert browser_of(sponsor, north).get("/rollout/").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_pages_cost_the_same_for_one_and_for_three(north, lead, browser, django_assert_num_queries, many):
    rows = []
    for number in range(many):
        rows += [
            row(name=f"Cit {number}", email=f"c{number}@example.com", pair=f"Pair {number}"),
            row(
                name=f"Pro {number}", email=f"p{number}@example.org", side="professional", kind="clinician",
                pair=f"Pair {number}",
            ),
        ]  # fmt: skip
    made = world_roster.sent(north, lead, *rows)
    for number in range(many):
        draft = world_roster.stored(north, lead, row(email=f"d{number}@example.org"))
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert Site.objects.count() == 1
    for address, queries in (
        ("/rollout/", 12),
        ("/rollout/roster/", 10),
        (f"/rollout/roster/{draft.pk}/", 13),
        (f"/rollout/roster/{made.pk}/", 17),
        (f"/rollout/roster/{made.pk}/pairs/", 14),
    ):
        with django_assert_num_queries(queries, info=address):
            assert browser.get(address).status_code == 200
