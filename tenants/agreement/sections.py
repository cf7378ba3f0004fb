"""What working together adds to a pair's page: what helps each of the two to take part, once it is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tenants.agreement import queries, rendering
from tenants.pairs.page import Section

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair


def shared_needs(member: Member, pair: Pair) -> Section | None:
    """What the two show each other; nothing where nothing is shared."""
    lines = rendering.access_line(queries.shared_needs(member, pair.pk))
    if not lines:
        return None
    return Section("taking-part", _("What helps us take part"), "agreement/_needs_section.html", {"lines": lines})
