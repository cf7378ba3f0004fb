"""The pair's conversation, the talk about one thing, and the choice of what comes by e-mail."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel.mail import public_url
from tenants.conversations import actions, forms, permissions, queries, rendering, subjects
from tenants.conversations.models import PAIR_ITSELF, Message, NewsChoice
from tenants.pairs.views import FormPage, PairAct, PairFormPage

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from rollout.kernel.forms import Form
    from tenants.conversations.subjects import Found

PER_PAGE = 20


class Messages(PairFormPage):
    """The pair's own conversation, the newest last, with a place to write. Looking notes how far one has read."""

    permission = permissions.READ_TALK
    form_class = forms.MessageForm
    template = "conversations/messages_page.html"
    read_as = Message
    kind = PAIR_ITSELF
    is_gone = False

    @property
    def subject(self) -> UUID:
        return self.pair.pk

    @cached_property
    def about(self) -> Found:
        return self.pair.title, self.pair_url()

    def save(self, typed: dict[str, Any]) -> str:
        actions.write(pair=self.pair, text=typed["text"], kind=self.kind, subject=self.subject, by=self.member)
        messages.success(self.request, _("Your message is sent."))
        return rendering.address_of(self.kind, self.pair.pk, self.subject)

    def page(self, form: Form) -> HttpResponse:
        title, url = self.about
        paginator = Paginator(queries.talk_of(self.member, self.pair.pk, self.kind, self.subject), PER_PAGE)
        listed = paginator.get_page(self.request.GET.get("page", paginator.num_pages))
        shown = list(listed)
        actions.read(messages=shown, by=self.member)
        self.shows = {
            "lines": rendering.lines(shown, self.sides),
            "listed": listed,
            "is_talk": self.kind != PAIR_ITSELF,
            "is_gone": self.is_gone,
            "title": title,
            "back_url": url,
        }
        return super().page(form)

    def more(self) -> dict[str, Any]:
        return {"pair": self.pair, "sides": self.sides, **self.shows}


class Talk(Messages):
    """What the two say about one thing."""

    @property
    def kind(self) -> str:  # type: ignore[override]  # here the address says it
        return str(self.kwargs["kind"])

    @property
    def subject(self) -> UUID:
        found: UUID = self.kwargs["subject"]
        return found

    @cached_property
    def about(self) -> Found:
        found = subjects.find(self.member, self.kind, self.pair.pk, self.subject)
        if found is None and not queries.talk_of(self.member, self.pair.pk, self.kind, self.subject).exists():
            raise Http404
        self.is_gone = found is None
        return found or (_("Something that is no longer here"), self.pair_url())

    def save(self, typed: dict[str, Any]) -> str:
        self.about  # noqa: B018  # says whether it is there
        if self.is_gone:
            raise Http404  # what was said of it stays to be read; nothing is added
        return super().save(typed)


class TakeBack(PairAct):
    """Take one's own words back."""

    permission = permissions.WRITE_TALK

    @cached_property
    def message(self) -> Message:
        return queries.message_for(self.member, self.pair.pk, self.kwargs["pk"])

    def act(self) -> str:
        actions.take_back(message=self.message, by=self.member)
        return _("Your message is taken back.")

    def back(self) -> str:
        return rendering.address_of(self.message.subject_kind, self.pair.pk, self.message.subject_id)


class News(FormPage):
    """Whether and when a letter says that something waits."""

    permission = permissions.CHOOSE_NEWS
    form_class = forms.NewsForm
    template = "conversations/news_page.html"
    read_as = NewsChoice

    def initial(self) -> dict[str, Any]:
        choice = queries.news_choice_of(self.member)
        return {"how": choice.how, "reflect_weeks": choice.reflect_weeks}

    def save(self, typed: dict[str, Any]) -> str:
        actions.choose_news(**typed, by=self.member)
        messages.success(self.request, _("Your choice is saved."))
        return reverse("conversations:news")

    def more(self) -> dict[str, Any]:
        return {
            "has_work_address": queries.has_work_address(self.member),
            "address_url": public_url(settings.BASE_HOST, reverse("address", urlconf=settings.PUBLIC_URLCONF)),
            "cancel_url": reverse("members:profile"),
        }
