"""The three shapes of this room's pages: a list, one thing with what can be done about it, and a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenants.pairs.views import OfPair, PairFormPage
from tenants.relationship import permissions

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.relationship.models.written import OfSeat

PER_PAGE = 20


class ThingList(OfPair):
    """All things of one kind that this partner may read, in pages, with a way to write one."""

    permission = permissions.READ
    heading: ClassVar[Any]
    intro: ClassVar[Any]
    nothing: ClassVar[Any]
    new: ClassVar[str]
    new_label: ClassVar[Any]

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        listed = Paginator(self.rows(), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "pair": self.pair,
            "heading": self.heading,
            "intro": self.intro,
            "nothing": self.nothing,
            "new_url": reverse(self.new, args=[self.pair.pk]),
            "new_label": self.new_label,
            "lines": [self.line(row) for row in listed],
            "listed": listed,
            "numbers": self.numbers(),
            "asks": self.asks(),
        }
        return render(request, "relationship/list_page.html", context)

    def rows(self) -> QuerySet[Any]:
        """What is listed."""
        raise NotImplementedError

    def line(self, row: Any) -> dict[str, Any]:
        """One entry of the list."""
        raise NotImplementedError

    def numbers(self) -> list[dict[str, Any]]:
        """Figures above the list."""
        return []

    def asks(self) -> list[dict[str, Any]]:
        """What waits for an answer here: text, with an address to answer and one to set aside."""
        return []


@dataclass(slots=True)
class Sheet:
    """One thing on its page: what it says, and what this partner can do about it."""

    caption: Any
    heading: str
    tag: Any = None
    rows: list[dict[str, Any]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    """What was said about it: name, text and day."""
    notes: list[Any] = field(default_factory=list)
    links: list[tuple[Any, str]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    """Buttons: label, url and, where they differ, kind, name and value."""
    talk: str = ""
    """The kind of thing, where both read it and can talk about it."""


class ThingPage(OfPair):
    """One thing."""

    permission = permissions.READ
    list_name: ClassVar[str]

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        sheet = self.sheet()
        back = reverse(self.list_name, args=[self.pair.pk])
        context = {"pair": self.pair, "sheet": sheet, "back_url": back, "subject": pk}
        return render(request, "relationship/thing_page.html", context)

    def sheet(self) -> Sheet:
        """What is shown."""
        raise NotImplementedError

    def is_mine(self, row: OfSeat) -> bool:
        """Whether the person who looks wrote it."""
        return self.sides.mine is not None and row.seat_id == self.sides.mine.pk


class Writing(PairFormPage):
    """A form. After it is saved it leads to where `done` says."""

    permission = permissions.WRITE
    template = "relationship/form_page.html"
    heading: ClassVar[Any]
    intro: ClassVar[Any] = ""
    said: ClassVar[Any]

    def save(self, typed: dict[str, Any]) -> str:
        address = self.write(typed)
        messages.success(self.request, str(self.said))
        return address

    def write(self, typed: dict[str, Any]) -> str:
        """Do it, and say where to go next."""
        raise NotImplementedError

    def more(self) -> dict[str, Any]:
        return {
            **super().more(),
            "heading": self.heading,
            "intro": self.intro,
            "quote": self.quote(),
            "cancel_url": self.cancel(),
            "is_about_harm": False,
        }

    def quote(self) -> str:
        """Somebody's words that the form is about."""
        return ""

    def cancel(self) -> str:
        """Where one came from."""
        return self.pair_url()
