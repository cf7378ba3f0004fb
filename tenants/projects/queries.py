"""Tasks, decisions and results as their readers may see them. The database decides which: these work in any hat.

Seats, members and the pair itself are not joined in: another hat may read a result and not the names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from rollout.kernel import clock
from rollout.kernel.database import ask
from rollout.kernel.tokens import hashed, token_for
from tenants.projects.models import (
    Decision,
    DecisionKey,
    DecisionOption,
    ResultClaim,
    ResultKey,
    SharedTask,
    SharedTaskKey,
    Witness,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from tenants.members.models import Member


def shared_tasks_for(member: Member) -> QuerySet[SharedTask]:
    """Every shared task that this member may read in the present hat. Keys are there for the two partners alone."""
    return SharedTask.objects.prefetch_related("keys")


def shared_task_of(member: Member, pair: UUID) -> SharedTask | None:
    """The shared task of a pair, if it has one that this member may read."""
    return shared_tasks_for(member).filter(pair_id=pair).first()


def decisions_for(member: Member, pair: UUID | None = None) -> QuerySet[Decision]:
    """Every decision that this member may read in the present hat, newest first."""
    found = Decision.objects.order_by("-drafted_at", "id").prefetch_related("keys")
    return found if pair is None else found.filter(pair_id=pair)


def decision_for(member: Member, pair: UUID, pk: UUID) -> Decision:
    """One decision of a pair; a hidden and a missing one are the same 404."""
    if (decision := decisions_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return decision


def options_for(member: Member, pair: UUID) -> QuerySet[DecisionOption]:
    """What lies on the boards of a pair's decisions, in the order in which it came."""
    return DecisionOption.objects.filter(pair_id=pair, withdrawn_at__isnull=True).order_by("added_at", "id")


def results_for(member: Member, pair: UUID | None = None) -> QuerySet[ResultClaim]:
    """Every result that this member may read in the present hat, newest first, with its dated values."""
    found = ResultClaim.objects.order_by("-written_at", "id").prefetch_related("points", "keys")
    return found if pair is None else found.filter(pair_id=pair)


def result_for(member: Member, pair: UUID, pk: UUID) -> ResultClaim:
    """One result of a pair; a hidden and a missing one are the same 404."""
    if (result := results_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return result


def witnesses_of(member: Member, result: ResultClaim) -> QuerySet[Witness]:
    """Those who were asked about a result. For the two partners alone."""
    return Witness.objects.filter(result=result)


class SignedBy(TypedDict):
    """Whether the member who looks has signed the present text, and whether somebody else in the pair has."""

    mine: bool
    partners: bool


def _signed_by(
    keys: type[SharedTaskKey | DecisionKey | ResultKey], column: str, member: Member, *, by_me: bool
) -> Exists:
    found = keys._default_manager.filter(
        **{column: OuterRef("pk")}, content_hash=OuterRef("content_hash"), seat__left_at__isnull=True
    )
    mine = Q(seat__member_id=member.pk)
    return Exists(found.filter(mine if by_me else ~mine))


def tasks_to_agree(member: Member) -> QuerySet[WithAnnotations[SharedTask, SignedBy]]:
    """Shared tasks that wait for a key, with who has signed the present text."""
    return SharedTask.objects.filter(agreed_at__isnull=True).annotate(
        mine=_signed_by(SharedTaskKey, "shared_task", member, by_me=True),
        partners=_signed_by(SharedTaskKey, "shared_task", member, by_me=False),
    )


def decisions_to_agree(member: Member) -> QuerySet[WithAnnotations[Decision, SignedBy]]:
    """Proposed decisions, with who has signed the present text."""
    return Decision.objects.filter(state=Decision.State.PROPOSED).annotate(
        mine=_signed_by(DecisionKey, "decision", member, by_me=True),
        partners=_signed_by(DecisionKey, "decision", member, by_me=False),
    )


def decisions_to_revisit(member: Member) -> QuerySet[Decision]:
    """Parked decisions whose day to look at them again has come."""
    return Decision.objects.filter(state=Decision.State.PARKED, revisit_on__lte=clock.today())


def decisions_due(member: Member) -> QuerySet[Decision]:
    """Open decisions whose day has come, and that nobody is asked to sign."""
    return Decision.objects.filter(
        state__in=(Decision.State.DRAFT, Decision.State.CONTESTED), due_on__lte=clock.today()
    )  # fmt: skip


def results_to_agree(member: Member) -> QuerySet[WithAnnotations[ResultClaim, SignedBy]]:
    """Results that one of the two has signed, with who."""
    return ResultClaim.objects.filter(state=ResultClaim.State.DRAFT).annotate(
        mine=_signed_by(ResultKey, "result", member, by_me=True),
        partners=_signed_by(ResultKey, "result", member, by_me=False),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What a witness is asked, and no more: one fact at one place. `state` is open, answered, withdrawn,
    changed (the text is another one now) or expired.
    """

    id: UUID
    name: str
    title: str
    place: str
    measure: str
    unit: str
    baseline_value: Decimal
    baseline_on: date
    current_value: Decimal
    current_on: date
    answer: str
    state: str

    @property
    def answer_words(self) -> str:
        """The answer that was given."""
        return str(Witness.Answer(self.answer).label) if self.answer else ""


def witness_token(witness: UUID) -> str:
    """The secret part of a witness's link."""
    return token_for("witness", witness)


def question_at(token: str) -> Question | None:
    """What the holder of a witness's link is asked; None for a link that nobody made."""
    rows = ask("witness_for", hashed(token))
    return Question(*rows[0]) if rows else None
