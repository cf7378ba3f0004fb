"""Decisions with two keys. The table in policy.py says which act is possible when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.pairs import signing
from tenants.projects import permissions, policy
from tenants.projects.actions import options
from tenants.projects.content import Terms, hash_of_decision, plain, terms_of
from tenants.projects.models import Decision, DecisionReason
from tenants.projects.policy import Act

if TYPE_CHECKING:
    from datetime import date

    from tenants.members.models import Member
    from tenants.pairs.models import Pair, Seat

State = Decision.State

WHY_NOT = {
    State.DRAFT: _("This decision is a draft. Propose it first."),
    State.PROPOSED: _("This decision is proposed. You can sign it, contest it or park it."),
    State.AGREED: _("You have both agreed this decision. To change it, replace it with a new one."),
    State.CONTESTED: _("This decision is contested. Talk about it, then propose it again."),
    State.PARKED: _("This decision is parked. Propose it again when you are ready."),
    State.WITHDRAWN: _("This decision was withdrawn."),
    State.SUPERSEDED: _("A newer decision has replaced this one."),
    State.VOID_ON_DEPARTURE: _("This decision ended because a partner left."),
}


@transaction.atomic
def draft(*, pair: Pair, title: str, text: str, terms: Terms | None = None, by: Member) -> Decision:
    """Write down something to settle. Both partners can read and change a draft."""
    return _drafted(pairs.own_seat(pair.pk, by, permissions.WRITE_DECISION), title, text, None, terms or Terms())


@transaction.atomic
def supersede(*, decision: Decision, title: str, text: str, terms: Terms | None = None, by: Member) -> Decision:
    """Draft a new decision that replaces an agreed one. Until both have signed it, the old one stands.

    What replaces a major decision is a major one, unless its `terms` say otherwise.
    """
    old, seat = pairs.held(decision, by, permissions.WRITE_DECISION)
    _refuse_unless(old, Act.SUPERSEDE)
    return _drafted(seat, title, text, old, terms or Terms(kind=old.kind))


@transaction.atomic
def edit(*, decision: Decision, title: str, text: str, terms: Terms | None = None, by: Member) -> Decision:
    """Change what an open decision says. Every key under the old text is cleared. Without `terms` they stay."""
    decision, _seat = pairs.held(decision, by, permissions.WRITE_DECISION)
    _refuse_unless(decision, Act.EDIT)
    title, text, terms = plain(title), plain(text), terms or terms_of(decision)
    wanted = hash_of_decision(title, text, decision.supersedes_id, terms)
    if wanted == decision.content_hash:
        return decision
    decision.title, decision.text, decision.content_hash = title, text, wanted
    decision.kind, decision.due_on = terms.kind, terms.due_on
    if decision.state == State.PROPOSED:
        options.refuse_one_sided(decision)
    decision.save(update_fields=["title", "text", "kind", "due_on", "content_hash"])
    audit.record("decision.edited", subject=decision, pair=decision.pair_id)
    return decision


@transaction.atomic
def propose(*, decision: Decision, by: Member) -> Decision:
    """Put a draft on the table, so that both can sign it. Who proposed it is kept.

    A major decision needs at least two options first, one or more from each partner.
    """
    return _put_on_table(decision, Act.PROPOSE, "decision.proposed", by)


@transaction.atomic
def reopen(*, decision: Decision, by: Member) -> Decision:
    """Propose a contested or parked decision again."""
    return _put_on_table(decision, Act.REOPEN, "decision.reopened", by)


@transaction.atomic
def sign(*, decision: Decision, shown: str, by: Member) -> Decision:
    """Add one partner's key to the text that was shown; the second one makes the decision stand.

    Signing twice is harmless. Two partners at the same moment are one after the other: the row lock
    lets the later one see the earlier key. A decision that replaces another ends it at that moment.
    """
    decision, seat = pairs.held(decision, by, permissions.SIGN_DECISION)
    is_same = decision.content_hash == shown and decision.state in (State.PROPOSED, State.AGREED)
    if is_same and signing.has_key(decision, seat):
        return decision
    _refuse_unless(decision, Act.SIGN)
    signing.refuse_another_text(decision, shown)
    signing.add_key(decision, seat)
    audit.record("decision.signed", subject=decision, pair=decision.pair_id)
    if signing.both_signed(decision):
        _replace_older(decision)
        decision.agreed_at = clock.now()
        _move(decision, Act.AGREE, "agreed_at")
        audit.record("decision.agreed", subject=decision, pair=decision.pair_id)
        signing.settle_keys()
    return decision


@transaction.atomic
def contest(*, decision: Decision, reason: str, by: Member) -> Decision:
    """Say in one's own words why not. Keys given so far are cleared; the other side may add its words."""
    decision, seat = pairs.held(decision, by, permissions.WRITE_DECISION)
    _refuse_unless(decision, Act.CONTEST)
    DecisionReason.objects.create(
        pair_id=decision.pair_id, decision=decision, seat=seat, text=plain(reason), given_at=clock.now()
    )
    _move(decision, Act.CONTEST)
    audit.record("decision.contested", subject=decision, pair=decision.pair_id)
    return decision


