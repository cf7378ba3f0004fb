"""Pages that several offices share: one address and one view class per hat, because the hat decides what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse

from rollout.kernel.tenancy import here
from rollout.kernel.views import Guarded
from tenants.members.models import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.urls import URLPattern

SLUGS: dict[str, str] = {
    Role.SPONSOR: "sponsor",
    Role.BOARD_MEMBER: "board",
    Role.BOARD_SECRETARY: "board-secretary",
    Role.ROLLOUT_LEAD: "rollout",
}
READERS = tuple(Role(hat) for hat in SLUGS)
MAKERS = (Role.BOARD_SECRETARY, Role.ROLLOUT_LEAD)


def in_hats(route: str, view: type[Guarded], name: str, hats: Iterable[Role]) -> list[URLPattern]:
    """The same page once for each hat: its own address, and its own view class that wears the hat."""
    return [
        path(f"{SLUGS[hat]}/{route}", worn(view, hat).as_view(), name=f"{name}-{hat.replace('_', '-')}") for hat in hats
    ]


def worn(view: type[Guarded], hat: Role) -> type[Guarded]:
    """The view as seen through one hat."""
    return type(
        f"{view.__name__}As{hat.title().replace('_', '')}",
        (view,),
        {"capacity": hat, "__module__": view.__module__, "__doc__": view.__doc__},
    )


def address(name: str, *args: Any, hat: str | None = None) -> str:
    """The address of a page in the hat that is worn now, or in another one."""
    return reverse(f"{name}-{(hat or here().capacity).replace('_', '-')}", args=args)
