"""The demo's story, acted out through the same actions that the pages use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command

from governance.boardpacks import actions as packs
from governance.boards import actions as boards
from governance.boards.models import BoardBody
from rollout.accounts.models import Account
from rollout.demo.plot import (
    BOARD,
    DIRECTORS,
    EXECUTIVE_SPONSOR,
    OPERATOR,
    ORGANISATIONS,
    PACK_DAY,
    PAIRS,
    Cast,
    Finding,
    Plot,
)
from rollout.demo.scenes import agreeing, asking, differing, planning, seeking, talking
from rollout.demo.scenes.reflecting import look_back
from rollout.demo.stage import Stage, Two, acting, comes_in
from rollout.kernel.tenancy import in_organisation
from rollout.organisations.models import Organisation
from rollout.organisations.provisioning import create_organisation
from tenants.disclosure.models import Audience
from tenants.members import actions as members
from tenants.members.founding import invite_first_lead
from tenants.members.models import Invitation, Member, Role, Side, Site
from tenants.members.tasks import token_of
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions, results, shared_task, witnesses
from tenants.projects.content import ResultContent
from tenants.projects.models import Decision, ResultClaim, SharedTask
from tenants.projects.queries import witness_token
from tenants.roster import actions as roster
from tenants.roster import queries as proposals
from tenants.surfacing import actions as surfacing
from tenants.surfacing import queries as packages

if TYPE_CHECKING:
    from uuid import UUID

LEAD = Role.ROLLOUT_LEAD
HOUR = 1 / 24


@dataclass(slots=True)
class Story:
    """One telling of the story on a stage."""

    stage: Stage

    def tell(self) -> None:
        """The operator, then every organisation, its people and its pairs, to the board's pack."""
        call_command("operator", "grant", OPERATOR, stdout=StringIO())
        for cast in ORGANISATIONS:
            organisation = create_organisation(
                domain=f"{cast.slug}.{settings.BASE_HOST}",
                **{name: getattr(cast, name) for name in _FIELDS if getattr(cast, name)},
            )
            self.stage.at(0, partial(self._first_lead, organisation, cast))
            if cast.roster:
                self.stage.at(1, partial(self._roster, organisation, cast))
        self.stage.play()

    # How people come in

    def _first_lead(self, organisation: Organisation, cast: Cast) -> None:
        name, email = cast.lead
        comes_in(organisation, email, invite_first_lead(organisation=organisation, name=name, email=email))
        for name, email, roles in cast.others:
            with acting(organisation, cast.lead[1], LEAD) as lead:
                token = token_of(members.invite(name=name, email=email, roles=roles, by=lead))
            comes_in(organisation, email, token)

    def _roster(self, organisation: Organisation, cast: Cast) -> None:
        path = Path(settings.ROOT, "demo", cast.roster)
        with acting(organisation, cast.lead[1], LEAD) as lead:
            checked = roster.check(file_name=path.name, content=path.read_bytes(), by=lead)
            upload = roster.store(file_name=path.name, roster=checked, by=lead)
            roster.send(upload=upload, by=lead)
            letters = [(row.email, token_of(row)) for row in Invitation.objects.filter(accepted_at__isnull=True)]
        for number, (email, token) in enumerate(letters):
            day = 1 + (number + 1) * HOUR
            self.stage.at(day, partial(comes_in, organisation, email, token))
        if cast.slug == "northmoor":
            self.stage.at(2, partial(self._board, organisation, cast))
            seeking.put_seekers(self.stage, organisation, cast.lead[1])
            for plot in PAIRS:
                self.stage.at(plot.begins, PairStory(self.stage, organisation, plot).begin)
            self.stage.at(PACK_DAY, partial(self._pack, organisation, cast))
        else:
            self.stage.at(3, partial(self._everybody_accepts, organisation, [email for email, _ in letters]))

    def _everybody_accepts(self, organisation: Organisation, emails: list[str]) -> None:
        for email in emails:
            with acting(organisation, email) as partner:
                for proposal in proposals.proposals_for(partner):
                    roster.accept_proposal(proposal=proposal.id, by=partner)

    # The board

    def _board(self, organisation: Organisation, cast: Cast) -> None:
        with acting(organisation, cast.lead[1], LEAD) as lead:
            body = boards.found(name=BOARD, by=lead)
            for email, kind in DIRECTORS:
                boards.seat(body=body, member=_listed(email), kind=kind, by=lead)
            boards.choose_sponsor(body=body, sponsor=_listed(EXECUTIVE_SPONSOR), by=lead)

    def _pack(self, organisation: Organisation, cast: Cast) -> None:
        last = self.stage.date(PACK_DAY)
        with acting(organisation, cast.lead[1], LEAD) as lead:
            packs.request_pack(
                body=BoardBody.objects.get(name=BOARD),
                period_start=last - timedelta(days=90),
                period_end=last,
                language="en",
                by=lead,
            )


