"""What is kept for a time only is gone when the time is over, and not before."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from api.models import KeptAnswer
from rollout.accounts.models import ApiToken, EntryCode, Session, Tries
from rollout.identity.models import AddressChange
from rollout.jobs import chores, sweeping
from rollout.jobs.models import Job
from rollout.kernel import clock
from rollout.kernel.database import ask_one
from rollout.kernel.tenancy import BOARD
from rollout.leaving import clearing
from rollout.leaving.models import Erasure
from tenants.members.models import Invitation, Notice, Role
from tenants.webhooks import actions as webhooks
from tenants.webhooks.models import Delivery, Webhook
from tests import world, world_roster
from tests.world import inside, sql

NOW = timezone.now()
PAST, FUTURE = NOW - timedelta(minutes=1), NOW + timedelta(hours=1)


def before(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def somebody(north: Any) -> Any:
    return world.account("Sam Somebody")


def test_sessions_that_ran_out(somebody: Any):
    Session.objects.all().delete()
    for key, until in (("old", PAST), ("new", FUTURE)):
        Session.objects.create(session_key=key, session_data="", expire_date=until, account=somebody)
    assert clearing.sessions() == 1
    assert [session.pk for session in Session.objects.all()] == ["new"]


def test_ways_between_hosts_and_counts_of_tries(somebody: Any):
    for key, until in (("old", before(2)), ("new", before(0))):
        EntryCode.objects.create(
            hash=key, account=somebody, host="h", state_hash="s", parent="", started_at=NOW, expires_at=until
        )  # fmt: skip
    Tries.objects.all().delete()
    Tries.objects.create(key="old", count=1, until=PAST)
    Tries.objects.create(key="new", count=1, until=FUTURE)
    assert clearing.momentary() == 2
    assert [code.pk for code in EntryCode.objects.filter(account=somebody)] == ["new"]
    assert [tries.pk for tries in Tries.objects.all()] == ["new"]


def test_what_was_settled_a_month_ago(somebody: Any, north: Any):
    for name, until, revoked in (("ran out", 31, None), ("good", -1, None), ("revoked", -1, 31), ("just", -1, 29)):
        ApiToken.objects.create(
            account=somebody, organisation_id=north.pk, name=name, prefix="cp_", hash=name, scopes=[], hats=[],
            expires_at=before(until), revoked_at=before(revoked) if revoked else None,
        )  # fmt: skip
    for days in (29, 31):
        done = {"account": somebody, "asked_at": before(60), "due_at": before(50)}
        AddressChange.objects.create(address=f"{days}@example.net", asked_by=somebody, done_at=before(days), **done)
        Erasure.objects.create(stopped_at=before(days), **done)
    jobs = {
        "old": {"finished_at": before(31)},
        "young": {"finished_at": before(29)},
        "file": {"finished_at": before(31), "result_path": "a/b.pdf"},
        "board": {"finished_at": before(31), "capacity": BOARD},
        "failed": {"finished_at": before(31), "state": Job.State.FAILED},
    }
    for key, fields in jobs.items():
        Job.objects.create(**{
            "organisation": north, "kind": "practice.keep", "key": key, "capacity": "partner", "due_at": before(40),
            "created_at": before(40), "state": Job.State.DONE, **fields,
        })  # fmt: skip
    assert clearing.settled() == 5
    assert {token.name for token in ApiToken.objects.filter(account=somebody)} == {"good", "just"}
    assert [change.address for change in AddressChange.objects.filter(account=somebody)] == ["29@example.net"]
    assert Erasure.objects.filter(account=somebody).count() == 1
    assert set(Job.objects.filter(kind="practice.keep").values_list("key", flat=True)) == set(jobs) - {"old"}


def test_an_erasure_or_change_that_still_waits_is_never_overdue(somebody: Any):
    asked = {"account": somebody, "asked_at": before(400), "due_at": before(390)}
    AddressChange.objects.create(address="a@example.net", asked_by=somebody, **asked)
    Erasure.objects.create(**asked)
    assert clearing.settled() == 0


def test_letters_that_were_kept_in_a_folder(tmp_path: Path, settings: Any):
    settings.OUTBOX_DIR = tmp_path
    for name, days in (("1.json", 31), ("2.json", 29)):
        (tmp_path / name).write_text("{}")
        moment = before(days).timestamp()
        os.utime(tmp_path / name, (moment, moment))
    assert clearing.letters() == 1
    assert [path.name for path in tmp_path.iterdir()] == ["2.json"]


def test_answers_news_and_invitations_of_an_organisation(north: Any):
    lead = world.lead(north)
    reader, gone = world.member(north, "Rita Reader"), world.member(north, "Gus Gone")
    for who, days in ((reader, 2), (reader, 0)):
        with inside(north, who):
            KeptAnswer.objects.create(
                person_id=who.pk, capacity="partner", key_hash=f"{days}", request_hash="r", status=200, body="",
                kept_at=before(days),
            )  # fmt: skip
    for who, days in ((reader, 366), (reader, 300), (gone, 40)):
        with clock.at(before(days)), inside(north, who):
            sql("SELECT notify(%s, 'partner', %s, null, %s)", who.pk, f"{days}", uuid.uuid4())
    for email, days in (("late@example.net", 400), ("soon@example.net", 370)):
        with clock.at(before(days)):
            world_roster.invited(north, lead, "Ivo Invited", email=email)
    for who, days in ((reader, 31), (reader, 29), (gone, 40)):
        with clock.at(before(days)), inside(north, who):
            hook, _secret = webhooks.register(
                name=f"{days}", url="https://news.example.org/", topics=["decision"], by=who
            )  # fmt: skip
            sent = webhooks.send_test(webhook=hook, by=who)
            Delivery.objects.filter(pk=sent.pk).update(state=Delivery.State.DELIVERED, tried_at=before(days))
    with clock.at(before(31)), inside(north, lead, Role.ROLLOUT_LEAD):
        assert ask_one("end_membership", gone.pk)
    with inside(north):
        assert ask_one("remove_overdue") == 7
        assert ask_one("remove_overdue") == 0
    with inside(north, reader):
        assert [answer.key_hash for answer in KeptAnswer.objects.all()] == ["0"]
        assert [notice.kind for notice in Notice.objects.all()] == ["300"]
        assert {hook.name for hook in Webhook.objects.all()} == {"29", "31"}
        assert [sent.webhook.name for sent in Delivery.objects.select_related("webhook")] == ["29"]
    with inside(north, lead, Role.ROLLOUT_LEAD):
        emails = set(Invitation.objects.filter(email__endswith="@example.net").values_list("email", flat=True))
    assert emails == {"soon@example.net"}


def test_every_organisation_is_looked_after(north: Any, south: Any):
    for organisation in (north, south):
        who = world.member(organisation, "Rita Reader")
        with inside(organisation, who):
            KeptAnswer.objects.create(
                person_id=who.pk, capacity="partner", key_hash="k", request_hash="r", status=200, body="",
                kept_at=before(2),
            )  # fmt: skip
    assert clearing.in_organisations() == 2


def test_the_hourly_sweep_does_the_chores_and_one_that_fails_stops_no_other(db: None, monkeypatch: Any):
    done: list[str] = []

    def breaks() -> int:
        raise ValueError("on purpose")

    def counts() -> int:
        done.append("counted")
        return 1

    monkeypatch.setattr(chores, "_chores", {"a": breaks, "b": counts})
    monkeypatch.setattr(sweeping, "tidy_files", lambda: 0)
    sweeping.tidy()
    assert done == ["counted"]
    assert settings.FILES_DIR
