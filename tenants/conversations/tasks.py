"""The one letter about what waits. It says that there is something, and neither what, nor where, nor from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from rollout.accounts.models import Account
from rollout.jobs.chores import chore
from rollout.jobs.work import Task, handler
from rollout.kernel import clock, mail
from rollout.kernel.database import ask_one
from rollout.kernel.tenancy import in_organisation
from rollout.leaving.queries import organisations_at_work
from tenants.conversations.models import NewsChoice
from tenants.members.queries import member_here, takes_reminders_by_mail
from tenants.pairs import home

if TYPE_CHECKING:
    from tenants.members.models import Member

NEWS = "conversations.news"
MORNING = 8
"""The hour from which the daily letter may go out, in the organisation's own time."""


@handler(NEWS)
def tell_of_news(task: Task) -> None:
    """Send the letter if something waits that is newer than the last one. It runs as the reader, in their own name."""
    with in_organisation(task.place()):
        member = member_here(task.person)
        tells = member is not None and _is_to_tell(member, task)
    account = Account.objects.filter(pk=member.pk, is_active=True).first() if member is not None and tells else None
    if account is not None and account.email:  # who has no address finds it on the home page
        language = account.language or task.organisation.language
        with override(language):
            label = gettext("Sign in")
        mail.send(
            template="conversations/news",
            context={"action_url": task.url(reverse("pairs:home")), "action_label": label},
            to=account.email,
            language=language,
            message_id=str(task.id),
            subject=_("Something is new for you"),
            sender_name=task.organisation.name,
        )
    with in_organisation(task.place()):
        task.finish()


def _is_to_tell(member: Member, task: Task) -> bool:
    """Whether a letter is due, which is then noted: of two jobs at once one sends it. A job that is tried again
    after it was noted sends its own letter again, under the same number."""
    if not takes_reminders_by_mail():
        return False
    NewsChoice.objects.get_or_create(person_id=member.pk)
    choice = NewsChoice.objects.select_for_update(of=("self",)).get(person_id=member.pk)
    if choice.mailed_by == task.id:
        return True
    if choice.how != task.period.partition(" ")[0]:
        return False
    waits = [waiting.since for waiting in home.waiting_for(member) if not waiting.for_partner]
    if not waits or (choice.mailed_at is not None and max(waits) <= choice.mailed_at):
        return False
    choice.mailed_at, choice.mailed_by = clock.now(), task.id
    choice.save(update_fields=["mailed_at", "mailed_by"])
    return True


@chore
def morning_letters() -> int:
    """Once a day from eight in the morning on: a job for everybody who sits in a pair and hears by e-mail.

    Whoever hears of each thing hears so of what has fallen due by its day, such as a reminder to write for oneself.
    """
    asked = 0
    for organisation in organisations_at_work():
        with in_organisation(organisation.place()):
            asked += int(ask_one("ask_for_daily_news", organisation.time_zone, MORNING))
    return asked
