"""Writing for oneself alone, and sharing a passage with the partner, or with a facilitator.

What somebody writes for themselves leaves no entry in any record: an entry would tell others that they write. So does
a passage for a facilitator, which stands in no pair: the record of the organisation is read by its rollout leads.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.accounts.private import seal_for
from rollout.kernel import clock
from rollout.kernel.database import refusals
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from rollout.kernel.tenancy import here
from tenants.audit import actions as audit
from tenants.conversations import actions as talks
from tenants.members.models import Side
from tenants.pairs.models import Seat
from tenants.pairs.queries import seat_of
from tenants.reflections import permissions, queries, traces
from tenants.reflections.content import plain
from tenants.reflections.models import Reflection, SharedPassage

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

MAY_TELL = _(
    "This may tell who somebody is. Look at what we found, and change the text. Or tick that you save it as it is."
)
NO_PARTNER = _("Nobody sits beside you in this pair now, so there is nobody to share this with.")
NO_FACILITATOR = _("This person is not a facilitator here now. Choose somebody else.")


@transaction.atomic
def write(*, text: str, anyway: bool = False, by: Member) -> Reflection:
    """Keep a reflection that its author alone can read. What may tell who a patient is needs a second word.

    Raises DomainError "may_tell" while something was found and the author has not said "anyway".
    """
    require(by, permissions.WRITE_OWN)
    text = _checked(text, anyway)
    row = Reflection(
        id=uuid.uuid4(), author_id=by.pk, sealed_in=here().schema, written_at=clock.now(), changed_at=clock.now()
    )
    row.sealed = seal_for(by.pk, text, about=row.about)
    row.save(force_insert=True)
    talks.remind_later(by=by)
    return row


@transaction.atomic
def change(*, reflection: Reflection, text: str, anyway: bool = False, by: Member) -> Reflection:
    """Write it anew. Passages that were shared stay as they were. Raises DomainError "may_tell" as `write` does."""
    row = _locked(reflection, by, permissions.WRITE_OWN)
    row.sealed = seal_for(by.pk, _checked(text, anyway), about=row.about)
    row.changed_at = clock.now()
    row.save(update_fields=["sealed", "changed_at"])
    return row


@transaction.atomic
def remove(*, reflection: Reflection, by: Member) -> None:
    """Delete a reflection for good. What was shared of it is taken back first."""
    row = _locked(reflection, by, permissions.WRITE_OWN)
    for passage in SharedPassage.objects.filter(reflection=row, withdrawn_at__isnull=True):
        _take_back(passage)
    SharedPassage.objects.filter(reflection=row).delete()
    row.delete()


@transaction.atomic
def share(*, reflection: Reflection, pair: Pair, passage: str, by: Member) -> SharedPassage:
    """Let the partner of a pair read one passage, word for word. Sharing the same again is harmless.

    Raises DomainError "not_in_text" for words that do not stand there, and "no_partner" where nobody sits.
    """
    row, passage = _quoted(reflection, passage, by)
    partner = _partner_of(pair, by)
    shared, is_new = _shared(row, passage, SharedPassage.Audience.PARTNER, partner.member_id, pair.pk)
    if is_new:
        audit.record("passage.shared", subject=shared, pair=pair.pk)
    return shared


@transaction.atomic
def show(
    *, reflection: Reflection, facilitator: Member | None, passage: str, signed: str = "", by: Member
) -> SharedPassage:
    """Let one facilitator read one passage, word for word, signed as the author likes or not at all.

    It is a step of its own, which says nothing of any pair. Raises DomainError "not_in_text" for words that do not
    stand there, and "no_facilitator" for anybody without the office. Showing the same again is harmless.
    """
    row, passage = _quoted(reflection, passage, by)
    if facilitator is None or not queries.facilitators(by).filter(pk=facilitator.pk).exists():
        raise DomainError("no_facilitator", NO_FACILITATOR, field="facilitator")
    shared, _is_new = _shared(row, passage, SharedPassage.Audience.FACILITATOR, facilitator.pk, signed=plain(signed))
    return shared


def _quoted(reflection: Reflection, passage: str, by: Member) -> tuple[Reflection, str]:
    row = _locked(reflection, by, permissions.SHARE_PASSAGE)
    passage = plain(passage)
    if not passage or passage not in queries.text_of(by, row):
        raise DomainError(
            "not_in_text",
            _("These words do not stand in your reflection like this. Copy them from it, without changing a letter."),
            field="passage",
        )
    return row, passage


def _shared(
    row: Reflection, passage: str, audience: str, reader: UUID, pair: UUID | None = None, *, signed: str = ""
) -> tuple[SharedPassage, bool]:
    """The passage for this reader, and whether it is a new one."""
    same = {
        "reflection": row, "audience": audience, "shared_with_id": reader, "pair_id": pair, "text": passage,
        "signed": signed,
    }  # fmt: skip
    there = SharedPassage.objects.filter(**same, withdrawn_at__isnull=True).first()
    if there is not None:
        return there, False
    with refusals({"no_partner": NO_PARTNER, "no_facilitator": NO_FACILITATOR}):
        return SharedPassage.objects.create(**same, author_id=row.author_id, shared_at=clock.now()), True


@transaction.atomic
def take_back(*, passage: SharedPassage, by: Member) -> None:
    """Take a passage back, alone and at once. Taking it back twice is harmless."""
    require(by, permissions.SHARE_PASSAGE)
    if passage.author_id != by.pk:
        raise NotPermitted(permissions.SHARE_PASSAGE)
    _locked(passage.reflection, by, permissions.SHARE_PASSAGE)
    found = SharedPassage.objects.select_for_update(of=("self",)).filter(pk=passage.pk, withdrawn_at__isnull=True)
    for row in found:
        _take_back(row)


def _take_back(passage: SharedPassage) -> None:
    passage.text = passage.signed = ""
    passage.withdrawn_at = clock.now()
    passage.save(update_fields=["text", "signed", "withdrawn_at"])
    if passage.pair_id is not None:
        audit.record("passage.taken_back", subject=passage, pair=passage.pair_id)


def _locked(reflection: Reflection, by: Member, permission: str) -> Reflection:
    require(by, permission)
    found = Reflection.objects.select_for_update(of=("self",)).filter(pk=reflection.pk, author_id=by.pk).first()
    if found is None:
        raise NotPermitted(permission)
    return found


def _checked(text: str, anyway: bool) -> str:
    text = plain(text)
    if not anyway and traces.found_in(text):
        raise DomainError("may_tell", MAY_TELL, field="text")
    return text


def _partner_of(pair: Pair, by: Member) -> Seat:
    mine = seat_of(by, pair.pk)
    if mine is None:
        raise NotPermitted(permissions.SHARE_PASSAGE)
    partner = Seat.objects.filter(pair_id=pair.pk, side=Side(mine.side).other, left_at__isnull=True).first()
    if partner is None:
        raise DomainError("no_partner", NO_PARTNER)
    return partner
