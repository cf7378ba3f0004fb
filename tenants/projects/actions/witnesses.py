"""Asking somebody independent whether a fact is so, and their answer. A witness needs no account."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account
from rollout.jobs import queue
from rollout.kernel import clock
from rollout.kernel.addresses import normal_address
from rollout.kernel.database import ask_one, refusals
from rollout.kernel.errors import DomainError
from rollout.kernel.tokens import hashed
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.pairs.models import Seat
from tenants.projects import permissions, queries
from tenants.projects.models import Witness
from tenants.projects.policy import results, witnesses
from tenants.projects.tasks import WITNESS_MAIL

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tenants.members.models import Member
    from tenants.projects.models import ResultClaim

ANSWER_DAYS = 30
MOST_ASKED = 5


@transaction.atomic
def ask(*, result: ResultClaim, name: str, email: str, relation: str, by: Member) -> Witness:
    """Ask somebody independent to confirm a result that both have signed. The letter does not name the pair."""
    held, seat = pairs.held(result, by, permissions.ASK_WITNESS)
    if not results.may(held.state, results.Act.ASK):
        raise DomainError("not_signed", _("Both of you sign the result first. Then you can ask a witness."))
    address = normal_address(email)
    partners = Seat.objects.filter(pair_id=held.pair_id).values_list("member_id", flat=True)
    if Account.objects.filter(pk__in=list(partners), email=address).exists():
        raise DomainError("not_independent", _("A witness is somebody other than the two of you."), field="email")
    asked = held.witnesses.filter(content_hash=held.content_hash)
    if asked.filter(email=address, withdrawn_at__isnull=True).exists():
        raise DomainError("already_asked", _("You have already asked this person."), field="email")
    if asked.count() >= MOST_ASKED:
        raise DomainError("too_many_asked", _("You can ask at most five people about one result."))
    witness = Witness(id=uuid.uuid4(), pair_id=held.pair_id, result=held, name=name, email=address, relation=relation)
    witness.content_hash = held.content_hash
    witness.token_hash = hashed(queries.witness_token(witness.pk))
    witness.asked_by, witness.asked_at = seat, clock.now()
    witness.expires_at = witness.asked_at + timedelta(days=ANSWER_DAYS)
    witness.save(force_insert=True)
    audit.record("result.witness_asked", subject=witness, pair=held.pair_id)
    queue.enqueue(WITNESS_MAIL, witness.pk)
    return witness


@transaction.atomic
def answer(*, token: str, given: str) -> None:
    """What the witness says: confirmed, declined or cannot_say. The link is the permission; it answers once."""
    _refuse_unless(token, witnesses.Act.ANSWER, _("This question can no longer be answered."))
    with refusals({"own_result": _("This question is for somebody who is not part of the work.")}):
        if not ask_one("answer_witness", hashed(token), given):
            raise DomainError("closed", _("This question can no longer be answered."))


@transaction.atomic
def withdraw(*, token: str) -> None:
    """The witness takes the answer back, within twelve months. The result then counts as signed by both alone."""
    _refuse_unless(token, witnesses.Act.WITHDRAW, _("There is no answer that can be taken back."))
    # The last word is the database's, which holds the result: another may have come first, or the months are over.
    if not ask_one("withdraw_witness", hashed(token)):
        raise DomainError("closed", _("There is no answer that can be taken back."))


def _refuse_unless(token: str, act: witnesses.Act, sentence: str | _StrPromise) -> None:
    question = queries.question_at(token)
    if question is None or not witnesses.may(question.state, act):
        raise DomainError("closed", sentence)
