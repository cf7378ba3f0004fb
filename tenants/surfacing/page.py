"""What this room adds to a pair's page and to a partner's home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.pairs.home import Kind, Row, rows_of
from tenants.pairs.page import Section
from tenants.surfacing import queries

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

PLACE = 40


def section_of(member: Member, pair: Pair) -> Section | None:
    """What the pair shows, to whom, and the way to show more or less."""
    lines = queries.package_lines(pair.pk)
    content = {
        "pair": pair,
        "packages": lines,
        "may_open_from_start": not any(line.surfacing.open_from_start for line in lines)
        and queries.may_open_from_start(pair),
    }
    return Section("shown", _("What others see"), "surfacing/_section.html", content)


def _waiting(member: Member) -> QuerySet[Any]:
    return rows_of(queries.waiting_for(member), "package", since="made_at", title="pair__title")


def _entry(row: Row) -> tuple[str, str]:
    words = gettext("Look at what your pair may show: %(title)s") % {"title": row.title}
    return words, reverse("surfacing:package", args=[row.pair_id, row.subject])


KIND = Kind("package", _waiting, _entry)
"""Packages that this member can look at and sign. Never what waits for the partner."""
