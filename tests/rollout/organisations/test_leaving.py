"""One organisation is backed up and put back, with every row it has and nothing of anybody else."""

from __future__ import annotations

import os
import stat
import time
import uuid
import zipfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.utils import DatabaseError
from django.test import override_settings
from django.urls import reverse

from rollout.accounts.models import Account, Session
from rollout.jobs.models import Job
from rollout.jobs.sweeping import tidy_files
from rollout.kernel.privacy import protected_models
from rollout.organisations import hosts, provisioning
from rollout.organisations.leaving import restore as restoring
from rollout.organisations.leaving import tables
from rollout.organisations.management.commands.bootstrap import bootstrap
from rollout.organisations.migrating import ONE_AT_A_TIME, migrate_all
from rollout.organisations.models import Domain, Organisation
from tenants.members.models import Member, Role
from tests import databases, world, world_governance
from tests.world import browser, inside, sql

KEY = bytes(range(64, 96))
OTHER_KEY = bytes(range(100, 132))


@pytest.fixture(scope="module")
def world_of_moor(django_db_setup, django_db_blocker, tmp_path_factory):
    """A database with an organisation that shows a pair to its board and hides another, and its backup."""
    run = connections["default"].settings_dict["NAME"]
    file = tmp_path_factory.mktemp("backups") / "moor.zip"
    with django_db_blocker.unblock(), databases.copy("_moor") as name:
        databases.use(name)
        moor = provisioning.create_organisation(
            domain="moor.localhost",
            slug="moor",
            name="Moor Trust",
            time_zone="Europe/Paris",
            second_factor_for_all=True,
        )  # fmt: skip
        board = world_governance.board(moor)
        world_governance.shown_to(board)
        world.hidden_pair(moor, "=HIDDEN()")
        world_governance.issued(board, pdf=b"%PDF-1.7 a pack")
        world.hidden_pair(Organisation.objects.get(slug="south"), "Next door")
        call_command("organisation", "backup", "moor", "--to", file)
        databases.use(run)
        yield name, file


@pytest.fixture
def moor(world_of_moor, django_db_blocker):
    """The file, in a copy of that database where the test may do anything."""
    run = connections["default"].settings_dict["NAME"]
    name, file = world_of_moor
    with django_db_blocker.unblock(), databases.copy("_here", of=name) as here:
        databases.use(here)
        hosts.forget()
        yield file
    databases.use(run)


@contextmanager
def elsewhere():
    """Another installation, which knows nothing of this organisation."""
    here = connections["default"].settings_dict["NAME"]
    with databases.copy("_elsewhere") as name:
        databases.use(name)
        hosts.forget()
        yield
        databases.use(here)
    hosts.forget()


def restore(file, slug="mire", *more):
    call_command("organisation", "restore", file, "--slug", slug, *more)
    return Organisation.objects.get(slug=slug)


def contents(slug):
    """Number and hash of the rows of every table."""
    schema = Organisation.objects.get(slug=slug).schema_name
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        tables.speak_plainly()
        return {table.name: tables.fingerprint(cursor, schema, table) for table in tables.tables_of(schema)}


def all_others(but):
    """The same of everybody else, and of the shared tables that a restore has no business in."""
    others = {one.slug: contents(one.slug) for one in Organisation.objects.exclude(slug=but)}
    with connections["owner"].cursor() as cursor:
        for table in ("jobs_job", "accounts_session", "accounts_apitoken", "accounts_account", "mfa_authenticator"):
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table} t")
            others[table] = cursor.fetchone()[0]
    return others


def test_a_restored_copy_stands_beside_the_original_and_is_equal(moor, capsys):
    before, others = contents("moor"), all_others("mire")
    assert sum(rows for rows, _ in before.values()) > 50
    assert before["pairs_pair"][0] == 2
    mire = restore(moor)

    assert contents("mire") == before
    assert all_others("mire") == others
    assert (mire.name, mire.time_zone, mire.second_factor_for_all) == ("Moor Trust", "Europe/Paris", True)
    assert mire.pk != Organisation.objects.get(slug="moor").pk
    assert hosts.refusal_of(mire) == ""
    assert [one.domain for one in mire.domains.all()] == ["mire.localhost"]
    call_command("audit", "verify", "mire")
    assert "mire: sound" in capsys.readouterr().out


