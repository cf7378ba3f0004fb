"""An organisation with a sign-in service of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rollout.signon import actions, speaking
from tests.rollout.signon.service import Service, running
from tests.world_accounts import operator
from tests.world_signon import details

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.organisations.models import Organisation
    from rollout.signon.models import SignInService


@pytest.fixture
def service(db: None) -> Iterator[Service]:
    """The server, honest."""
    speaking.forget()
    yield running().reset()
    speaking.forget()


@pytest.fixture
def norths(north: Organisation, service: Service) -> SignInService:
    """What the first organisation's operator wrote down."""
    return actions.configure(organisation=north, details=details(service.issuer), by=operator())


@pytest.fixture
def souths(south: Organisation, service: Service) -> SignInService:
    """The second organisation has its own account at the same server."""
    return actions.configure(organisation=south, details=details(service.issuer), by=operator())
