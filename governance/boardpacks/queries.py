"""Packs that somebody may read, and how far the making of one is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, F, Func, Min

from governance.boardpacks.models import BoardPack, PackRead
from governance.hats import address
from governance.indicators.papers import Paper
from governance.indicators.rendering import period_in_words
from governance.indicators.report import Period
from rollout.jobs.queue import Progress, progress_of
from rollout.kernel.dates import day_of
from tenants.members.models import Member

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet


class _JobState(Func):
    template = "(SELECT j.state FROM security.job_state(%(expressions)s) j)"
    output_field = CharField()


def packs_for(member: Member) -> QuerySet[BoardPack]:
    """The issued packs that this person may read in the present hat, the newest first."""
    return _light().filter(state=BoardPack.State.READY).order_by("-ready_at", "pk")


def packs_made_by(member: Member) -> QuerySet[BoardPack]:
    """Every pack of the boards that this person makes papers for, each with the state of its job."""
    return _light().annotate(job_state=_JobState(F("job_id"))).order_by("-requested_at", "pk")


def _light() -> QuerySet[BoardPack]:
    return BoardPack.objects.select_related("body").defer("snapshot")


def period_of(pack: BoardPack) -> str:
    """The pack's period in words."""
    return period_in_words(Period(pack.period_start, pack.period_end))


def progress(pack: BoardPack) -> Progress:
    """How far the making is: queued, running, done or failed, and at which attempt."""
    found = progress_of(pack.job_id) if pack.job_id else None
    return found or Progress("queued", 0)


def readings_of(pack: BoardPack) -> list[tuple[str, datetime]]:
    """Who opened the pack and when first, for those who make packs. The first reader comes first."""
    first = dict(
        PackRead.objects.filter(pack=pack).values_list("reader_id").annotate(first=Min("read_at")).order_by("first")
    )
    names = dict(Member.objects.filter(pk__in=first).values_list("pk", "name"))
    return [(names[reader], at) for reader, at in first.items() if reader in names]


def papers_for(member: Member) -> Sequence[Paper]:
    """The same packs, for the shelf of the reports."""
    return [
        Paper(
            title=f"{pack.body.name}, {period_of(pack)} ({dict(settings.LANGUAGES)[pack.language]})",
            url=address("boardpacks:pack", pack.pk),
            issued_on=day,
        )
        for pack in packs_for(member)
        if (day := day_of(pack.ready_at))
    ]


def first_issued() -> dict[UUID, date]:
    """Since when each pair stands in an issued pack that can be read from here."""
    days: dict[UUID, date] = {}
    issued = BoardPack.objects.filter(state=BoardPack.State.READY).order_by("ready_at")
    for ready_at, pairs in issued.values_list("ready_at", "snapshot__report__pairs"):
        day = day_of(ready_at)
        for pair in pairs or ():
            if day:
                days.setdefault(UUID(pair["shown"]["id"]), day)
    return days
