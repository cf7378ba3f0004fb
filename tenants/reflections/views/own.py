"""One's own reflections: written for oneself alone, in no pair, and shared by the passage."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel import clock
from rollout.kernel.views import Guarded
from tenants.conversations.actions import remind_later
from tenants.conversations.queries import news_choice_of
from tenants.members.models import Role
from tenants.pairs.queries import pairs_of, sides
from tenants.pairs.views import FormPage, OfPair
from tenants.reflections import actions, forms, permissions, queries, rendering, traces
from tenants.reflections.models import Reflection, SharedPassage

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.kernel.forms import Form
    from tenants.pairs.models import Pair

PER_PAGE = 20


class OwnList(Guarded):
    """Everything that one wrote for oneself, and what of it the partner reads."""

    permission = permissions.WRITE_OWN

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        listed = Paginator(queries.reflections_of(self.member), PER_PAGE).get_page(request.GET.get("page"))
        lines = [rendering.own_line(own) for own in queries.opened(self.member, listed)]
        reminder = news_choice_of(self.member)
        is_due = reminder.reflect_on is not None and reminder.reflect_on <= clock.today()
        context = {
            "lines": lines,
            "listed": listed,
            "reminder": reminder,
            "is_due": is_due,
            "back_url": reverse("pairs:home"),
            "back_label": _("My pairs"),
        }
        return render(request, "reflections/own_list_page.html", {**context, **self.more()})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Not this time: the reminder comes again after one's own rhythm."""
        remind_later(by=self.member)
        messages.success(request, _("We remind you again later."))
        return HttpResponseRedirect(reverse("reflections:own-list"))

    def more(self) -> dict[str, Any]:
        """What the page says besides."""
        return {}


class OwnListInPair(OwnList, OfPair):
    """The same, reached from a pair."""

    http_method_names = ["get", "head", "options"]

    def more(self) -> dict[str, Any]:
        return {"back_url": self.pair_url(), "back_label": self.pair.title}


class OwnDownload(Guarded):
    """All of one's own reflections as one file to take along: a text, or data for a program."""

    permission = permissions.WRITE_OWN

    def get(self, request: HttpRequest) -> HttpResponse:
        found = queries.opened(self.member, queries.reflections_of(self.member))
        if request.GET.get("as") == "json":
            rows = [{"id": own.id, "text": own.text, "written_at": own.written_at, "changed_at": own.changed_at}
                    for own in found]  # fmt: skip
            return _file(json.dumps(rows, default=str, ensure_ascii=False, indent=1), "application/json", "json")
        return _file(rendering.as_text(found), "text/plain; charset=utf-8", "txt")


def _file(content: str, kind: str, ending: str) -> HttpResponse:
    name = f'attachment; filename="my-reflections.{ending}"'
    return HttpResponse(content.encode(errors="replace"), content_type=kind, headers={"Content-Disposition": name})


class OwnWrite(FormPage):
    """Write a reflection. What may tell who a patient is is shown before it is saved."""

    permission = permissions.WRITE_OWN
    form_class = forms.ReflectionForm
    template = "reflections/own_form_page.html"
    read_as = Reflection

    def save(self, typed: dict[str, Any]) -> str:
        made = actions.own.write(**typed, by=self.member)
        messages.success(self.request, _("Your reflection is saved. Only you can read it."))
        return reverse("reflections:own", args=[made.pk])

    def more(self) -> dict[str, Any]:
        typed = self.request.POST.get("text", "")[: forms.LONGEST]
        return {"found": traces.found_in(typed), "cancel_url": self.cancel_url()}

    def cancel_url(self) -> str:
        return reverse("reflections:own-list")


class OfOwn(Guarded):
    """A page about one of one's own reflections."""

    @cached_property
    def reflection(self) -> Reflection:
        return queries.reflection_of(self.member, self.kwargs["pk"])

    @cached_property
    def text(self) -> str:
        return queries.text_of(self.member, self.reflection)

    def own_url(self) -> str:
        return reverse("reflections:own", args=[self.reflection.pk])


