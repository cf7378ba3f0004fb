"""Collecting what is somebody's own in one organisation, telling them, and what has to be done each hour."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account
from rollout.jobs import queue
from rollout.jobs.chores import chore
from rollout.jobs.models import Job
from rollout.jobs.work import Task, handler
from rollout.kernel import clock, mail
from rollout.kernel.database import ask
from rollout.kernel.mail import public_url
from rollout.kernel.tenancy import in_organisation
from rollout.leaving import clearing, erasing
from rollout.leaving.parts import Part, opened, title_of
from rollout.leaving.queries import COLLECT, LETTER
from rollout.leaving.rendering import archive

LOOK_AGAIN = timedelta(seconds=15)
PATIENCE = timedelta(hours=1)

for _work in (
    erasing.carry_out_due,
    clearing.sessions,
    clearing.typed,
    clearing.momentary,
    clearing.settled,
    clearing.downloads,
    clearing.letters,
    clearing.in_organisations,
):
    chore(_work)


@handler(COLLECT)
def collect(task: Task) -> None:
    """Everything that is this person's own in the organisation, read as that person, as one file."""
    account = _person(task)
    with in_organisation(task.place()):
        found = ask("own_material")
    if account is None or not found:
        with in_organisation(task.place()):
            task.finish()
        return
    with override(account.language or task.organisation.language):
        kinds = dict.fromkeys(kind for kind, _row in found)
        rows = {kind: [json.loads(row) for of, row in found if of == kind] for kind in kinds}
        parts = [Part(kind, title_of(kind), opened(kind, rows[kind], account.pk)) for kind in kinds]
        heading = gettext("What is yours at %(organisation)s") % {"organisation": task.organisation.name}
        content = archive(heading=heading, parts=parts, made_at=timezone.now())
    stored = task.store("downloads", content, suffix=".zip")
    with in_organisation(task.place()):
        task.finish(sha=stored.sha256, path=stored.path)


@handler(LETTER)
def tell(task: Task) -> None:
    """One letter when everything that was asked for together is there. Until then another look is asked for."""
    asked, _mark, looks = task.period.partition(" ")
    account = _person(task)
    together = Job.objects.filter(person=task.person, kind=COLLECT, period=asked)
    unfinished = together.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists()
    if unfinished and int(looks or 0) < PATIENCE / LOOK_AGAIN:
        with in_organisation(task.place()):
            again = f"{asked} {int(looks or 0) + 1}"
            queue.enqueue(LETTER, task.key, period=again, due=clock.now() + LOOK_AGAIN)
            task.finish()
        return
    if account is not None and account.email:
        language = account.language or task.organisation.language
        with override(language):
            label = gettext("Sign in")
        way = public_url(settings.BASE_HOST, reverse("yours", urlconf=settings.PUBLIC_URLCONF))
        mail.send(
            template="leaving/ready",
            context={"action_url": way, "action_label": label},
            to=account.email,
            language=language,
            message_id=str(task.id),
            subject=_("Your download is ready"),
        )
    with in_organisation(task.place()):
        task.finish()


def _person(task: Task) -> Account | None:
    return Account.objects.filter(pk=UUID(task.key), is_active=True).first() if task.person else None
