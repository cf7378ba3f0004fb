"""The same request twice does its work once, and nobody writes over what they have not read."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from api import replay
from api.models import KeptAnswer
from rollout.kernel import clock
from rollout.organisations.models import Organisation
from tenants.members.models import Role
from tenants.projects.models import Decision
from tests import world, world_pairs, world_projects
from tests.world import browser, inside
from tests.world_api import BASE, bearer, token_of

TEXT = {"title": "Open late", "text": "On Tuesdays."}


@pytest.fixture
def shop(north):
    """A pair whose partners may sign."""
    made = world_projects.workshop(north)
    world_pairs.accepted(*made.partners)
    return made


def draft(client, shop, key, **changed):
    body = json.dumps({"pair": str(shop.pair.pk), **TEXT, **changed})
    return client.post(f"{BASE}decisions/", body, content_type="application/json", headers={"Idempotency-Key": key})


def pause(client, shop):
    path = f"{BASE}pairs/{shop.pair.pk}/pause/"
    return client.post(path, content_type="application/json", headers={"Idempotency-Key": "a-key"})


def decisions(shop):
    with inside(shop.organisation, shop.professional):
        return Decision.objects.count()


def test_the_same_request_is_done_once_and_answered_alike(shop):
    client = browser(shop.professional, shop.organisation)
    first, again = draft(client, shop, "a-key"), draft(client, shop, "a-key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert decisions(shop) == 1
    assert draft(client, shop, "another-key").json()["id"] != first.json()["id"]
    assert decisions(shop) == 2


def test_a_key_stands_for_one_request(shop):
    client = browser(shop.professional, shop.organisation)
    draft(client, shop, "a-key")
    answer = draft(client, shop, "a-key", title="Something else")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_used")
    elsewhere = pause(client, shop)
    assert elsewhere.json()["code"] == "key_used"
    assert decisions(shop) == 1


def test_a_refusal_is_not_kept_so_that_it_can_be_mended(shop):
    client = browser(shop.professional, shop.organisation)
    assert pause(client, shop).json()["code"] == "not_working_yet"
    shop.task(signed_by=shop.partners)
    assert pause(client, shop).json()["stage"] == "paused"
    assert pause(client, shop)["Idempotency-Replayed"] == "true"


def test_a_key_is_its_persons_own_and_kept_for_a_day(shop):
    mine, partners = (browser(who, shop.organisation) for who in shop.partners)
    first, other = draft(mine, shop, "a-key"), draft(partners, shop, "a-key")
    assert first.json()["id"] != other.json()["id"]
    with inside(shop.organisation, shop.professional):
        kept = KeptAnswer.objects.get()
        assert kept.person_id == shop.professional.pk
        assert "a-key" not in str(KeptAnswer.objects.values().get())
    for hat in (Role.ROLLOUT_LEAD, Role.SPONSOR):
        with inside(shop.organisation, world.lead(shop.organisation), hat):
            assert not KeptAnswer.objects.exists()
        with inside(shop.organisation, shop.professional, hat):
            assert not KeptAnswer.objects.exists()
    with inside(shop.organisation, shop.professional):
        KeptAnswer.objects.all().delete()
        KeptAnswer.objects.create(
            person_id=kept.person_id, capacity=kept.capacity, key_hash=kept.key_hash, request_hash=kept.request_hash,
            status=kept.status, body=kept.body, kept_at=timezone.now() - dt.timedelta(hours=25),
        )  # fmt: skip
    assert draft(mine, shop, "a-key").json()["id"] != first.json()["id"]
    with inside(shop.organisation, shop.professional):
        assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\tb"])
def test_a_key_is_a_plain_word(shop, key):
    answer = draft(browser(shop.professional, shop.organisation), shop, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_key")
    assert decisions(shop) == 0


def test_nothing_is_kept_of_whether_somebody_was_free_to_sign(shop):
    client = browser(shop.professional, shop.organisation)
    shop.task(signed_by=shop.partners)
    made = client.post(
        f"{BASE}surfacings/open-from-start/", {"pair": str(shop.pair.pk), "reason": "We are known"},
        content_type="application/json",
    ).json()  # fmt: skip
    path, shown = f"{BASE}surfacings/{made['surfacing']['id']}/", made["surfacing"]["package_hash"]
    with clock.at(clock.now()):
        before = client.get(path).content
        answer = client.post(
            f"{path}sign/",
            {"package_hash": shown, "is_free": False},
            content_type="application/json",
            headers={"Idempotency-Key": "a-key"},
        )
        assert answer.status_code == 200
        assert client.get(path).content == before == answer.content
    with inside(shop.organisation, shop.professional):
        assert not KeptAnswer.objects.exists()


def test_two_at_once_are_one_and_the_later_hears_that_it_runs(committed):
    north = Organisation.objects.get(slug="north")
    shop = world_projects.workshop(north)
    headers = {**bearer(token_of(shop.professional, north)), "Idempotency-Key": "a-key"}
    inside_first, go_on = threading.Event(), threading.Event()
    keep = replay.Attempt.keep

    def slow(attempt, response):
        keep(attempt, response)
        inside_first.set()
        go_on.wait(10)

    answers = {}

    def ask(name):
        client = Client(HTTP_HOST="north.localhost")
        body = json.dumps({"pair": str(shop.pair.pk), **TEXT})
        answers[name] = client.post(f"{BASE}decisions/", body, content_type="application/json", headers=headers)
        for alias in ("default", "platform"):
            connections[alias].close()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(replay.Attempt, "keep", slow)
        first = threading.Thread(target=ask, args=["first"])
        first.start()
        assert inside_first.wait(10)
        ask("second")
        go_on.set()
        first.join(10)
    ask("third")
    assert (answers["second"].status_code, answers["second"].json()["code"]) == (409, "still_running")
    assert answers["first"].status_code == answers["third"].status_code == 201
    assert answers["first"].content == answers["third"].content
    assert decisions(shop) == 1


# Nobody writes over what they have not read


def edit(client, path, body, etag):
    return client.patch(path, json.dumps(body), content_type="application/json", headers={"If-Match": etag})


def test_an_edit_that_names_an_older_state_is_refused(shop):
    mine, partners = (browser(who, shop.organisation) for who in shop.partners)
    path = f"{BASE}decisions/{shop.proposed().pk}/"
    read = mine.get(path)["ETag"]
    assert partners.get(path)["ETag"] == read
    changed = edit(partners, path, {"text": "Otherwise"}, read)
    assert changed.status_code == 200
    assert changed["ETag"] not in ("", read)
    late = edit(mine, path, {"text": "Mine"}, read)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert mine.get(path).json()["text"] == "Otherwise"
    assert edit(mine, path, {"text": "Mine"}, mine.get(path)["ETag"]).status_code == 200
    assert edit(mine, path, {"text": "Any"}, "*").status_code == 200
    assert mine.patch(path, {"text": "None"}, content_type="application/json").status_code == 200


def test_the_mark_moves_with_signatures_too(shop):
    mine, partners = (browser(who, shop.organisation) for who in shop.partners)
    decision = shop.proposed()
    path = f"{BASE}decisions/{decision.pk}/"
    read = mine.get(path)["ETag"]
    partners.post(f"{path}sign/", {"shown": decision.content_hash}, content_type="application/json")
    assert edit(mine, path, {"text": "Mine"}, read).status_code == 412
    assert len(mine.get(path).json()["keys"]) == 1


@pytest.mark.parametrize(
    ("what", "body"),
    [("task", {"text": "New"}), ("result", {"place": "New"}), ("pair", {"title": "New"}), ("me", {"name": "New"})],
)
def test_every_edit_knows_the_mark(shop, what, body):
    client = browser(shop.professional, shop.organisation)
    shop.task()
    path = {
        "task": f"shared-tasks/{shop.pair.pk}/", "result": f"results/{shop.result().pk}/",
        "pair": f"pairs/{shop.pair.pk}/", "me": "me/",
    }[what]  # fmt: skip
    read = client.get(BASE + path)["ETag"]
    method = client.put if what == "task" else client.patch
    wrong = method(BASE + path, json.dumps(body), content_type="application/json", headers={"If-Match": '"0"'})
    assert (wrong.status_code, wrong.json()["code"]) == (412, "changed_meanwhile")
    right = method(BASE + path, json.dumps(body), content_type="application/json", headers={"If-Match": read})
    assert right.status_code == 200
    assert next(iter(body.values())) in right.json().values()