class OwnPage(OfOwn):
    """One reflection, and the passages of it that somebody reads."""

    permission = permissions.WRITE_OWN

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        (own,) = queries.opened(self.member, [self.reflection])
        passages = queries.passages_from(self.member).filter(reflection=self.reflection)
        return render(request, "reflections/own_page.html", {"own": own, "passages": passages})


class OwnChange(OfOwn, OwnWrite):
    """Write it anew."""

    def initial(self) -> dict[str, Any]:
        return {"text": self.text}

    def save(self, typed: dict[str, Any]) -> str:
        actions.own.change(reflection=self.reflection, **typed, by=self.member)
        messages.success(self.request, _("Your reflection is saved. Only you can read it."))
        return self.own_url()

    def more(self) -> dict[str, Any]:
        return {**super().more(), "changes": self.reflection}

    def cancel_url(self) -> str:
        return self.own_url()


class OwnDelete(OfOwn):
    """Delete it for good, after a question."""

    permission = permissions.WRITE_OWN

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return render(request, "reflections/own_delete_page.html", {"reflection": self.reflection})

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        actions.own.remove(reflection=self.reflection, by=self.member)
        messages.success(request, _("Your reflection is deleted."))
        return HttpResponseRedirect(reverse("reflections:own-list"))


class _Share(OfOwn, FormPage):
    permission = permissions.SHARE_PASSAGE
    form_class: ClassVar[type[forms.Quote]]
    template = "reflections/passage_share_page.html"
    read_as = SharedPassage

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """Who may be shown a passage, as the form's choices."""
        raise NotImplementedError

    def form(self, *args: Any, **kwargs: Any) -> Form:
        return self.form_class(*args, choices=self.choices, **kwargs)

    def initial(self) -> dict[str, Any]:
        return {self.form_class.reader: self.choices[0][0]} if len(self.choices) == 1 else {}

    def more(self) -> dict[str, Any]:
        return {"text": self.text, "choices": self.choices, "cancel_url": self.own_url()}


class PassageShare(_Share):
    """Share one passage with the partner of a pair."""

    form_class = forms.PassageForm

    @cached_property
    def pairs(self) -> list[tuple[Pair, str]]:
        """The pairs in which somebody sits beside this member, with that person's name."""
        found = [(pair, sides(pair, self.member)) for pair in pairs_of(self.member)]
        return [(pair, who.partner.member.name) for pair, who in found if who.mine and who.partner]

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        return forms.pairs_to_choose(self.pairs)

    def save(self, typed: dict[str, Any]) -> str:
        pair = next(pair for pair, _name in self.pairs if str(pair.pk) == typed["pair"])
        actions.own.share(reflection=self.reflection, pair=pair, passage=typed["passage"], by=self.member)
        messages.success(self.request, _("Your partner can read this passage. You can take it back at any time."))
        return self.own_url()


class PassageShow(_Share):
    """Show one passage to a facilitator."""

    form_class = forms.ShowForm
    template = "reflections/passage_show_page.html"

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        return [(str(one.pk), one.name) for one in queries.facilitators(self.member)]

    def initial(self) -> dict[str, Any]:
        return {**super().initial(), "signed": self.member.name}

    def save(self, typed: dict[str, Any]) -> str:
        one = queries.facilitators(self.member).get(pk=typed["facilitator"])
        actions.own.show(reflection=self.reflection, **{**typed, "facilitator": one}, by=self.member)
        told = _("%(name)s can read this passage. You can take it back at any time.") % {"name": one.name}
        messages.success(self.request, told)
        return self.own_url()


class ShownToMe(Guarded):
    """What people show to a facilitator: their words, and what stands under them."""

    permission = permissions.READ_SHOWN
    capacity = Role.FACILITATOR

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = Paginator(queries.passages_shown_to(self.member), PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "reflections/shown_to_me_page.html", {"listed": listed})


class PassageTakeBack(Guarded):
    """Take a passage back, at once."""

    permission = permissions.SHARE_PASSAGE
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        passage = queries.passages_from(self.member).filter(pk=pk).first()
        if passage is None:
            raise Http404
        actions.own.take_back(passage=passage, by=self.member)
        messages.success(request, _("The passage is taken back. Nobody else can read it here any longer."))
        return HttpResponseRedirect(reverse("reflections:own", args=[passage.reflection_id]))
