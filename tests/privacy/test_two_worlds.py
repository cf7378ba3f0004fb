"""One database, one frozen moment, with and without a hidden pair: nobody else sees a byte of difference.

The world is the demo's whole story. Then somebody who holds an office founds one more pair with somebody
whom nobody else knows, and the two do everything that a pair can do short of showing themselves.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client

from rollout.accounts.models import Account
from rollout.accounts.sessions import HOST, SECOND_FACTOR
from rollout.demo.plot import STORY_DAYS
from rollout.demo.stage import Stage, acting, comes_in
from rollout.demo.story import Story
from rollout.jobs import work
from rollout.kernel import clock
from rollout.kernel.tenancy import PARTNER, in_organisation
from rollout.organisations.models import Organisation
from tenants.disclosure.models import Audience
from tenants.members import actions as members
from tenants.members.models import Invitation, Role
from tenants.members.tasks import token_of
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions, results, shared_task, witnesses
from tenants.projects.content import ResultContent
from tenants.projects.models import ResultClaim, SharedTask
from tenants.projects.queries import witness_token
from tenants.surfacing import actions as surfacing
from tests.crawl import Walk, hat_of, plain_addresses, walk

NOW = datetime(2027, 3, 3, 10, 0, tzinfo=UTC)
LEAD = "amara.nwosu-field@example.org"
TWO_HATS = "tobias.achterberg@example.org"  # a sponsor, and from now on a partner of a hidden pair
PEOPLE = (
    LEAD,
    "helena.strand@example.org",
    TWO_HATS,
    "rosalind.quaye@example.org",
    "patrick.osei@example.org",
    "wioletta.zajac@example.org",
    "maureen.tatlow@example.com",
    "josephine.kettleborough@example.com",
    "aoife.brennan-hart@example.org",
    None,
)
SECRETS = ("Zanzibarquill", "Unseen Nadia", "nadia.unseen@example.net", "Quillwitness")


@contextmanager
def frozen():
    """The same moment for the business clock and for everything else in this process."""
    with ExitStack() as stack:
        stack.enter_context(time_machine.travel(NOW, tick=False))
        stack.enter_context(clock.at(NOW))
        yield


@contextmanager
def undone():
    """What visits leave behind (readings, sessions) is taken back, so that only the worlds differ."""
    with transaction.atomic(using="platform"), transaction.atomic():
        yield
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="platform")


def browser(email: str | None, host: str) -> Client:
    client = Client(HTTP_HOST=host, headers={"accept-language": "en"})
    if email:
        client.force_login(Account.objects.get(email=email))
        session = client.session
        session[HOST] = host
        session[SECOND_FACTOR] = NOW.isoformat()
        session.save()
    return client


def visit(email: str | None, host: str = "northmoor.localhost") -> Walk:
    """Every page that somebody can reach; of somebody with two hats, the office's pages alone."""

    def only(address: str) -> bool:
        return email != TWO_HATS or hat_of(address, settings.ROOT_URLCONF) != PARTNER

    with frozen(), undone():
        return walk(browser(email, host), plain_addresses(settings.ROOT_URLCONF), only=only)


def everybody() -> dict[str, Walk]:
    seen = {str(email): visit(email) for email in PEOPLE}
    seen["operator"] = visit_sign_in_host()
    return seen


def visit_sign_in_host() -> Walk:
    Account.objects.filter(email="operator@example.org").exists() or _operator()
    with frozen(), undone():
        client = browser("operator@example.org", settings.BASE_HOST)
        return walk(client, plain_addresses(settings.PUBLIC_URLCONF), only=lambda a: not a.startswith("/demo/"))


def _operator() -> None:
    account = Account.objects.for_address("operator@example.org")
    account.is_operator = True
    account.save(update_fields=["is_operator"])


@pytest.fixture
def told(committed):
    """The demo's world, as it stands on a day after the story."""
    with time_machine.travel(NOW, tick=True):
        Story(Stage(opening=NOW - timedelta(days=STORY_DAYS))).tell()
    _operator()
    return Organisation.objects.get(slug="northmoor")


