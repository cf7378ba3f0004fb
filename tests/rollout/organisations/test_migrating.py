"""What is learnt once reaches every organisation; what cannot be learnt goes to each; nobody is left half-way."""

from __future__ import annotations

import re
import threading
import uuid

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rollout.organisations import hosts, migrating, provisioning, recording, replaying
from rollout.organisations.digests import HALFWAY, PUBLIC, digest_of_migrations
from rollout.organisations.migrating import MigrationIncomplete, migrate_all
from rollout.organisations.models import Organisation, PreparedScript, SchemaState
from tests.rollout.organisations.dumping import dump


@pytest.fixture
def schemas(released):
    return list(Organisation.objects.order_by("slug").values_list("schema_name", flat=True))


@pytest.fixture
def alone(monkeypatch):
    """The schemas that were migrated one by one."""
    went = []
    step = migrating.Stepper.migrate

    def migrate(self, schema):
        went.append(schema)
        step(self, schema)

    monkeypatch.setattr(migrating.Stepper, "migrate", migrate)
    return went


def test_what_is_for_all_is_left_alone_when_only_an_organisations_app_changed(deploy, monkeypatch):
    migrated = []
    monkeypatch.setattr(migrating, "_migrate_public", lambda: migrated.append("public"))
    assert deploy("plain")
    assert migrated == []
    SchemaState.objects.using("owner").filter(schema_name=PUBLIC).update(digest="of an older release")
    migrate_all(say=lambda line: None)
    assert migrated == ["public"]


def note(admin, schema, text):
    made = uuid.uuid4()
    admin.execute(f"INSERT INTO {schema}.lessons_note (id, text) VALUES (%s, %s)", [made, text])
    return made


def texts(admin, schema):
    return [text for (text,) in admin.execute(f"SELECT text FROM {schema}.lessons_note ORDER BY text").fetchall()]


def states(schemas):
    return set(SchemaState.objects.filter(schema_name__in=schemas).values_list("digest", flat=True))


def test_what_is_learnt_once_is_done_to_every_organisation(deploy, admin, schemas, alone, released):
    for schema in schemas:
        note(admin, schema, "quiet")
    alone.clear()
    said = deploy("plain")
    assert alone == [provisioning.TEMPLATE]
    assert said == ["The template of an organisation is ready.", "2 of 2: 2 more are up to date."]
    assert states(schemas) == {digest_of_migrations()}
    for schema in schemas:
        assert texts(admin, schema) == ["QUIET"]
        assert admin.execute(f"SELECT colour FROM {schema}.lessons_note").fetchone() == ("50 % grey",)
        assert admin.execute(f"SELECT {schema}.count_notes()").fetchone() == (1,)
        applied = f"SELECT count(*) FROM {schema}.django_migrations WHERE app = 'lessons' AND name = '0002_more'"
        assert admin.execute(applied).fetchone() == (1,)
    assert [hosts.refusal_of(organisation) for organisation in Organisation.objects.all()] == ["", ""]
    assert not admin.execute("SELECT FROM pg_namespace WHERE nspname = %s", [recording.REHEARSAL]).fetchall()


def test_provisioned_migrated_and_replayed_schemas_are_the_same(deploy, schemas, released):
    deploy("plain")
    new = provisioning.create_organisation(domain="east.localhost", slug="east", name="East")
    template = dump(provisioning.TEMPLATE, released)
    assert any("note_by_colour" in line for line in template)
    assert dump(new.schema_name, released) == template
    assert dump(schemas[0], released) == template


def test_a_replayed_schema_equals_one_that_django_migrated_alone(deploy, schemas, monkeypatch, released):
    north, south = schemas
    only_north = migrating._BEHIND.replace("WHERE", f"WHERE a.schema_name = '{north}' AND")
    with monkeypatch.context() as patched:
        patched.setattr(recording, "record", lambda before, after: None)
        patched.setattr(migrating, "_BEHIND", only_north)
        deploy("plain")
    migrate_all(say=lambda line: None)
    assert states(schemas) == {digest_of_migrations()}
    assert dump(north, released) == dump(south, released)


def test_nothing_to_do_is_one_question(release):
    connections["owner"].ensure_connection()
    with CaptureQueriesContext(connections["owner"]) as asked:
        migrate_all(say=pytest.fail)
    assert len(asked) == 1


