"""A new organisation is complete or absent, and equal to a migrated one."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from rollout.organisations import provisioning
from rollout.organisations.models import Domain, Organisation, PreparedScript, SchemaState
from tests import world
from tests.rollout.organisations.dumping import dump
from tests.world import inside, sql


def test_a_provisioned_schema_equals_the_migrated_one(committed):
    organisation = provisioning.create_organisation(domain="east.localhost", slug="east", name="East")
    assert dump(organisation.schema_name, committed) == dump(provisioning.TEMPLATE, committed)


def test_a_new_organisation_works_at_once(committed):
    organisation = provisioning.create_organisation(domain="east.localhost", slug="east", name="East")
    pair, professional, _ = world.hidden_pair(organisation)
    with inside(organisation, professional):
        assert sql("SELECT id FROM pairs_pair") == [(pair,)]


def test_what_fails_leaves_nothing(committed):
    before = Organisation.objects.count()
    script = PreparedScript.objects.using("owner").get()
    PreparedScript.objects.using("owner").update(sql=script.sql + "\nSELECT 1 / 0;")
    with pytest.raises(DatabaseError):
        provisioning.create_organisation(domain="east.localhost", slug="east", name="East")
    connections["owner"].close()
    assert Organisation.objects.count() == before
    assert not Domain.objects.filter(domain="east.localhost").exists()
    assert SchemaState.objects.count() == before + 2  # and those of the template and of the public schema


def test_the_command_creates_lists_suspends_and_closes(committed, capsys):
    call_command("organisation", "create", "east", "East Trust", "--identifier", "RY1", "--identifier-scheme", "ODS")
    call_command("organisation", "suspend", "east")
    call_command("organisation", "list")
    assert "east\tsuspended\tcare\tEast Trust" in capsys.readouterr().out
    call_command("organisation", "resume", "east")
    call_command("organisation", "close", "east")
    with pytest.raises(CommandError, match="no open organisation"):
        call_command("organisation", "resume", "east")


@pytest.mark.parametrize(
    ("slug", "more", "sentence"),
    [("north", [], "already"), ("Bad Slug", [], "small letters"), ("east", ["--brand-colour", "red"], "hexadecimal")],
)
def test_the_command_says_what_is_wrong(committed, slug, more, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("organisation", "create", slug, "East", *more)
