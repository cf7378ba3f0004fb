"""Boards, who sits on them, and who reads for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.utils.text import get_text_list
from django.utils.translation import gettext

from governance.boards.models import BoardBody, BoardMembership
from rollout.kernel.database import ask
from rollout.kernel.tenancy import here
from tenants.disclosure.models import Audience
from tenants.members.models import Member, Role
from tenants.members.queries import holders_of
from tenants.surfacing.audiences import AudienceChoice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

DIRECTORS = tuple(kind for kind in BoardMembership.Kind if kind != BoardMembership.Kind.SECRETARY)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads for a board, by name, and why."""

    name: str
    hat: str

    @property
    def reason(self) -> str:
        """The office that lets them read, in words."""
        return str(Role(self.hat).label)


def _with_people(boards: QuerySet[BoardBody]) -> QuerySet[BoardBody]:
    seated = BoardMembership.objects.filter(ended_at__isnull=True).select_related("member").order_by("member__name")
    return boards.select_related("executive_sponsor").prefetch_related(Prefetch("memberships", seated))


def boards_managed(member: Member) -> QuerySet[BoardBody]:
    """The boards that this person looks after in the present hat, with their people."""
    boards = _with_people(BoardBody.objects.filter(archived_at__isnull=True))
    if here().capacity == Role.ROLLOUT_LEAD:
        return boards
    return boards.filter(
        pk__in=BoardMembership.objects.filter(
            member=member, kind=BoardMembership.Kind.SECRETARY, ended_at__isnull=True
        ).values("body_id")
    )


def memberships_managed(member: Member) -> QuerySet[BoardMembership]:
    """The places on those boards that are held now."""
    return BoardMembership.objects.filter(ended_at__isnull=True, body__in=boards_managed(member)).select_related(
        "body", "member"
    )


def can_sit(kind: str) -> QuerySet[Member]:
    """Who can take a place of this kind: those who hold the office that goes with it."""
    return holders_of(Role.BOARD_SECRETARY if kind == BoardMembership.Kind.SECRETARY else Role.BOARD_MEMBER)


def can_sit_at_all() -> QuerySet[Member]:
    """Everybody who can take some place on a board."""
    return Member.objects.filter(
        pk__in=Member.objects.filter(
            offices__role__in=(Role.BOARD_MEMBER, Role.BOARD_SECRETARY),
            offices__ended_at__isnull=True,
            ended_at__isnull=True,
        ).values("pk")
    )


def readers_of(body: BoardBody) -> list[Reader]:
    """Everybody who can read what a pair shows to this board, by name. Each person once for each reason."""
    rows = ask("board_readers", body.pk)
    names = dict(Member.objects.filter(pk__in=[member for member, _hat in rows]).values_list("pk", "name"))
    order = list(Role)
    found = [Reader(names[member], hat) for member, hat in rows if member in names]
    return sorted(found, key=lambda reader: (order.index(Role(reader.hat)), reader.name))


def audience_choices() -> Iterable[AudienceChoice]:
    """Boards as audiences, with their readers in words, for the pair that decides whom to show itself to."""
    for body in _with_people(BoardBody.objects.filter(archived_at__isnull=True)):
        yield AudienceChoice(Audience.BOARD, body.pk, body.name, tuple(_in_words(body)))


def _in_words(body: BoardBody) -> Iterable[str]:
    seated = list(body.memberships.all())
    directors = [place.member.name for place in seated if place.kind in DIRECTORS]
    secretaries = [place.member.name for place in seated if place.kind not in DIRECTORS]
    if directors:
        yield gettext("the members of the board (%(names)s)") % {"names": _list(directors)}
    if secretaries:
        yield gettext("its secretary (%(names)s)") % {"names": _list(secretaries)}
    if body.executive_sponsor:
        yield gettext("its executive sponsor (%(names)s)") % {"names": body.executive_sponsor.name}
    yield gettext("the rollout leads")


def _list(names: list[str]) -> str:
    return str(get_text_list(names, gettext("and")))
