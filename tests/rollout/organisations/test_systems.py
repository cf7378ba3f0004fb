"""The operator's pages about systems of organisations."""

from __future__ import annotations

import uuid

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.audit.models import Event
from rollout.kernel.errors import NotPermitted
from rollout.organisations import actions
from rollout.organisations.models import System, SystemMember
from tests import world
from tests.world_accounts import Browser, operator, signed_in

NEW = {"name": "Northmoor Care System", "kind": "care_system"}
ALL = "/operator/systems/"


@pytest.fixture
def who(south):
    return operator()


@pytest.fixture
def browser(who):
    return signed_in(who)


@pytest.fixture
def system(who):
    return actions.add_system(**NEW, by=who)


def acts():
    return list(Event.objects.filter(action__startswith="system.").order_by("seq").values_list("action", "actor_id"))


def members(system):
    return set(SystemMember.objects.filter(system=system).values_list("organisation__slug", flat=True))


def test_an_operator_adds_a_system_and_its_organisations_and_takes_one_out(north, south, who, browser):
    assert "There is no system yet." in browser.get(ALL).content.decode()
    answer = browser.post(ALL, NEW)
    system = System.objects.get()
    one = f"{ALL}{system.pk}/"
    assert answer["Location"] == one
    assert "No organisation belongs to it yet." in browser.get(one).content.decode()
    for organisation in (north, south):
        page = browser.post(one, {"organisation": organisation.slug}, follow=True).content.decode()
        assert f"{organisation.name} belongs to {system.name} now." in page
    assert members(system) == {"north", "south"}
    assert '<option value="north"' not in browser.get(one).content.decode()  # who is in it is not offered again
    page = browser.post(one, {"remove": "north"}, follow=True).content.decode()
    assert f"{north.name} does not belong to {system.name} any more." in page
    assert members(system) == {"south"}
    assert '<option value="north"' in browser.get(one).content.decode()
    browser.post(one, {"remove": "north"})  # twice is harmless, and leaves no second entry
    assert acts() == [
        (act, who.pk) for act in ("system.added", "system.joined", "system.joined", "system.left")
    ]  # fmt: skip
    page = browser.get(ALL).content.decode()
    assert "Northmoor Care System" in page
    assert "1 organisation" in page
    assert "1 organisations" not in page


def test_the_pages_exist_for_operators_alone(north, system):
    one = f"{ALL}{system.pk}/"
    for other in (Browser().on("localhost"), signed_in(world.account("Ada"))):
        for path, typed in (
            (ALL, {**NEW, "name": "Another"}),
            (one, {"organisation": "north"}),
            (one, {"remove": "x"}),
        ):
            assert other.get(path).status_code == 404
            assert other.post(path, typed).status_code == 404
    assert System.objects.count() == 1
    assert members(system) == set()


def test_nobody_else_may_act(north, system):
    ada = world.account("Ada")
    for act, more in (
        (actions.add_system, {"name": "x", "kind": "place"}),
        (actions.join_system, {"system": system, "organisation": north}),
        (actions.leave_system, {"system": system, "organisation": north}),
    ):
        with pytest.raises(NotPermitted):
            act(**more, by=ada)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Give the system&#x27;s name."),
        ({"kind": "kingdom"}, "kingdom"),
        ({"kind": ""}, "Choose the kind of system."),
        ({}, "There is a system of this name already."),
    ],
)
def test_a_mistake_gets_a_sentence_and_adds_nothing(browser, system, typed, sentence):
    assert sentence in browser.post(ALL, {**NEW, **typed}).content.decode()
    assert System.objects.count() == 1


@pytest.mark.parametrize(("typed", "sentence"), [("", "Choose an organisation."), ("x", "is not in the list")])
def test_an_organisation_that_is_not_there_is_not_added(browser, system, typed, sentence):
    assert sentence in browser.post(f"{ALL}{system.pk}/", {"organisation": typed}).content.decode()
    assert members(system) == set()


def test_what_does_not_exist_is_not_found(browser, system):
    assert browser.get(f"{ALL}{uuid.uuid4()}/").status_code == 404
    assert browser.post(f"{ALL}{system.pk}/", {"remove": "nowhere"}).status_code == 404


def test_a_list_costs_the_same_with_one_and_with_three(north, south, system, browser):
    def queries(path):
        with CaptureQueriesContext(connections["platform"]) as found:
            assert browser.get(path).status_code == 200
        return len(found)

    actions.join_system(system=system, organisation=north)
    queries(ALL)  # the first page of a session costs its own
    one = queries(ALL), queries(f"{ALL}{system.pk}/")
    actions.join_system(system=system, organisation=south)
    for name in ("Second", "Third"):
        actions.join_system(system=actions.add_system(name=name, kind="place"), organisation=north)
    assert (queries(ALL), queries(f"{ALL}{system.pk}/")) == one
