"""Ten thousand rows at once: not a question for each row, and pages that do not grow with them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from rollout.jobs.models import Job
from rollout.organisations.models import Organisation
from tenants.members.models import Invitation, Role
from tests import world
from tests.tenants.roster.files import csv_of
from tests.world import inside, sql

PAIRS = 5_000
STATEMENTS = 120
"""Rows are written by the thousand, so their number is far from that of the people."""


def _rows():
    for number in range(PAIRS):
        pair, site = f"Pair {number}", f"Hospital {number % 12}"
        yield f"Cit {number}", f"c{number}@example.com", site, "citizen", "patient", "", pair, "A task"
        yield f"Pro {number}", f"p{number}@example.org", site, "professional", "clinician", "", pair, ""


def test_ten_thousand_people_are_checked_invited_shown_and_taken_back(committed, django_assert_max_num_queries):
    north = Organisation.objects.get(slug="north")
    lead = world.lead(north)
    browser = world.browser(lead, north)
    content = csv_of(*_rows()).encode()
    with django_assert_max_num_queries(STATEMENTS):
        stored = browser.post("/rollout/roster/", {"roster": SimpleUploadedFile("large.csv", content)})
    upload = stored["Location"]
    with django_assert_max_num_queries(STATEMENTS):
        assert browser.post(f"{upload}send/")["Location"] == upload
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert Invitation.objects.filter(accepted_at__isnull=True).count() == 2 * PAIRS
        assert sql("SELECT count(*) FROM members_site") == [(12,)]
    assert Job.objects.filter(kind="members.invitation_mail").count() == 2 * PAIRS
    for page in (upload, f"{upload}?page=200", f"{upload}pairs/?page=100", "/rollout/", "/people/invitations/"):
        with django_assert_max_num_queries(17):
            assert browser.get(page).status_code == 200
    again = csv_of(*list(_rows())[:-2], ("One More", "one@example.org", "", "", "", "sponsor", "", "")).encode()
    corrected = browser.post("/rollout/roster/", {"roster": SimpleUploadedFile("larger.csv", again)})["Location"]
    assert "Send 1 invitation" in browser.get(corrected).content.decode()
    with django_assert_max_num_queries(STATEMENTS):
        browser.post(f"{corrected}send/")
    assert Job.objects.filter(kind="members.invitation_mail").count() == 2 * PAIRS + 1
    browser.post(f"{upload}undo/")
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True).count() == 1
