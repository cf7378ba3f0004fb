"""How people come in, what they hold, and how they go."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account
from rollout.jobs import queue
from rollout.kernel import clock
from rollout.kernel.addresses import normal_address
from rollout.kernel.database import ask, ask_one, refusals
from rollout.kernel.errors import DomainError
from rollout.kernel.permissions import require
from rollout.kernel.tenancy import here
from rollout.kernel.tokens import hashed
from tenants.audit import actions as audit
from tenants.members import permissions, queries
from tenants.members.models import KINDS_OF_SIDE, Invitation, Member, Notice, Role, Side, Site
from tenants.members.tasks import MAIL, token_of

INVITATION_DAYS = 14
MOST_PARTNER_INVITATIONS = 5
MOST_SENDS = 10

NO_WAY_IN = {
    "unknown": _("We do not know this invitation. Perhaps a newer e-mail has replaced it."),
    "used": _("This invitation has been used. If it was you, sign in."),
    "revoked": _("This invitation was taken back. Ask the person who invited you if you think it is a mistake."),
    "expired": _("This invitation has run out. Ask the person who invited you to send it again."),
}
"""Why a link leads nowhere, and a way on. None of the sentences names anybody."""

_REFUSED = {
    **NO_WAY_IN,
    "other_address": _("This invitation was sent to another e-mail address. Sign in with that address."),
    "seat_taken": _("Somebody else has taken this place. Ask the person who invited you."),
}


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody to invite into the list of people. The invitation gets this id."""

    id: UUID
    name: str
    email: str
    roles: Sequence[str] = ()
    site_id: UUID | None = None
    language: str = ""


@transaction.atomic
def invite(
    *, name: str, email: str, roles: Sequence[str] = (), site: Site | None = None, language: str = "", by: Member
) -> Invitation:
    """A rollout lead invites somebody into the list of people, with these offices.

    Nothing depends on whether the address belongs to anybody here. Only an invitation that leads
    sent themselves and that is still open stands in the way.
    """
    _lock_sender(by)
    require(by, permissions.INVITE_PEOPLE)
    address = normal_address(email)
    if queries.standing_invitations().filter(email=address, accepted_at__isnull=True).exists():
        raise DomainError(
            "already_invited",
            _("There is an open invitation for this address. You can correct it, send it again or take it back."),
            field="email",
        )
    return send_invitation(
        kind=Invitation.Kind.MEMBER, name=name, email=address, roles=roles, site=site, language=language, by=by
    )


@transaction.atomic
def send_invitation(
    *,
    kind: str,
    name: str,
    email: str,
    language: str = "",
    roles: Sequence[str] = (),
    site: Site | None = None,
    side: str = "",
    partner_kind: str = "",
    pair_id: UUID | None = None,
    by: Member,
) -> Invitation:
    """Write an invitation and ask for its e-mail. A lead's makes a listed member, a partner's an unlisted one.

    A partner's needs `pair_id` and the free `side`; at most five of one person's may be open at a time. It may have no
    address: then nothing is sent, and the partner gives the person a letter.
    """
    _lock_sender(by)
    if kind == Invitation.Kind.PARTNER:
        require(by, permissions.INVITE_PARTNER)
        if queries.partner_invitations_of(by).count() >= MOST_PARTNER_INVITATIONS:
            raise DomainError(
                "too_many_invitations",
                _("You have five open invitations. Take one back before you send another."),
            )
    else:
        require(by, permissions.INVITE_PEOPLE)
    invitation = Invitation(
        kind=kind,
        name=name,
        email=normal_address(email),
        language=language,
        roles=list(roles),
        site=site,
        side=side,
        partner_kind=partner_kind,
        pair_id=pair_id,
        invited_by_id=by.pk,
    )
    _date(invitation)
    invitation.save(force_insert=True)
    audit.record("invitation.sent", subject=invitation, pair=pair_id)
    if invitation.email:
        queue.enqueue(MAIL, invitation.pk, period=str(invitation.sends))
    return invitation


@transaction.atomic
def invite_all(*, people: Sequence[Invitee], by: Member) -> None:
    """Invite many into the list of people at once. Whoever asks has made sure that none is invited twice."""
    require(by, permissions.INVITE_PEOPLE)
    invitations = [
        Invitation(
            id=person.id,
            kind=Invitation.Kind.MEMBER,
            name=person.name,
            email=normal_address(person.email),
            language=person.language,
            roles=[role for role in person.roles if role != Role.PARTNER],
            site_id=person.site_id,
            invited_by_id=by.pk,
        )
        for person in people
    ]
    for invitation in invitations:
        _date(invitation)
    Invitation.objects.bulk_create(invitations, batch_size=1000)
    queue.enqueue_each(MAIL, [invitation.pk for invitation in invitations], period="1")


@transaction.atomic
def resend(*, invitation: Invitation, by: Member) -> Invitation:
    """Send an invitation again with a new link and new days. The link sent before is dead."""
    held = _locked(invitation, by)
    _refuse_unless_waiting(held)
    _renew(held)
    held.save(update_fields=["token_hash", "sends", "sent_at", "expires_at"])
    audit.record("invitation.resent", subject=held, pair=held.pair_id)
    return held


@transaction.atomic
def correct(*, invitation: Invitation, name: str, email: str, by: Member) -> Invitation:
    """Mend the name or the address. Another address gets a new link, and the old one is dead."""
    held = _locked(invitation, by)
    _refuse_unless_waiting(held)
    held.name, address = name, normal_address(email)
    changed = ["name"]
    if address != held.email:
        held.email = address
        _renew(held)
        changed += ["email", "token_hash", "sends", "sent_at", "expires_at"]
    held.save(update_fields=changed)
    audit.record("invitation.corrected", subject=held, pair=held.pair_id)
    return held