def test_a_release_that_changes_no_migration_costs_no_organisation_anything(deploy, alone):
    alone.clear()
    assert deploy("first") == []
    assert alone == []


@pytest.mark.parametrize(
    ("name", "texts_after"), [("python_code", ["QUIET"]), ("blind", ["quiet"])], ids=["every row", "blind"]
)
def test_python_code_runs_for_each_organisation_and_sees_its_rows_only_with_security_lifted(
    deploy, admin, schemas, alone, name, texts_after
):
    for schema in schemas:
        note(admin, schema, "quiet")
    alone.clear()
    said = deploy(name)
    assert sorted(alone) == sorted([provisioning.TEMPLATE, *schemas])
    assert re.fullmatch(r"1 of 2: \w+ is up to date\.", said[1])
    for schema in schemas:
        assert texts(admin, schema) == texts_after
        forced = "SELECT relforcerowsecurity FROM pg_class WHERE oid = %s::regclass"
        assert admin.execute(forced, [f"{schema}.lessons_note"]).fetchone() == (True,)
    assert states(schemas) == {digest_of_migrations()}


def test_every_row_is_seen_on_the_way_back_too(deploy, admin, schemas):
    from django.db.migrations.executor import MigrationExecutor

    north = schemas[0]
    note(admin, north, "quiet")
    deploy("python_code")
    owner = connections["owner"]
    owner.set_schema(north)
    try:
        MigrationExecutor(owner).migrate([("lessons", "0001_initial")])
    finally:
        owner.set_schema_to_public()
    assert texts(admin, north) == ["quiet"]


@pytest.mark.parametrize(("name", "refused"), [("keys", True), ("blind_keys", False)], ids=["every row", "blind"])
def test_an_orphan_row_is_found_only_with_security_lifted(deploy, admin, schemas, name, refused):
    """The second case is the control: without `EveryRow` the database calls the new key valid."""
    north, south = schemas
    admin.execute(f"INSERT INTO {north}.lessons_line VALUES (gen_random_uuid(), gen_random_uuid())")
    if refused:
        with pytest.raises(MigrationIncomplete, match="north: insert or update on table"):
            deploy(name)
        assert states([south]) == {digest_of_migrations()}
        assert hosts.refusal_of(Organisation.objects.get(slug="north")) != ""
        admin.execute(f"DELETE FROM {north}.lessons_line")
        migrate_all(say=lambda line: None)
    else:
        deploy(name)
    valid = (
        f"SELECT convalidated FROM pg_constraint WHERE contype = 'f' AND conrelid = '{north}.lessons_line'::regclass"
    )
    assert admin.execute(valid).fetchall() == [(True,)]
    assert states(schemas) == {digest_of_migrations()}


def test_a_contradiction_in_one_organisation_stops_nobody_else_and_quotes_no_row(deploy, admin, schemas):
    north, south = schemas
    for _ in range(2):
        note(admin, north, "something private")
    with pytest.raises(MigrationIncomplete) as told:
        deploy("conflicting")
    assert "north" in str(told.value)
    assert "south" not in str(told.value)
    assert "private" not in str(told.value)
    assert states([south]) == {digest_of_migrations()}
    assert hosts.refusal_of(Organisation.objects.get(slug="south")) == ""
    answer = Client(HTTP_HOST="north.localhost").get("/")
    assert (answer.status_code, "being updated" in answer.content.decode()) == (503, True)
    with pytest.raises(CommandError, match="north"):
        call_command("migrate")
    admin.execute(f"DELETE FROM {north}.lessons_note")
    said = []
    migrate_all(say=said.append)
    assert said == ["1 of 1: north is up to date."]


def test_many_organisations_go_in_one_message(deploy, monkeypatch):
    provisioning.fill_pool(3)
    monkeypatch.setattr(replaying, "PER_MESSAGE", 2)
    sent = []
    send = replaying._send
    monkeypatch.setattr(replaying, "_send", lambda message: (sent.append(message.count("COMMIT")), send(message))[1])
    said = deploy("plain")
    assert sent == [2, 2, 1]
    assert said[1:] == ["2 of 5: 2 more are up to date.", "4 of 5: 2 more are up to date.",
                        "5 of 5: a ready schema is up to date."]  # fmt: skip
    assert migrating.is_up_to_date()