def hide_a_pair(northmoor: Organisation) -> None:
    """Two people do everything that a pair can do short of showing themselves."""
    other = "nadia.unseen@example.net"
    both = (TWO_HATS, other)
    with clock.at(NOW - timedelta(days=9)):
        with acting(northmoor, TWO_HATS) as founder:
            pair = pairs.found(
                title="Zanzibarquill", kind="manager", partner_name="Unseen Nadia", partner_email=other, by=founder
            )
            token = token_of(Invitation.objects.get(pair_id=pair.pk))
        comes_in(northmoor, other, token, "carer")
        with acting(northmoor, other) as partner:
            shared_task.write(pair=Pair.objects.get(pk=pair.pk), text="Zanzibarquill task", by=partner)
        _both(northmoor, both, lambda p: _sign_task(pair.pk, p))
        with acting(northmoor, other) as partner:
            decision = decisions.draft(pair=pair, title="Zanzibarquill one", text="Zanzibarquill", by=partner)
            decisions.propose(decision=decision, by=partner)
            draft = decisions.draft(pair=pair, title="Zanzibarquill two", text="Zanzibarquill", by=partner)
            decisions.propose(decision=draft, by=partner)
        _both(northmoor, both, lambda p: decisions.sign(decision=decision, shown=decision.content_hash, by=p))
        with acting(northmoor, TWO_HATS) as founder:
            decisions.contest(decision=draft, reason="Zanzibarquill no", by=founder)
            content = ResultContent(
                title="Zanzibarquill result", measure="Zanzibarquill", unit="days", higher_is_better=False,
                baseline_value=Decimal(9), baseline_on=clock.today() - timedelta(days=60), current_value=Decimal(4),
                current_on=clock.today(), direction="better", place="Zanzibarquill ward", evidence="Zanzibarquill",
            )  # fmt: skip
            points = [(content.baseline_on, Decimal(9)), (content.current_on, Decimal(4))]
            claim = results.draft(pair=pair, content=content, points=points, by=founder)
        _both(northmoor, both, lambda p: _sign_result(claim.pk, p))
        with acting(northmoor, other) as partner:
            claim = ResultClaim.objects.get(pk=claim.pk)
            asked = witnesses.ask(
                result=claim, name="Quillwitness", email="w@example.net", relation="Zanzibarquill", by=partner
            )
        with in_organisation(northmoor.place()):
            witnesses.answer(token=witness_token(asked.pk), given="confirmed")
        with acting(northmoor, TWO_HATS) as founder:
            board = next(c for c in surfacing.audiences.choices() if c.audience == Audience.BOARD)
            made = surfacing.propose(
                pair=pair, audience=board.audience, audience_id=board.audience_id, picks=[], by=founder
            )
            surfacing.sign(surfacing=made, package_hash=made.package_hash, is_free=True, by=founder)
        with acting(northmoor, other) as partner:
            surfacing.sign(surfacing=made, package_hash=made.package_hash, is_free=False, by=partner)
        work.run_until_empty()


def _both(northmoor, emails, act):
    for email in emails:
        with acting(northmoor, email) as partner:
            act(partner)


def _sign_task(pair, partner):
    task = SharedTask.objects.get(pair_id=pair)
    shared_task.sign(task=task, shown=task.content_hash, by=partner)


def _sign_result(claim, partner):
    held = ResultClaim.objects.get(pk=claim)
    results.sign(result=held, shown=held.content_hash, by=partner)


def test_a_hidden_pair_changes_no_byte_of_what_anybody_else_sees(told):
    before = everybody()
    hide_a_pair(told)
    with acting(told, TWO_HATS) as founder:  # the control: it is there, and there is much of it
        assert [pair.title for pair in Pair.objects.all()] == ["Zanzibarquill"]
        assert founder.held_roles == (Role.SPONSOR,)
    after = everybody()

    assert {who: before[who].differences(after[who]) for who in before} == {who: [] for who in before}
    pages = sum(len(seen.pages) for seen in after.values())
    assert pages > 150, "too few pages were visited for this to mean anything"
    homes = {LEAD: "/rollout/", TWO_HATS: "/report/", "rosalind.quaye@example.org": "/boards/home/"}
    assert {who: after[who].pages[home][0] for who, home in homes.items()} == dict.fromkeys(homes, 200)
    assert after["operator"].pages["/operator/"][0] == 200
    for seen in after.values():
        for address, (_status, _headers, body) in seen.pages.items():
            assert [word for word in SECRETS if word.encode() in body] == [], address
    told_to = {address for letter in mail.outbox for address in letter.to if "Zanzibarquill" in str(letter.message())}
    assert told_to <= {"w@example.net"}


def test_the_comparison_notices_what_is_not_hidden(told):
    before = visit(LEAD)
    with acting(told, LEAD, Role.ROLLOUT_LEAD) as lead:
        members.invite(name="Vera Visible", email="vera.visible@example.net", by=lead)
    assert before.differences(visit(LEAD)) != []
