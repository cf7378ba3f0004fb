"""A pair's project as its two partners may see it. The database decides whose: nobody else has a row of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404

from rollout.kernel import clock, files
from tenants.members.models import Side
from tenants.pairs.models import Seat
from tenants.workplan.models import (
    FrameKey,
    Measure,
    Milestone,
    PairFile,
    Planned,
    PlanTask,
    ProjectFrame,
    Stakeholder,
    Who,
)

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from tenants.members.models import Member

Row = TypeVar("Row", bound=Model)


def frames_for(member: Member) -> QuerySet[ProjectFrame]:
    """The projects of this member's pairs, with their sources and keys."""
    return ProjectFrame.objects.prefetch_related("sources", "keys")


def frame_of(member: Member, pair: UUID) -> ProjectFrame | None:
    """The project of a pair, if it is written down."""
    return frames_for(member).filter(pair_id=pair).first()


def measures_for(member: Member, pair: UUID | None = None) -> QuerySet[Measure]:
    """Measures with their values and notes, the oldest first."""
    return _of(Measure.objects.order_by("added_at", "id").prefetch_related("values", "notes"), pair)


def tasks_for(member: Member, pair: UUID | None = None) -> QuerySet[PlanTask]:
    """Tasks, those that are due first."""
    return _of(PlanTask.objects.order_by("due_on", "added_at", "id"), pair)


def milestones_for(member: Member, pair: UUID | None = None) -> QuerySet[Milestone]:
    """Milestones in the order of their days."""
    return _of(Milestone.objects.order_by("due_on", "added_at", "id"), pair)


def people_for(member: Member, pair: UUID | None = None) -> QuerySet[Stakeholder]:
    """The people around the projects, by name, with the notes about them."""
    return _of(Stakeholder.objects.order_by("name", "id").prefetch_related("contacts"), pair)


def files_for(member: Member, pair: UUID | None = None) -> QuerySet[PairFile]:
    """The files of pairs, the newest first; those that were taken away as well."""
    return _of(PairFile.objects.order_by("-uploaded_at", "id").select_related("result"), pair)


def path_of(file: PairFile) -> Path | None:
    """Where a file lies; None when it was taken away or is gone."""
    path = files.home() / file.path
    return path if file.path and path.is_file() else None


def one(rows: QuerySet[Row], pk: UUID) -> Row:
    """One of these rows; a hidden and a missing one are the same 404."""
    if (found := rows.filter(pk=pk).first()) is None:
        raise Http404
    return found


def _of(rows: QuerySet[Row], pair: UUID | None) -> QuerySet[Row]:
    return rows if pair is None else rows.filter(pair_id=pair)


@dataclass(frozen=True, slots=True)
class Approaches:
    """With how many of the people around each of the two speaks, as far as it is agreed."""

    citizen: int
    professional: int

    @property
    def only(self) -> Side | None:
        """The one who speaks with everybody, when the other speaks with nobody."""
        if self.citizen and not self.professional:
            return Side.CITIZEN
        return Side.PROFESSIONAL if self.professional and not self.citizen else None


def approaches(people: list[Stakeholder]) -> Approaches:
    """Who of the two speaks with whom, over the whole list."""
    agreed = [person.approacher for person in people if person.approacher_agreed_at]
    both = agreed.count(Who.BOTH)
    return Approaches(agreed.count(Who.CITIZEN) + both, agreed.count(Who.PROFESSIONAL) + both)


# What waits for somebody


def frames_to_sign(member: Member) -> QuerySet[ProjectFrame]:
    """Projects that one of the two has signed: `mine` says whether it was this member."""
    keys = FrameKey.objects.filter(
        frame=OuterRef("pk"), content_hash=OuterRef("content_hash"), seat__left_at__isnull=True
    )
    found = ProjectFrame.objects.filter(state=ProjectFrame.State.DRAFT)
    return found.filter(Exists(keys)).annotate(mine=Exists(keys.filter(seat__member_id=member.pk)))


def tasks_due(member: Member) -> QuerySet[PlanTask]:
    """Tasks of this member, or of both, whose day has come."""
    mine = Seat.objects.filter(
        pair_id=OuterRef("pair_id"), member_id=member.pk, left_at__isnull=True, side=OuterRef("who")
    )
    due = PlanTask.objects.filter(state=Planned.State.OPEN, due_on__lte=clock.today())
    return due.filter(Q(who=Who.BOTH) | Exists(mine))


def approachers_to_confirm(member: Member) -> QuerySet[Stakeholder]:
    """People for whom somebody was named to speak with them, and the other one has not said yes."""
    waiting = Stakeholder.objects.filter(approacher_agreed_at__isnull=True).exclude(approacher="")
    return waiting.annotate(
        mine=Exists(Seat.objects.filter(pk=OuterRef("approacher_named_by_id"), member_id=member.pk))
    )
