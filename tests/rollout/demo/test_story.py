"""After the demo's story no room of its main pair is empty, and something waits for everybody, but not too much."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.utils import timezone

from rollout.accounts.models import Account
from rollout.demo import story
from rollout.demo.plot import ORGANISATIONS, PAIRS, STORY_DAYS
from rollout.demo.script import HANDOVER, LETTERS
from rollout.demo.stage import Stage
from rollout.organisations import hosts
from tests import databases
from tests.pages.told import files_in
from tests.world_accounts import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

MAUREEN, KWAME = "maureen.tatlow@example.com", "kwame.asante-boyle@example.org"
JOSEPHINE, CALLUM, LEILA = (
    "josephine.kettleborough@example.com", "callum.reyes-hart@example.org", "leila.bahrami@example.com",
)  # fmt: skip
LATER = {"where-we-started"}
"""It shows an application that is handed in; theirs is being written."""
HERS = {"my-reflections", "without-a-computer"}
"""What one keeps or chooses for oneself: she does, he does not."""
DOORWAY = re.compile(r'<li>\s*<a href="(/pairs/[^"]+)"')
EMPTY = 'class="empty"'


@pytest.fixture(scope="module")
def _told(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:  # fmt: skip
    """The story of the two pairs whose rooms it furnishes."""
    run = connections["default"].settings_dict["NAME"]
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        databases.copy("_rooms") as name,
        files_in(tmp_path_factory.mktemp("rooms")),
    ):
        patch.setattr(story, "ORGANISATIONS", ORGANISATIONS[:1])
        patch.setattr(story, "PAIRS", [plot for plot in PAIRS if plot.title in (LETTERS, HANDOVER)])
        databases.use(name)
        hosts.forget()
        try:
            story.Story(Stage(opening=timezone.now() - timedelta(days=STORY_DAYS))).tell()
            yield
        finally:
            databases.use(run)
            hosts.forget()


pytestmark = pytest.mark.usefixtures("_told")


def page(email: str, address: str = "/") -> str:
    """What somebody reads there."""
    answer = signed_in(Account.objects.for_address(email), "northmoor.localhost").get(address, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def needs_me(email: str) -> int:
    """How many things wait for somebody on their home page."""
    listed = page(email).partition('class="todo-list"')[2].partition("</ul>")[0]
    return listed.count("todo-list__item")


@pytest.mark.parametrize(("email", "but"), [(MAUREEN, LATER), (KWAME, LATER | HERS)])
def test_no_room_of_the_main_pair_is_empty(email: str, but: set[str]) -> None:
    (pair,) = set(re.findall(r'href="(/pairs/[0-9a-f-]{36}/)"', page(email)))
    whole = page(email, pair)
    rooms = {address for address in DOORWAY.findall(whole) if address.startswith(pair)}
    assert len(rooms) >= 20
    empty = {address.removeprefix(pair).strip("/") for address in rooms if EMPTY in page(email, address)}
    assert empty == but
    assert EMPTY not in whole


@pytest.mark.parametrize(("email", "most"), [(MAUREEN, 6), (KWAME, 6), (JOSEPHINE, 4)])
def test_something_waits_for_everybody_but_not_too_much(email: str, most: int) -> None:
    assert 1 <= needs_me(email) <= most


def test_somebody_who_looks_for_a_partner_is_asked_by_one_and_meets_another() -> None:
    seen = page(CALLUM, "/find/introductions/")
    assert needs_me(CALLUM) == 2
    assert "Rosa" not in seen, "a name is told after both said yes"
    assert "Winifred Okonjo-Peel" in seen


def test_what_a_helper_typed_counts_and_the_helper_sees_nothing_of_the_pair() -> None:
    (pair,) = set(re.findall(r'href="(/pairs/[0-9a-f-]{36}/)"', page(MAUREEN)))
    assert "Answers that were typed for you" in page(MAUREEN, f"{pair}without-a-computer/")
    assert LETTERS not in page(LEILA)
