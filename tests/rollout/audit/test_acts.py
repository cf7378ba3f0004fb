"""What people do around the organisations leaves its entry."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from rollout.audit import queries
from rollout.audit.models import Event
from rollout.organisations.models import Organisation, OrganisationRequest
from tests import world
from tests.world_accounts import BASE, Browser, operator, signed_in


def acts():
    return list(Event.objects.order_by("seq").values_list("action", flat=True))


@pytest.mark.django_db
def test_signing_in_and_out():
    account, browser = world.account("Ada"), Browser()
    browser.sign_in(account)
    browser.on(BASE).post("/sign-out/")
    assert acts() == ["account.signed_in", "account.signed_out"]
    assert {event.actor_id for event in Event.objects.all()} == {account.pk}


def test_an_operator_s_acts(north):
    client = signed_in(operator())
    client.post("/operator/north/suspend/")
    client.post("/operator/north/resume/")
    assert acts() == ["organisation.suspend", "organisation.resume"]
    assert {event.subject_id for event in Event.objects.all()} == {north.pk}


def test_organisations_are_made_and_suspended_at_the_command_line(committed):
    call_command("organisation", "create", "west", "Westhaven", verbosity=0)
    who = operator()
    OrganisationRequest.objects.create(slug="east", fields={"name": "Easthaven"}, asked_by=who)
    call_command("organisation", "requests", verbosity=0)
    call_command("organisation", "suspend", "west", verbosity=0)
    call_command("operator", "grant", "ops@example.org", verbosity=0)
    assert acts() == ["organisation.created", "organisation.created", "organisation.suspend", "operator.granted"]
    made = Event.objects.order_by("seq")
    assert [event.actor_id for event in made][:2] == [None, who.pk]
    assert made[1].subject_id == Organisation.objects.get(slug="east").pk
    assert queries.verdict().sound
