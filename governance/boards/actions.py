"""Looking after boards: making one, who sits on it, who is its executive sponsor."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.boards.models import BoardBody, BoardMembership
from governance.boards.permissions import CHANGE_BOARD, MANAGE_BOARDS
from governance.boards.queries import can_sit
from rollout.kernel import clock
from rollout.kernel.database import ask_one, refusals
from rollout.kernel.errors import DomainError
from rollout.kernel.permissions import require
from tenants.audit import actions as audit
from tenants.members.models import Role
from tenants.members.queries import holders_of

if TYPE_CHECKING:
    from tenants.members.models import Member


@transaction.atomic
def found(*, name: str, by: Member) -> BoardBody:
    """Make a board. A secretary who makes one sits on it as its secretary."""
    require(by, MANAGE_BOARDS)
    if BoardBody.objects.filter(name__iexact=name, archived_at__isnull=True).exists():
        raise DomainError("name_taken", _("There is already a board with this name."), field="name")
    made = uuid.uuid4()
    with refusals({"not_permitted": _("This is not something you can do here.")}):
        ask_one("found_board", made, name)
    audit.record("board.made", subject=made)
    return BoardBody.objects.get(pk=made)


@transaction.atomic
def seat(*, body: BoardBody, member: Member, kind: str, by: Member) -> BoardMembership:
    """Give somebody a place on the board. From now on they read what pairs show to it."""
    body = _locked(body)
    require(by, CHANGE_BOARD, body)
    if not can_sit(kind).filter(pk=member.pk).exists():
        raise DomainError(
            "office_needed",
            _("This person does not hold the office for this place yet. A rollout lead can give it."),
            field="kind",
        )
    if body.memberships.filter(member=member, ended_at__isnull=True).exists():
        raise DomainError("already_seated", _("This person already sits on this board."), field="member")
    place = BoardMembership.objects.create(body=body, member=member, kind=kind, since=clock.now())
    audit.record("board.member_seated", subject=place, body=body.pk, member=member.pk, kind=kind)
    return place


@transaction.atomic
def end_place(*, membership: BoardMembership, by: Member) -> None:
    """End somebody's place on the board, at once. Ending it twice is harmless."""
    body = _locked(membership.body)
    require(by, CHANGE_BOARD, body)
    place = body.memberships.select_for_update(of=("self",)).get(pk=membership.pk)
    if place.ended_at is not None:
        return
    place.ended_at = clock.now()
    place.save(update_fields=["ended_at"])
    audit.record("board.member_left", subject=place, body=body.pk, member=place.member_id)


@transaction.atomic
def choose_sponsor(*, body: BoardBody, sponsor: Member | None, by: Member) -> BoardBody:
    """Say who the board's executive sponsor is, or that there is none. The sponsor reads what the board reads."""
    body = _locked(body)
    require(by, CHANGE_BOARD, body)
    if sponsor is not None and not holders_of(Role.SPONSOR).filter(pk=sponsor.pk).exists():
        raise DomainError("not_a_sponsor", _("This person is not a sponsor."), field="sponsor")
    body.executive_sponsor = sponsor
    body.save(update_fields=["executive_sponsor"])
    audit.record("board.sponsor_chosen", subject=body, sponsor=sponsor.pk if sponsor else None)
    return body


@transaction.atomic
def archive(*, body: BoardBody, by: Member) -> None:
    """Close the board: pairs cannot choose it any more and no pack is made for it. What was issued stays."""
    body = _locked(body)
    require(by, CHANGE_BOARD, body)
    body.archived_at = clock.now()
    body.save(update_fields=["archived_at"])
    audit.record("board.archived", subject=body)


def _locked(body: BoardBody) -> BoardBody:
    found = BoardBody.objects.select_for_update(of=("self",)).filter(pk=body.pk, archived_at__isnull=True).first()
    if found is None:  # somebody else's, archived meanwhile, or never there
        raise DomainError("no_such_board", _("This board is not there any more."), status=404)
    return found
