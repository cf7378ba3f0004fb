"""The letter to a witness. It names the result and the place, and neither the pair nor any programme."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.jobs.work import Task, handler
from rollout.kernel import mail
from rollout.kernel.tenancy import in_organisation
from tenants.projects import queries
from tenants.projects.models import ResultClaim, Witness

WITNESS_MAIL = "projects.witness_mail"


@handler(WITNESS_MAIL)
def send_witness_mail(task: Task) -> None:
    """Send it, unless the question was answered or the result has changed meanwhile."""
    with in_organisation(task.place()):
        witness = Witness.objects.select_related("result").filter(pk=task.key).first()
        if witness is None or not _is_open(witness):
            task.finish()
            return
        path = reverse("projects:witness", args=[queries.witness_token(witness.pk)])
        values = {
            "name": witness.name,
            "title": witness.result.title,
            "place": witness.result.place,
            "until": witness.expires_at,
            "organisation": task.organisation.name,
            "url": task.url(path),
        }
    mail.send(
        template="projects/witness",
        context=values,
        to=witness.email,
        language=task.organisation.language,
        message_id=str(task.id),
        subject=_("Can you confirm something?"),
        sender_name=task.organisation.name,
    )
    with in_organisation(task.place()):
        task.finish()


def _is_open(witness: Witness) -> bool:
    signed = witness.result.state in (ResultClaim.State.CLAIMED, ResultClaim.State.CORROBORATED)
    return signed and not witness.answer and witness.content_hash == witness.result.content_hash
