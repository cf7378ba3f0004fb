"""Help that was asked for, and half hours with a helper, as their people may see them. The database decides which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.crypto import salted_hmac

from rollout.kernel import clock
from rollout.kernel.database import ask
from tenants.agreement.needs import CHANGES
from tenants.assistance.models import AssistedEntry, AssistedKey, AssistedSession, HelperChoice, ReadBackCode
from tenants.instruments.definition import Definition, Said, Scale
from tenants.instruments.queries import definitions, newest, opened
from tenants.members.models import Role
from tenants.members.queries import holders_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def facilitators(member: Member) -> QuerySet[Member]:
    """Whom a person can choose from a list: those who hold the office of facilitator, and not oneself."""
    return holders_of(Role.FACILITATOR).exclude(pk=member.pk)


def helpers_of(member: Member, pair: UUID | None = None) -> QuerySet[HelperChoice]:
    """Whom this member lets help now."""
    found = HelperChoice.objects.filter(ended_at__isnull=True).select_related("helper")
    return found if pair is None else found.filter(pair_id=pair)


def codes_left(member: Member) -> int:
    """How many codes of the member's sheet can still be read out."""
    return ReadBackCode.objects.filter(used_at__isnull=True).count()


def entries_of(member: Member, pair: UUID) -> QuerySet[AssistedEntry]:
    """What counts for this member and was entered by a helper, the newest first."""
    return (
        AssistedEntry.objects.filter(pair_id=pair, confirmed_at__isnull=False)
        .select_related("session", "round")
        .order_by("-confirmed_at")
    )


def keys_of(member: Member, pair: UUID) -> QuerySet[AssistedKey]:
    """What this member signed by a code that a helper typed, the newest first."""
    found = AssistedKey.objects.filter(pair_id=pair, session__person_id=member.pk)
    return found.select_related("session", "decision").order_by("-given_at", "id")


def who_helped(member: Member) -> dict[UUID, str]:
    """The helper's name by half hour, for the person who was helped."""
    return dict(ask("who_helped_me"))


def sessions_for(member: Member) -> QuerySet[AssistedSession]:
    """Half hours in which this member helps or is helped."""
    return AssistedSession.objects.order_by("-started_at", "id")


def live(member: Member) -> QuerySet[AssistedSession]:
    """Those that are going on."""
    return sessions_for(member).filter(ended_at__isnull=True, expires_at__gt=clock.now())


def live_as_helper(member: Member, pk: UUID) -> AssistedSession:
    """One in which this member is helping now. What is over is the same 404 as what never was."""
    if (found := live(member).filter(pk=pk, helper_id=member.pk).first()) is None:
        raise Http404
    return found


def going_on(member: Member) -> AssistedSession | None:
    """The one in which this member is helping or being helped now."""
    return live(member).filter(Q(helper_id=member.pk) | Q(person_id=member.pk)).first()


@dataclass(frozen=True, slots=True)
class Helped:
    """Somebody who named me as a helper."""

    seat_id: UUID
    name: str
    blind: bool


def people_i_may_help(member: Member) -> list[Helped]:
    """Who named this member as a helper, by name."""
    return [Helped(*row) for row in ask("people_i_may_help")]


@dataclass(frozen=True, slots=True)
class ToEnter:
    """A round that waits for the person's answer; `entry` is what was entered and not confirmed."""

    id: UUID
    definition: Definition
    keys: tuple[str, ...]
    """The items in the order in which the helper types them."""
    entry: UUID | None
    felt_heard: bool = False
    """Whether nothing is asked but how heard the person felt: between these two, counted shares would mislead."""


def rounds_to_enter(member: Member, session: AssistedSession) -> list[ToEnter]:
    """What the person of this session has not answered yet."""
    rows, known = ask("rounds_to_enter", session.pk), definitions(member)
    found = [(pk, known[code, version], entry) for pk, code, version, entry in rows if (code, version) in known]
    alone = any(asked.felt_heard for _pk, asked, _entry in found) and _asks_felt_heard(session)
    return [
        ToEnter(
            pk, asked, own_order(asked, session.seat_id) if session.blind else asked.items, entry,
            felt_heard=alone and asked.felt_heard,
        )
        for pk, asked, entry in found
    ]  # fmt: skip


def _asks_felt_heard(session: AssistedSession) -> bool:
    """What the pages of the two answer with `voices`, for a helper who reads nothing of the pair."""
    kinds = [kind for kind, said in CHANGES.items() if said.felt_heard]
    return bool(ask("half_hour_asks_felt_heard", session.pk, kinds)[0][0])


def entered(member: Member, asked: ToEnter) -> tuple[Said, bool] | None:
    """What was typed for this round and not confirmed, and whether it is to be kept sealed; None before that."""
    entry = AssistedEntry.objects.filter(pk=asked.entry).first() if asked.entry else None
    return None if entry is None else (opened(entry.sealed, entry.pk), entry.keeps_sealed)


def numbers_of(asked: ToEnter, said: Said) -> list[int]:
    """The answers as the numbers that were typed, in their order."""
    if said.felt_heard is not None:
        return [said.felt_heard]
    codes = asked.definition.codes
    return [codes.index(str(said.values[key])) + 1 if codes else int(said.values[key]) for key in asked.keys]


def own_order(definition: Definition, seat: UUID) -> tuple[str, ...]:
    """The items in an order of this seat's own: it stands on the person's paper, and the helper does not know it."""
    where = f"{seat}|{definition.code}|{definition.version}"
    return tuple(
        sorted(definition.items, key=lambda item: salted_hmac("rollout.assistance.order", f"{where}|{item}").digest())
    )


def round_to_enter(member: Member, session: AssistedSession, pk: UUID) -> ToEnter:
    """One of them, or 404."""
    if (found := next((one for one in rounds_to_enter(member, session) if one.id == pk), None)) is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class ToSign:
    """A decision that waits for the person's key, with the exact text that the helper reads to them."""

    id: UUID
    title: str
    text: str
    kind: str
    due_on: date | None
    replaces: str
    content_hash: str


def decisions_to_sign(member: Member, session: AssistedSession) -> list[ToSign]:
    """What the person of this session has not signed yet. Nothing for a helper who may not read."""
    return [ToSign(*row) for row in ask("decisions_to_sign", session.pk)]


def decision_to_sign(member: Member, session: AssistedSession, pk: UUID) -> ToSign:
    """One of them, or 404."""
    if (found := next((one for one in decisions_to_sign(member, session) if one.id == pk), None)) is None:
        raise Http404
    return found


def next_number(session: AssistedSession) -> int | None:
    """Which code of the sheet the person reads out next; None when none is left."""
    found = ask("next_read_back", session.pk)
    return int(found[0][1]) if found else None


HEARD = (1, 5)
"""From “not at all” to “fully”, where only “I felt heard” is asked."""


def ends_of(definition: Definition) -> tuple[int, int]:
    """The lowest and the highest number on paper and keypad. Codes are counted from 1."""
    return (1, len(definition.codes)) if definition.scale == Scale.CODES else (definition.least, definition.most)


def on_paper(member: Member) -> list[Definition]:
    """Every instrument that there is a paper form of."""
    return newest(definitions(member))


def assisted_answers(member: Member) -> set[UUID]:
    """The answers that a helper typed and this member may read: their own, and the partner's once both are open."""
    return {row[0] for row in ask("assisted_answers")}