@transaction.atomic
def park(*, decision: Decision, revisit_on: date, by: Member) -> Decision:
    """Put a decision aside until a day that both can see. A key given so far stays."""
    decision, _seat = pairs.held(decision, by, permissions.WRITE_DECISION)
    _refuse_unless(decision, Act.PARK)
    if revisit_on <= clock.today():
        raise DomainError("date_is_past", _("Choose a day after today."), field="revisit_on")
    decision.revisit_on = revisit_on
    _move(decision, Act.PARK, "revisit_on")
    audit.record("decision.parked", subject=decision, pair=decision.pair_id, until=revisit_on)
    return decision


@transaction.atomic
def withdraw(*, decision: Decision, by: Member) -> Decision:
    """Take back what one proposed oneself. The partner contests instead."""
    decision, seat = pairs.held(decision, by, permissions.WRITE_DECISION)
    _refuse_unless(decision, Act.WITHDRAW)
    if decision.proposed_by_id != seat.pk:
        raise DomainError("not_the_proposer", _("Only the person who wrote a decision can withdraw it."))
    decision.revisit_on = None
    _move(decision, Act.WITHDRAW, "revisit_on")
    audit.record("decision.withdrawn", subject=decision, pair=decision.pair_id)
    return decision


def _refuse_unless(decision: Decision, act: Act) -> None:
    if not policy.may(decision.state, act):
        raise DomainError("wrong_state", WHY_NOT[State(decision.state)])


def _drafted(seat: Seat, title: str, text: str, supersedes: Decision | None, terms: Terms) -> Decision:
    title, text = plain(title), plain(text)
    decision = Decision.objects.create(
        pair_id=seat.pair_id,
        title=title,
        text=text,
        kind=terms.kind,
        due_on=terms.due_on,
        content_hash=hash_of_decision(title, text, supersedes.pk if supersedes else None, terms),
        proposed_by=seat,
        drafted_at=clock.now(),
        supersedes=supersedes,
    )
    audit.record("decision.drafted", subject=decision, pair=seat.pair_id)
    return decision


def _put_on_table(decision: Decision, act: Act, said: str, by: Member) -> Decision:
    decision, seat = pairs.held(decision, by, permissions.WRITE_DECISION)
    _refuse_unless(decision, act)
    options.refuse_one_sided(decision)
    decision.proposed_by, decision.proposed_at, decision.revisit_on = seat, clock.now(), None
    _move(decision, act, "proposed_by", "proposed_at", "revisit_on")
    audit.record(said, subject=decision, pair=decision.pair_id)
    return decision


def _replace_older(decision: Decision) -> None:
    if decision.supersedes_id is None:
        return
    old = Decision.objects.select_for_update(of=("self",)).get(pk=decision.supersedes_id)
    if not policy.may(old.state, Act.REPLACE):
        raise DomainError("already_replaced", _("Another decision has already replaced the older one."))
    _move(old, Act.REPLACE)
    audit.record("decision.superseded", subject=old, pair=old.pair_id, by=decision.pk)


def _move(decision: Decision, act: Act, *fields: str) -> None:
    decision.state = policy.after(decision.state, act)
    decision.save(update_fields=["state", *fields])
