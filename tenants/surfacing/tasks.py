"""The one letter of this room: somebody who was not free to say no asks to be contacted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account
from rollout.jobs.work import Task, handler
from rollout.kernel import mail
from rollout.kernel.tenancy import in_organisation
from tenants.members import queries as members
from tenants.members.models import Member, Role

CONTACT = "surfacing.contact"


@handler(CONTACT)
def contact(task: Task) -> None:
    """Tell one facilitator who asks for a call, and nothing about why or about any pair."""
    assert task.person is not None  # an act of a person
    with in_organisation(task.place()):
        name = Member.objects.get(pk=task.person).name
        still = members.holders_of(Role.FACILITATOR).filter(pk=task.key).exists()
    reader, asker = Account.objects.filter(pk=task.key).first(), Account.objects.get(pk=task.person)
    if still and reader and reader.email:
        mail.send(
            template="surfacing/contact",
            context={"organisation": task.organisation, "name": name, "address": asker.email},
            to=reader.email,
            language=reader.language or task.organisation.language,
            message_id=str(task.id),
            subject=_("Somebody asks you to contact them"),
        )
    with in_organisation(task.place()):
        task.finish()
