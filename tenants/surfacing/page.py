"""What this room adds to a pair's page and to a partner's home page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.pairs.home import Waiting
from tenants.pairs.page import Section
from tenants.surfacing import queries

if TYPE_CHECKING:
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


def waiting(member: Member) -> list[Waiting]:
    """Packages that this member can look at and sign. Never what waits for the partner."""
    return [
        Waiting(
            title=gettext("Look at what your pair may show: %(title)s") % {"title": package.pair.title},
            url=reverse("surfacing:package", args=[package.pair_id, package.pk]),
            since=package.made_at,
            pair_id=package.pair_id,
        )
        for package in queries.waiting_for(member)
    ]
