"""A schema that waits is complete, is given away once, and never in an older state."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connections

from rollout.accounts.models import Account
from rollout.organisations import hosts, provisioning
from rollout.organisations.models import Organisation, OrganisationRequest, PreparedScript, ReadySchema, SchemaState
from tests import world
from tests.racing import at_once
from tests.rollout.organisations.dumping import dump
from tests.world import inside, sql


def east(slug="east", **fields):
    return provisioning.create_organisation(domain=f"{slug}.localhost", slug=slug, name=slug.title(), **fields)


@pytest.fixture
def ready(committed):
    """The names of three schemas that wait, the oldest first."""
    assert provisioning.fill_pool(3) == 3
    return list(ReadySchema.objects.order_by("made_at").values_list("schema_name", flat=True))


def waiting():
    return set(ReadySchema.objects.values_list("schema_name", flat=True))


def test_the_oldest_is_given_to_a_new_organisation_which_works_at_once(ready, committed):
    organisation = east()
    assert organisation.schema_name == ready[0]
    assert waiting() == set(ready[1:])
    assert hosts.refusal_of(organisation) == ""
    pair, professional, _ = world.hidden_pair(organisation)
    with inside(organisation, professional):
        assert sql("SELECT id FROM pairs_pair") == [(pair,)]
    assert dump(organisation.schema_name, committed) == dump(provisioning.TEMPLATE, committed)


def test_sign_up_from_the_pool_makes_no_table(ready):
    with connections["owner"].execute_wrapper(_no_definitions):
        assert east().schema_name == ready[0]


def _no_definitions(execute, said, params, many, context):
    assert "CREATE" not in said
    return execute(said, params, many, context)


def test_filling_again_makes_only_what_is_missing(ready):
    east()
    assert provisioning.fill_pool(3) == 3
    assert waiting() > set(ready[1:])
    assert provisioning.fill_pool(1) == 3


def test_an_empty_pool_is_no_obstacle(committed):
    assert east().schema_name
    assert waiting() == set()


def test_a_schema_of_an_older_state_is_never_given_away(ready):
    SchemaState.objects.using("owner").filter(schema_name__in=ready[:2]).update(digest="older")
    assert east().schema_name == ready[2]
    assert east("west").schema_name not in ready
    assert waiting() == set(ready[:2])
    assert provisioning.fill_pool(1) == 1


def test_what_could_not_be_assigned_waits_on(ready):
    with pytest.raises(ValidationError):
        east(currency="")
    with pytest.raises(Exception, match="duplicate key"):
        east("north")
    assert waiting() == set(ready)


def test_two_at_the_same_time_get_different_ones(ready):
    slugs = ["east", "west", "middle"]
    assert set(at_once(3, lambda index: east(slugs[index]).schema_name)) == set(ready)
    assert waiting() == set()


def test_what_an_operator_asked_for_comes_from_the_pool(ready, capsys):
    operator = Account.objects.create(email="operator@example.org", is_operator=True)
    OrganisationRequest.objects.create(slug="east", fields={"name": "East"}, asked_by=operator)
    call_command("organisation", "requests")
    assert Organisation.objects.get(slug="east").schema_name == ready[0]


def test_the_command_fills_the_pool_and_says_how_many_wait(committed, capsys):
    call_command("organisation", "pool", "--size", "2")
    assert capsys.readouterr().out == "Schemas that wait for an organisation: 2.\n"
    assert len(waiting()) == 2
    PreparedScript.objects.using("owner").all().delete()
    with pytest.raises(CommandError, match="migrate"):
        call_command("organisation", "pool", "--size", "3")
