"""The guard of every web view inside an organisation."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import urlencode
from django.views.generic import View

from rollout.kernel.permissions import allows
from rollout.kernel.tenancy import PARTNER

ENTER = "/enter/start/"
NOT_KEPT = "no-store"
"""What a browser may keep of a page: nothing, unless its view says otherwise."""


class Guarded(View):
    """A view that declares its permission and the hat it is seen through.

    The hat goes into the database's context, so a page of an office shows what is granted to that office
    alone, even to somebody who sits in a hidden pair. Without the permission the page does not exist.
    """

    permission: ClassVar[str]
    capacity: ClassVar[str] = PARTNER
    caching: ClassVar[str] = NOT_KEPT
    member: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        member = getattr(request, "member", None)
        if member is None:
            if request.user.is_authenticated:
                raise Http404
            return HttpResponseRedirect(f"{ENTER}?{urlencode({'next': request.get_full_path()})}")
        if not allows(member, self.permission):
            raise Http404
        self.member = member
        return super().dispatch(request, *args, **kwargs)


class Open(View):
    """A view that anybody may reach, signed in or not: help, notices, single-use links."""

    permission: ClassVar[str] = ""
    capacity: ClassVar[str] = PARTNER
    caching: ClassVar[str] = NOT_KEPT
    outside: ClassVar[bool] = False
    """Whether it stays outside the organisation, and enters by itself: as somebody who is not known before."""
