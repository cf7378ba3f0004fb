"""The one letter about what waits. It says that there is something, and neither what, nor where, nor from whom.

A calendar file may go along, which says when two people meet, and no more.
"""

from __future__ import annotations

from datetime import timedelta
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
from tenants.conversations.enclosures import for_reader
from tenants.conversations.models import NewsChoice
from tenants.members.queries import member_here, takes_reminders_by_mail
from tenants.pairs import home

if TYPE_CHECKING:
    from tenants.conversations.enclosures import Make
    from tenants.members.models import Member

NEWS = "conversations.news"
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
"""A file goes along for so long where nobody knows of a letter before, and at most."""
MORNING = 8
"""The hour from which the daily letter may go out, in the organisation's own time."""


@handler(NEWS)
def tell_of_news(task: Task) -> None:
    """Send the letter if something waits or is to go along that is newer than the last one. It runs as the reader, in
    their own name."""
    with in_organisation(task.place()):
        member = member_here(task.person)
        found = _news_for(member, task) if member is not None else None
    account = Account.objects.filter(pk=member.pk, is_active=True).first() if member and found is not None else None
    if account is not None and account.email:  # who has no address finds it on the home page
        language = account.language or task.organisation.language
        home_url = task.url(reverse("pairs:home"))
        with override(language):
            label = gettext("Sign in")
            enclosed = [make(account.email, home_url) for make in found or ()]
        mail.send(
            template="conversations/news",
            context={"action_url": home_url, "action_label": label},
            to=account.email,
            language=language,
            message_id=str(task.id),
            subject=_("Something is new for you"),
            sender_name=task.organisation.name,
            enclosed=enclosed,
        )
    with in_organisation(task.place()):
        task.finish()


def _news_for(member: Member, task: Task) -> list[Make] | None:
    """What goes along with a letter that is due, and nothing where none is. It is noted: of two jobs at once one sends
    it. A job that is tried again after it was noted sends its own letter again, under the same number."""
    if not takes_reminders_by_mail():
        return None
    NewsChoice.objects.get_or_create(person_id=member.pk)
    choice = NewsChoice.objects.select_for_update(of=("self",)).get(person_id=member.pk)
    if choice.mailed_by == task.id:
        return for_reader(member, clock.now() - A_DAY)
    if choice.how != task.period.partition(" ")[0]:
        return None
    along = for_reader(member, max(choice.mailed_at or clock.now() - A_DAY, clock.now() - A_WEEK))
    waits = [waiting.since for waiting in home.waiting_for(member) if not waiting.for_partner]
    is_new = waits and (choice.mailed_at is None or max(waits) > choice.mailed_at)
    if not is_new and not along:
        return None
    choice.mailed_at, choice.mailed_by = clock.now(), task.id
    choice.save(update_fields=["mailed_at", "mailed_by"])
    return along


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
