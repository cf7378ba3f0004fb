"""Pages for looking after boards, once for the rollout lead and once for the board secretary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from governance.boards import actions, queries
from governance.boards.forms import BoardForm, SeatForm, SponsorForm
from governance.boards.models import BoardBody, BoardMembership
from governance.boards.permissions import MANAGE_BOARDS
from governance.hats import address
from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from rollout.kernel.forms import Form


class Managed(Guarded):
    """A page about boards that the person looks after."""

    permission = MANAGE_BOARDS

    def body(self, pk: UUID) -> BoardBody:
        """The board, or 404 when it is not theirs to look after."""
        return get_object_or_404(queries.boards_managed(self.member), pk=pk)


class Boards(Managed):
    """The boards that the person looks after."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [
            {
                "body": body,
                "url": address("boards:board", body.pk),
                "people": [place.member.name for place in body.memberships.all()],
            }
            for body in queries.boards_managed(self.member)
        ]
        return render(request, "boards/boards_page.html", {"rows": rows, "new_url": address("boards:board-new")})


class BoardPage(Managed):
    """One board: who sits on it, who its executive sponsor is, and so who reads for it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        body = self.body(pk)
        places = [
            {"place": place, "end_url": address("boards:membership-end", place.pk)} for place in body.memberships.all()
        ]
        return render(
            request,
            "boards/board_page.html",
            {
                "body": body,
                "places": places,
                "readers": queries.readers_of(body),
                "back_url": address("boards:boards"),
                "add_url": address("boards:member-add", pk),
                "sponsor_url": address("boards:sponsor-choose", pk),
                "archive_url": address("boards:board-archive", pk),
            },
        )


class FormPage(Managed):
    """One form about boards. What the rules refuse stands beside the field; nothing typed is lost."""

    form_class: type[Form]
    template_name = "boards/form_page.html"
    model: type[BoardBody | BoardMembership] = BoardBody
    heading: str | _StrPromise
    submit: str | _StrPromise

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(self.form_class(initial=self.initial(**kwargs)), **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.initial(**kwargs)  # 404 before anything is said about what was typed
        form = self.form_class(request.POST)
        if form.is_valid():
            try:
                return self.done(form, **kwargs)
            except DomainError as refusal:
                form.add_error(refusal.field, refusal.message)
        return self.page(form, **kwargs)

    def initial(self, **kwargs: Any) -> dict[str, Any]:
        """What the form starts with. Raises Http404 for a board of others."""
        return {}

    def done(self, form: Form, **kwargs: Any) -> HttpResponse:
        """Do what was asked, and where to go afterwards."""
        raise NotImplementedError

    def page(self, form: Form, pk: UUID | None = None) -> HttpResponse:
        back = address("boards:board", pk) if pk else address("boards:boards")
        return render(
            self.request,
            self.template_name,
            {
                "form": form,
                "heading": self.heading,
                "body": self.body(pk) if pk else None,
                "readers": readers_of(self.model),
                "submit_label": self.submit,
                "cancel_url": back,
            },
        )


class BoardNew(FormPage):
    """Making a board."""

    form_class = BoardForm
    heading = _("New board")
    submit = _("Make the board")

    def done(self, form: Form, **kwargs: Any) -> HttpResponse:
        body = actions.found(name=form.cleaned_data["name"], by=self.member)
        messages.success(self.request, _("The board is made. Now say who sits on it."))
        return redirect(address("boards:board", body.pk))


class MemberAdd(FormPage):
    """Giving somebody a place on a board."""

    form_class = SeatForm
    model = BoardMembership
    heading = _("Add somebody to the board")
    submit = _("Add")

    def initial(self, **kwargs: Any) -> dict[str, Any]:
        self.body(kwargs["pk"])
        return {}

    def done(self, form: Form, **kwargs: Any) -> HttpResponse:
        data = form.cleaned_data
        actions.seat(body=self.body(kwargs["pk"]), member=data["member"], kind=data["kind"], by=self.member)
        messages.success(self.request, _("They sit on the board and read for it from now on."))
        return redirect(address("boards:board", kwargs["pk"]))


class SponsorChoose(FormPage):
    """Choosing the executive sponsor."""

    form_class = SponsorForm
    heading = _("Executive sponsor")
    submit = _("Save")

    def initial(self, **kwargs: Any) -> dict[str, Any]:
        return {"sponsor": self.body(kwargs["pk"]).executive_sponsor_id}

    def done(self, form: Form, **kwargs: Any) -> HttpResponse:
        actions.choose_sponsor(body=self.body(kwargs["pk"]), sponsor=form.cleaned_data["sponsor"], by=self.member)
        messages.success(self.request, _("The executive sponsor is saved."))
        return redirect(address("boards:board", kwargs["pk"]))


class MembershipEnd(Managed):
    """Ending somebody's place."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        place = get_object_or_404(queries.memberships_managed(self.member), pk=pk)
        actions.end_place(membership=place, by=self.member)
        messages.success(request, _("Their place on the board has ended."))
        still_mine = queries.boards_managed(self.member).filter(pk=place.body_id).exists()
        return redirect(address("boards:board", place.body_id) if still_mine else address("boards:boards"))


class BoardArchive(Managed):
    """Closing a board."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        actions.archive(body=self.body(pk), by=self.member)
        messages.success(request, _("The board is closed. Its packs stay."))
        return redirect(address("boards:boards"))