@transaction.atomic
def revoke(*, invitation: Invitation, by: Member) -> Invitation:
    """Take an invitation back. Its link is dead; taking it back twice is harmless."""
    held = _locked(invitation, by)
    if held.revoked_at:
        return held
    _refuse_unless_waiting(held)
    held.revoked_at = clock.now()
    held.save(update_fields=["revoked_at"])
    audit.record("invitation.revoked", subject=held, pair=held.pair_id)
    return held


@transaction.atomic
def accept(*, token: str, partner_kind: str = "", by: Account) -> queries.Found:
    """Come in through an invitation's link, as the account of its address; one without an address is a letter's, and
    whoever has the letter may take it up. Accepting twice is harmless.

    A lead's invitation lists the person, also one who was here unlisted. A partner's gives the seat
    and lists nobody. Needs no permission: the link and the address are the permission.
    """
    found = queries.invitation_at(token)
    if found is None:
        raise DomainError("unknown", NO_WAY_IN["unknown"], status=404)
    if found.state == "yours":
        return found
    chosen = found.partner_kind or partner_kind
    if found.is_from_partner and chosen not in KINDS_OF_SIDE[Side(found.side)]:
        raise DomainError("kind_missing", _("Choose what describes you."), field="kind")
    # A letter's invitation names no address, so it is not asked whose it is.
    address = normal_address(by.email or "") if found.email else ""
    with refusals(_REFUSED):
        invitation_id = ask_one("accept_invitation", hashed(token), here().vouch(address))
        # Two tabs may accept at once: the later one finds itself seated.
        if found.is_from_partner and (found.pair_id,) not in ask("own_pairs"):
            ask_one("take_invited_seat", invitation_id, uuid.uuid4(), chosen)
    audit.record("invitation.accepted", subject=found.id, pair=found.pair_id)
    return found


@transaction.atomic
def end_membership(*, member: Member, by: Member) -> None:
    """A rollout lead ends a listed person's membership: every office ends now, and so does any seat.

    The answer is the same whether or not there was a seat.
    """
    require(by, permissions.END_MEMBERSHIP, member)
    if member.pk == by.pk:
        raise DomainError("own_membership", _("You cannot end your own membership. Ask another rollout lead."))
    if not ask_one("end_membership", member.pk):
        raise DomainError("unknown", _("This person is not in the list of people."), status=404)
    audit.record("membership.ended", subject=member)


@transaction.atomic
def grant_office(*, member: Member, role: str, by: Member) -> None:
    """Give a listed person an office. Giving it twice is harmless. Who has no e-mail address can hold none."""
    require(by, permissions.GRANT_OFFICE, member)
    if Account.objects.filter(pk=member.pk, email__isnull=True, is_active=True).exists():
        sentence = _("An office needs an e-mail address. Ask the person to add one to their account first.")
        raise DomainError("no_address", sentence)
    with refusals({"unknown": _("This person is not in the list of people.")}):
        ask_one("grant_office", member.pk, role)
    audit.record("office.granted", subject=member, role=role)


@transaction.atomic
def end_office(*, member: Member, role: str, by: Member) -> None:
    """Take one office from a listed person, at once. A lead cannot lay down their own: another lead does it."""
    require(by, permissions.END_OFFICE, member)
    own = _("You cannot end your own office. Ask another rollout lead.")
    with refusals({"own_office": own}):
        if not ask_one("end_office", member.pk, role):
            raise DomainError("unknown", _("This person does not hold this office."), status=404)
    audit.record("office.ended", subject=member, role=role)


@transaction.atomic
def rename_me(*, name: str, by: Member) -> None:
    """Change the name that others read. Not recorded: an entry would tell of people who are in no list."""
    require(by, permissions.USE_HOME)
    if Member.objects.filter(pk=by.pk).update(name=name) != 1:
        raise DomainError("unknown", _("Your name could not be changed."), status=404)


@transaction.atomic
def read_notice(*, notice: Notice, by: Member) -> None:
    """Put a notice away."""
    require(by, permissions.READ_NOTICES)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now())


def _lock_sender(by: Member) -> None:
    """Whoever clicks twice is answered one after the other."""
    Member.objects.select_for_update(of=("self",)).filter(pk=by.pk).first()


def _locked(invitation: Invitation, by: Member) -> Invitation:
    held = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if held is None:
        raise DomainError("unknown", _("There is no such invitation."), status=404)
    from_partner = held.kind == Invitation.Kind.PARTNER
    require(by, permissions.INVITE_PARTNER if from_partner else permissions.INVITE_PEOPLE, held)
    return held


def _refuse_unless_waiting(invitation: Invitation) -> None:
    if invitation.accepted_at:
        raise DomainError("already_accepted", _("This invitation has been accepted."))
    if invitation.revoked_at:
        raise DomainError("already_revoked", _("This invitation was taken back. You can invite the person again."))


def _renew(invitation: Invitation) -> None:
    if not invitation.email:
        raise DomainError("goes_by_letter", _("This invitation goes by letter. Make a new letter."))
    if invitation.sends >= MOST_SENDS:
        raise DomainError(
            "sent_too_often", _("This invitation was sent ten times. Check the address with the person first.")
        )
    invitation.sends += 1
    _date(invitation)
    queue.enqueue(MAIL, invitation.pk, period=str(invitation.sends))


def _date(invitation: Invitation) -> None:
    invitation.token_hash = hashed(token_of(invitation))
    invitation.sent_at = clock.now()
    invitation.expires_at = invitation.sent_at + timedelta(days=INVITATION_DAYS)
