"""Sending: signed, again and again but not for ever, under one id, and never what its person may not see any more."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest
from django.db import connections

from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock, outbound
from rollout.kernel.errors import DomainError
from rollout.kernel.sealing import seal
from rollout.kernel.tenancy import PARTNER
from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tenants.audit import actions as audit
from tenants.members import actions as members
from tenants.members.models import Notice, Role
from tenants.pairs import actions as pairs
from tenants.webhooks import actions, delivering, queries
from tenants.webhooks.models import Delivery, Webhook
from tests import databases, world, world_projects
from tests.world import browser, inside
from tests.world_api import bearer, token_of
from tests.world_webhooks import listening, messages, register

LEAD = Role.ROLLOUT_LEAD


@pytest.fixture(scope="module")
def own_database(django_db_setup, django_db_blocker):
    """A database in which jobs and what they are about are really committed."""
    run = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copy("_hooks") as name:
        databases.use(name)
        hosts.forget()
        yield name
    databases.use(run)


@pytest.fixture
def shop(own_database):
    """A pair of its own; no job waits."""
    made = world_projects.workshop(Organisation.objects.get(slug="north"))
    Job.objects.all().delete()
    return made


@pytest.fixture
def server(tmp_path, settings, monkeypatch):
    """A program of somebody's on this machine."""
    settings.OUTBOUND_LOOPBACK, settings.OUTBOUND_SECONDS = True, 5
    with listening(tmp_path) as (heard, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        yield heard


def deliver():
    """Do what is due."""
    while True:
        Job.objects.exclude(kind=delivering.DELIVER).delete()
        if work.run_one() is None:
            return


def one(organisation, who, hat=PARTNER):
    (message,) = messages(organisation, who, hat)
    return message


def verified(secret, headers, body):
    """Whether a message is signed with a secret, as the documentation tells its reader to find out."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


def test_a_message_says_the_least_is_signed_and_leads_to_the_act(shop, server):
    north, citizen = shop.organisation, shop.citizen
    _webhook, secret = register(north, citizen, url=server.url)
    draft = shop.draft("Quittengelee")
    deliver()
    ((headers, body),) = server.heard
    said, message = json.loads(body), one(north, citizen)
    assert set(said) == {"id", "event", "at", "link"}
    assert (said["event"], said["id"]) == ("decision.drafted", str(message.event_id))
    assert headers["webhook-id"] == str(message.pk)
    assert verified(secret, headers, body)
    assert not verified(secret, headers, body + b" ")
    assert not verified(actions._new_secret(), headers, body)
    assert (message.state, message.status, message.tries) == (Delivery.State.DELIVERED, 200, 1)
    path = said["link"].split(".localhost", 1)[1].split("/", 1)[1]
    answer = browser(None, north).get(f"/{path}", headers=bearer(token_of(citizen, north)))
    assert (answer.status_code, answer.json()["subject_id"]) == (200, str(draft.pk))
    assert answer.json()["at"] == said["at"]
    rival = world.member(north, "Rita Rival")
    assert browser(None, north).get(f"/{path}", headers=bearer(token_of(rival, north))).status_code == 404


def test_a_rollout_leads_message_leads_to_the_organisations_record(shop, server):
    north, lead = shop.organisation, world._a_lead(shop.organisation)
    register(north, lead, hat=LEAD, url=server.url, topics=["board"])
    with inside(north, lead, LEAD):
        audit.record("board.made")
    deliver()
    link = json.loads(server.heard[0][1])["link"]
    headers = {**bearer(token_of(lead, north, hats=(LEAD,))), "Capacity": LEAD}
    answer = browser(None, north).get("/" + link.split("/", 3)[3], headers=headers)
    assert (answer.status_code, answer.json()["action"]) == (200, "board.made")
    with inside(north, lead, LEAD):
        actions.remove(webhook=Webhook.objects.get(), by=lead)


def test_it_is_tried_again_later_under_the_same_id(shop, server):
    register(shop.organisation, shop.citizen, url=server.url)
    server.statuses = [500, 302, 200]
    start = clock.now()
    with clock.at(start):
        shop.draft()
        deliver()
        assert len(server.heard) == 1
        held = one(shop.organisation, shop.citizen)
        assert (held.state, held.status, held.problem, held.tries) == (Delivery.State.WAITING, 500, "refused", 1)
        deliver()
        assert len(server.heard) == 1
    with clock.at(start + dt.timedelta(seconds=61)):
        deliver()
        assert len(server.heard) == 2
    with clock.at(start + dt.timedelta(minutes=7)):
        deliver()
    assert len(server.heard) == 3
    assert len({headers["webhook-id"] for headers, _body in server.heard}) == 1
    held = one(shop.organisation, shop.citizen)
    assert (held.state, held.status, held.tries, held.problem) == (Delivery.State.DELIVERED, 200, 3, "")


def give_up(shop, server, *, also=None):
    """Everything is refused until nothing is tried any more."""
    server.statuses = [503]
    start = clock.now()
    with clock.at(start):
        shop.draft()
        deliver()
    moment = start
    for pause in delivering.PAUSES:
        moment += pause + dt.timedelta(seconds=1)
        with clock.at(moment):
            if also is not None:
                also()
            deliver()
    return moment


def test_who_never_takes_anything_is_paused_and_its_person_told(shop, server):
    north, citizen = shop.organisation, shop.citizen
    register(north, citizen, url=server.url)
    moment = give_up(shop, server)
    assert len(server.heard) == delivering.TRIES == 6
    assert not Job.objects.exclude(state=Job.State.DONE).exists()
    with inside(north, citizen):
        webhook, held = Webhook.objects.get(), Delivery.objects.get()
        assert (webhook.paused_because, held.state) == (Webhook.Pause.FAILING, Delivery.State.FAILED)
        assert [notice.kind for notice in Notice.objects.all()] == [delivering.PAUSED_NOTICE]
    page = browser(citizen, north).get(f"/webhooks/{webhook.pk}/").content.decode()
    assert "Paused because nothing arrived" in page
    assert "Send again" not in page
    assert f"/webhooks/{webhook.pk}/" in browser(citizen, north).get("/pairs/").content.decode()
    with clock.at(moment):
        shop.draft()
        deliver()
    assert len(server.heard) == 6
    with inside(north, citizen):
        with pytest.raises(DomainError, match="paused"):
            actions.send_again(delivery=held, by=citizen)
        actions.resume(webhook=webhook, by=citizen)
        actions.send_again(delivery=held, by=citizen)
    server.statuses = [200]
    deliver()
    assert len(server.heard) == 7
    assert server.heard[0][0]["webhook-id"] == server.heard[-1][0]["webhook-id"]
    with inside(north, citizen):
        assert Delivery.objects.get().state == Delivery.State.DELIVERED


def test_who_takes_other_messages_meanwhile_is_not_paused(shop, server):
    webhook, _secret = register(shop.organisation, shop.citizen, url=server.url)

    def arrives():
        with inside(shop.organisation, shop.citizen):
            Webhook.objects.filter(pk=webhook.pk).update(delivered_at=clock.now())

    give_up(shop, server, also=arrives)
    with inside(shop.organisation, shop.citizen):
        assert Webhook.objects.get().paused_at is None
        assert Delivery.objects.get().state == Delivery.State.FAILED
        assert not Notice.objects.exists()


def test_who_says_that_the_address_is_gone_is_paused_at_once(shop, server):
    register(shop.organisation, shop.citizen, url=server.url)
    server.statuses = [410]
    shop.draft()
    deliver()
    with inside(shop.organisation, shop.citizen):
        assert Webhook.objects.get().paused_because == Webhook.Pause.FAILING
    assert not Job.objects.exclude(state=Job.State.DONE).exists()


def test_what_may_not_be_seen_any_more_is_not_sent(shop, server):
    north, citizen = shop.organisation, shop.citizen
    register(north, citizen, url=server.url)
    shop.draft()
    with inside(north, citizen):
        pairs.leave(pair=shop.pair, by=citizen)
    deliver()
    assert server.heard == []
    assert one(north, citizen).state == Delivery.State.WITHHELD


def test_whose_office_ended_before_the_message_left_gets_nothing(shop, server):
    north, first = shop.organisation, world._a_lead(shop.organisation)
    second = world.member(north, "Second Lead", LEAD)
    register(north, second, hat=LEAD, url=server.url, topics=["board"])
    with inside(north, second, LEAD):
        actions.send_test(webhook=Webhook.objects.get(person_id=second.pk), by=second)
    with inside(north, first, LEAD):
        audit.record("board.made")
        members.end_membership(member=second, by=first)
    deliver()
    assert server.heard == []
    with inside(north, second, LEAD):
        states = set(Delivery.objects.filter(person_id=second.pk).values_list("state", flat=True))
    assert states == {Delivery.State.WITHHELD}


def test_a_job_that_comes_twice_says_the_same_id_and_counts_once(shop, server, monkeypatch):
    register(shop.organisation, shop.citizen, url=server.url)
    shop.draft()
    task = work.claim_next()
    while task.kind != delivering.DELIVER:
        task = work.claim_next()
    with monkeypatch.context() as broken:
        broken.setattr(delivering, "note", lambda **_: 1 / 0)
        assert not work.run(task)
    Job.objects.filter(pk=task.id).update(due_at=clock.now())
    deliver()
    assert len(server.heard) == 2
    assert len({headers["webhook-id"] for headers, _body in server.heard}) == 1
    assert one(shop.organisation, shop.citizen).tries == 1
    Job.objects.filter(pk=task.id).update(state=Job.State.QUEUED, due_at=clock.now())
    deliver()
    assert len(server.heard) == 2


def test_for_a_day_both_secrets_sign_and_then_the_new_one_alone(shop, server):
    north, citizen = shop.organisation, shop.citizen
    webhook, old = register(north, citizen, url=server.url)
    with inside(north, citizen):
        _webhook, new = actions.renew_secret(webhook=webhook, by=citizen)
        actions.send_test(webhook=webhook, by=citizen)
    deliver()
    assert old != new
    assert all(verified(secret, *server.heard[0]) for secret in (old, new))
    with inside(north, citizen):
        Webhook.objects.update(secret_changed_at=clock.now() - queries.BOTH_SECRETS)
        actions.send_test(webhook=webhook, by=citizen)
    deliver()
    assert verified(new, *server.heard[1])
    assert not verified(old, *server.heard[1])


def test_the_table_keeps_the_secret_sealed_for_this_webhook_alone(shop):
    north, citizen = shop.organisation, shop.citizen
    webhook, secret = register(north, citizen)
    other, _secret = register(north, citizen)
    with inside(north, citizen):
        kept = str(list(Webhook.objects.values()))
        assert secret not in kept
        assert secret.removeprefix("whsec_") not in kept
        other.secret = webhook.secret
        with pytest.raises(DomainError, match="sealed"):
            queries._secrets(other)
        assert queries._secrets(webhook) == [secret]
        assert seal(secret, queries.purpose(webhook)) != webhook.secret


def test_a_test_arrives_without_any_act_and_is_not_tried_again(shop, server):
    north, citizen = shop.organisation, shop.citizen
    webhook, _secret = register(north, citizen, url=server.url)
    server.statuses = [500]
    with inside(north, citizen):
        actions.send_test(webhook=webhook, by=citizen)
    deliver()
    ((_headers, body),) = server.heard
    assert json.loads(body)["event"] == queries.TEST
    held = one(north, citizen)
    assert (held.state, held.event_id) == (Delivery.State.FAILED, None)
    with inside(north, citizen):
        assert Webhook.objects.get().paused_at is None


def test_what_is_removed_meanwhile_is_not_sent(shop, server):
    north, citizen = shop.organisation, shop.citizen
    webhook, _secret = register(north, citizen, url=server.url)
    shop.draft()
    with inside(north, citizen):
        actions.remove(webhook=webhook, by=citizen)
    deliver()
    assert server.heard == []
    assert not Job.objects.exclude(state=Job.State.DONE).exists()
    assert messages(north, citizen) == []


def test_what_was_paused_meanwhile_is_not_sent(shop, server):
    north, citizen = shop.organisation, shop.citizen
    webhook, _secret = register(north, citizen, url=server.url)
    shop.draft()
    with inside(north, citizen):
        actions.pause(webhook=webhook, by=citizen)
    deliver()
    assert server.heard == []
    assert one(north, citizen).problem == "paused"


def test_after_thirty_days_a_message_is_forgotten(shop, server):
    north, citizen = shop.organisation, shop.citizen
    webhook, _secret = register(north, citizen, url=server.url)
    with clock.at(clock.now() - delivering.KEPT - dt.timedelta(minutes=1)):
        shop.draft()
        deliver()
    with inside(north, citizen):
        actions.send_test(webhook=webhook, by=citizen)
    deliver()
    assert one(north, citizen).event == queries.TEST


def test_a_job_holds_ids_and_the_log_no_address(shop, server, caplog):
    _webhook, secret = register(shop.organisation, shop.citizen, url=server.url)
    with caplog.at_level("DEBUG"):
        shop.draft()
        held = one(shop.organisation, shop.citizen)
        job = Job.objects.filter(kind=delivering.DELIVER).values().get()
        deliver()
    assert (job["key"], job["person"], job["capacity"]) == (str(held.pk), shop.citizen.pk, PARTNER)
    assert server.url not in str(job)
    lines = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert secret not in lines
    assert server.url not in lines


def test_nothing_is_open_while_the_other_side_thinks(shop, monkeypatch):
    """A slow receiver holds no transaction."""
    register(shop.organisation, shop.citizen)
    shop.draft()
    seen = []

    def post(*_args):
        seen.append([connections[alias].in_atomic_block for alias in ("default", "platform")])
        return outbound.Outcome(status=200)

    monkeypatch.setattr(outbound, "post", post)
    deliver()
    assert seen == [[False, False]]


def test_a_message_that_lost_its_job_can_be_sent_again(shop, server):
    north, citizen = shop.organisation, shop.citizen
    register(north, citizen, url=server.url)
    with clock.at(clock.now() - dt.timedelta(days=1)):
        shop.draft()
    Job.objects.all().delete()
    assert sum(delivering.PAUSES, dt.timedelta()) < dt.timedelta(days=1)
    with inside(north, citizen):
        actions.send_again(delivery=Delivery.objects.get(), by=citizen)
    deliver()
    assert len(server.heard) == 1
