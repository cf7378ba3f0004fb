"""What of an application waits for a member, for the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.applications import queries
from tenants.pairs.home import Kind, Row, rows_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.members.models import Member


def _ambitions(member: Member) -> QuerySet[Any]:
    return rows_of(queries.without_my_ambition(member), "ambition", since="begun_at")


def _ambition(row: Row) -> tuple[str, str]:
    return _("Put your ambition down"), reverse("applications:ambition-own", args=[row.pair_id])


def _signing(member: Member) -> QuerySet[Any]:
    return rows_of(queries.half_signed(member), "application", since="begun_at", for_partner=F("mine"))


def _sign(row: Row) -> tuple[str, str]:
    words = _("Our application") if row.for_partner else _("Read and sign your application")
    return words, reverse("applications:application", args=[row.pair_id])


KINDS = (Kind("ambition", _ambitions, _ambition), Kind("application", _signing, _sign))
"""Applications that wait for somebody's ambition, and those under which one key stands."""
