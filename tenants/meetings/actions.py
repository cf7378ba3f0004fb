"""Meeting each other: offering times, answering, moving, calling off, and what was said. policy.py says what may
follow what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from rollout.kernel.permissions import require
from rollout.kernel.tokens import hashed
from tenants.audit import actions as audit
from tenants.meetings import permissions, policy, times
from tenants.meetings.models import MOST_TIMES, CalendarFeed, Meeting, OfferedTime
from tenants.meetings.policy import Act
from tenants.pairs import actions as pairs
from tenants.pairs.models import Seat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair

State = Meeting.State

WHY_NOT = {
    State.PROPOSED: _("The times of this meeting wait for an answer."),
    State.ASKED: _("Other times are wanted for this meeting. Offer some."),
    State.AGREED: _("You have both agreed this meeting. To move it, offer other times."),
    State.DECLINED: _("This meeting was declined. Plan a new one."),
    State.CANCELLED: _("This meeting was called off. Plan a new one."),
    State.HELD: _("This meeting is over."),
    State.NOT_HELD: _("This meeting is over."),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a meeting is to be, besides its times."""

    minutes: int
    venue: str
    place: str = ""
    link: str = ""
    agenda: str = ""
    access_needs: str = ""


@transaction.atomic
def propose(*, pair: Pair, plan: Plan, walls: Sequence[datetime], by: Member) -> Meeting:
    """Offer one to five times for a new meeting, the one that suits oneself best first. `walls` are days and times
    as the clocks of the organisation show them. The partner picks one, and then the meeting stands.

    Raises DomainError for a time that is past, that no clock shows or that stands twice, and for an unsafe link.
    """
    seat = pairs.own_seat(pair.pk, by, permissions.PLAN_MEETINGS)
    if not Seat.objects.filter(pair_id=pair.pk, left_at__isnull=True).exclude(pk=seat.pk).exists():
        raise DomainError("nobody_there", _("Nobody sits on the other side yet. Plan when your partner is here."))
    offered, now = _moments(walls), clock.now()
    meeting = Meeting(pair_id=pair.pk, proposed_by=seat, proposed_at=now, changed_at=now)
    _lay_out(meeting, plan)
    meeting.save(force_insert=True)
    _put_on_table(meeting, seat, offered)
    audit.record("meeting.proposed", subject=meeting, pair=pair.pk)
    return meeting


@transaction.atomic
def offer(
    *, meeting: Meeting, plan: Plan, walls: Sequence[datetime], reason: str = "", by: Member
) -> Meeting:  # fmt: skip
    """Offer other times. An agreed meeting is moved by it, which is noted with the side that moves it, and stands
    again when the other has picked one. `reason` is why it is moved, if one wants to say."""
    meeting, seat = _locked(meeting, by, Act.OFFER)
    offered = _moments(walls)
    is_move = meeting.state == State.AGREED
    meeting.reason = reason if is_move else ""
    _lay_out(meeting, plan)
    meeting.round += 1
    meeting.proposed_by, meeting.proposed_at = seat, clock.now()
    meeting.starts_at, meeting.time_of = None, ""
    meeting.answer_by, meeting.answered_at, meeting.words = None, None, ""
    _move(
        meeting, Act.OFFER, "round", "proposed_by", "proposed_at", "minutes", "venue", "place", "link", "agenda",
        "access_needs", "starts_at", "time_of", "answer_by", "answered_at", "reason", "words", is_new=is_move,
    )  # fmt: skip
    _put_on_table(meeting, seat, offered)
    audit.record("meeting.moved" if is_move else "meeting.offered_again", subject=meeting, pair=meeting.pair_id)
    return meeting


@transaction.atomic
def choose(*, meeting: Meeting, time: UUID, by: Member) -> Meeting:
    """Pick one of the times that the partner offered; with that the meeting stands. Picking it twice is harmless."""
    meeting, seat = _locked(meeting, by)
    picked = OfferedTime.objects.filter(pk=time, meeting=meeting, round=meeting.round).first()
    if picked is not None and meeting.state == State.AGREED and meeting.starts_at == picked.starts_at:
        return meeting
    _refuse_unless(meeting, Act.CHOOSE, seat)
    if picked is None:
        raise DomainError("times_changed", _("This time is not offered any more. Read the times again."))
    if picked.starts_at <= clock.now():
        raise DomainError("time_is_past", _("This time is over. Ask for other times."))
    first_choice = Seat.objects.get(pk=meeting.proposed_by_id) if picked.choice == 1 else seat
    meeting.starts_at, meeting.time_of, meeting.reason = picked.starts_at, first_choice.side, ""
    _answered(meeting, seat)
    _move(meeting, Act.CHOOSE, "starts_at", "time_of", "reason", "answer_by", "answered_at", is_new=True)
    audit.record("meeting.agreed", subject=meeting, pair=meeting.pair_id)
    return meeting


@transaction.atomic
def ask_for_other_times(*, meeting: Meeting, words: str = "", by: Member) -> Meeting:
    """None of the times will do: the partner offers others."""
    meeting, seat = _locked(meeting, by, Act.ASK)
    meeting.reason, meeting.words = "", _plain(words)
    _answered(meeting, seat)
    _move(meeting, Act.ASK, "reason", "words", "answer_by", "answered_at")
    audit.record("meeting.other_times_asked", subject=meeting, pair=meeting.pair_id)
    return meeting


