"""The operator's button beside work that failed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.jobs import actions
from rollout.jobs.models import Job
from rollout.organisations.views.operator import Operator


class Retry(Operator):
    """Have a failed job tried again from the start."""

    def post(self, request: HttpRequest, job: UUID) -> HttpResponse:
        if not Job.objects.filter(pk=job).exists():
            raise Http404
        if actions.retry(job=job, by=self.account):
            messages.success(request, _("The work will be tried again within a minute."))
        else:
            messages.error(request, _("This work does not wait for another try. Somebody may have been faster."))
        return HttpResponseRedirect(reverse("operator"))
