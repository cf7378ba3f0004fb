"""`docs/permissions.md`, written from the addresses, what they declare and what the tests expect of them.

Written again with `PYTHONPATH=platform python -m tests.permissions.page`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollout.config.settings.test")
django.setup()

from tenants.members.models import Role  # noqa: E402
from tenants.members.queries import HATS  # noqa: E402
from tests.permissions.doors import Door  # noqa: E402
from tests.permissions.doors_open import DOORS, OPEN  # noqa: E402
from tests.permissions.may import MAY  # noqa: E402
from tests.permissions.routes import ORGANISATION, Route, operations, pages  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WHERE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
HEAD = """\
# Who may do what

Written by `PYTHONPATH=platform python -m tests.permissions.page` from the addresses themselves; a test fails while this
page says something else than the code. [The architecture](architecture.md) says how a request is answered.

A permission is asked of a member who wears one hat: the partner's, which every member may wear, or that of an office
which they hold. The hat belongs to the page. Whose pair, paper or list it is, the database decides, so a permission
never opens what belongs to others: hidden and missing are the same 404. Every address is called by every role, with
their own objects, somebody else's, another organisation's and ones that do not exist, and answers as this page says.
"""


def table(*heads: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def hat_name(hat: str) -> str:
    return str(Role(hat).label)


def permissions() -> Iterator[str]:
    yield from ("", "## Permissions", "", f"{len(MAY)} permissions. A dot stands where the hat holds the permission.")
    yield from table(
        "Permission",
        *map(hat_name, HATS),
        rows=((f"`{name}`", *("●" if hat in hats else "" for hat in HATS)) for name, hats in sorted(MAY.items())),
    )


def methods(route: Route) -> str:
    return " ".join(method.upper() for method in route.methods)


def kept(door: Door) -> str:
    """What a POST leaves in the record."""
    return ", ".join(f"`{act}`" for act in door.records) or door.silent


def guarded() -> Iterator[str]:
    parts = defaultdict(list)
    for route in pages():
        if not route.is_open:
            parts[route.part].append(route)
    yield from ("", "## Pages for members", "")
    yield f"{sum(map(len, parts.values()))} addresses. Whoever is not signed in is led to sign in; to everybody else"
    yield "without the permission the page does not exist."
    for part, found in sorted(parts.items()):
        yield from ("", f"### {part}")
        yield from table(
            "Address", "Methods", "Permission", "Hat", "Recorded",
            rows=(
                (f"`{route.path}`", methods(route), f"`{route.operations[route.methods[0]]}`",
                 hat_name(route.capacity or ""), kept(DOORS[str(route)]))
                for route in found
            ),
        )  # fmt: skip


def opened() -> Iterator[str]:
    found = [route for route in pages() if route.is_open]
    yield from ("", "## Pages that ask for no permission", "")
    yield f"{len(found)} addresses, each for a reason. Those of an account lead whoever is not signed in to sign in;"
    yield "those of operators do not exist for anybody else."
    yield from table(
        "Host", "Address", "Methods", "Why it may stand open", "Recorded",
        rows=(
            (route.host, f"`{route.path}`", methods(route),
             OPEN[f"{route.view.__module__}.{route.view.__qualname__}"], kept(DOORS[str(route)]))
            for route in found
        ),
    )  # fmt: skip


def api() -> Iterator[str]:
    found = [
        (route, method, permission)
        for route in operations()
        for method, permission in sorted(route.operations.items())
        if permission
    ]
    yield from ("", "## Operations of the API", "")
    yield f"{len(found)} operations. The caller says the hat in the header `Capacity`; without it, it is the partner's."
    yield "Acts are recorded as on the pages. Every other address under `/api/v1/` answers as if nothing were there."
    yield from table(
        "Operation", "Permission",
        rows=((f"`{method.upper()} {route.path}`", f"`{permission}`") for route, method, permission in found),
    )  # fmt: skip


def text() -> str:
    """The whole page."""
    on_hosts = sum(route.host == ORGANISATION for route in pages())
    counts = (
        f"There are {len(pages()) + len(operations())} addresses: {on_hosts} pages on the hosts of organisations,"
        f"\n{len(pages()) - on_hosts} on the sign-in host, and {len(operations())} of the API."
    )
    return "\n".join([HEAD, counts, *permissions(), *guarded(), *opened(), *api(), ""])


if __name__ == "__main__":
    WHERE.write_text(text())
