"""One transaction, one organisation, one person, one hat."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.signals import request_finished
from django.db import DatabaseError, connections, transaction

from rollout.kernel.errors import OutsideOrganisation
from rollout.kernel.postgresql import base
from rollout.kernel.tenancy import Place, collect, current_place, here, in_organisation
from rollout.organisations.models import Organisation
from tenants.members.models import Member
from tests import world
from tests.world import inside, sql


def test_the_place_is_known_inside_and_gone_outside(north):
    with inside(north):
        assert here() == north.place()
    assert current_place() is None
    with pytest.raises(OutsideOrganisation):
        here()


def test_nesting_in_the_same_place_is_a_savepoint(north):
    lead = world.lead(north)
    with inside(north, lead):
        with pytest.raises(ZeroDivisionError), inside(north, lead):
            Member.objects.filter(pk=lead.pk).update(name="Changed")
            raise ZeroDivisionError
        assert Member.objects.get(pk=lead.pk).name == "Lena Lead"


def test_nesting_as_somebody_else_is_refused(north):
    lead, other = world.lead(north), world.member(north, "Otto Other")
    with inside(north, lead), pytest.raises(OutsideOrganisation), inside(north, other):
        pass


def test_a_swallowed_database_error_saves_nothing(committed):
    north = Organisation.objects.get(slug="north")
    lead = world.lead(north)
    with pytest.raises((transaction.TransactionManagementError, DatabaseError)), inside(north, lead):
        Member.objects.filter(pk=lead.pk).update(name="Changed")
        try:
            with transaction.atomic(savepoint=False):
                sql("SELECT 1 / 0")
        except DatabaseError:
            pass
    with inside(north, lead):
        assert Member.objects.get(pk=lead.pk).name == "Lena Lead"


def test_after_the_transaction_the_connection_belongs_to_nobody(committed):
    north = Organisation.objects.get(slug="north")
    with inside(north):
        pass
    raw = connections["default"].connection
    row = raw.execute("SELECT current_setting('role'), current_setting('rollout.context', true)").fetchone()
    assert row == ("none", "")


def test_what_is_collected_is_handed_over_once_at_the_end(north):
    told: list[list[str]] = []
    with inside(north):
        collect(told.append, "one")
        collect(told.append, "two")
        assert told == []
    assert told == [["one", "two"]] or told == [["one"], ["two"]]
    with pytest.raises(OutsideOrganisation):
        collect(told.append, "late")


def test_a_thread_has_no_place_of_its_own(committed):
    north = Organisation.objects.get(slug="north")
    seen: list[object] = []
    with inside(north):
        thread = threading.Thread(target=lambda: seen.append(current_place()))
        thread.start()
        thread.join()
    assert seen == [None]


def test_many_threads_in_two_organisations_never_mix(committed):
    organisations = list(Organisation.objects.order_by("slug"))
    leads = {organisation.pk: world.lead(organisation) for organisation in organisations}

    def look(number: int) -> bool:
        try:
            organisation = organisations[number % 2]
            lead = leads[organisation.pk]
            with inside(organisation, lead):
                return sql("SELECT current_schema(), security.person()") == [(organisation.schema_name, lead.pk)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(look, range(60)))


def test_the_login_reads_no_statement_of_its_other_sessions(committed):
    """A statement carries a signed context and what people type, and every organisation shares the login."""
    north = Organisation.objects.get(slug="north")
    lead = world.lead(north)

    def spy() -> list[str]:
        try:
            with inside(north):
                sql("RESET ROLE")
                rows = sql("SELECT query FROM pg_stat_activity WHERE usename = session_user AND pid <> pg_backend_pid()"
                           " AND datname = current_database()")  # fmt: skip
                sql("SELECT set_config('role', %s, true)", north.role_name)
                return [query for (query,) in rows]
        finally:
            connections.close_all()

    with inside(north, lead), ThreadPoolExecutor(1) as pool:
        seen = pool.submit(spy).result()
    assert seen
    assert set(seen) <= {"", "<backend information not available>"}


@pytest.mark.parametrize("name", ["public; drop schema x", 'a"b', "A", "", "1a", "a" * 64])
def test_a_place_takes_plain_names_alone(name):
    with pytest.raises(ValueError, match="plain name"):
        Place(schema=name, role="rollout_x")


def test_organisations_of_two_databases_share_nothing(north, south):
    north_lead = world.lead(north)
    with inside(south, north_lead):
        assert sql("SELECT count(*) FROM members_member") == [(0,)]
    with in_organisation(south.place(north_lead.pk, "rollout_lead")):
        assert sql("SELECT is_member(), holds_office('rollout_lead')") == [(False, False)]


def test_what_was_met_before_weighs_nothing_and_much_that_is_new_retires_a_connection_too(committed, monkeypatch):
    monkeypatch.setattr("rollout.kernel.postgresql.base.MOST_REMEMBERED", base.PER_ORGANISATION + 3)
    organisations = connections["default"]

    def request(*statements):
        with inside(Organisation.objects.get(slug="north")):
            for statement in statements:
                sql(statement)
        request_finished.send(sender=None)
        return organisations.connection is None

    assert not request(*["SELECT 1"] * 9, "SELECT 2")
    assert not request("SELECT 2")
    assert request("SELECT 3")


def test_a_connection_is_retired_after_many_organisations(committed, monkeypatch):
    monkeypatch.setattr("rollout.kernel.postgresql.base.MOST_REMEMBERED", 2 * base.PER_ORGANISATION + 2)
    organisations = connections["default"]

    def request(slug):
        with inside(Organisation.objects.get(slug=slug)):
            sql("SELECT 1")
        server_process = organisations.connection.info.backend_pid
        request_finished.send(sender=None)
        return server_process

    first = [request("north"), request("north"), request("south")]
    assert len(set(first)) == 1
    assert organisations.connection is None
    again = [request("north"), request("north")]
    assert organisations.connection is not None
    assert set(again).isdisjoint(first)
