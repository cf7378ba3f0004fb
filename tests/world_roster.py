"""Rosters and invitations for tests, made through the product's own actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.accounts.models import Account
from tenants.members import actions as members
from tenants.members.models import Invitation, Member, Role
from tenants.members.tasks import token_of
from tenants.roster import actions
from tests.tenants.roster.files import CITIZEN, PROFESSIONAL, SPONSOR, csv_of
from tests.world import inside

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tenants.roster.models import RosterUpload

ROWS = (CITIZEN, PROFESSIONAL, SPONSOR)


def stored(organisation: Organisation, lead: Member, *rows: tuple[str, ...], name: str = "roster.csv") -> RosterUpload:
    """A roster that was checked and kept, and not sent."""
    with inside(organisation, lead, Role.ROLLOUT_LEAD):
        roster = actions.check(file_name=name, content=csv_of(*(rows or ROWS)).encode(), by=lead)
        assert roster.ok, [problem.code for problem in roster.problems]
        return actions.store(file_name=name, roster=roster, by=lead)


def sent(organisation: Organisation, lead: Member, *rows: tuple[str, ...], name: str = "roster.csv") -> RosterUpload:
    """A roster whose invitations are on their way."""
    upload = stored(organisation, lead, *rows, name=name)
    with inside(organisation, lead, Role.ROLLOUT_LEAD):
        actions.send(upload=upload, by=lead)
        upload.refresh_from_db()
        return upload


def invitation_to(organisation: Organisation, lead: Member, email: str) -> Invitation:
    """The newest invitation that leads sent to an address."""
    with inside(organisation, lead, Role.ROLLOUT_LEAD):
        return Invitation.objects.filter(email=email).latest("sent_at")


def invited(organisation: Organisation, lead: Member, name: str = "Ada Marsh", **more: Any) -> Invitation:
    """An invitation into the list of people."""
    address = more.pop("email", f"{name.split()[0].lower()}@example.com")
    with inside(organisation, lead, Role.ROLLOUT_LEAD):
        return members.invite(name=name, email=address, by=lead, **more)


def asked(organisation: Organisation, partner: Member, pair: Any, **more: Any) -> Invitation:
    """An invitation by a partner into their pair."""
    address = more.pop("email", "cora@example.com")
    with inside(organisation, partner):
        return members.send_invitation(
            kind=Invitation.Kind.PARTNER, name="Cora", email=address, side="citizen", pair_id=pair, by=partner, **more
        )


def accepted(organisation: Organisation, invitation: Invitation, **more: Any) -> Member:
    """The person of an invitation's address accepts it through its link."""
    who = Account.objects.for_address(invitation.email)
    with inside(organisation, who.pk):
        members.accept(token=token_of(invitation), by=who, **more)
        return Member.objects.prefetch_related("offices").get(pk=who.pk)


def link(invitation: Invitation) -> str:
    """Where an invitation's e-mail leads."""
    return f"/invitations/{token_of(invitation)}/"
