"""The same pages once for partners and once for rollout leads: the hat decides what is seen and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from rollout.kernel.tenancy import PARTNER, here
from tenants.members.models import Role

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.kernel.views import Guarded

PLACES: dict[str, str] = {PARTNER: "webhooks/", Role.ROLLOUT_LEAD: "rollout/webhooks/"}


def address(name: str, *args: UUID | None, hat: str | None = None) -> str:
    """The address of a page in the hat that is worn now, or in another one."""
    return reverse(f"webhooks:{name}-{(hat or here().capacity).replace('_', '-')}", args=args)


def worn(view: type[Guarded], hat: str) -> type[Guarded]:
    """The view as seen through one hat."""
    name = f"{view.__name__}As{hat.title().replace('_', '')}"
    return type(name, (view,), {"capacity": hat, "__module__": view.__module__, "__doc__": view.__doc__})
