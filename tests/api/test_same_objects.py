"""The pages and the API show the same things to the same people: in every list, and one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from governance.hats import SLUGS
from rollout.kernel.tenancy import PARTNER
from tenants.members.models import Role
from tests import world
from tests.world_api import BASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.world_api import Everything

ID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"


@dataclass(frozen=True)
class Kind:
    """One kind of thing: where its page is for a hat (and a pair), and where the API has it."""

    page: Callable[[str, str, str], str]
    operation: str
    hats: tuple[str, ...] = (PARTNER,)


KINDS = {
    "pair": Kind(lambda hat, pair, thing: f"/pairs/{thing}/", "pairs"),
    "decision": Kind(lambda hat, pair, thing: f"/pairs/{pair}/decisions/{thing}/", "decisions"),
    "result": Kind(lambda hat, pair, thing: f"/pairs/{pair}/results/{thing}/", "results"),
    "package": Kind(lambda hat, pair, thing: f"/pairs/{pair}/show/{thing}/", "surfacings"),
    "webhook": Kind(lambda hat, pair, thing: f"/webhooks/{thing}/", "webhooks"),
    "person": Kind(lambda hat, pair, thing: f"/people/{thing}/", "members", (Role.ROLLOUT_LEAD,)),
    "shown pair": Kind(lambda hat, pair, thing: f"/pairs/shown/{SLUGS[hat]}/{thing}/", "shown-pairs", tuple(SLUGS)),
    "pack": Kind(lambda hat, pair, thing: f"/boards/packs/{SLUGS[hat]}/{thing}/", "packs", tuple(SLUGS)),
}


def people(everything: Everything) -> dict[str, Any]:
    """Everybody who may see something, and two who may not."""
    board = everything.board
    return {
        "professional": everything.professional, "citizen": everything.citizen, "rival": everything.rival,
        "stranger": everything.stranger, "finance": everything.finance, "lead": everything.lead,
        "director": board.director, "secretary": board.secretary, "sponsor": board.sponsor,
        "other director": everything.other_director, "other secretary": everything.other_secretary,
    }  # fmt: skip


def things(everything: Everything) -> dict[str, list[tuple[str, str]]]:
    """Kind → the pair that it belongs to, if any, and its id."""
    mine, shown = str(everything.mine.pair.pk), str(everything.shown.pair)
    decisions = (everything.draft, everything.proposed, everything.contested, everything.agreed)
    return {
        "pair": [("", pair) for pair in (mine, shown, str(everything.second), str(everything.lonely[0]))],
        "decision": [(mine, str(decision.pk)) for decision in decisions],
        "result": [(mine, str(result.pk)) for result in (everything.result, everything.claimed)],
        "package": [(mine, str(everything.package.pk)), (shown, str(everything.surfacing.pk))],
        "webhook": [("", str(webhook.pk)) for webhook in (everything.webhook, everything.quiet)],
        "person": [("", str(who.pk)) for who in people(everything).values()],
        "shown pair": [("", mine), ("", shown), ("", str(everything.second))],
        "pack": [("", str(everything.pack.pk))],
    }


def browsers(everything: Everything) -> dict[str, Client]:
    return {name: world.browser(who, everything.organisation) for name, who in people(everything).items()}


def test_what_one_opens_the_other_opens(everything):
    """Each thing × each person × each hat: both answer 200, or both say that nothing is there."""
    clients, tried, opened, wrong = browsers(everything), 0, set(), []
    for kind, known in things(everything).items():
        declared = KINDS[kind]
        for name, client in clients.items():
            for hat in declared.hats:
                for pair, thing in known:
                    page = client.get(declared.page(hat, pair, thing)).status_code
                    program = client.get(f"{BASE}{declared.operation}/{thing}/", headers={"Capacity": hat}).status_code
                    tried += 1
                    if page == program == 200:
                        opened.add(kind)
                    elif (page, program) != (404, 404):
                        wrong.append((kind, name, hat, page, program))
    assert wrong == []
    assert opened == set(KINDS)
    assert tried > 250


def listed(client: Client, address: str, hat: str) -> set[str] | None:
    """The ids of a list of the API; None where there is no list."""
    answer = client.get(f"{BASE}{address}", headers={"Capacity": hat})
    return {entry["id"] for entry in answer.json()["results"]} if answer.status_code == 200 else None


def linked(client: Client, address: str, pattern: str) -> set[str] | None:
    """The ids that a page leads to; None where there is no page."""
    answer = client.get(address)
    return set(re.findall(f'href="{pattern}"', answer.content.decode())) if answer.status_code == 200 else None


def lists(pairs: list[str]) -> list[tuple[str, str, str, str]]:
    """A page, what its links look like, and the same list of the API in a hat."""
    found = [
        ("/pairs/", f"/pairs/{ID}/", "pairs/?limit=100", PARTNER),
        ("/webhooks/", f"/webhooks/{ID}/", "webhooks/?limit=100", PARTNER),
        ("/people/", f"/people/{ID}/", "members/?limit=100", Role.ROLLOUT_LEAD),
        ("/rollout/", f"/pairs/shown/rollout/{ID}/", "shown-pairs/?limit=100", Role.ROLLOUT_LEAD),
        ("/boards/home/", f"/boards/packs/board/{ID}/", "packs/?limit=100", Role.BOARD_MEMBER),
    ]
    for pair in pairs:
        work = f"/pairs/{pair}"
        found += [
            (f"{work}/decisions/", f"{work}/decisions/{ID}/", f"decisions/?pair={pair}&limit=100", PARTNER),
            (f"{work}/results/", f"{work}/results/{ID}/", f"results/?pair={pair}&limit=100", PARTNER),
            (f"{work}/", f"{work}/show/{ID}/", f"surfacings/?pair={pair}&limit=100", PARTNER),
        ]
    return found


def test_every_list_names_the_same_things(everything):
    clients, full, wrong = browsers(everything), set(), []
    pairs = [str(everything.mine.pair.pk), str(everything.shown.pair)]
    for page, pattern, address, hat in lists(pairs):
        for name, client in clients.items():
            on_page = linked(client, page, pattern)
            in_answer = listed(client, address, hat)
            # A list that a program narrows to somebody else's pair is empty; the page of that pair is not there.
            if (on_page or set()) != (in_answer or set()):
                wrong.append((page, name, on_page, in_answer))
            if on_page:
                full.add(page.replace(pairs[0], "…").replace(pairs[1], "…"))
    assert wrong == []
    assert len(full) == 8
