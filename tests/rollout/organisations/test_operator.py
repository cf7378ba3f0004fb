"""The operator's pages: organisations and the health of the work, and nothing of what is inside."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import call_command

from rollout.accounts.models import Account
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.organisations import actions
from rollout.organisations.models import Organisation, OrganisationRequest
from tests import world
from tests.world_accounts import Browser, operator, signed_in

NORTH = "north.localhost"
TYPED = {
    "name": "Westhaven Hospital", "slug": "westhaven", "kind": "care", "identifier": "", "identifier_scheme": "",
    "country": "GB", "language": "en", "time_zone": "Europe/London", "currency": "GBP", "brand_colour": "#1d5c63",
}  # fmt: skip


@pytest.fixture
def browser(south):
    return signed_in(operator())


PATHS = ["/operator/", "/operator/create/", "/operator/north/suspend/"]


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_exist_for_operators_alone(north, path):
    assert signed_in(operator()).get(path).status_code == 200
    for other in (Browser().on("localhost"), signed_in(world.account("Ada"))):
        assert other.get(path).status_code == 404
        assert other.post(path, TYPED).status_code == 404
    assert Organisation.objects.get(pk=north.pk).status == "active"
    assert signed_in(operator(), NORTH).get(path).status_code == 404


def test_the_overview_changes_with_nothing_that_happens_inside(north, south, browser):
    def page() -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", browser.get("/operator/").content.decode())

    before = page()
    assert north.name in before
    assert "http://north.localhost/" in before
    world.hidden_pair(north)
    assert page() == before


def test_an_organisation_is_suspended_resumed_and_closed(north, browser, browser_of):
    def status() -> str:
        return Organisation.objects.get(pk=north.pk).status

    assert browser_of(None, north).get("/help/").status_code == 200
    assert "Suspend Northmoor" in browser.get("/operator/north/suspend/").content.decode()
    assert status() == "active"
    browser.post("/operator/north/close/")
    assert status() == "active", "closing comes after suspending"
    browser.post("/operator/north/suspend/")
    assert status() == "suspended"
    browser.post("/operator/north/resume/")
    assert status() == "active"
    browser.post("/operator/north/suspend/")
    browser.post("/operator/north/close/")
    assert status() == "closed"
    browser.post("/operator/north/resume/")
    assert status() == "closed"


@pytest.mark.parametrize("path", ["/operator/nowhere/suspend/", "/operator/north/delete/"])
def test_what_does_not_exist_is_not_found(north, browser, path):
    assert browser.get(path).status_code == 404
    assert browser.post(path).status_code == 404


def test_a_new_organisation_waits_for_the_command(browser):
    answer = browser.post("/operator/create/", TYPED)
    assert answer["Location"] == "/operator/"
    wish = OrganisationRequest.objects.get()
    assert (wish.slug, wish.state, wish.fields["name"]) == ("westhaven", "asked", "Westhaven Hospital")
    page = browser.get("/operator/").content.decode()
    assert "python manage.py organisation requests" in page
    assert "Westhaven Hospital" in page
    again = browser.post("/operator/create/", TYPED).content.decode()
    assert "waiting to be made already" in again
    assert 'value="Westhaven Hospital"' in again


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Give the organisation&#x27;s name."),
        ("slug", "North", "small letters"),
        ("slug", "1st", "small letters"),
        ("slug", "north", "taken"),
        ("slug", "www", "taken"),
        ("country", "gb", "two capital letters"),
        ("currency", "Pounds", "three capital letters"),
        ("time_zone", "London", "do not know this time zone"),
        ("brand_colour", "#ffff00", "hard to read"),
        ("brand_colour", "red", "hexadecimal"),
        ("identifier", "RX1", "Give both"),
        ("language", "xx", "xx"),
        ("kind", "", "Choose the kind"),
    ],
)
def test_wrong_input_gets_a_sentence_and_loses_nothing(north, browser, field, value, sentence):
    answer = browser.post("/operator/create/", {**TYPED, field: value})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert 'value="Europe/London"' in page or field == "time_zone"
    assert not OrganisationRequest.objects.exists()


def test_nobody_else_may_act(north):
    ada = world.account("Ada")
    with pytest.raises(NotPermitted):
        actions.change_status(organisation=north, move="suspend", by=ada)
    with pytest.raises(NotPermitted):
        actions.ask_for_organisation(slug="x", fields={}, by=ada)
    gone = operator()
    Account.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    with pytest.raises(NotPermitted):
        actions.change_status(organisation=north, move="suspend", by=gone)


def test_two_operators_do_not_undo_each_other(north):
    who = operator()
    actions.change_status(organisation=north, move="suspend", by=who)
    with pytest.raises(DomainError):
        actions.change_status(organisation=north, move="suspend", by=who)


def test_the_command_makes_what_was_asked_for(committed):
    who = operator()
    for slug in ("westhaven", "north"):
        fields = {key: value for key, value in TYPED.items() if key != "slug"}
        actions.ask_for_organisation(slug=slug, fields=fields, by=who)
    said = StringIO()
    call_command("organisation", "requests", stdout=said)
    states = dict(OrganisationRequest.objects.values_list("slug", "state"))
    assert states == {"westhaven": "done", "north": "refused"}
    assert "already an organisation" in said.getvalue()
    assert Browser().on("westhaven.localhost").get("/help/").status_code == 200
    said = StringIO()
    call_command("organisation", "requests", stdout=said)
    assert said.getvalue() == ""
