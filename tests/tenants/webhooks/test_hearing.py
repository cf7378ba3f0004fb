"""Who hears of what: exactly those who may see the entry of the act, from the same transaction as the act."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction

from rollout.kernel.tenancy import PARTNER
from tenants.audit import actions as audit
from tenants.audit.models import Event
from tenants.members import actions as members
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.webhooks import actions
from tenants.webhooks.models import TOPICS, Delivery, Webhook
from tests import world, world_projects
from tests.world import inside, sql
from tests.world_webhooks import messages, register

LEAD = Role.ROLLOUT_LEAD


@pytest.fixture
def shop(north):
    """A hidden pair whose two partners, and the rollout lead, each have a webhook about everything."""
    made = world_projects.workshop(north)
    for partner in made.partners:
        register(north, partner)
    register(north, lead_of(north), hat=LEAD)
    return made


def lead_of(organisation):
    return world._a_lead(organisation)


def heard(organisation, who, hat=PARTNER):
    return [message.event for message in messages(organisation, who, hat)]


def test_both_partners_hear_what_either_does_and_nobody_else_does(shop, north):
    rival = world_projects.workshop(north, "Another pair")
    register(north, rival.professional)
    lead = lead_of(north)
    before = heard(north, lead, LEAD)
    shop.proposed()
    for partner in shop.partners:
        assert heard(north, partner) == ["decision.drafted", "decision.proposed"]
    assert heard(north, rival.professional) == []
    assert heard(north, lead, LEAD) == before


def test_a_rollout_lead_hears_what_the_organisation_does_and_partners_do_not(shop, north):
    lead = lead_of(north)
    with inside(north, lead, LEAD):
        members.invite(name="Nina", email="nina@example.org", by=lead)
    assert heard(north, lead, LEAD)[-1] == "invitation.sent"
    assert [heard(north, partner) for partner in shop.partners] == [[], []]


def test_somebody_with_two_hats_hears_in_each_what_that_hat_may_see(north):
    lead = world.lead(north)
    pair = world.founded(north, lead)
    for hat in (PARTNER, LEAD):
        register(north, lead, hat=hat)
    with inside(north, lead):
        audit.record("pair.renamed", subject=pair, pair=pair)
    with inside(north, lead, LEAD):
        audit.record("board.made")
    assert heard(north, lead) == ["pair.renamed"]
    assert heard(north, lead, LEAD) == ["webhook.made", "board.made"]


def test_the_message_is_written_with_the_act_and_taken_back_with_it(shop, north):
    with pytest.raises(ZeroDivisionError), inside(north, shop.professional):
        audit.record("decision.drafted", pair=shop.pair.pk)
        raise ZeroDivisionError
    assert heard(north, shop.citizen) == []
    with inside(north, shop.professional):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            audit.record("decision.drafted", pair=shop.pair.pk)
            raise ZeroDivisionError
        audit.record("result.drafted", pair=shop.pair.pk)
    assert heard(north, shop.citizen) == ["result.drafted"]


def test_a_message_is_the_entry_of_the_record(shop, north):
    shop.draft()
    (message,) = messages(north, shop.citizen)
    with inside(north, shop.citizen):
        entry = Event.objects.get(pk=message.event_id)
        job = sql("SELECT count(*) FROM security.job_state(%s)", message.pk)
    assert (entry.action, entry.at) == (message.event, message.happened_at)
    assert job == [(0,)]  # the job's id is not the message's: nobody can ask how it stands


def test_only_the_topics_that_were_chosen(north):
    shop = world_projects.workshop(north)
    register(north, shop.citizen, topics=["result"])
    shop.draft()
    shop.result()
    assert heard(north, shop.citizen) == ["result.drafted"]


def test_a_paused_webhook_hears_nothing_and_later_not_what_it_missed(shop, north):
    with inside(north, shop.citizen):
        webhook = Webhook.objects.get()
        actions.pause(webhook=webhook, by=shop.citizen)
    shop.draft()
    with inside(north, shop.citizen):
        actions.resume(webhook=webhook, by=shop.citizen)
    shop.result()
    assert heard(north, shop.citizen) == ["result.drafted"]


def test_who_left_the_pair_hears_nothing_more(shop, north):
    with inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    assert heard(north, shop.citizen) == []
    assert heard(north, shop.professional) == ["pair.left"]


def test_whose_membership_ended_hears_nothing_more_and_the_other_partner_does(shop, north):
    lead = lead_of(north)
    with inside(north, lead, LEAD):
        members.end_membership(member=shop.professional, by=lead)
    assert heard(north, shop.professional) == []
    assert heard(north, shop.citizen) == ["pair.left"]
    assert heard(north, lead, LEAD)[-1] == "membership.ended"


def test_whose_office_ended_hears_nothing_more(north):
    first, second = world.lead(north), world.member(north, "Second Lead", LEAD)
    register(north, second, hat=LEAD)
    with inside(north, first, LEAD):
        members.end_membership(member=second, by=first)
    with inside(north, first, LEAD):
        audit.record("board.made")
    assert heard(north, second, LEAD) == ["webhook.made"]


def test_what_a_witness_answers_without_a_name_is_heard_as_well(shop, north):
    shop.confirmed()
    assert "result.witness_answered" in heard(north, shop.professional)


def test_nobody_knows_of_anybodys_webhook(shop, north):
    shop.draft()
    mine = shop.professional
    others = [(shop.citizen, PARTNER), (lead_of(north), LEAD), (lead_of(north), PARTNER), (mine, LEAD)]
    for who, hat in others:
        with inside(north, who, hat):
            assert not Webhook.objects.filter(person_id=mine.pk).exists()
            assert not Delivery.objects.filter(person_id=mine.pk).exists()
    with inside(north, mine):
        assert (Webhook.objects.count(), Delivery.objects.count()) == (1, 1)


def test_a_partners_webhook_leaves_no_entry_and_a_leads_does(north):
    shop, lead = world_projects.workshop(north), lead_of(north)

    def entries():
        with inside(north, lead, LEAD):
            organisations = Event.objects.count()
        with inside(north, shop.citizen):
            return organisations, Event.objects.count()

    before = entries()
    webhook, _secret = register(north, shop.professional)
    with inside(north, shop.professional):
        actions.remove(webhook=webhook, by=shop.professional)
    assert entries() == before
    register(north, lead, hat=LEAD)
    assert entries() == (before[0] + 1, before[1])


def test_an_act_takes_the_same_statements_whoever_listens(north):
    from django.test.utils import CaptureQueriesContext

    def statements(shop):
        with CaptureQueriesContext(connections["default"]) as asked:
            shop.draft()
        return [re.sub(r"'[^']*'", "?", query["sql"]) for query in asked.captured_queries]

    quiet, listened = world_projects.workshop(north), world_projects.workshop(north)
    for partner in listened.partners:
        register(north, partner)
    statements(quiet)
    assert len(statements(quiet)) == len(statements(listened))


def test_nobody_asks_for_work_in_another_persons_name(shop, north):
    from django.db import DatabaseError

    with pytest.raises(DatabaseError, match="permission denied"), inside(north, shop.professional):
        sql("SELECT security.enqueue_for('webhooks.deliver', 'x', '1', %s, 'partner', now())", shop.citizen.pk)


def test_a_message_cannot_be_made_for_somebody_elses_webhook(shop, north):
    from django.db import DatabaseError

    with inside(north, shop.citizen):
        theirs = Webhook.objects.get()
    with pytest.raises(DatabaseError, match="row-level security"), inside(north, shop.professional):
        Delivery.objects.create(
            webhook_id=theirs.pk, person_id=shop.professional.pk, capacity=PARTNER, event="x",
            happened_at=theirs.made_at, asked_at=theirs.made_at, tries_left=1,
        )  # fmt: skip


def test_every_act_of_the_record_belongs_to_a_topic_that_its_readers_can_choose():
    places = [path for room in ("tenants", "governance") for path in Path(settings.ROOT, room).rglob("*.py")]
    text = "\n".join(path.read_text() for path in places)
    of_pairs, of_organisation = set(), set()
    for call in re.findall(r"(?<!platform_)audit\.record\(([^)]*(?:\([^)]*\)[^)]*)*)\)", text):
        for action in re.findall(r'"([a-z_]+)\.[a-z_]+"', call):
            (of_pairs if "pair=" in call else of_organisation).add(action)
            if "invitation" in action:
                of_organisation.add(action)
    for action, chain in re.findall(r"audit_write\('([a-z_]+)\.[a-z_]+',[^;]*?(\w+)\);", text):
        (of_organisation if chain == "null" else of_pairs).add(action)
    assert len(of_pairs) > 5 < len(of_organisation) + 2
    assert of_pairs <= {topic.value for topic in TOPICS[PARTNER]}
    assert of_organisation <= {topic.value for topic in TOPICS[LEAD]}
