"""The operator's page says how the work is, and tries failed work again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rollout.accounts.models import Account
from rollout.audit.models import Event
from rollout.jobs import actions
from rollout.jobs.models import Job, Sweep
from rollout.kernel.errors import NotPermitted
from tests import world
from tests.world_accounts import BASE, operator, signed_in

RETRY = "/operator/jobs/{}/retry/"


@pytest.fixture
def browser(north):
    return signed_in(operator())


@pytest.fixture
def failed(north):
    return Job.objects.create(
        organisation=north, kind="members.invitation_mail", key=str(uuid.uuid4()), person=uuid.uuid4(),
        capacity="partner", state=Job.State.FAILED, error="WentSilent", attempt=5, due_at=timezone.now(),
        created_at=timezone.now(), finished_at=timezone.now(),
    )  # fmt: skip


def page(browser):
    return " ".join(browser.get("/operator/").content.decode().split())


def looked(**ago):
    Sweep.objects.update_or_create(pk=1, defaults={"swept_at": timezone.now() - timedelta(**ago)})


def test_it_says_how_long_work_waits_and_when_anybody_looked(browser, failed):
    Job.objects.all().delete()
    looked(seconds=5)
    assert "Nothing waits." in page(browser)
    assert "less than a minute ago" in page(browser)
    failed.state, failed.error, failed.finished_at = Job.State.QUEUED, "", None
    failed.due_at = failed.created_at = timezone.now() - timedelta(minutes=3, seconds=5)
    failed.save(force_insert=True)
    looked(minutes=2, seconds=5)
    assert "since 3 minutes" in page(browser)
    assert "2 minutes ago" in page(browser)
    Sweep.objects.all().delete()
    assert "Never yet." in page(browser)


def test_failed_work_is_tried_again_with_a_button(browser, failed):
    shown = page(browser)
    assert RETRY.format(failed.pk) in shown
    assert "WentSilent" in shown
    for secret in (failed.kind, failed.key, str(failed.person)):
        assert secret not in shown

    answer = browser.post(RETRY.format(failed.pk), follow=True)

    assert answer.redirect_chain == [("/operator/", 302)]
    assert "The work will be tried again within a minute." in answer.content.decode()
    stored = Job.objects.get(pk=failed.pk)
    assert (stored.state, stored.attempt, stored.error, stored.finished_at) == (Job.State.QUEUED, 0, "", None)
    act = Event.objects.get(action="job.retried")
    assert (act.actor_id, act.subject_id, act.detail) == (operator().pk, failed.pk, {})

    again = browser.post(RETRY.format(failed.pk), follow=True)
    assert "does not wait for another try" in again.content.decode()
    assert Event.objects.filter(action="job.retried").count() == 1


def test_nobody_else_tries_it_again(north, failed):
    path = RETRY.format(failed.pk)
    for other in (Client(HTTP_HOST=BASE), signed_in(world.account("Ada")), signed_in(operator(), "north.localhost")):
        assert other.post(path).status_code == 404
    assert signed_in(operator()).get(path).status_code == 405
    assert signed_in(operator()).post(RETRY.format(uuid.uuid4())).status_code == 404
    gone = Account(is_operator=True, is_active=False)
    for account in (gone, world.account("Ada")):
        with pytest.raises(NotPermitted):
            actions.retry(job=failed.pk, by=account)
    assert Job.objects.get(pk=failed.pk).state == Job.State.FAILED
    assert not Event.objects.filter(action="job.retried").exists()


def test_a_machine_is_not_ready_when_nobody_has_looked_for_five_minutes(north):
    def ready():
        return Client(HTTP_HOST=BASE).get("/health/ready").status_code

    looked(minutes=4, seconds=50)
    assert ready() == 200
    looked(minutes=5, seconds=1)
    assert ready() == 503
    Sweep.objects.all().delete()
    assert ready() == 503
