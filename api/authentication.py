"""Who asks: the person whose key the request carries, or who is signed in to this host in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed

if TYPE_CHECKING:
    from rest_framework.request import Request


class CsrfRefused(APIException):
    """A browser sent this from somewhere else than a page of ours."""

    status_code = 403
    default_code = "csrf_refused"
    default_detail = _("This request did not come from a page of this service. Send its token along, or use a key.")


class OwnToken(BaseAuthentication):
    """A personal key in `Authorization: Bearer`. The middleware has found its person, before any data were opened."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if not request.headers.get("Authorization"):
            return None
        token = getattr(request._request, "token", None)
        if token is None:
            raise AuthenticationFailed(_("This key does not work here."))
        return token.account, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class OwnSession(SessionAuthentication):
    """A signed-in browser. Writing needs the token against forged requests."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except APIException:
            raise CsrfRefused from None
