"""Two people whom nobody else knows as a pair: one holds an office, one is in no list. What they do is hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rollout.demo.stage import acting, comes_in
from rollout.jobs import work
from rollout.kernel import clock
from rollout.kernel.tenancy import in_organisation
from tenants.disclosure.models import Audience
from tenants.members.models import Invitation
from tenants.members.tasks import token_of
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions, results, shared_task, witnesses
from tenants.projects.content import ResultContent
from tenants.projects.models import ResultClaim, SharedTask
from tenants.projects.queries import witness_token
from tenants.surfacing import actions as surfacing
from tests import rooms
from tests.privacy.people import NOW, TWO_HATS, UNSEEN, WITNESS

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation


def hide_a_pair(northmoor: Organisation) -> None:
    """They do everything that a pair can do short of showing themselves, and the jobs of it are done."""
    both = (TWO_HATS, UNSEEN)
    with clock.at(NOW - timedelta(days=9)):
        pair = _founded(northmoor)
        with acting(northmoor, UNSEEN) as partner:
            shared_task.write(pair=Pair.objects.get(pk=pair.pk), text="Zanzibarquill task", by=partner)
        _each(northmoor, both, lambda person: _sign_task(pair.pk, person))
        _decide(northmoor, pair)
        _claim_a_result(northmoor, pair)
        with acting(northmoor, TWO_HATS) as founder:
            board = next(c for c in surfacing.audiences.choices() if c.audience == Audience.BOARD)
            made = surfacing.propose(
                pair=pair, audience=board.audience, audience_id=board.audience_id, picks=[], by=founder
            )
            surfacing.sign(surfacing=made, package_hash=made.package_hash, is_free=True, by=founder)
        with acting(northmoor, UNSEEN) as partner:
            surfacing.sign(surfacing=made, package_hash=made.package_hash, is_free=False, by=partner)
        for hide in rooms.told("HIDE"):
            hide(northmoor, pair, both)
        work.run_until_empty()


def _founded(northmoor: Organisation) -> Pair:
    with acting(northmoor, TWO_HATS) as founder:
        pair = pairs.found(
            title="Zanzibarquill", kind="manager", partner_name="Unseen Nadia", partner_email=UNSEEN, by=founder
        )
        token = token_of(Invitation.objects.get(pair_id=pair.pk))
    work.run_until_empty()
    comes_in(northmoor, UNSEEN, token, "carer")
    return pair


def _decide(northmoor: Organisation, pair: Pair) -> None:
    with acting(northmoor, UNSEEN) as partner:
        decision = decisions.draft(pair=pair, title="Zanzibarquill one", text="Zanzibarquill", by=partner)
        decisions.propose(decision=decision, by=partner)
        draft = decisions.draft(pair=pair, title="Zanzibarquill two", text="Zanzibarquill", by=partner)
        decisions.propose(decision=draft, by=partner)
    _each(
        northmoor,
        (TWO_HATS, UNSEEN),
        lambda person: decisions.sign(decision=decision, shown=decision.content_hash, by=person),
    )
    with acting(northmoor, TWO_HATS) as founder:
        decisions.contest(decision=draft, reason="Zanzibarquill no", by=founder)


def _claim_a_result(northmoor: Organisation, pair: Pair) -> None:
    with acting(northmoor, TWO_HATS) as founder:
        content = ResultContent(
            title="Zanzibarquill result", measure="Zanzibarquill", unit="days", higher_is_better=False,
            baseline_value=Decimal(9), baseline_on=clock.today() - timedelta(days=60), current_value=Decimal(4),
            current_on=clock.today(), direction="better", place="Zanzibarquill ward", evidence="Zanzibarquill",
        )  # fmt: skip
        points = [(content.baseline_on, Decimal(9)), (content.current_on, Decimal(4))]
        claim = results.draft(pair=pair, content=content, points=points, by=founder)
    _each(northmoor, (TWO_HATS, UNSEEN), lambda person: _sign_result(claim.pk, person))
    with acting(northmoor, UNSEEN) as partner:
        claim = ResultClaim.objects.get(pk=claim.pk)
        asked = witnesses.ask(result=claim, name="Quillwitness", email=WITNESS, relation="Zanzibarquill", by=partner)
    work.run_until_empty()
    with in_organisation(northmoor.place()):
        witnesses.answer(token=witness_token(asked.pk), given="confirmed")


def _each(northmoor: Organisation, emails: tuple[str, ...], act: Callable[[Any], Any]) -> None:
    for email in emails:
        with acting(northmoor, email) as partner:
            act(partner)


def _sign_task(pair: UUID, partner: Any) -> None:
    task = SharedTask.objects.get(pair_id=pair)
    shared_task.sign(task=task, shown=task.content_hash, by=partner)


def _sign_result(claim: UUID, partner: Any) -> None:
    held = ResultClaim.objects.get(pk=claim)
    results.sign(result=held, shown=held.content_hash, by=partner)