@dataclass(slots=True)
class PairStory:
    """One pair from its first day."""

    stage: Stage
    organisation: Organisation
    plot: Plot

    @property
    def partners(self) -> tuple[str, str]:
        """Both addresses, the founder's first."""
        return self.plot.founder, self.plot.partner[1]

    @property
    def by_side(self) -> dict[str, str]:
        """Both addresses by the side of who has them."""
        side = Side(self.plot.founder_side)
        return {side.value: self.partners[0], side.other.value: self.partners[1]}

    def begin(self) -> None:
        """The pair comes together, and its further days are put on the stage."""
        if self.plot.label:
            for email in self.partners:
                with acting(self.organisation, email) as partner:
                    for proposal in proposals.proposals_for(partner):
                        roster.accept_proposal(proposal=proposal.id, by=partner)
        else:
            self._form_by_themselves()
        now = self.plot.begins
        self.stage.at(now + 1, self._agree_on_task)
        if self.plot.open_from_start:
            self.stage.at(self.plot.open_from_start[0], self._start_in_the_open)
        for ruling in self.plot.decisions:
            self.stage.at(ruling.proposed, partial(self._propose, ruling.title, ruling.text))
            if ruling.agreed:
                self.stage.at(ruling.agreed, partial(self._agree, ruling.title))
        for finding in self.plot.results:
            self.stage.at(finding.claimed, partial(self._claim, finding))
            if finding.confirmed:
                self.stage.at(finding.confirmed, partial(self._confirm, finding))
        for audience, day in self.plot.surfaces:
            self.stage.at(day, partial(self._surface, audience))
        if self.plot.looks_back:
            self.stage.at(self.plot.looks_back.day, partial(look_back, self.organisation, self.plot, self.partners))
        for put in IN_THE_ROOMS:
            put(Two(self.stage, self.organisation, self.plot.title, self.by_side))

    def _form_by_themselves(self) -> None:
        name, email = self.plot.partner
        with acting(self.organisation, self.plot.founder) as founder:
            pairs.found(
                title=self.plot.title, kind=self.plot.founder_kind, partner_name=name, partner_email=email, by=founder
            )
            token = token_of(Invitation.objects.get(pair_id=self._pair().pk))
        comes_in(self.organisation, email, token, self.plot.partner_kind)

    def _pair(self) -> Pair:
        return Pair.objects.get(title=self.plot.title)

    def _agree_on_task(self) -> None:
        with acting(self.organisation, self.plot.founder) as founder:
            pairs.move(pair=self._pair(), site=Site.objects.get(name=self.plot.site), by=founder)
        if self.plot.shared_task:
            with acting(self.organisation, self.plot.founder) as founder:
                shared_task.write(pair=self._pair(), text=self.plot.shared_task, by=founder)
        for email in self.partners:
            with acting(self.organisation, email) as partner:
                task = SharedTask.objects.get(pair=self._pair())
                shared_task.sign(task=task, shown=task.content_hash, by=partner)

    def _propose(self, title: str, text: str) -> None:
        with acting(self.organisation, self.partners[len(title) % 2]) as partner:
            decision = decisions.draft(pair=self._pair(), title=title, text=text, by=partner)
            decision = decisions.propose(decision=decision, by=partner)
            decisions.sign(decision=decision, shown=decision.content_hash, by=partner)

    def _agree(self, title: str) -> None:
        with acting(self.organisation, self.partners[1 - len(title) % 2]) as partner:
            decision = Decision.objects.get(pair=self._pair(), title=title)
            decisions.sign(decision=decision, shown=decision.content_hash, by=partner)

    def _claim(self, finding: Finding) -> None:
        points = [(self.stage.date(day), Decimal(value)) for day, value in finding.points]
        fields: dict[str, Any] = {name: getattr(finding, name) for name in _SAME}
        content = ResultContent(
            **fields,
            baseline_on=points[0][0],
            baseline_value=points[0][1],
            current_on=points[-1][0],
            current_value=points[-1][1],
        )
        with acting(self.organisation, self.plot.founder) as founder:
            claim = results.draft(pair=self._pair(), content=content, points=points, by=founder)
        for email in self.partners:
            with acting(self.organisation, email) as partner:
                claim = ResultClaim.objects.get(pk=claim.pk)
                results.sign(result=claim, shown=claim.content_hash, by=partner)
        if finding.witness:
            name, email, relation = finding.witness
            with acting(self.organisation, self.partners[1]) as partner:
                claim = ResultClaim.objects.get(pk=claim.pk)
                witnesses.ask(result=claim, name=name, email=email, relation=relation, by=partner)

    def _confirm(self, finding: Finding) -> None:
        with acting(self.organisation, self.plot.founder):
            claim = ResultClaim.objects.get(pair=self._pair(), title=finding.title)
            token = witness_token(claim.witnesses.get().pk)
        with in_organisation(self.organisation.place()):
            witnesses.answer(token=token, given="confirmed")

    # Showing themselves

    def _start_in_the_open(self) -> None:
        assert self.plot.open_from_start
        with acting(self.organisation, self.partners[1]) as partner:
            made = surfacing.propose_open_from_start(pair=self._pair(), reason=self.plot.open_from_start[1], by=partner)
        self._both_sign(made.pk)

    def _surface(self, audience: str) -> None:
        with acting(self.organisation, self.plot.founder) as founder:
            if audience == Audience.SPONSOR:
                audience_id = _listed(EXECUTIVE_SPONSOR).pk
            else:
                audience_id = BoardBody.objects.get(name=BOARD).pk
            pair = self._pair()
            picks = [offer.pick for offer in packages.offers_of(pair)]
            made = surfacing.propose(pair=pair, audience=audience, audience_id=audience_id, picks=picks, by=founder)
        self._both_sign(made.pk)

    def _both_sign(self, package: UUID) -> None:
        for email in self.partners:
            with acting(self.organisation, email) as partner:
                found = packages.surfacings_of(partner).get(pk=package)
                surfacing.sign(surfacing=found, package_hash=found.package_hash, is_free=True, by=partner)


IN_THE_ROOMS = (
    agreeing.put, planning.put, asking.put, differing.put, talking.put, seeking.put_application,
)  # fmt: skip
"""What the two of a pair do in the rooms of their workspace, each at its own day."""

_FIELDS = (
    "slug", "name", "kind", "identifier", "identifier_scheme", "country", "language", "time_zone", "currency",
    "brand_colour",
)  # fmt: skip
_SAME = (
    "title", "measure", "unit", "higher_is_better", "direction", "place", "evidence", "side_effects", "not_achieved",
)  # fmt: skip


def _listed(email: str) -> Member:
    return Member.objects.get(pk=Account.objects.for_address(email).pk)
