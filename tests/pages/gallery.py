"""Every page of the service as somebody gets it, in both languages: taken once, then looked at in many ways.

The pages come from the house of the permission tests, where every address has something to show. They are what the
service answers, byte for byte; a browser that looks at them later needs no service any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rollout.accounts.models import Account
from tests.permissions.doors import ALL
from tests.permissions.doors_open import DOORS
from tests.permissions.house import OWN
from tests.permissions.knocking import undone
from tests.permissions.routes import Route, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.permissions.doors import Door
    from tests.permissions.knocking import Answer
    from tests.permissions.matrix import Street

LANGUAGES = ("en", "fr")
LANGUAGE_COOKIE = "django_language"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as somebody got it."""

    route: str
    who: str
    language: str
    host: str
    address: str
    status: int
    html: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    after: str = "GET"
    """What led to it: the page was opened, or a form of it was sent."""

    def __str__(self) -> str:
        return f"{self.after} {self.route} as {self.who} in {self.language}"


def is_html(answer: Answer | Sheet) -> bool:
    """Whether people read it in a browser."""
    return answer.headers.get("Content-Type", "").startswith("text/html")


def sheet_of(
    answer: Answer, route: Route | str, who: str, language: str, host: str, address: str, **more: str
) -> Sheet:
    """What an answer shows."""
    return Sheet(
        str(route), who, language, host, address, answer.status, answer.body.decode(errors="replace"),
        dict(answer.headers), **more,
    )  # fmt: skip


def speak(language: str) -> None:
    """Everybody reads this language from now on; to be taken back by `undone`."""
    Account.objects.update(language=language)


def arriving(street: Street, route: Route, who: str, method: str, language: str) -> tuple[Any, Any]:
    """Somebody's browser at a door, asking for this language."""
    knocker, things = street.arrive(route, DOORS[str(route)], who, method)
    knocker.cookies[LANGUAGE_COOKIE], knocker.language = language, language
    return knocker, things


def readers(street: Street, route: Route, door: Door) -> list[str]:
    """Who is shown a page at this address: the one it is there for, first."""
    # Of a page for everybody, what is around it is all that differs: these four have seen all of that.
    others = ("anonymous", "rollout_lead", "operator") if set(door.who) == set(ALL) else ALL
    every = [door.who[0], *(who for who in others if who != door.who[0])]
    return [who for who in every if street.expected(route, door, who, OWN, "GET") == 200]


def take(street: Street, language: str, most: int | None = None) -> Iterator[Sheet]:
    """Every page of every reader, or of so many of them, and the pages that answer a form that was filled in well."""
    for route in pages():
        door = DOORS[str(route)]
        for who in readers(street, route, door)[:most] if "get" in route.methods else ():
            yield from _taken(street, route, who, "GET", language)
        if "post" in route.methods:
            yield from _taken(street, route, door.who[0], "POST", language)


def _taken(street: Street, route: Route, who: str, method: str, language: str) -> Iterator[Sheet]:
    door = DOORS[str(route)]
    values = next(iter(street.objects(route, door)))[1]
    with undone():
        speak(language)
        arrived = arriving(street, route, who, method, language)
        answer = street.call(route, door, arrived, values, method)
        if method == "GET" or (is_html(answer) and answer.status == 200):
            yield sheet_of(answer, route, who, language, arrived[0].host, route.address(**values), after=method)
