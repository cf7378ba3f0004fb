"""One frozen moment, in a world with and in one without a hidden pair: nobody else sees a byte of difference.

The world is the demo's whole story. In one of two copies somebody who holds an office founds one more pair with
somebody whom nobody else knows, and the two do everything that a pair can do short of showing themselves.
"""

from __future__ import annotations

import functools
import logging
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, HttpResponse

from api.v1.members import Notices
from governance.boardpacks import tasks
from rollout.demo.stage import acting
from rollout.kernel import files, mail
from rollout.kernel.tenancy import PARTNER
from rollout.organisations.models import Organisation
from tenants.members import tasks as invitations
from tenants.members.models import OFFICES, Role
from tenants.members.views.own import FacilitatorHome
from tenants.pairs.models import Pair
from tests import rooms
from tests.permissions.routes import API, Route, routes
from tests.privacy import sights
from tests.privacy.conftest import TALLY, WITH, WITHOUT, Worlds
from tests.privacy.open_matters import LEAD
from tests.privacy.people import TWO_HATS, WORDS
from tests.privacy.sights import CAST, Sight

DEMO = "it exists in the demo alone, where every letter may be read"
ELSEWHERE = "the way through an organisation's own sign-in service; the sign-in host knows no organisation's rows"
LEFT = "offered where a partner has left; nobody of the cast is in such a pair"
NOT_SEEN: dict[str, str] = {
    "organisation /boards/packs/<uuid:pk>/": "no page leads to it; it leads on whatever is asked for, and asks nothing",
    "organisation /enter/finish/": "a way between hosts that a single-use code opens; tried with the permissions",
    "sign-in /enter/": "a way between hosts that makes a single-use code; tried with the permissions",
    "sign-in /factors/<int:pk>/rename/": "one's own passkey; the sign-in host knows no organisation's rows",
    "sign-in /factors/<int:pk>/remove/": "one's own second factor; the sign-in host knows no organisation's rows",
    "sign-in /factors/app/": sights.UNREPEATABLE["/factors/app/"],
    "sign-in /factors/passkey/": sights.UNREPEATABLE["/factors/passkey/"],
    "sign-in /sign-in/with/<slug:slug>/": ELSEWHERE,
    "sign-in /sign-in/with/<slug:slug>/code/": ELSEWHERE,
    "sign-in /sign-in/with/<slug:slug>/return/": ELSEWHERE,
    f"organisation {API}[\\s\\S]*\\Z": "answers 404 to everybody",
    "organisation /demo/outbox/": DEMO,
    "sign-in /demo/outbox/": DEMO,
    "sign-in /demo/outbox/<str:name>/": DEMO,
    "sign-in /demo/sign-in/<str:token>/": DEMO,
    "organisation /pairs/<uuid:pair>/separate/": LEFT,
    "organisation /pairs/<uuid:pair>/close/": LEFT,
    "organisation /pairs/<uuid:pair>/release/": "offered to whoever has left a pair; nobody of the cast has",
    **rooms.merged("NOT_SEEN"),
}
"""Addresses that answer a GET and are not compared, and why."""


@pytest.fixture(scope="module")
def seen(worlds: Worlds) -> tuple[Sight, Sight]:
    """Both worlds, as everybody but the pair sees them."""
    without, with_pair = (sights.see(worlds.enter(world), worlds.files[world]) for world in (WITHOUT, WITH))
    for medium, who, walk in with_pair.walks():
        let_in = sum(status < 400 for status, *_ in walk.pages.values())
        TALLY.append(f"two worlds, {medium} of {who or 'nobody'}: {len(walk.pages)} compared, {let_in} let in")
    counts = {name: len(getattr(with_pair, name)) for name in ("letters", "papers", "files", "cache", "log")}
    TALLY.append(f"two worlds, other media: {counts}")
    return without, with_pair


def test_a_hidden_pair_changes_no_byte_of_what_anybody_else_sees(seen: tuple[Sight, Sight], worlds: Worlds) -> None:
    with acting(worlds.enter(WITH), TWO_HATS) as founder:  # the control: it is there, and there is much of it
        assert [pair.title for pair in Pair.objects.all()] == [WORDS[0]]
        assert founder.held_roles == (Role.SPONSOR,)
        assert Pair.objects.get().decisions.count() == 2
    assert worlds.letters[WITH], "the pair has made letters leave"
    assert len(seen[1].letters) == 7, "and others make some leave, to people of the pair too"
    without, with_pair = seen
    assert without.differences(with_pair) == []


def test_no_word_of_the_pair_stands_anywhere(seen: tuple[Sight, Sight]) -> None:
    _without, with_pair = seen
    words = [word.encode() for word in WORDS]
    found = [
        (who, address)
        for _medium, who, walk in with_pair.walks()
        for address, (_status, headers, body) in walk.pages.items()
        for word in words
        if word in body or any(word in value for _name, value in headers)
    ]
    for medium in ("letters", "papers", "files", "cache", "log"):
        told = getattr(with_pair, medium).items()
        found += [(medium, name) for name, body in told for word in words if word in body or word.decode() in name]
    assert found == []


