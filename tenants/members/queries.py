"""Who is here, and who is in the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from rollout.kernel.tenancy import PARTNER
from tenants.members.models import OFFICES, Member, Office

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

HATS = (PARTNER, *OFFICES)


def _with_offices(people: QuerySet[Member]) -> QuerySet[Member]:
    return people.prefetch_related(Prefetch("offices", Office.objects.filter(ended_at__isnull=True)))


def member_here(person: UUID | None) -> Member | None:
    """The member that this account is in the organisation we are in, with offices; None for a stranger."""
    if person is None:
        return None
    return _with_offices(Member.objects.filter(ended_at__isnull=True)).filter(pk=person).first()


def people_listed(member: Member) -> QuerySet[Member]:
    """The organisation's list of people, as a rollout lead reads it. Who joined for a pair alone is not in it."""
    return _with_offices(Member.objects.filter(listed=True, ended_at__isnull=True).select_related("site"))


def holders_of(role: str) -> QuerySet[Member]:
    """The members who hold an office, by name."""
    return Member.objects.filter(offices__role=role, offices__ended_at__isnull=True, ended_at__isnull=True)
