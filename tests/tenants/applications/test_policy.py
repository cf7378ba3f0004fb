"""The table of applications: every state, every act, the same table in the database, and random histories."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.db import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.applications import actions, queries
from tenants.applications.models import Application, Kind
from tenants.applications.policy import OPEN, TRANSITIONS, Act, State, after, may
from tests.world import inside, sql
from tests.world_applications import ready, system_of
from tests.world_projects import workshop

TABLE = [
    (State.DRAFT, {"choose_host", "sign", "submit", "depart"}),
    (State.SUBMITTED, {"withdraw", "depart"}),
    (State.WITHDRAWN, set()),
]


@pytest.mark.parametrize(("state", "possible"), TABLE)
def test_what_is_possible_in_each_state(state, possible):
    assert {act.value for act in Act if may(state, act)} == possible


def test_the_table_knows_every_state():
    assert set(TRANSITIONS) == set(State) == {state for state, _possible in TABLE}
    assert set(OPEN) == {State.DRAFT, State.SUBMITTED}


def test_only_the_second_key_leads_to_handed_in():
    assert {act for state in State for act in Act if may(state, act) and after(state, act) == State.SUBMITTED} == {
        Act.SUBMIT
    }


def test_the_database_keeps_the_same_table():
    guards = import_module("tenants.applications.migrations.0003_guards").Migration.operations
    body = next(operation.body for operation in guards if operation.name == "application_moves_as_signed")
    kept = {tuple(words.split()) for words in re.findall(r"'([a-z]+ [a-z]+)'", body)}
    table = {(s.value, t.value) for s, acts in TRANSITIONS.items() for t in acts.values() if t != s}
    assert kept == table


STEPS = st.tuples(
    st.sampled_from(["ambition", "host", "sign", "sign_old", "withdraw", "forge_submitted", "forge_withdrawn"]),
    st.booleans(),
)


def test_no_history_reaches_an_impossible_state(north):
    system_of(north)
    shops = []

    @settings(max_examples=15, deadline=None)
    @given(history=st.lists(STEPS, max_size=12))
    def live(history):
        shops.append(workshop(north, f"Pair {len(shops)}"))
        go_through(shops[-1], history)

    live()


def go_through(shop, history):
    ready(shop)
    for count, (step, by_citizen) in enumerate(history):
        who = shop.citizen if by_citizen else shop.professional
        with inside(shop.organisation, who):
            before = queries.application_of(who, shop.pair.pk)
            keys = sql("SELECT count(*) FROM applications_applicationkey WHERE application_id = %s", before.pk)[0][0]
        try:
            with inside(shop.organisation, who):
                do(step, shop, before, who, count)
            done = True
        except (DomainError, DatabaseError):
            done = False
        with inside(shop.organisation, who):
            now = Application.objects.get(pk=before.pk)
            signed = sql(
                "SELECT count(*) FROM applications_applicationkey WHERE application_id = %s AND content_hash = %s",
                now.pk, now.content_hash,
            )[0][0]  # fmt: skip
            open_ones = Application.objects.filter(pair=shop.pair, state__in=OPEN).count()
        assert State(now.state) in {State(before.state), *TRANSITIONS[State(before.state)].values()}
        assert open_ones <= 1
        assert signed in (0, 1, 2)
        if now.state == State.SUBMITTED:
            assert signed == 2
        if now.state != State.DRAFT and before.state != State.DRAFT:
            assert (now.content, now.host, now.submitted_at) == (before.content, before.host, before.submitted_at)
        if not done:
            assert (now.state, now.content_hash) == (before.state, before.content_hash)
        elif before.state == State.DRAFT and step in ("ambition", "host"):
            assert signed == 0
        elif before.state == State.DRAFT and step == "sign":
            assert signed >= max(keys, 1)
        assert not (done and step.startswith(("forge", "sign_old")))


def do(step, shop, application, who, count):
    if step == "ambition":
        actions.write_joint(pair=shop.pair, kind=Kind.AMBITION, text=f"Ambition {count}", by=who)
    elif step == "host":
        is_here = application.host == "system"
        system = None if is_here else queries.systems_here().get().pk
        actions.choose_host(pair=shop.pair, host="organisation" if is_here else "system", system=system, by=who)
    elif step == "sign":
        shown = queries.content_of(application).hash
        actions.sign(application=application, shown=shown, by=who)
    elif step == "sign_old":
        actions.sign(application=application, shown=queries.hash_of("old"), by=who)
    elif step == "withdraw":
        actions.withdraw(application=application, by=who)
    else:
        forge(step, application)


def forge(step, application):
    """What a partner with a database console would write."""
    if step == "forge_submitted":
        sql("UPDATE applications_application SET state = 'submitted', submitted_at = now(), closed_at = NULL"
            " WHERE id = %s", application.pk)  # fmt: skip
    else:
        sql("UPDATE applications_application SET state = 'withdrawn', closed_at = now(), submitted_at = now()"
            " WHERE id = %s", application.pk)  # fmt: skip
    settle()
