"""From a roster file to invitations and proposed pairs, in two steps, and back again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.addresses import normal_address
from rollout.kernel.database import ask_one, point_each, refusals
from rollout.kernel.errors import DomainError
from rollout.kernel.permissions import require
from tenants.audit import actions as audit
from tenants.members import actions as members
from tenants.members import queries as people
from tenants.members.models import Invitation, Member, Site
from tenants.roster import parsing, permissions, queries
from tenants.roster.models import ProposedPair, RosterPerson, RosterUpload
from tenants.roster.parsing.report import shown_value

if TYPE_CHECKING:
    from collections.abc import Iterable

_BATCH = 1000


def check(*, file_name: str, content: bytes, by: Member) -> parsing.ParsedRoster:
    """Read a roster file and say what is wrong with it. Saves nothing."""
    require(by, permissions.UPLOAD_ROSTER)
    return parsing.parse(file_name, content)


@transaction.atomic
def store(*, file_name: str, roster: parsing.ParsedRoster, by: Member) -> RosterUpload:
    """Keep a checked roster, whole or not at all. Nobody is invited yet.

    The same file leads to the upload it was before, unless that one was undone.
    """
    Member.objects.select_for_update(of=("self",)).filter(pk=by.pk).first()  # a double click is one upload
    require(by, permissions.UPLOAD_ROSTER)
    if not roster.ok:
        raise DomainError("roster_has_problems", _("Nothing was saved. Mend the file and upload it again."))
    if (earlier := queries.upload_of(roster.digest)) is not None:
        return earlier
    upload = RosterUpload.objects.create(
        file_name=shown_value(file_name), digest=roster.digest, uploaded_by_id=by.pk, uploaded_at=clock.now()
    )
    proposals: dict[int, ProposedPair] = {}
    for pair in roster.pairs:
        proposal = ProposedPair(upload=upload, label=pair.label, shared_task=pair.shared_task)
        proposals[pair.citizen_row] = proposals[pair.professional_row] = proposal
    ProposedPair.objects.bulk_create(set(proposals.values()), batch_size=_BATCH)
    RosterPerson.objects.bulk_create(
        (
            RosterPerson(
                upload=upload,
                row=person.row,
                name=person.name,
                email=normal_address(person.email),
                site=person.site,
                side=person.side,
                kind=person.kind,
                roles=list(person.roles),
                proposal=proposals.get(person.row),
            )
            for person in roster.people
        ),
        batch_size=_BATCH,
    )
    audit.record("roster.uploaded", subject=upload)
    return upload


@transaction.atomic
def send(*, upload: RosterUpload, by: Member) -> int:
    """Send the invitations of a roster and make its proposals; how many were sent.

    Who has an open or accepted invitation already keeps it. A pair that an earlier roster proposed stays that one.
    """
    held = _locked(upload, by)
    if held.sent_at:
        raise DomainError("already_sent", _("The invitations of this roster have been sent."))
    rows = list(held.people.all())
    standing = dict(
        people.standing_invitations().filter(email__in=[row.email for row in rows]).values_list("email", "pk")
    )
    kept = {row.pk: standing[row.email] for row in rows if row.email in standing}
    new = [row for row in rows if row.pk not in kept]
    sites = _sites({row.site for row in new if row.site})
    members.invite_all(
        people=[
            members.Invitee(
                id=row.pk,  # the row's invitation has the row's id
                name=row.name,
                email=row.email,
                roles=row.roles,
                site_id=sites[row.site.casefold()] if row.site else None,
            )
            for row in new
        ],
        by=by,
    )
    point_each(RosterPerson, "invitation_id", kept | {row.pk: row.pk for row in new})
    held.people.filter(pk__in=list(kept)).update(kept=True)
    _join_repeated(held)
    held.sent_at = clock.now()
    held.save(update_fields=["sent_at"])
    audit.record("roster.sent", subject=held, invitations=len(new))
    return len(new)


@transaction.atomic
def discard(*, upload: RosterUpload, by: Member) -> None:
    """Throw a roster away that was not sent. Nobody was told of it."""
    held = _locked(upload, by)
    if held.sent_at:
        raise DomainError("already_sent", _("The invitations of this roster have been sent. You can undo them."))
    held.people.all().delete()
    held.proposals.all().delete()
    audit.record("roster.discarded", subject=held)
    RosterUpload.objects.filter(pk=held.pk).delete()


@transaction.atomic
def undo(*, upload: RosterUpload, by: Member) -> int:
    """Take back every invitation of a roster that nobody has accepted; how many. What was accepted stays."""
    held = _locked(upload, by)
    if not held.sent_at:
        raise DomainError("not_sent", _("This roster has not been sent. You can throw it away."))
    if held.undone_at:
        return 0
    own = held.people.filter(kept=False).values("invitation_id")
    # Asked of the row itself, so that somebody who accepts at this moment stays.
    taken_back = Invitation.objects.filter(pk__in=own, accepted_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=clock.now()
    )
    held.undone_at = clock.now()
    held.save(update_fields=["undone_at"])
    audit.record("roster.undone", subject=held, invitations=taken_back)
    return taken_back


@transaction.atomic
def correct(*, person: RosterPerson, name: str, email: str, by: Member) -> None:
    """Mend one row: its draft before sending, its invitation (with a new link) afterwards."""
    require(by, permissions.SEND_ROSTER)
    held = RosterPerson.objects.select_for_update(of=("self",)).select_related("invitation").get(pk=person.pk)
    if held.invitation is not None:
        members.correct(invitation=held.invitation, name=name, email=email, by=by)
        return
    address = normal_address(email)
    if RosterPerson.objects.filter(upload=held.upload_id, email=address).exclude(pk=held.pk).exists():
        raise DomainError("address_twice", _("Another row of this roster has this address."), field="email")
    held.name, held.email = name, address
    held.save(update_fields=["name", "email"])
    audit.record("roster.row_corrected", subject=held)


@transaction.atomic
def resend(*, person: RosterPerson, by: Member) -> Invitation:
    """Send the invitation of one row again."""
    require(by, permissions.SEND_ROSTER)
    return members.resend(invitation=_invitation(person), by=by)


@transaction.atomic
def revoke(*, person: RosterPerson, by: Member) -> Invitation:
    """Take the invitation of one row back."""
    require(by, permissions.SEND_ROSTER)
    return members.revoke(invitation=_invitation(person), by=by)


@transaction.atomic
def accept_proposal(*, proposal: UUID, by: Member) -> UUID:
    """Say yes to a pair that a lead proposed; the pair's id. Nobody is told who has accepted and who has not.

    The first yes founds the pair with the proposed task, the second completes it. Saying yes twice is harmless.
    """
    require(by, permissions.ANSWER_PROPOSAL)
    with refusals(
        {
            "unknown": _("This proposal is not there any more."),
            "seat_taken": _("Somebody else has taken this place."),
        }
    ):
        pair: UUID = ask_one("accept_proposal", proposal, uuid.uuid4(), uuid.uuid4(), uuid.uuid4())
    audit.record("proposal.accepted", subject=proposal, pair=pair)
    return pair


def _locked(upload: RosterUpload, by: Member) -> RosterUpload:
    held = RosterUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    require(by, permissions.SEND_ROSTER, held)
    if held is None:
        raise DomainError("unknown", _("There is no such roster."), status=404)
    return held


def _invitation(person: RosterPerson) -> Invitation:
    if person.invitation is None:
        raise DomainError("not_sent", _("This roster has not been sent."))
    return person.invitation


def _sites(names: Iterable[str]) -> dict[str, UUID]:
    """The places of these names, made where they are new. Capitals make no difference."""
    known = {site.name.casefold(): site.pk for site in people.sites_in_use()}
    new = {name.casefold(): Site(name=name) for name in sorted(names) if name.casefold() not in known}
    Site.objects.bulk_create(new.values())
    return known | {key: site.pk for key, site in new.items()}


def _join_repeated(upload: RosterUpload) -> None:
    """A pair that stands in an earlier roster is proposed once: its rows here join the earlier proposal."""
    repeated = queries.repeated_proposals(upload)
    rows = upload.people.filter(proposal__in=list(repeated)).values_list("pk", "proposal_id")
    point_each(RosterPerson, "proposal_id", {row: repeated[proposal] for row, proposal in rows})
    ProposedPair.objects.filter(pk__in=list(repeated)).delete()
