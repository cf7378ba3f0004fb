"""A model without a declaration stops the house; so does a database that lost its protection."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections, models
from django.test import Client

from rollout.kernel.privacy import Mine, Nobody, Privacy, privacy_of, protected_models
from rollout.organisations import hosts, protection
from rollout.organisations.digests import digest_of_migrations
from rollout.organisations.models import Organisation, SchemaState


@pytest.fixture
def undeclared():
    """A model that somebody added to an organisation's app without saying who may see it."""

    class Diary(models.Model):
        text = models.TextField()

        class Meta:
            app_label = "members"

        def __str__(self):
            return self.text

    yield Diary
    del apps.all_models["members"]["diary"]
    apps.clear_cache()


def test_every_model_of_an_organisation_declares_its_privacy():
    assert [model._meta.label for model in protected_models() if privacy_of(model) is None] == []


@pytest.mark.parametrize("command", ["makemigrations", "check"])
def test_a_model_without_declaration_stops_the_command_with_its_name(undeclared, command):
    options = {"dry_run": True, "skip_checks": False} if command == "makemigrations" else {}
    with pytest.raises(SystemCheckError, match=r"members\.Diary"):
        call_command(command, verbosity=0, **options)


def test_makemigrations_writes_the_declaration_of_a_new_model(undeclared, capsys):
    undeclared._meta.constraints = [Privacy(see=Mine("id"), name="diary_privacy")]
    undeclared._meta.original_attrs["constraints"] = undeclared._meta.constraints
    call_command("makemigrations", "members", dry_run=True, verbosity=3, skip_checks=True, name="diary")
    written = capsys.readouterr().out
    assert "rollout.kernel.privacy.Privacy(" in written
    assert 'name="diary_privacy"' in written or "name='diary_privacy'" in written


def test_what_is_not_granted_is_refused():
    declaration = Privacy(see=Mine("id"), name="x")
    assert (declaration.add, declaration.change, declaration.remove) == (Nobody(), Nobody(), Nobody())


def admin(name: str) -> psycopg.Connection:
    return psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name, autocommit=True)


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("DROP POLICY privacy_see ON {schema}.projects_decision", "projects.Decision"),
        ("ALTER TABLE {schema}.pairs_pair NO FORCE ROW LEVEL SECURITY", "pairs.Pair"),
        ("CREATE POLICY open ON {schema}.pairs_seat FOR SELECT USING (true)", "pairs.Seat"),
        ("CREATE TABLE {schema}.extra (id uuid)", "extra"),
        ("ALTER ROLE rollout_test_login BYPASSRLS", "rollout_test_login"),
    ],
)
def test_lost_protection_is_found_at_start_up_and_named(committed, damage, named):
    assert protection.weaknesses() == []
    with admin(committed) as server:
        server.execute(damage.format(schema="template_of_an_organisation"))
        try:
            assert [named in sentence for sentence in protection.weaknesses()] == [True]
            assert [e.id for e in checks.run_checks(databases=["platform"]) if e.is_serious()] == ["privacy.E002"]
        finally:
            server.execute("ALTER ROLE rollout_test_login NOBYPASSRLS")


@pytest.mark.parametrize(
    "damage",
    [
        "DROP POLICY privacy_see ON {schema}.projects_decision",
        "CREATE POLICY open ON {schema}.pairs_pair FOR SELECT USING (true)",
        "ALTER TABLE {schema}.pairs_seat NO FORCE ROW LEVEL SECURITY",
        "DROP TRIGGER decision_needs_two_keys ON {schema}.projects_decision",
        "GRANT UPDATE ON {schema}.members_office TO rollout_test_tenant",
        "GRANT UPDATE (listed) ON {schema}.members_member TO rollout_test_tenant",
        "CREATE OR REPLACE FUNCTION {schema}.own_pairs() RETURNS SETOF uuid LANGUAGE sql AS 'select null::uuid'",
        "ALTER FUNCTION {schema}.own_pairs() SECURITY INVOKER",
        "GRANT EXECUTE ON FUNCTION {schema}.audit_write(text, uuid, jsonb, uuid) TO PUBLIC",
    ],
)
def test_an_unprotected_organisation_is_not_served_and_the_others_are(committed, damage):
    north, south = (Organisation.objects.get(slug=slug) for slug in ("north", "south"))
    assert hosts.refusal_of(north) == ""
    with admin(committed) as server:
        server.execute(damage.format(schema=north.schema_name))
    hosts.forget()
    answer = Client(HTTP_HOST="north.localhost").get("/")
    assert (answer.status_code, "not fully protected" in answer.content.decode()) == (503, True)
    assert hosts.refusal_of(south) == ""


def test_a_half_migrated_organisation_is_not_served(committed):
    north = Organisation.objects.get(slug="north")
    SchemaState.objects.using("owner").filter(schema_name=north.schema_name).update(digest="older")
    hosts.forget()
    answer = Client(HTTP_HOST="north.localhost").get("/")
    assert (answer.status_code, "being updated" in answer.content.decode()) == (503, True)


def test_migrating_again_finishes_what_was_left(committed):
    north = Organisation.objects.get(slug="north")
    SchemaState.objects.using("owner").filter(schema_name=north.schema_name).update(digest="older")
    call_command("migrate", verbosity=0)
    assert SchemaState.objects.get(schema_name=north.schema_name).digest == digest_of_migrations()
    assert hosts.refusal_of(north) == ""
    connections["owner"].close()
