"""What a partner's home page says of proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.home import Waiting
from tenants.roster import queries

if TYPE_CHECKING:
    from tenants.members.models import Member


def proposals(member: Member) -> list[Waiting]:
    """The pairs that the rollout team proposes to this member and that wait for a yes."""
    return [
        Waiting(
            title=_("A pair with %(name)s is proposed to you: %(label)s")
            % {"name": proposal.other, "label": proposal.label},
            url=reverse("roster:proposal", args=[proposal.id]),
            since=proposal.since,
            pair_id=proposal.id,
        )
        for proposal in queries.proposals_for(member)
    ]
