"""The people around a project."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.views import OfPair, PairAct, PairFormPage
from tenants.workplan import actions, forms, permissions, queries, rendering
from tenants.workplan.actions.stakeholders import PersonContent, content_of
from tenants.workplan.models import Stakeholder, StakeholderContact

if TYPE_CHECKING:
    from rollout.kernel.forms import Form

PER_PAGE = 20


class PeopleList(OfPair):
    """Everybody around the project as one table, and whether both of the two are seen."""

    permission = permissions.READ_PLAN

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        people = list(queries.people_for(self.member, self.pair.pk).prefetch_related(None))
        listed = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
        return render(
            request,
            "workplan/people_page.html",
            {
                "pair": self.pair,
                "columns": [
                    _("Name or role"), _("Organisation"), _("Influence"), _("Interest"), _("What they think"),
                    _("Who speaks with them"),
                ],
                "rows": rendering.people_rows(listed, self.sides),
                "listed": listed,
                "balance": rendering.balance_words(queries.approaches(people), self.sides),
            },
        )  # fmt: skip


class PersonNew(PairFormPage):
    """Put somebody on the list."""

    permission = permissions.WRITE_PLAN
    form_class = forms.PersonForm
    template = "workplan/person_form_page.html"
    read_as = Stakeholder

    def save(self, typed: dict[str, Any]) -> str:
        person = actions.stakeholders.add(pair=self.pair, content=PersonContent(**typed), by=self.member)
        messages.success(self.request, _("Saved. Who of you speaks with them?"))
        return reverse("workplan:person-approach", args=[self.pair.pk, person.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "cancel_url": reverse("workplan:people", args=[self.pair.pk])}


class OfPerson(OfPair):
    """A page about one of them."""

    @cached_property
    def person(self) -> Stakeholder:
        return queries.one(queries.people_for(self.member, self.pair.pk), self.kwargs["pk"])

    def person_url(self) -> str:
        return reverse("workplan:person", args=[self.person.pair_id, self.person.pk])


class PersonFormPage(PairFormPage, OfPerson):
    """A form about one of them."""

    permission = permissions.WRITE_PLAN

    def more(self) -> dict[str, Any]:
        return {**super().more(), "person": self.person, "cancel_url": self.person_url()}


class PersonPage(PersonFormPage):
    """What you know of them, who speaks with them, what came of it, and a form for one more note."""

    form_class = forms.ContactForm
    template = "workplan/person_page.html"
    read_as = StakeholderContact

    def more(self) -> dict[str, Any]:
        names, person, mine = rendering.names_of(self.pair), self.person, self.sides.mine
        contacts = Paginator(list(person.contacts.all()), PER_PAGE).get_page(self.request.GET.get("page"))
        waits = bool(person.approacher) and person.approacher_agreed_at is None
        return {
            **super().more(),
            "approacher": rendering.approacher_words(person, self.sides),
            "may_confirm": waits and mine is not None and person.approacher_named_by_id != mine.pk,
            "contacts": [(contact, names.get(contact.seat_id, "")) for contact in contacts],
            "listed": contacts,
            "cancel_url": "",
        }

    def save(self, typed: dict[str, Any]) -> str:
        actions.stakeholders.note_contact(person=self.person, **typed, by=self.member)
        messages.success(self.request, _("The note is saved."))
        return self.person_url()


class PersonEdit(PersonFormPage):
    """Change what you know of them."""

    form_class = forms.PersonForm
    template = "workplan/person_form_page.html"
    read_as = Stakeholder

    def initial(self) -> dict[str, Any]:
        said = content_of(self.person)
        return {name: getattr(said, name) for name in forms.PersonForm.base_fields}

    def save(self, typed: dict[str, Any]) -> str:
        actions.stakeholders.edit(person=self.person, content=PersonContent(**typed), by=self.member)
        messages.success(self.request, _("Saved."))
        return self.person_url()


class PersonApproach(PersonFormPage):
    """Say who speaks with them."""

    form_class = forms.ApproachForm
    template = "workplan/person_approach_page.html"
    read_as = Stakeholder

    def form(self, *args: Any, **kwargs: Any) -> Form:
        return super().form(*args, people=rendering.who_choices(self.sides), **kwargs)

    def initial(self) -> dict[str, Any]:
        return {"who": self.person.approacher}

    def save(self, typed: dict[str, Any]) -> str:
        actions.stakeholders.name_approacher(person=self.person, who=typed["who"], by=self.member)
        messages.success(self.request, _("Saved. It is agreed when your partner confirms it."))
        return self.person_url()


class PersonConfirm(PairAct, OfPerson):
    """Say yes to who speaks with them."""

    permission = permissions.WRITE_PLAN

    def act(self) -> str:
        shown = self.request.POST.get("shown", "")
        actions.stakeholders.confirm_approacher(person=self.person, shown=shown, by=self.member)
        return _("It is agreed.")

    def back(self) -> str:
        return self.person_url()


class PersonRemove(PairAct, OfPerson):
    """Take somebody off the list after one question, or take out one note."""

    permission = permissions.WRITE_PLAN
    http_method_names = ["get", "post", "head", "options"]

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        return render(request, "workplan/person_remove_page.html", {"pair": self.pair, "person": self.person})

    def act(self) -> str:
        contact = self._contact()
        actions.stakeholders.remove(person=self.person, contact=contact, by=self.member)
        return _("The note is taken out.") if contact else _("Nothing about this person is kept any more.")

    def back(self) -> str:
        contact = "contact" in self.request.POST
        return self.person_url() if contact else reverse("workplan:people", args=[self.pair.pk])

    def _contact(self) -> UUID | None:
        if "contact" not in self.request.POST:
            return None
        try:
            return UUID(self.request.POST["contact"])
        except ValueError:
            raise Http404 from None
