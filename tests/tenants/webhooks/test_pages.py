"""The pages of webhooks: one's own, in one hat, with every refusal said in words and nothing typed lost."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.kernel.tenancy import PARTNER
from tenants.members.models import Role
from tenants.webhooks import actions
from tenants.webhooks.models import Delivery, Webhook
from tests import world, world_projects
from tests.world import browser, inside
from tests.world_api import BASE
from tests.world_webhooks import ADDRESS, messages, register

LEAD = Role.ROLLOUT_LEAD
TYPED = {"name": "Our chat", "url": ADDRESS, "topics": ["decision", "result"]}


@pytest.fixture
def shop(north):
    """A pair without any webhook."""
    return world_projects.workshop(north)


def only(organisation, who, hat=PARTNER):
    with inside(organisation, who, hat):
        return Webhook.objects.get()


def test_a_secret_is_shown_once(shop, north):
    client = browser(shop.citizen, north)
    made = client.post("/webhooks/", TYPED)
    secret = re.search(r'<code id="secret">(whsec_[\w+/=]{44})</code>', made.content.decode())
    assert secret
    assert "no-store" in made["Cache-Control"]
    webhook = only(north, shop.citizen)
    assert (webhook.name, webhook.url, webhook.topics) == ("Our chat", ADDRESS, ["decision", "result"])
    for path in ("/webhooks/", f"/webhooks/{webhook.pk}/"):
        page = client.get(path).content.decode()
        assert "Our chat" in page
        assert "whsec_" not in page
    renewed = client.post(f"/webhooks/{webhook.pk}/secret/").content.decode()
    assert re.search(r"whsec_[\w+/=]{44}", renewed)
    assert secret[1] not in renewed
    assert "old secret as well" in renewed


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Write what the webhook is for."),
        ({"url": ""}, "Write the address."),
        ({"url": "http://news.example.org/"}, "Write an address that starts with https://"),
        ({"url": "https://10.0.0.1/"}, "Write an address that starts with https://"),
        ({"url": "javascript:alert(1)"}, "Write an address that starts with https://"),
        ({"topics": []}, "Choose at least one topic."),
        ({"topics": ["board"]}, "Choose topics from the list."),
    ],
)
def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(shop, north, changed, sentence):
    client = browser(shop.citizen, north)
    answer = client.post("/webhooks/", {**TYPED, "name": "Our chat", **changed}).content.decode()
    assert sentence in answer
    assert "name" in changed or 'value="Our chat"' in answer
    with inside(north, shop.citizen):
        assert not Webhook.objects.exists()
    webhook, _secret = register(north, shop.citizen)
    assert sentence in client.post(f"/webhooks/{webhook.pk}/", {**TYPED, **changed}).content.decode()
    assert only(north, shop.citizen).name == "News"


def test_a_rollout_lead_chooses_among_what_the_organisation_does(north):
    lead = world.lead(north)
    client = browser(lead, north)
    page = client.get("/rollout/webhooks/").content.decode()
    assert 'value="board"' in page
    assert 'value="decision"' not in page
    assert client.post("/rollout/webhooks/", {**TYPED, "topics": ["board"]}).status_code == 200
    assert only(north, lead, LEAD).capacity == LEAD
    assert only(north, lead, LEAD).name not in client.get("/webhooks/").content.decode()


def test_every_button(shop, north):
    citizen, client = shop.citizen, browser(shop.citizen, north)
    webhook, _secret = register(north, citizen)
    path = f"/webhooks/{webhook.pk}/"
    assert client.post(path, {**TYPED, "name": "Renamed"}).status_code == 302
    assert "A test is on its way" in client.post(f"{path}test/", follow=True).content.decode()
    (message,) = messages(north, citizen)
    again = f"/webhooks/deliveries/{message.pk}/again/"
    assert "on its way already" in client.post(again, follow=True).content.decode()
    assert again not in client.get(path).content.decode()
    with inside(north, citizen):
        Delivery.objects.update(state=Delivery.State.FAILED, problem="too_slow", status=None, tries=1)
    page = client.get(path).content.decode()
    assert "The server took too long." in page
    assert again in page
    assert "Not everything arrived." in client.get("/webhooks/").content.decode()
    assert "on its way again" in client.post(again, follow=True).content.decode()
    assert "Paused by you" in client.post(f"{path}pause/", follow=True).content.decode()
    assert "The webhook is paused." in client.post(f"{path}test/", follow=True).content.decode()
    assert "goes on" in client.post(f"{path}resume/", follow=True).content.decode()
    assert "Nothing is sent there any more." in client.post(f"{path}remove/", follow=True).content.decode()
    with inside(north, citizen):
        assert not Webhook.objects.exists()
        assert not Delivery.objects.exists()


def test_ten_are_enough(shop, north):
    for _ in range(actions.MOST_WEBHOOKS):
        register(north, shop.citizen)
    assert "You have ten webhooks." in browser(shop.citizen, north).post("/webhooks/", TYPED).content.decode()


def test_anothers_webhook_is_nowhere(shop, north, south):
    webhook, _secret = register(north, shop.professional)
    partner, lead, foreign = browser(shop.citizen, north), world._a_lead(north), world.lead(south)
    for client, place in (
        (partner, "/webhooks/"), (browser(lead, north), "/rollout/webhooks/"), (browser(foreign, south), "/webhooks/"),
    ):  # fmt: skip
        assert "News" not in client.get(place).content.decode()
        assert client.get(f"{place}{webhook.pk}/").status_code == 404
        for verb in ("", "test/", "secret/", "pause/", "resume/", "remove/"):
            assert client.post(f"{place}{webhook.pk}/{verb}", TYPED).status_code == 404


def test_no_page_of_anybody_else_moves_a_byte(shop, north):
    """Two worlds: my partner, a rollout lead and a sponsor read the same whether or not I have a webhook."""
    from tests.crawl import masked

    lead, sponsor = world._a_lead(north), world.member(north, "Sol", Role.SPONSOR)
    places = [
        (shop.citizen, ("/pairs/", f"/pairs/{shop.pair.pk}/", "/webhooks/", "/profile/")),
        (lead, ("/rollout/", "/people/", "/rollout/webhooks/", "/report/rollout/")),
        (sponsor, ("/report/sponsor/",)),
    ]
    clients = {who.pk: browser(who, north) for who, _paths in places}

    def seen():
        return {
            (who.pk, path): masked(clients[who.pk].get(path).content) for who, paths in places for path in paths
        } | {
            (who.pk, path, hat): clients[who.pk].get(f"{BASE}{path}", headers={"capacity": hat}).content
            for who, path, hat in (
                (shop.citizen, "webhooks/", PARTNER), (shop.citizen, "webhook-deliveries/", PARTNER),
                (shop.citizen, f"pair-events/?pair={shop.pair.pk}", PARTNER),
                (lead, "webhooks/", LEAD), (lead, "events/", LEAD), (lead, "webhook-deliveries/", LEAD),
            )
        }  # fmt: skip

    shop.draft()
    before = seen()
    webhook, _secret = register(north, shop.professional)
    with inside(north, shop.professional):
        actions.send_test(webhook=webhook, by=shop.professional)
        actions.pause(webhook=webhook, by=shop.professional)
    assert seen() == before


def test_few_and_many_cost_the_same_questions(shop, north):
    client = browser(shop.citizen, north)

    def questions(path):
        client.get(path)
        with CaptureQueriesContext(connections["default"]) as asked:
            client.get(path)
        return len(asked)

    webhook, _secret = register(north, shop.citizen)
    with inside(north, shop.citizen):
        actions.send_test(webhook=webhook, by=shop.citizen)
    few = [questions(path) for path in ("/webhooks/", f"/webhooks/{webhook.pk}/")]
    for _ in range(2):
        register(north, shop.citizen)
        with inside(north, shop.citizen):
            actions.send_test(webhook=webhook, by=shop.citizen)
    assert [questions(path) for path in ("/webhooks/", f"/webhooks/{webhook.pk}/")] == few


def test_the_api_says_the_secret_once_and_keeps_it_out_of_kept_answers(shop, north):
    client = browser(shop.citizen, north)
    body, headers = json.dumps(TYPED), {"Idempotency-Key": "a-key"}
    made = client.post(f"{BASE}webhooks/", body, content_type="application/json", headers=headers).json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in client.get(f"{BASE}webhooks/{made['webhook']['id']}/").json()
    from api.models import KeptAnswer

    with inside(north, shop.citizen):
        assert not KeptAnswer.objects.exists()
    refused = client.post(
        f"{BASE}webhooks/", json.dumps({**TYPED, "topics": ["board"]}), content_type="application/json"
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "unknown_topic")
