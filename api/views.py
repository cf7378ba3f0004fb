"""What the API says about itself, and its answer to addresses that nobody has."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from rest_framework.renderers import JSONRenderer

from api.operations import Operations
from rollout.accounts.pages import Traceless
from rollout.kernel.views import Open

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request


class Schema(Traceless):
    """The description of every operation as OpenAPI. The same for everybody, so nobody is asked who they are."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(_description(), content_type="application/vnd.oai.openapi+json")


class Docs(Open):
    """The same description as a page on which operations can be tried."""

    def get(self, request: HttpRequest) -> HttpResponse:
        curl = f'curl --header "Authorization: Bearer cp_…" {request.build_absolute_uri("/api/v1/me/")}'
        return render(request, "api/docs_page.html", {"curl": curl})


class Nothing(Operations):
    """Every other address: the same answer as for what is hidden."""

    permissions = {}

    def nothing(self, request: Request) -> NoReturn:
        """Not reached: no permission is named for it."""
        raise Http404


@lru_cache(maxsize=1)
def _description() -> bytes:
    with override("en"):
        generator = SchemaGenerator(patterns=[path("api/v1/", include("api.v1.router"))])  # type: ignore[no-untyped-call]
        found = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return JSONRenderer().render(found)
