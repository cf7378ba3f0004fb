"""Instruments, rounds and answers as their readers may see them. The database decides which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.db.models import Case, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, When
from django.http import Http404

from rollout.kernel import clock
from rollout.kernel.sealing import unseal
from tenants.instruments.definition import Definition, Said, read
from tenants.instruments.models import Answer, Instrument, Remark, Round
from tenants.instruments.policy import state_at
from tenants.instruments.reading import score
from tenants.instruments.shipping import CHECK_IN, CHECK_INS, contents, shipped
from tenants.pairs.models import Pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from tenants.members.models import Member

State = Round.State
Definitions = dict[tuple[str, int], Definition]


def purpose(answer: UUID) -> str:
    """What an answer is sealed for: it opens in no other row."""
    return f"instruments.answer.{answer}"


def opened(sealed: str, answer: UUID) -> Said:
    """The words of an answer."""
    told = json.loads(unseal(sealed, purpose(answer)))
    return Said(told["values"], told["lines"], told["felt_heard"])


def said_in(answer: Answer) -> Said:
    """What stands in an answer that this person may read."""
    return opened(answer.sealed, answer.pk)


def definitions(member: Member) -> Definitions:
    """Every instrument by code and version: those that come with the service, and those that were added."""
    added = (read(content)[0] for content in Instrument.objects.values_list("content", flat=True))
    return {**{found.key: found for found in added if found}, **shipped()}


def newest(known: Definitions) -> list[Definition]:
    """The latest version of each instrument, the check-in first."""
    latest = {found.code: found for _key, found in sorted(known.items())}
    return sorted(latest.values(), key=lambda found: (not found.code.startswith(CHECK_IN), found.code))


def definition_for(member: Member, code: str, version: int) -> Definition:
    """One version of an instrument, or 404."""
    found = shipped().get((code, version)) or definitions(member).get((code, version))
    if found is None:
        raise Http404
    return found


def content_of(member: Member, code: str, version: int) -> Any:
    """The data of one version of an instrument, or 404."""
    if (code, version) in shipped():
        return contents()[code, version]
    if (found := Instrument.objects.filter(code=code, version=min(version, 999)).first()) is None:
        raise Http404
    return found.content


@dataclass(frozen=True, slots=True)
class Published:
    """One version of an instrument with its data."""

    id: UUID
    code: str
    version: int
    content: Any


def published(member: Member) -> list[Published]:
    """Every version of every instrument with its data."""
    rows = Instrument.objects.values_list("code", "version", "content")
    found = {(code, version): content for code, version, content in rows} | contents()
    return [Published(Definition.id_of(*key), *key, content) for key, content in found.items()]


def published_for(member: Member, pk: UUID) -> Published:
    """One version of an instrument with its data, or 404."""
    if (found := next((one for one in published(member) if one.id == pk), None)) is None:
        raise Http404
    return found


def state_now(asked: Round) -> State:
    """The state now, also where nobody has written down yet that its time has come."""
    return state_at(asked.state, asked.closes_at, clock.now())


class Mine(TypedDict):
    """Whether the member who looks has answered."""

    answered: bool


def rounds_for(member: Member, pair: UUID | None = None) -> QuerySet[WithAnnotations[Round, Mine]]:
    """Every round in which this member answers, newest first, with whether they have. Nothing of the partner."""
    own = Answer.objects.filter(round=OuterRef("pk"), seat__member_id=member.pk)
    found = Round.objects.annotate(answered=Exists(own)).order_by("-opened_at", "id")
    return found if pair is None else found.filter(pair_id=pair)


def round_for(member: Member, pair: UUID, pk: UUID) -> WithAnnotations[Round, Mine]:
    """One round; a hidden and a missing one are the same 404."""
    if (found := rounds_for(member, pair).filter(pk=pk).first()) is None:
        raise Http404
    return found


def answers_to(member: Member, rounds: Iterable[UUID]) -> dict[UUID, dict[UUID, Answer]]:
    """The answers that may be read now: round → seat → answer. One's own, and both once they are revealed."""
    found: dict[UUID, dict[UUID, Answer]] = {}
    for answer in Answer.objects.filter(round_id__in=list(rounds)):
        found.setdefault(answer.round_id, {})[answer.seat_id] = answer
    return found


def own_answer(member: Member, asked: Round) -> Answer | None:
    """What this member answered."""
    return Answer.objects.filter(round=asked, seat__member_id=member.pk).first()


def readable_answers(member: Member) -> QuerySet[Answer]:
    """One's own answers, and the partner's in rounds that both have answered."""
    return Answer.objects.order_by("-given_at", "id")


def own_answers(member: Member, pair: UUID | None = None) -> QuerySet[Answer]:
    """Everything that this member has answered where they sit now, oldest first."""
    found = readable_answers(member).filter(seat__member_id=member.pk)
    found = found.select_related("round").order_by("round__opened_at", "id")
    return found if pair is None else found.filter(pair_id=pair)


def remarks_to(member: Member, asked: Round) -> QuerySet[Remark]:
    """What the two added later, in their order."""
    return Remark.objects.filter(round=asked).order_by("made_at", "id")


def baseline_of(member: Member, asked: Round) -> Round | None:
    """How the same two answered the same version at the start."""
    return (
        Round.objects.filter(
            code=asked.code, version=asked.version, occasion=Round.Occasion.BASELINE,
            state__in=(State.REVEALED, State.KEPT), citizen_seat_id=asked.citizen_seat_id,
            professional_seat_id=asked.professional_seat_id,
        )
        .exclude(pk=asked.pk)
        .first()
    )  # fmt: skip


