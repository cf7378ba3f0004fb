"""The guard of every operation: closed unless the viewset names a permission for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from rest_framework.permissions import BasePermission

from rollout.kernel.permissions import allows

if TYPE_CHECKING:
    from rest_framework.request import Request

    from tenants.members.models import Member


class DeclaredPermission(BasePermission):
    """An operation that the view does not name is refused; without the permission it does not exist."""

    def has_permission(self, request: Request, view: Any) -> bool:
        member = getattr(request._request, "member", None)
        if member is None:
            return False
        name = getattr(view, "permissions", {}).get(view.action)
        if name is None or not allows(member, name):
            raise Http404
        return True


class InHat:
    """A viewset whose caller says the hat in the header `Capacity`; without it, the partner's."""

    capacity: ClassVar[str | None] = None
    permissions: ClassVar[dict[str, str]] = {}


def member_of(request: Request) -> Member:
    """The member who asks."""
    member: Member = request._request.member  # type: ignore[attr-defined]
    return member
