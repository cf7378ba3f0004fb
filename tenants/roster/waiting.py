"""What a partner's home page, and the page of a pair that is half accepted, say of proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.home import Waiting
from tenants.pairs.page import Section
from tenants.pairs.queries import sides
from tenants.roster import queries

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.pairs.models import Pair


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


def proposed_partner(member: Member, pair: Pair) -> Section | None:
    """Whom a proposed pair waits for, as long as nobody has sat on the other seat."""
    here = sides(pair, member)
    if pair.proposal_id is None or here.partner is not None or here.former:
        return None
    proposal = queries.proposal_for(member, pair.proposal_id)
    if proposal is None:
        return None
    return Section("proposed-partner", _("Who is proposed"), "roster/_proposed_partner.html", {"other": proposal.other})
