"""Pairs with something to show: a signed task, a decision, a result, a package."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rollout.accounts import actions as accounts
from rollout.accounts.models import Account
from rollout.kernel import clock, tokens
from rollout.kernel.tenancy import settle
from tenants.disclosure.models import EVERYBODY_IN_OFFICE, Audience, RowClass
from tenants.disclosure.queries import Pick
from tenants.members.models import Member
from tenants.pairs.models import Seat
from tenants.projects.models import (
    Decision,
    DecisionKey,
    ResultClaim,
    ResultKey,
    ResultPoint,
    SharedTask,
    SharedTaskKey,
    Witness,
)
from tenants.surfacing import actions
from tenants.surfacing.models import SupportRequest
from tenants.workplan.models import FrameKey, FrameSource, ProjectFrame
from tests import world
from tests.world import inside, sql

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from rollout.organisations.models import Organisation
    from tenants.surfacing.models import Surfacing

REASON = "People ask us about it already."


@dataclass(frozen=True)
class World:
    """A pair under the radar with work to show, and those who would like to look."""

    organisation: Organisation
    pair: UUID
    professional: Member
    citizen: Member
    sponsor: Member
    lead: Member
    task: SharedTask
    decision: Decision
    result: ResultClaim
    project: ProjectFrame
    support: SupportRequest

    @property
    def partners(self) -> tuple[Member, Member]:
        return self.professional, self.citizen

    @property
    def all_picks(self) -> list[Pick]:
        return [
            Pick(RowClass.PEOPLE),
            Pick(RowClass.TASK),
            Pick(RowClass.PROJECT),
            Pick(RowClass.DECISION, self.decision.pk),
            Pick(RowClass.RESULT, self.result.pk),
            Pick(RowClass.SUPPORT, self.support.pk),
        ]


def pair_with_work(
    organisation: Organisation, *, corroborated: bool = True, title: str = "Letters we can read"
) -> World:
    """A hidden pair with a signed task, an agreed decision and a result, beside a lead and a sponsor."""
    lead = world.lead(organisation)
    sponsor = world.member(organisation, "Sana Sponsor", "sponsor")
    pair, professional, citizen = world.hidden_pair(organisation, title)
    partners = (professional, citizen)
    for partner in partners:
        account = Account.objects.get(pk=partner.pk)
        accounts.accept_terms(account=account, by=account)
    return World(
        organisation,
        pair,
        professional,
        citizen,
        sponsor,
        lead,
        task=signed_task(organisation, pair, partners),
        decision=agreed_decision(organisation, pair, partners),
        result=claimed_result(organisation, pair, partners, corroborated=corroborated),
        project=signed_project(organisation, pair, partners),
        support=asked_for_time(organisation, pair, professional),
    )


def seat_of(pair: UUID, who: Member) -> Seat:
    return Seat.objects.get(pair_id=pair, member=who, left_at__isnull=True)


def signed_task(organisation: Organisation, pair: UUID, partners: Iterable[Member]) -> SharedTask:
    text = "Two patients read every letter before it goes out."
    first, second = partners
    with inside(organisation, first):
        task = SharedTask.objects.create(
            pair_id=pair, text=text, content_hash=world.digest(text), edited_by=seat_of(pair, first),
            edited_at=clock.now(),
        )  # fmt: skip
    for who in (first, second):
        with inside(organisation, who):
            SharedTaskKey.objects.create(
                pair_id=pair, shared_task=task, seat=seat_of(pair, who), content_hash=task.content_hash,
                signed_at=clock.now(),
            )  # fmt: skip
            if who == second:
                task.agreed_at = clock.now()
                task.save(update_fields=["agreed_at"])
                settle()
    return task


def signed_project(
    organisation: Organisation, pair: UUID, partners: Iterable[Member], theme: str = "experience"
) -> ProjectFrame:
    first, second = partners
    aim = "Everybody understands their letter"
    with inside(organisation, first):
        project = ProjectFrame.objects.create(
            pair_id=pair, theme=theme, place="Clinic B", aim=aim, how_much="9 of 10", by_when=date(2026, 12, 1),
            whose_issue="People who get letters", how_we_know="They told us", content_hash=world.digest(aim),
            edited_by=seat_of(pair, first), edited_at=clock.now(),
        )  # fmt: skip
        FrameSource.objects.create(pair_id=pair, frame=project, kind=FrameSource.Kind.USERS, name="Readers' panel")
    for who in (first, second):
        with inside(organisation, who):
            FrameKey.objects.create(
                pair_id=pair, frame=project, seat=seat_of(pair, who), content_hash=project.content_hash,
                signed_at=clock.now(),
            )  # fmt: skip
            if who == second:
                project.state, project.active_since = ProjectFrame.State.ACTIVE, clock.now()
                project.save(update_fields=["state", "active_since"])
                settle()
    return project


def asked_for_time(organisation: Organisation, pair: UUID, who: Member) -> SupportRequest:
    with inside(organisation, who):
        return request_of(pair, who, "Somebody covers one afternoon a week.")


def request_of(pair: UUID, who: Member, text: str) -> SupportRequest:
    return SupportRequest.objects.create(
        pair_id=pair, first_month=date(2026, 1, 1), last_month=date(2026, 3, 1), hours_agreed=24, hours_given=9,
        text=text, written_by=seat_of(pair, who), written_at=clock.now(),
    )  # fmt: skip


def agreed_decision(
    organisation: Organisation, pair: UUID, partners: Iterable[Member], title: str = "Evening clinics"
) -> Decision:
    first, second = partners
    text = f"{title}: two evenings a week."
    with inside(organisation, first):
        decision = Decision.objects.create(
            pair_id=pair, title=title, text=text, content_hash=world.digest(text), state=Decision.State.PROPOSED,
            proposed_by=seat_of(pair, first), drafted_at=clock.now(), proposed_at=clock.now(),
        )  # fmt: skip
    for who in (first, second):
        with inside(organisation, who):
            DecisionKey.objects.create(
                pair_id=pair, decision=decision, seat=seat_of(pair, who), content_hash=decision.content_hash,
                signed_at=clock.now(),
            )  # fmt: skip
            if who == second:
                decision.state, decision.agreed_at = Decision.State.AGREED, clock.now()
                decision.save(update_fields=["state", "agreed_at"])
                settle()
    return decision


def claimed_result(
    organisation: Organisation,
    pair: UUID,
    partners: Iterable[Member],
    *,
    corroborated: bool = False,
    title: str = "Fewer calls about letters",
) -> ResultClaim:
    first, second = partners
    with inside(organisation, first):
        result = ResultClaim.objects.create(
            pair_id=pair, title=title, measure="Calls about letters in a week", unit="calls", higher_is_better=False,
            baseline_value=40, baseline_on=date(2026, 1, 5), current_value=22, current_on=date(2026, 3, 2),
            direction=ResultClaim.Direction.BETTER, place="Clinic B", evidence="The desk counts them.",
            content_hash=world.digest(title), written_by=seat_of(pair, first), written_at=clock.now(),
        )  # fmt: skip
        for on, value in ((date(2026, 1, 5), 40), (date(2026, 2, 2), 31), (date(2026, 3, 2), 22)):
            ResultPoint.objects.create(pair_id=pair, result=result, on=on, value=value)
    for who in (first, second):
        with inside(organisation, who):
            ResultKey.objects.create(
                pair_id=pair, result=result, seat=seat_of(pair, who), content_hash=result.content_hash,
                signed_at=clock.now(),
            )  # fmt: skip
            if who == second:
                result.state, result.claimed_at = ResultClaim.State.CLAIMED, clock.now()
                result.save(update_fields=["state", "claimed_at"])
                settle()
    if corroborated:
        confirm(organisation, pair, result, first)
    return result


def confirm(organisation: Organisation, pair: UUID, result: ResultClaim, asker: Member) -> None:
    """A witness says yes."""
    token = tokens.token_for("test", uuid.uuid4())
    with inside(organisation, asker):
        Witness.objects.create(
            pair_id=pair, result=result, name="Wim Witness", email="wim@example.org", relation="Runs the desk",
            content_hash=result.content_hash, token_hash=tokens.hashed(token), asked_by=seat_of(pair, asker),
            asked_at=clock.now(), expires_at=clock.now() + timedelta(days=30),
        )  # fmt: skip
    with inside(organisation):
        sql("SELECT answer_witness(%s, 'confirmed')", tokens.hashed(token))


def package(
    made: World,
    *,
    audience: str = Audience.ORGANISATION,
    audience_id: UUID = EVERYBODY_IN_OFFICE,
    picks: Iterable[Pick] | None = None,
    **more: object,
) -> Surfacing:
    """A package that the professional made, with everything in it."""
    chosen = made.all_picks if picks is None else list(picks)
    with inside(made.organisation, made.professional):
        return actions.propose(
            pair=made.pair, audience=audience, audience_id=audience_id, picks=chosen, by=made.professional, **more
        )  # type: ignore[arg-type]


def signed(made: World, surfacing: Surfacing, *by: Member, reason: str = REASON) -> Surfacing:
    """The package after these people signed it, one after the other."""
    for who in by:
        with inside(made.organisation, who):
            surfacing = actions.sign(
                surfacing=surfacing.pk, package_hash=surfacing.package_hash, is_free=True, override_reason=reason,
                by=who,
            )  # fmt: skip
    return surfacing


def opened(made: World, **more: object) -> Surfacing:
    """A package that both partners signed."""
    return signed(made, package(made, **more), *made.partners)  # type: ignore[arg-type]


def withdrawn(made: World, surfacing: Surfacing, by: Member) -> Surfacing:
    with inside(made.organisation, by):
        return actions.withdraw(surfacing=surfacing.pk, by=by)
