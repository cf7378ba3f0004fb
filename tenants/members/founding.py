"""The first person of an organisation: a rollout lead whom the operator invites, when nobody is there yet."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock, mail
from rollout.kernel.addresses import normal_address
from rollout.kernel.database import ask, refusals
from rollout.kernel.tenancy import in_organisation
from rollout.kernel.tokens import hashed, token_for
from rollout.organisations.models import Organisation
from tenants.audit import actions as audit
from tenants.members.actions import INVITATION_DAYS

_log = logging.getLogger(__name__)


def invite_first_lead(*, organisation: Organisation, name: str, email: str) -> str:
    """Invite the first rollout lead by e-mail and give back the invitation's token.

    Raises DomainError when the organisation already has people or invitations: then a lead invites leads.
    """
    invitation, address = uuid.uuid4(), normal_address(email)
    token = token_for("invitation", invitation, 1)
    until = clock.now() + timedelta(days=INVITATION_DAYS)
    refused = {"not_first": _("Somebody is already there. Ask a rollout lead of the organisation to invite others.")}
    with in_organisation(organisation.place()), transaction.atomic(), refusals(refused):
        ask("invite_first_lead", invitation, name, address, organisation.language, hashed(token), until)
        audit.record("invitation.sent", subject=invitation)
    try:
        _send(organisation, address, token, invitation, until)
    except OSError:
        # Without a mail server the operator hands the link over; the invitation stands.
        _log.warning("the first invitation could not be mailed")
    return token


def _send(organisation: Organisation, address: str, token: str, invitation: uuid.UUID, until: datetime) -> None:
    mail.send(
        template="members/invitation",
        context={
            "organisation": organisation,
            "expires_at": until,
            "action_url": mail.public_url(address_of(organisation), f"/invitations/{token}/"),
        },
        to=address,
        language=organisation.language,
        message_id=str(invitation),
        subject=_("You have an invitation"),
    )


def address_of(organisation: Organisation) -> str:
    """The host name that people reach the organisation at."""
    found: str = organisation.domains.get(is_primary=True).domain
    return found