def test_every_page_and_every_operation_that_reads_is_compared(seen: tuple[Sight, Sight]) -> None:
    reached = sights.reached(seen[1])
    readable = {str(route): route for route in routes() if "get" in route.methods}
    assert set(readable) - set(reached) == set(NOT_SEEN)
    hats = {hat for hats in CAST.values() for hat in hats}
    assert hats == {PARTNER, *OFFICES}, "every role looks"
    lonely = [name for name, route in readable.items() if name in reached and not reached[name] >= whom(route)]
    assert lonely == [], "whoever holds the office of a page sees it"


def whom(route: Route) -> set[str]:
    """Those of the cast who alone wear the hat of a page without an object; nobody for other addresses."""
    if route.parameters or route.is_operation or route.is_open or route.capacity in (PARTNER, None):
        return set()
    return {who for who, hats in CAST.items() if route.capacity in hats}


# The comparison notices a pair that is not hidden, in every medium


def pairs_there_are() -> int:
    """How many pairs there are, as the server's administrator counts them: what nobody else may learn."""
    name = connections["default"].settings_dict["NAME"]
    schema = Organisation.objects.get(slug="northmoor").schema_name
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name) as server:
        query: Any = f"SELECT count(*) FROM {schema}.pairs_pair"
        return int(server.execute(query).fetchall()[0][0])


def told_on_a_page(patch: pytest.MonkeyPatch) -> None:
    real = FacilitatorHome.get

    def get(self: Any, request: HttpRequest) -> HttpResponse:
        answer = real(self, request)
        answer.content += str(pairs_there_are()).encode()
        return answer

    patch.setattr(FacilitatorHome, "get", get)


def told_by_the_api(patch: pytest.MonkeyPatch) -> None:
    real = Notices.list

    @functools.wraps(real)
    def listed(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        answer = real(self, request, *args, **kwargs)
        answer.data["count"] = pairs_there_are()
        return answer

    patch.setattr(Notices, "list", listed)


def told_in_a_header(patch: pytest.MonkeyPatch) -> None:
    real = FacilitatorHome.get

    def get(self: Any, request: HttpRequest) -> HttpResponse:
        answer = real(self, request)
        answer["ETag"] = str(pairs_there_are())
        return answer

    patch.setattr(FacilitatorHome, "get", get)


def told_in_the_cache(patch: pytest.MonkeyPatch) -> None:
    real = FacilitatorHome.get

    def get(self: Any, request: HttpRequest) -> HttpResponse:
        cache.set("pairs", pairs_there_are())
        return real(self, request)

    patch.setattr(FacilitatorHome, "get", get)


def told_in_the_log(patch: pytest.MonkeyPatch) -> None:
    real = FacilitatorHome.get

    def get(self: Any, request: HttpRequest) -> HttpResponse:
        logging.getLogger("rollout").debug("%s pairs", pairs_there_are())
        return real(self, request)

    patch.setattr(FacilitatorHome, "get", get)


def told_in_a_paper(patch: pytest.MonkeyPatch) -> None:
    real = tasks.ask_one
    patch.setattr(
        tasks, "ask_one", lambda name, *rest: str(pairs_there_are()) if name == "board_sponsor" else real(name, *rest)
    )


def told_in_a_letter(patch: pytest.MonkeyPatch) -> None:
    real = invitations.mail.send

    def send(**said: Any) -> Any:
        return real(**{**said, "subject": f"{pairs_there_are()} pairs"})

    patch.setattr(invitations.mail, "send", send)


LEAKS = {
    "pages": told_on_a_page, "headers": told_in_a_header, "operations": told_by_the_api, "cache": told_in_the_cache,
    "log": told_in_the_log, "papers": told_in_a_paper, "letters": told_in_a_letter,
}  # fmt: skip


@pytest.mark.parametrize("medium", LEAKS)
def test_what_tells_of_the_pair_is_noticed(worlds: Worlds, medium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    LEAKS[medium](monkeypatch)
    monkeypatch.setattr(sights, "CAST", {"freya.ellingsen@example.org": (PARTNER, Role.FACILITATOR)})
    without, with_pair = (
        sights.see(worlds.enter(world), {}, papers_too=medium == "papers") for world in (WITHOUT, WITH)
    )
    assert {found for found, *_ in without.differences(with_pair)} == {medium if medium != "headers" else "pages"}


def test_a_letter_and_a_file_that_tell_of_the_pair_are_noticed(worlds: Worlds) -> None:
    found = []
    for world in (WITHOUT, WITH):
        northmoor = worlds.enter(world)
        mail.send(
            template="members/invitation", to=LEAD, language="en", message_id="one", subject=str(pairs_there_are()),
            context={"organisation": northmoor, "expires_at": sights.NOW, "action_url": "https://x.example/"},
        )  # fmt: skip
        kept = files.store(settings.FILES_DIR, f"{pairs_there_are()}.txt", b"")
        found.append(Sight(letters=sights.letters(), files=sights.stored()))
        kept.path.unlink()
    assert {medium for medium, *_ in found[0].differences(found[1])} == {"letters", "files"}
