"""The e-mail that carries an invitation's link. It says as little as a shared mailbox may know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rollout.jobs.work import Task, handler
from rollout.kernel import mail
from rollout.kernel.tenancy import in_organisation
from rollout.kernel.tokens import token_for
from tenants.members.models import Invitation

MAIL = "members.invitation_mail"


def token_of(invitation: Invitation) -> str:
    """The secret part of the link in the last e-mail that was sent for this invitation."""
    return token_for("invitation", invitation.pk, invitation.sends)


@handler(MAIL)
def invitation_mail(task: Task) -> None:
    """Send the link, unless the invitation was answered, taken back or sent again meanwhile.

    The letter is the same whoever invites, so that a mailbox does not tell a lead's from a partner's.
    """
    with in_organisation(task.place()):
        invitation = Invitation.objects.filter(
            pk=task.key, sends=int(task.period), accepted_at__isnull=True, revoked_at__isnull=True
        ).first()
    if invitation is not None and invitation.email:
        mail.send(
            template="members/invitation",
            context={
                "organisation": task.organisation,
                "expires_at": invitation.expires_at,
                "action_url": task.url(f"/invitations/{token_of(invitation)}/"),
            },
            to=invitation.email,
            language=invitation.language or task.organisation.language,
            message_id=str(task.id),
            subject=_("You have an invitation"),
        )
    with in_organisation(task.place()):
        task.finish()
