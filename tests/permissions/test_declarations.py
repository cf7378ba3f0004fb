"""Every address says who may reach it and in which hat; the table of permissions is the code's."""

from __future__ import annotations

import uuid

from rollout.kernel import clock
from rollout.kernel.permissions import all_names, allows
from rollout.kernel.tenancy import PARTNER
from rollout.kernel.views import Guarded
from tenants.members.models import OFFICES, Member, Office
from tenants.members.queries import HATS
from tests.permissions.doors_open import OPEN
from tests.permissions.matrix import Street
from tests.permissions.may import MAY, may
from tests.permissions.routes import operations, pages, routes
from tests.world import inside

SAID_BY_THE_CALLER = None
ALL_ROUTES = routes()
"""Walked first: permissions of the API are declared where its addresses are."""
NO_ADDRESS = "/api/v1/[\\s\\S]*\\Z"
"""Where everything else under the API ends: it names no permission, so it answers nobody."""


def named(view: type) -> str:
    return f"{view.__module__}.{view.__qualname__}"


def test_a_page_declares_a_permission_or_stands_open_for_a_reason():
    guarded = [route for route in pages() if not route.is_open]
    assert [str(route) for route in guarded if not issubclass(route.view, Guarded)] == []
    assert [str(route) for route in guarded if not set(route.operations.values()) <= all_names()] == []
    opened = {named(route.view) for route in pages() if route.is_open}
    assert opened - set(OPEN) == set(), "a view without a permission needs a reason"
    assert set(OPEN) - opened == set(), "a reason without a view"
    assert all(not set(route.operations.values()) - {""} for route in pages() if route.is_open)


def test_a_page_of_an_office_is_in_a_hat_that_its_permission_knows():
    wrong = [
        (str(route), route.capacity, permission)
        for route in pages()
        if not route.is_open
        for permission in route.operations.values()
        if route.capacity not in HATS or route.capacity not in MAY[permission]
    ]
    assert wrong == []


def test_an_operation_of_the_api_declares_a_permission_and_leaves_the_hat_to_its_caller():
    named_ones = [route for route in operations() if route.path != NO_ADDRESS]
    assert len(named_ones) > 50
    assert [str(route) for route in named_ones if not set(route.operations.values()) <= all_names()] == []
    assert [str(route) for route in operations() if route.capacity is not SAID_BY_THE_CALLER] == []
    assert {str(route) for route in operations() if "" in route.operations.values()} == {f"organisation {NO_ADDRESS}"}


def test_every_address_is_walked():
    assert len(pages()) + len(operations()) == len(ALL_ROUTES)
    assert len(pages()) > 150


def test_the_table_lists_every_permission_there_is():
    assert set(MAY) == all_names()
    assert all(hats <= set(HATS) for hats in MAY.values())


def test_every_permission_is_held_by_whom_the_table_names(street: Street):
    wrong, asked = [], 0
    for held in ((), *((role,) for role in OFFICES)):
        member = holder(*held)
        for hat in HATS:
            with inside(street.house.organisation, member, hat):
                for permission in MAY:
                    asked += 1
                    if allows(member, permission) != may(permission, hat, frozenset(held)):
                        wrong.append((permission, held, hat))
    assert wrong == []
    assert asked == (len(OFFICES) + 1) * len(HATS) * len(MAY)


def test_no_permission_needs_more_than_one_office(street: Street):
    """Somebody with every office may in each hat what somebody with that one office may."""
    everything = holder(*OFFICES)
    for hat in HATS:
        with inside(street.house.organisation, everything, hat):
            may_do = {permission for permission in MAY if allows(everything, permission)}
        assert may_do == {permission for permission, hats in MAY.items() if hat in hats}, hat


def test_who_has_left_may_do_nothing_in_their_own_name(street: Street):
    gone = holder()
    gone.ended_at = gone.joined_at
    with inside(street.house.organisation, gone, PARTNER):
        assert [permission for permission in MAY if allows(gone, permission)] == []


def holder(*roles: str) -> Member:
    """Somebody who holds exactly these offices, as a request meets them."""
    member = Member(pk=uuid.uuid4(), name="Holder", joined_at=clock.now())
    member._prefetched_objects_cache = {"offices": [Office(member=member, role=role) for role in roles]}
    return member