def test_the_restored_organisation_works_and_its_rules_hold(moor):
    mire = restore(moor)
    with inside(mire):
        lead = sql("SELECT * FROM office_holders('rollout_lead')")[0][0]
    with inside(mire, lead, Role.ROLLOUT_LEAD):
        assert sql("SELECT title FROM pairs_pair") == [("Letters we can read",)]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT member_id FROM {mire.schema_name}.pairs_seat s JOIN {mire.schema_name}.pairs_pair p"
                       " ON p.id = s.pair_id WHERE p.title = '=HIDDEN()' ORDER BY s.side")  # fmt: skip
        professional = cursor.fetchall()[-1][0]
    with inside(mire, professional):
        assert sql("SELECT title FROM pairs_pair") == [("=HIDDEN()",)]
    # Two keys, also for the owner of the tables
    again = "SELECT (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid()))).* FROM projects_decision d"
    one_key = pytest.raises(DatabaseError, match="two_keys_needed")
    with one_key, transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"SET LOCAL search_path TO {mire.schema_name}, pg_temp")
        cursor.execute(f"INSERT INTO projects_decision {again} WHERE state = 'agreed'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_its_packs_come_along_and_stay_when_files_are_tidied(moor):
    original = Organisation.objects.get(slug="moor")
    task = f"{uuid.uuid4()}-{uuid.uuid4()}.pdf"
    (settings.FILES_DIR / original.schema_name / "packs" / task).write_bytes(b"%PDF a job's")
    file = moor.with_name("with-file.zip")
    call_command("organisation", "backup", "moor", "--to", file)
    mire = restore(file)
    home = settings.FILES_DIR / mire.schema_name
    files = {path.relative_to(home): path.read_bytes() for path in home.rglob("*.pdf")}
    there = settings.FILES_DIR / original.schema_name
    assert files == {path.relative_to(there): path.read_bytes() for path in there.rglob("*.pdf")}
    assert len(files) == 2
    old = time.time() - 8000
    for path in home.rglob("*.pdf"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        os.utime(path, (old, old))
    tidy_files()
    assert {path.relative_to(home) for path in home.rglob("*.pdf")} == set(files)

    with inside(mire):
        lead = sql("SELECT * FROM office_holders('rollout_lead')")[0][0]
    with inside(mire, lead, Role.ROLLOUT_LEAD):
        ((pack, path),) = sql("SELECT id, pdf_path FROM boardpacks_boardpack")
        member = Member.objects.get(pk=lead)
    answer = browser(member, mire).get(reverse("boardpacks:pack-pdf-rollout-lead", args=[pack]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 a pack"


def test_another_installation_takes_it_with_the_same_people(moor):
    before = contents("moor")
    people = dict(Account.objects.values_list("id", "email"))
    with elsewhere():
        known = next(iter(people))
        Account.objects.create(id=known, email=people[known], language="fr")
        others = all_others("moor")
        accounts = others.pop("accounts_account")
        mire = restore(moor, "moor", "--domain", "moor.example.org")
        assert contents("moor") == before
        after = all_others("moor")
        assert after.pop("accounts_account") != accounts
        assert after == others
        assert hosts.refusal_of(mire) == ""
        call_command("audit", "verify")
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"SELECT id FROM {mire.schema_name}.members_member")
            members = {row[0] for row in cursor.fetchall()}
        found = {one.pk: one for one in Account.objects.all()}
        assert {pk: one.email for pk, one in found.items()} == {pk: people[pk] for pk in members | {known}}
        assert found[known].language == "fr"
        assert not any(one.is_operator or one.has_usable_password() for one in found.values() if one.pk != known)
        assert not Session.objects.exists()
        assert not Job.objects.exists()


def test_another_installation_with_other_names_for_its_roles_takes_it_too(moor, django_db_blocker):
    before = contents("moor")
    here = {alias: dict(connections[alias].settings_dict) for alias in connections}
    urls = {
        name: getattr(settings, name).replace("rollout_test_", "rollout_else_")
        for name in ("DATABASE_LOGIN_URL", "DATABASE_PLATFORM_URL", "DATABASE_OWNER_URL")
    }
    name = f"{here['default']['NAME']}_else"
    try:
        with override_settings(ROLE_PREFIX="rollout_else", BACKUP_KEYS=[OTHER_KEY, KEY], **urls):
            provisioning.digest_of_migrations.cache_clear()
            bootstrap(settings.DATABASE_ADMIN_URL, name)
            for alias in connections:
                connections[alias].close()
                mine = connections[alias].settings_dict
                mine.update(NAME=name, USER=mine["USER"].replace("rollout_test_", "rollout_else_"))
            connections["owner"].settings_dict["OWNER_ROLE"] = "rollout_else_owner"
            migrate_all(say=lambda line: None)
            mire = restore(moor, "moor")
            assert contents("moor") == before
            assert hosts.refusal_of(mire) == ""
            call_command("audit", "verify")
            copy = moor.with_name("again.zip")
            call_command("organisation", "backup", "moor", "--to", copy)
    finally:
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict.update(here[alias])
        provisioning.digest_of_migrations.cache_clear()
        with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    # Back at home: its mark was made with a key that is not known here.
    refused(copy, "BACKUP_KEY")


def refused(file, words, slug="mire"):
    before = (Organisation.objects.count(), Account.objects.count(), schemas(), set(settings.FILES_DIR.iterdir()))
    with pytest.raises(CommandError, match=words) as problem:
        call_command("organisation", "restore", file, "--slug", slug)
    assert "\n" not in str(problem.value)
    after = (Organisation.objects.count(), Account.objects.count(), schemas(), set(settings.FILES_DIR.iterdir()))
    assert after == before


def schemas():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace")
        return cursor.fetchone()[0]


def test_somebody_elses_address_is_refused(moor):
    with elsewhere():
        _, email = first_account(moor)
        Account.objects.create(email=email)
        refused(moor, "belongs to another account", slug="moor")


def test_somebody_elses_id_is_refused(moor):
    with elsewhere():
        known, _ = first_account(moor)
        Account.objects.create(id=known, email="quite.somebody@example.net")
        refused(moor, "has another address here", slug="moor")


def test_who_was_erased_since_is_not_brought_back(moor):
    known, _ = first_account(moor)
    Account.objects.filter(pk=known).update(email=None, erased_at="2026-01-01T00:00Z", is_active=False)
    refused(moor, "erased here since")


def test_at_home_a_person_is_the_same_under_a_new_address(moor):
    known, _ = first_account(moor)
    Account.objects.filter(pk=known).update(email="moved@example.net")
    restore(moor)
    assert Account.objects.get(pk=known).email == "moved@example.net"


def first_account(file):
    with zipfile.ZipFile(file) as bundle:
        known, email, *_ = bundle.read("accounts.copy").decode().split("\n")[0].split("\t")
    return uuid.UUID(known), email


def test_a_taken_name_or_address_is_refused(moor):
    refused(moor, "already an organisation “moor”", slug="moor")
    Domain.objects.using("owner").create(domain="mire.localhost", tenant=Organisation.objects.get(slug="north"))
    refused(moor, "already an organisation at mire.localhost")


def test_who_was_not_served_is_not_served_by_being_restored(moor):
    call_command("organisation", "close", "moor")
    file = moor.with_name("closed.zip")
    call_command("organisation", "backup", "moor", "--to", file)
    assert restore(file).status == Organisation.Status.SUSPENDED


def test_a_backup_is_one_closed_file_and_tells_nothing_on_the_way(moor, capsys):
    file = moor.with_name("another.zip")
    call_command("organisation", "backup", "moor", "--to", file)
    assert capsys.readouterr().out == "The backup of moor is done.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []
    with pytest.raises(CommandError, match="already a file"):
        call_command("organisation", "backup", "moor", "--to", file)
    restore(file)
    assert capsys.readouterr().out == "mire is restored, and compared with its backup.\n"


def test_a_backup_that_fails_leaves_no_file(moor):
    file = moor.with_name("never.zip")
    schema = Organisation.objects.get(slug="moor").schema_name
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP POLICY privacy_definer ON {schema}.pairs_pair")
    with pytest.raises(CommandError, match="not protected as its models declare"):
        call_command("organisation", "backup", "moor", "--to", file)
    with pytest.raises(CommandError, match="no organisation “fen”"):
        call_command("organisation", "backup", "fen", "--to", file)
    assert not file.exists()
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


def test_backup_and_migration_wait_for_each_other(moor):
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=connections["owner"].settings_dict["NAME"]) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        with pytest.raises(CommandError, match="A migration is running"):
            call_command("organisation", "backup", "moor", "--to", moor.with_name("meanwhile.zip"))
        refused(moor, "A migration is running")


def test_without_a_key_there_is_no_backup(moor, settings):
    for weak in ([], [b"short"], [b"\0" * 32]):
        settings.BACKUP_KEYS = weak
        with pytest.raises(CommandError, match="BACKUP_KEY is missing"):
            call_command("organisation", "backup", "moor", "--to", moor.with_name("open.zip"))
        refused(moor, "BACKUP_KEY is missing")


def test_everything_is_from_one_moment(moor, monkeypatch):
    """Somebody writes while the backup is being made: the file has all of the act, or nothing of it."""
    original = Organisation.objects.get(slug="moor")
    before, copied = contents("moor"), []
    copy_out = tables.copy_out

    def meanwhile(cursor, schema, table):
        if not copied:
            world.hidden_pair(original, "In between")
        copied.append(table.name)
        return copy_out(cursor, schema, table)

    file = moor.with_name("moment.zip")
    with monkeypatch.context() as patched:
        patched.setattr(tables, "copy_out", meanwhile)
        call_command("organisation", "backup", "moor", "--to", file)
    assert contents("moor") != before
    restore(file)
    assert contents("mire") == before


def test_what_does_not_come_back_equal_is_not_kept(moor, monkeypatch):
    copy_in = tables.copy_in

    def lossy(cursor, schema, table, blocks):
        if table.name == "surfacing_surfacingkey":
            blocks = (block for block in [next(blocks).rsplit(b"\n", 2)[0] + b"\n"])
        copy_in(cursor, schema, table, blocks)

    monkeypatch.setattr(tables, "copy_in", lossy)
    refused(moor, "not what is in the backup")


def test_an_orphan_is_not_accepted(moor, monkeypatch):
    copy_in = tables.copy_in
    monkeypatch.setattr(
        tables, "copy_in",
        lambda cursor, schema, table, blocks: table.name == "pairs_pair" or copy_in(cursor, schema, table, blocks),
    )  # fmt: skip
    refused(moor, "did not accept")


def test_a_broken_chain_is_not_restored(moor):
    schema = Organisation.objects.get(slug="moor").schema_name
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=connections["owner"].settings_dict["NAME"]) as admin:
        admin.execute(f"ALTER TABLE {schema}.audit_event DISABLE TRIGGER USER")
        admin.execute(f"UPDATE {schema}.audit_event SET action = 'pair.nothing' WHERE seq = 2")
        admin.execute(f"ALTER TABLE {schema}.audit_event ENABLE TRIGGER USER")
    file = moor.with_name("rewritten.zip")
    call_command("organisation", "backup", "moor", "--to", file)
    refused(file, "audit chain")


def test_another_state_of_the_migrations_is_refused(moor, monkeypatch):
    monkeypatch.setattr(restoring, "digest_of_files", lambda: "0" * 64)
    refused(moor, "another state of the migrations")


def test_every_column_of_every_model_is_in_it(moor):
    schema = Organisation.objects.get(slug="moor").schema_name
    known = {table.name: set(table.columns) for table in tables.tables_of(schema)}
    assert known == {
        model._meta.db_table: {field.column for field in model._meta.local_concrete_fields}
        for model in protected_models()
    }
    with zipfile.ZipFile(moor) as bundle:
        assert {f"tables/{name}.copy" for name in known} < set(bundle.namelist())


def test_path_is_a_path(moor):
    refused(Path("no/such/file.zip"), "no file of that name")