def test_a_table_in_use_is_waited_for_and_tried_again(release, admin, schemas, monkeypatch, released):
    monkeypatch.setattr(replaying, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrating, "FIRST_PAUSE_SECONDS", 0.1)
    reader = psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=released)
    reader.execute(f"SELECT FROM {schemas[0]}.lessons_note")
    said = []

    def say(line):
        said.append(line)
        if "in use" in line:
            threading.Timer(0.05, reader.close).start()

    release("plain")
    migrate_all(say=say)
    assert said[1:] == ["north is in use; it is tried again.", "1 of 2: south is up to date.",
                        "2 of 2: north is up to date."]  # fmt: skip
    assert states(schemas) == {digest_of_migrations()}


def test_a_table_that_stays_in_use_is_told_in_the_end(deploy, admin, schemas, monkeypatch, released):
    monkeypatch.setattr(replaying, "LOCK_TIMEOUT", "20ms")
    monkeypatch.setattr(migrating, "FIRST_PAUSE_SECONDS", 0.01)
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=released) as reader:
        reader.execute(f"SELECT FROM {schemas[0]}.lessons_note")
        with pytest.raises(MigrationIncomplete, match="north: canceling statement due to lock timeout"):
            deploy("plain")
        assert states([schemas[1]]) == {digest_of_migrations()}
    migrate_all(say=lambda line: None)
    assert states(schemas) == {digest_of_migrations()}


def test_a_schema_whose_state_is_not_what_the_table_says_goes_alone(deploy, admin, schemas, alone):
    north, _south = schemas
    admin.execute(f"DROP TABLE {north}.lessons_note, {north}.lessons_line")
    admin.execute(f"DELETE FROM {north}.django_migrations WHERE app = 'lessons'")
    alone.clear()
    deploy("plain")
    assert alone == [provisioning.TEMPLATE, north]
    assert states(schemas) == {digest_of_migrations()}
    assert hosts.refusal_of(Organisation.objects.get(slug="north")) == ""


def test_what_cannot_be_one_transaction_is_marked_first_and_finished_by_the_next_run(
    deploy, admin, schemas, monkeypatch
):
    north, _south = schemas
    marks = []
    note_state = provisioning.note_state

    def note_it(schema, digest):
        note_state(schema, digest)
        marks.append((schema, digest))
        if (schema, digest) == (north, HALFWAY):
            # Somebody is killed while the index is being made: it is there, and good for nothing.
            admin.execute(f"CREATE INDEX note_by_text ON {north}.lessons_note (text)")
            admin.execute(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{north}.note_by_text'::regclass")
            raise KeyboardInterrupt

    monkeypatch.setattr(provisioning, "note_state", note_it)
    with pytest.raises(KeyboardInterrupt):
        deploy("beside")
    assert states([north]) == {HALFWAY} or marks[-1] == (north, HALFWAY)
    hosts.forget()
    assert hosts.refusal_of(Organisation.objects.get(slug="north")) != ""
    monkeypatch.setattr(provisioning, "note_state", note_state)
    migrate_all(say=lambda line: None)
    assert states(schemas) == {digest_of_migrations()}
    indexes = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid"
    for schema in schemas:
        here = (
            f"{indexes} AND c.relname IN ('note_by_text', 'line_by_note') AND c.relnamespace = '{schema}'::regnamespace"
        )
        assert admin.execute(here).fetchone() == (2,)
    assert hosts.refusal_of(Organisation.objects.get(slug="north")) == ""


def test_a_statement_that_differs_each_time_is_not_learnt():
    from django.db import migrations, models

    def repeatable(field):
        migration = migrations.Migration("0002_x", "members")
        migration.operations = [migrations.AddField("member", "x", field)]
        return recording.is_repeatable(migration)

    assert repeatable(models.JSONField(default=dict))
    assert not repeatable(models.UUIDField(default=uuid.uuid4))


def test_two_runs_take_turns(release, admin, released):
    release("plain")
    admin.execute("SELECT pg_advisory_lock(%s)", [migrating.ONE_AT_A_TIME])
    said = []

    def second():
        migrate_all(say=said.append)
        connections["owner"].close()

    thread = threading.Thread(target=second)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()
    assert said == []
    admin.execute("SELECT pg_advisory_unlock(%s)", [migrating.ONE_AT_A_TIME])
    thread.join(30)
    assert len(said) == 2
    assert PreparedScript.objects.filter(digest=digest_of_migrations()).exists()
