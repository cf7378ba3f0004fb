"""Two questions of a machine: does the process live, and can it serve? They tell nothing else."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from rollout.accounts.pages import Traceless
from rollout.jobs.queries import is_looked_after
from rollout.organisations import hosts
from rollout.organisations.models import PreparedScript


class Live(Traceless):
    """The process answers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("live\n", content_type="text/plain")


class Ready(Traceless):
    """The database answers too, is migrated as far as this code, and somebody looks after the jobs."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            ready = PreparedScript.objects.filter(digest=hosts.expected_digest()).exists() and is_looked_after()
        except (DatabaseError, InterfaceError):
            ready = False
        return HttpResponse(
            "ready\n" if ready else "not ready\n", content_type="text/plain", status=200 if ready else 503
        )


urlpatterns = [
    path("health/live", Live.as_view(), name="health-live"),
    path("health/ready", Ready.as_view(), name="health-ready"),
]
