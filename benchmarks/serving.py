"""One page with three queries, served by the real handler of Django in each of the three projects."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.process import timed
from rollout.kernel.postgresql import base
from rollout.kernel.privacy import protected_models
from rollout.kernel.tenancy import in_organisation
from tenants.members.models import Site
from tenants.pairs.models import Pair
from tenants.projects.models import Decision

PERSON = uuid.UUID(int=1)
PAIR = uuid.UUID(int=1)
SHOWN = 20

_handler: list[WSGIHandler] = []
_platforms_own = base.MOST_REMEMBERED


def inside(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The platform's innermost step, for one person who is always signed in."""

    def step(request: HttpRequest) -> HttpResponse:
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        with in_organisation(organisation.place(PERSON)):
            return get_response(request)

    return step


def page(request: HttpRequest) -> HttpResponse:
    """A list, one row by its key, and a list that hangs on it."""
    sites = [site.name for site in Site.objects.all()[:SHOWN]]
    pair = Pair.objects.get(pk=PAIR)
    titles = list(
        Decision.objects.filter(pair_id=pair.pk).order_by("drafted_at").values_list("title", flat=True)[:SHOWN]
    )
    return HttpResponse("\n".join([pair.title, *sites, *titles]), content_type="text/plain")


def every_table(request: HttpRequest) -> HttpResponse:
    """Touches every table of the organisation, as a person's long day does."""
    seen = sum(len(model._default_manager.all()[:1]) for model in protected_models())
    return HttpResponse(str(seen), content_type="text/plain")


urlpatterns = [path("", page), path("every-table", every_table)]


def serve(hosts: list[str], address: str = "/") -> float:
    """One request per host; the seconds that all of them took."""
    if not _handler:
        _handler.append(WSGIHandler())
    return timed(_serve, hosts, address)


def _serve(hosts: list[str], address: str) -> None:
    for host in hosts:
        said: list[str] = []
        answer = _handler[0](_environment(host, address), lambda status, headers, said=said: said.append(status))
        body = b"".join(answer)
        answer.close()
        if said != ["200 OK"] or not body:
            raise RuntimeError(f"{said} from {host}: {body[:300]!r}")


def _environment(host: str, address: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": address, "SCRIPT_NAME": "", "QUERY_STRING": "", "HTTP_HOST": host,
        "SERVER_NAME": host, "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "wsgi.errors": BytesIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip


def questions(kind: str, rounds: int) -> float:
    """A query by key, or a list, again and again in one transaction; the seconds."""
    from rollout.organisations.models import Organisation

    if "platform" in settings.DATABASES:
        with in_organisation(Organisation.objects.get(slug="t0").place(PERSON)):
            _ask(kind, 1)
            return timed(_ask, kind, rounds)
    return timed(_ask, kind, rounds)


def _ask(kind: str, rounds: int) -> None:
    for _ in range(rounds):
        if kind == "key":
            Decision.objects.get(pk=uuid.UUID(int=1))
        else:
            list(Decision.objects.filter(pair_id=PAIR).order_by("drafted_at")[:SHOWN])


def server_process() -> int:
    """The number of the database's process behind this project's connection."""
    connection = connections["default"].connection
    return connection.info.backend_pid if connection else 0


def retire_after(most: int | None) -> None:
    """For comparison: let a connection remember so much; None is what the platform does."""
    base.MOST_REMEMBERED = most or _platforms_own
    connections["default"].close()
