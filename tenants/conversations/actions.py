"""Writing to one's partner, taking back, reading, and choosing what comes by e-mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from tenants.audit import actions as audit
from tenants.conversations import permissions, rendering, subjects
from tenants.conversations.models import PAIR_ITSELF, Message, NewsChoice, ReadMark
from tenants.pairs import actions as pairs
from tenants.pairs.models import Seat

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair


@transaction.atomic
def write(*, pair: Pair, text: str, kind: str = PAIR_ITSELF, subject: UUID | None = None, by: Member) -> Message:
    """Write to one's partner: in the pair's own conversation, or about one of its things.

    Raises DomainError where nobody sits on the other side, and NotPermitted for a thing that is not there.
    """
    seat = pairs.own_seat(pair.pk, by, permissions.WRITE_TALK)
    if kind != PAIR_ITSELF and (subject is None or subjects.find(by, kind, pair.pk, subject) is None):
        raise NotPermitted(permissions.WRITE_TALK)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise DomainError("nothing_written", _("Type your message."), field="text")
    partner = Seat.objects.filter(pair_id=pair.pk, left_at__isnull=True).exclude(pk=seat.pk).first()
    if partner is None:
        raise DomainError("nobody_there", _("Nobody sits on the other side yet. Write when your partner is here."))
    message = Message.objects.create(
        pair_id=pair.pk,
        subject_kind=kind,
        subject_id=subject if subject is not None and kind != PAIR_ITSELF else pair.pk,
        seat=seat,
        to=partner,
        text=text,
        sent_at=clock.now(),
    )
    audit.record("message.sent", subject=message, pair=pair.pk, about=message.subject_id)
    return message


@transaction.atomic
def take_back(*, message: Message, by: Member) -> Message:
    """Take one's own words back within a day. That something was there stays; the words are gone for both."""
    seat = pairs.own_seat(message.pair_id, by, permissions.WRITE_TALK)
    if message.seat_id != seat.pk:
        raise DomainError("not_yours", _("You can take back only what you wrote yourself."))
    found = Message.objects.select_for_update(of=("self",)).filter(pk=message.pk).first()
    if found is None:
        raise NotPermitted(permissions.WRITE_TALK)
    if found.taken_back_at is not None:
        return found
    if not rendering.can_be_taken_back(found):
        raise DomainError("too_late", _("You can take a message back for one day. That day is over."))
    found.text, found.taken_back_at = "", clock.now()
    found.save(update_fields=["text", "taken_back_at"])
    audit.record("message.taken_back", subject=found, pair=found.pair_id)
    return found


@transaction.atomic
def read(*, messages: Iterable[Message], by: Member) -> None:
    """Note for the reader alone how far they have read. What somebody wrote themselves counts for nothing."""
    require(by, permissions.READ_TALK)
    latest: dict[tuple[UUID, UUID, str, UUID], datetime] = {}
    for message in messages:
        talk = (message.pair_id, message.to_id, message.subject_kind, message.subject_id)
        latest[talk] = max(latest.get(talk, message.sent_at), message.sent_at)
    own = set(
        Seat.objects.filter(
            pk__in=[seat for _pair, seat, _kind, _subject in latest], member_id=by.pk, left_at__isnull=True
        ).values_list("pk", flat=True)
    )
    for (pair, seat, kind, subject), until in latest.items():
        if seat not in own:
            continue
        mark, made = ReadMark.objects.get_or_create(
            seat_id=seat, subject_kind=kind, subject_id=subject, defaults={"pair_id": pair, "read_until": until}
        )
        if not made and mark.read_until < until:
            mark.read_until = until
            mark.save(update_fields=["read_until"])


@transaction.atomic
def choose_news(*, how: str, reflect_weeks: int | None = None, by: Member) -> NewsChoice:
    """Choose whether and when one hears by e-mail that something waits, and how often one is reminded to write for
    oneself; without a number that stays as it is. A new rhythm begins today."""
    require(by, permissions.CHOOSE_NEWS)
    choice, made = NewsChoice.objects.get_or_create(person_id=by.pk, defaults={"how": how})
    if not made and choice.how != how:
        choice.how = how
        choice.save(update_fields=["how"])
    if reflect_weeks is not None and reflect_weeks != choice.reflect_weeks:
        choice.reflect_weeks = reflect_weeks
        _remind(choice)
    return choice


@transaction.atomic
def remind_later(*, by: Member) -> None:
    """Begin one's own rhythm anew, because one has written for oneself, or does not want to this time."""
    require(by, permissions.CHOOSE_NEWS)
    for choice in NewsChoice.objects.filter(person_id=by.pk, reflect_weeks__gt=0):
        _remind(choice)


def _remind(choice: NewsChoice) -> None:
    weeks = choice.reflect_weeks
    choice.reflect_on = clock.today() + timedelta(weeks=weeks) if weeks else None
    choice.save(update_fields=["reflect_weeks", "reflect_on"])
