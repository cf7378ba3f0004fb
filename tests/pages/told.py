"""The pages of the demo's story: long names, full charts, every state that a programme comes through."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.test import override_settings

from rollout.accounts.models import Account
from tenants.members.models import Role
from tests.crawl import walk
from tests.pages.gallery import LANGUAGE_COOKIE, Sheet
from tests.world_accounts import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IDENTITY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{40}")
NOT_PAGES = re.compile(r"^/(api|sign-out|enter|demo)/|/pdf/|/template\.|\.css$")
EACH_KIND = 2
"""How many pages of one kind are opened by one person."""


@contextmanager
def files_in(folder: Path) -> Iterator[None]:
    """What the story writes stays in this folder."""
    with override_settings(FILES_DIR=folder / "files", OUTBOX_DIR=folder / "outbox"):
        yield


def kind_of(address: str) -> str:
    """An address without what names one object."""
    return IDENTITY.sub("…", address)


def take(facts: dict[str, Any], language: str) -> Iterator[Sheet]:
    """All that somebody in each role reaches by links."""
    Account.objects.update(language=language)
    for role in Role.values:
        person, organisation = _somebody_as(facts, role)
        host = f"{organisation['slug']}.localhost"
        client = signed_in(Account.objects.for_address(person["email"]), host)
        client.cookies[LANGUAGE_COOKIE] = language
        opened: dict[str, int] = {}

        def is_wanted(address: str, opened: dict[str, int] = opened) -> bool:
            kind = kind_of(address)
            opened[kind] = opened.get(kind, 0) + 1
            return opened[kind] <= EACH_KIND and not NOT_PAGES.search(address)

        for address, (status, headers, body) in walk(client, ["/"], only=is_wanted).pages.items():
            told = {name: value.decode() for name, value in headers}
            if "html" in told.get("Content-Type", "") and status not in (301, 302):
                yield Sheet(
                    f"story {kind_of(address)}", role, language, host, address, status, body.decode(), told
                )  # fmt: skip


def _somebody_as(facts: dict[str, Any], role: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return next(
        (person, organisation)
        for organisation in facts["organisations"]
        for person in organisation["people"]
        if role in person["roles"]
    )