@transaction.atomic
def decline(*, meeting: Meeting, reason: str, words: str = "", by: Member) -> Meeting:
    """Say no to the meeting itself, with a reason that the partner reads. It counts nowhere."""
    meeting, seat = _locked(meeting, by, Act.DECLINE)
    meeting.reason, meeting.words = reason, _plain(words)
    _answered(meeting, seat)
    _move(meeting, Act.DECLINE, "reason", "words", "answer_by", "answered_at")
    audit.record("meeting.declined", subject=meeting, pair=meeting.pair_id)
    return meeting


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str = "", by: Member) -> Meeting:
    """Call it off, with a reason if one wants to give it; it counts nowhere. One key is enough, and calling off twice
    is harmless."""
    meeting, seat = _locked(meeting, by)
    if meeting.state == State.CANCELLED:
        return meeting
    _refuse_unless(meeting, Act.CANCEL, seat)
    meeting.reason = reason
    _answered(meeting, seat)
    _move(meeting, Act.CANCEL, "reason", "answer_by", "answered_at", is_new=meeting.starts_at is not None)
    audit.record("meeting.cancelled", subject=meeting, pair=meeting.pair_id)
    return meeting


@transaction.atomic
def close(*, meeting: Meeting, met: bool, by: Member) -> Meeting:
    """Say afterwards whether the two met. No reason is asked."""
    act = Act.HOLD if met else Act.MISS
    meeting, _seat = _locked(meeting, by, act)
    if meeting.starts_at is None or meeting.starts_at > clock.now():
        raise DomainError("not_yet", _("This meeting is still to come. Say it afterwards."))
    _move(meeting, act)
    audit.record("meeting.held" if met else "meeting.not_held", subject=meeting, pair=meeting.pair_id)
    return meeting


@transaction.atomic
def note(*, meeting: Meeting, text: str, by: Member) -> Meeting:
    """Write the notes of a meeting. Both partners read and change the same text."""
    meeting, _seat = _locked(meeting, by, Act.NOTE)
    text = _plain(text)
    if text == meeting.notes:
        return meeting
    meeting.notes = text
    _move(meeting, Act.NOTE, "notes")
    audit.record("meeting.noted", subject=meeting, pair=meeting.pair_id)
    return meeting


@transaction.atomic
def make_feed(*, by: Member) -> str:
    """The secret part of an address for one's own calendar, told this once. An address made before stops working."""
    require(by, permissions.USE_CALENDAR)
    secret = secrets.token_hex(24)
    CalendarFeed.objects.update_or_create(
        person_id=by.pk, defaults={"token_hash": hashed(secret), "made_at": clock.now()}
    )
    return secret


@transaction.atomic
def revoke_feed(*, by: Member) -> None:
    """Take the address back; from now on it is not there."""
    require(by, permissions.USE_CALENDAR)
    CalendarFeed.objects.filter(person_id=by.pk).delete()


def _locked(meeting: Meeting, by: Member, act: Act | None = None) -> tuple[Meeting, Seat]:
    found, seat = pairs.held(meeting, by, permissions.PLAN_MEETINGS)
    if act is not None:
        _refuse_unless(found, act, seat)
    return found, seat


def _refuse_unless(meeting: Meeting, act: Act, seat: Seat) -> None:
    if not policy.may(meeting.state, act):
        raise DomainError("wrong_state", WHY_NOT[State(meeting.state)])
    if act in policy.OF_THE_OTHER and meeting.proposed_by_id == seat.pk:
        raise DomainError("own_offer", _("You offered these times yourself. Your partner answers."))


def _moments(walls: Sequence[datetime]) -> list[datetime]:
    return times.moments(walls, timezone.get_current_timezone(), now=clock.now(), most=MOST_TIMES)


def _lay_out(meeting: Meeting, plan: Plan) -> None:
    meeting.minutes, meeting.venue = plan.minutes, plan.venue
    meeting.place, meeting.link = " ".join(plan.place.split()), plan.link.strip()
    meeting.agenda, meeting.access_needs = _plain(plan.agenda), _plain(plan.access_needs)
    if meeting.link and not _is_safe(meeting.link):
        raise DomainError("unsafe_link", _("Type a link that begins with https://."), field="link")


def _is_safe(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return (
        link.startswith("https://")
        and bool(parts.hostname)
        and parts.username is None
        and link.isprintable()
        and " " not in link
    )


def _put_on_table(meeting: Meeting, seat: Seat, offered: Sequence[datetime]) -> None:
    OfferedTime.objects.bulk_create(
        OfferedTime(
            pair_id=meeting.pair_id, meeting=meeting, seat=seat, round=meeting.round, choice=choice, starts_at=starts_at
        )
        for choice, starts_at in enumerate(offered, start=1)
    )


def _answered(meeting: Meeting, seat: Seat) -> None:
    meeting.answer_by, meeting.answered_at = seat, clock.now()


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _move(meeting: Meeting, act: Act, *fields: str, is_new: bool = False) -> None:
    """`is_new` says that what calendars know of it has changed."""
    meeting.state, meeting.changed_at = policy.after(meeting.state, act), clock.now()
    meeting.sequence += is_new
    meeting.save(update_fields=["state", "changed_at", "sequence", *fields])
