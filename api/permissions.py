"""The guard of every operation: closed unless the viewset names a permission for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS, BasePermission

from rollout.kernel.permissions import allows, grant
from rollout.kernel.tenancy import here
from tenants.members.models import Role
from tenants.members.permissions import holding, in_any_hat

if TYPE_CHECKING:
    from rest_framework.request import Request

    from rollout.accounts.models import ApiToken
    from tenants.members.models import Member

READ_ME = "api.read_me"
READ_EVENTS = "api.read_events"

grant(READ_ME, to=in_any_hat)
grant(READ_EVENTS, to=holding(Role.ROLLOUT_LEAD))


class OutOfScope(APIException):
    """The key was made for less than this. It tells of the key alone, so nothing is given away."""

    status_code = 403
    default_code = "out_of_scope"
    default_detail = _("This key was not made for that. Make another one on the page of your keys.")


class DeclaredPermission(BasePermission):
    """An operation that the view does not name is refused; without the permission it does not exist."""

    def has_permission(self, request: Request, view: Any) -> bool:
        member = getattr(request._request, "member", None)
        if member is None:
            return False
        if view.action in (None, "metadata"):  # no operation at all: the method is refused in a moment
            return True
        _refuse_beyond_scope(getattr(request._request, "token", None), request.method or "")
        name = getattr(view, "permissions", {}).get(view.action)
        if name is None or not allows(member, name):
            raise Http404
        return True


class InHat:
    """A viewset whose caller says the hat in the header `Capacity`; without it, the partner's."""

    capacity: ClassVar[str | None] = None
    takes_tokens: ClassVar[bool] = True
    permissions: ClassVar[dict[str, str]] = {}


def member_of(request: Request) -> Member:
    """The member who asks."""
    member: Member = request._request.member  # type: ignore[attr-defined]
    return member


def _refuse_beyond_scope(token: ApiToken | None, method: str) -> None:
    if token is None:
        return
    needed = token.Scope.READ if method in SAFE_METHODS else token.Scope.WRITE
    if needed not in token.scopes or here().capacity not in token.hats:
        raise OutOfScope
