"""What was done around the organisations stays written as it was; tampering shows."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from rollout.audit import actions as audit
from rollout.audit import queries
from rollout.audit.models import Event, Head
from rollout.organisations.models import Organisation
from tests.racing import at_once
from tests.world import inside


@pytest.mark.django_db
def test_an_act_is_written_with_its_actor():
    actor, subject = uuid.uuid4(), uuid.uuid4()
    audit.record("account.signed_in", by=actor, subject=subject, way="code")
    event = Event.objects.get()
    assert (event.actor_id, event.action, event.subject_id, event.detail) == (
        actor, "account.signed_in", subject, {"way": "code"}
    )  # fmt: skip
    assert Head.objects.get().seq == event.seq == 1
    assert queries.verdict().sound


@pytest.mark.django_db
def test_an_empty_chain_is_sound():
    assert queries.verdict() == queries.Verdict(sound=True, problem="", first_bad=None)


STATEMENTS = [
    "UPDATE platform_audit_event SET action = 'x'",
    "DELETE FROM platform_audit_event",
    "TRUNCATE platform_audit_event",
    "UPDATE platform_audit_head SET seq = 0",
    "DELETE FROM platform_audit_head",
    "INSERT INTO platform_audit_head VALUES (1, 0, '')",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_web_cannot_change_the_trail(statement):
    audit.record("account.signed_in", by=None)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(using="platform"):
        connections["platform"].cursor().execute(statement)
    assert queries.verdict().sound


@pytest.mark.parametrize("statement", STATEMENTS[:3] + STATEMENTS[4:5])
def test_the_owner_cannot_either(committed, statement):
    audit.record("account.signed_in", by=None)
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=committed) as admin:
        with pytest.raises(psycopg.Error, match="append-only"):
            admin.execute(statement)
        admin.rollback()


def test_an_organisation_cannot_write_here(north):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        inside(north, uuid.uuid4()),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT security.platform_append(null::uuid, 'x'::text, null::uuid, '{}'::jsonb)")


TAMPERING = {
    "edit": ("UPDATE platform_audit_event SET detail = '{\"x\": 1}' WHERE seq = 3", "content changed"),
    "delete": ("DELETE FROM platform_audit_event WHERE seq = 3", "chain broken"),
    "insert": (
        "INSERT INTO platform_audit_event SELECT gen_random_uuid(), 9, at, actor_id, action, subject_id, detail, hash,"
        " sha256(hash) FROM platform_audit_event WHERE seq = 5", "chain broken"),
    "cut tail": ("DELETE FROM platform_audit_event WHERE seq >= 5", "tail cut"),
    "reorder": (
        "UPDATE platform_audit_event SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3);"
        " UPDATE platform_audit_event SET seq = seq - 100 WHERE seq > 100", "chain broken"),
    "no head": ("DELETE FROM platform_audit_head", "head missing"),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_by_somebody_with_every_right_is_found(committed, how):
    for number in range(5):
        audit.record("account.signed_in", by=None, number=number)
    assert queries.verdict().sound
    call_command("audit", "verify", verbosity=0)
    statement, problem = TAMPERING[how]
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=committed) as admin:
        admin.execute("SET session_replication_role = replica")  # a superuser may switch triggers off
        admin.execute(statement)
    assert queries.verdict().problem == problem
    with pytest.raises(CommandError, match="not sound"):
        call_command("audit", "verify", verbosity=0)


def test_many_writers_make_one_line(committed):
    assert Organisation.objects.exists()

    def write(number: int) -> None:
        for turn in range(5):
            audit.record("account.signed_in", by=None, writer=number, turn=turn)

    assert at_once(16, write) == [None] * 16
    assert queries.verdict().sound
    assert Event.objects.count() == 80