def series(member: Member, pair: UUID, code: str, most: int) -> list[Round]:
    """The latest rounds of one instrument that can be read, by version, oldest first; of a corrected one the last."""
    found = Round.objects.filter(
        pair_id=pair, code=code, state__in=(State.REVEALED, State.KEPT), replaced_by__isnull=True
    ).order_by("-opened_at", "-id")[:most]
    return sorted(found, key=lambda asked: (asked.version, asked.opened_at, asked.pk))


def waiting_rounds(member: Member) -> QuerySet[WithAnnotations[Round, Mine]]:
    """Open rounds of all pairs of this member whose time has not come."""
    return rounds_for(member).filter(state=State.OPEN, closes_at__gt=clock.now())


EVERY_MONTH = timedelta(days=30)


def check_ins_due(member: Member) -> QuerySet[Any]:
    """The last check-in of each pair at work that was opened over a month ago, by the two who sit there now.

    Not while it is still open, and not where both are asked what would help with their check-ins: `due_at` says since
    when another one is due.
    """
    of_two = Round.objects.filter(
        code__in=CHECK_INS, citizen_seat__left_at__isnull=True, professional_seat__left_at__isnull=True,
        citizen_seat__isnull=False, professional_seat__isnull=False,
    )  # fmt: skip
    newer = of_two.filter(pair_id=OuterRef("pair_id"), opened_at__gt=OuterRef("opened_at"))
    is_open = Q(state=State.OPEN, closes_at__gt=clock.now())
    found = of_two.filter(~Exists(newer), ~is_open, opened_at__lt=clock.now() - EVERY_MONTH)
    at_rest = Q(pair__stage__in=(Pair.Stage.PAUSED, Pair.Stage.ENDED))
    found = found.exclude(at_rest).exclude(pair_id__in=stalled_rounds(member).values("pair_id"))
    return found.annotate(due_at=ExpressionWrapper(F("opened_at") + EVERY_MONTH, DateTimeField()))


def stalled_rounds(member: Member) -> QuerySet[Round]:
    """The last round of each pair whose last two rounds for both closed without being opened."""
    closed = Q(state=State.CLOSED) | Q(state=State.OPEN, closes_at__lte=clock.now())
    of_two = Round.objects.filter(
        citizen_seat__isnull=False, professional_seat__isnull=False, citizen_seat__left_at__isnull=True,
        professional_seat__left_at__isnull=True,
    )  # fmt: skip
    newer = of_two.filter(pair_id=OuterRef("pair_id"), opened_at__gt=OuterRef("opened_at"))
    older = of_two.filter(pair_id=OuterRef("pair_id"), opened_at__lt=OuterRef("opened_at")).order_by("-opened_at")
    was_closed = older.annotate(was_closed=Case(When(closed, then=True), default=False)).values("was_closed")[:1]
    return of_two.filter(closed, ~Exists(newer)).annotate(before=Subquery(was_closed)).filter(before=True)


@dataclass(frozen=True, slots=True)
class HowWeAre:
    """The last check-in that both have read: the mean of both now, and at the start with the same questions, if there
    is one. The start itself is compared with nothing."""

    round_id: UUID
    read_at: datetime
    now: float
    at_start: float | None
    is_start: bool
    most: int


def how_we_are(member: Member, pairs: Sequence[UUID]) -> dict[UUID, HowWeAre]:
    """The last revealed check-in of each pair, long or short, beside the start with the same questions: all of them
    are asked for in one question."""
    same = Round.objects.filter(
        code__in=CHECK_INS, state=State.REVEALED, citizen_seat__left_at__isnull=True,
        professional_seat__left_at__isnull=True, replaced_by__isnull=True,
    )  # fmt: skip
    latest = same.filter(pair_id=OuterRef("round__pair_id")).order_by("-ended_at", "-id").values("pk")[:1]
    wanted = Q(round_id=Subquery(latest)) | Q(round__occasion=Round.Occasion.BASELINE)
    found = Answer.objects.filter(wanted, round__in=same.filter(pair_id__in=list(pairs))).select_related("round")
    by_round: dict[UUID, tuple[Round, list[float]]] = {}
    known = dict(shipped())
    for answer in found:
        asked = answer.round
        if (asked.code, asked.version) not in known:  # one more question, where somebody has added a version
            known = definitions(member)
        definition = known.get((asked.code, asked.version))
        if definition and (mean := score(definition, said_in(answer))) is not None:
            by_round.setdefault(asked.pk, (asked, []))[1].append(mean)
    told: dict[UUID, HowWeAre] = {}
    for asked, means in sorted(by_round.values(), key=lambda entry: entry[0].ended_at or clock.now()):
        starts = [
            fmean(others)
            for other, others in by_round.values()
            if (other.pair_id, other.code, other.version) == (asked.pair_id, asked.code, asked.version)
            and other.occasion == Round.Occasion.BASELINE and other.pk != asked.pk
        ]  # fmt: skip
        told[asked.pair_id] = HowWeAre(
            asked.pk, asked.ended_at or asked.opened_at, fmean(means), starts[0] if starts else None,
            asked.occasion == Round.Occasion.BASELINE, known[asked.code, asked.version].most,
        )  # fmt: skip
    return told


def for_download(rows: list[dict[str, Any]], person: UUID) -> list[dict[str, Any]]:
    """Answers as their author takes them along: opened."""
    return [_for_download(row) for row in rows]


def _for_download(row: dict[str, Any]) -> dict[str, Any]:
    said = opened(row["sealed"], UUID(row["id"]))
    kept = {name: value for name, value in row.items() if name != "sealed"}
    return {**kept, "values": dict(said.values), "lines": dict(said.lines), "felt_heard": said.felt_heard}
