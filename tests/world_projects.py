"""A pair at work, built through the same actions that its pages use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rollout.kernel import clock
from tenants.members.models import Member
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions, results, shared_task, witnesses
from tenants.projects.content import ResultContent
from tenants.projects.queries import witness_token
from tests import world
from tests.world import inside

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tenants.projects.models import Decision, ResultClaim, SharedTask

TASK = "Letters that patients can read, in the heart clinic, before summer."


@dataclass(frozen=True)
class Workshop:
    """A pair with both partners, and short ways to act as either."""

    organisation: Organisation
    pair: Pair
    professional: Member
    citizen: Member

    @property
    def partners(self) -> tuple[Member, Member]:
        return self.professional, self.citizen

    def task(self, text: str = TASK, *, signed_by: tuple[Member, ...] = ()) -> SharedTask:
        """The shared task, written by the professional."""
        with inside(self.organisation, self.professional):
            task = shared_task.write(pair=self.pair, text=text, by=self.professional)
        for partner in signed_by:
            with inside(self.organisation, partner):
                shared_task.sign(task=task, shown=task.content_hash, by=partner)
        return task

    def draft(self, title: str = "Evening clinics", text: str = "We open on Tuesdays until eight.") -> Decision:
        """A draft by the professional."""
        with inside(self.organisation, self.professional):
            return decisions.draft(pair=self.pair, title=title, text=text, by=self.professional)

    def proposed(self, title: str = "Evening clinics", *, signed_by: tuple[Member, ...] = ()) -> Decision:
        """A decision on the table, proposed by the professional."""
        draft = self.draft(title)
        with inside(self.organisation, self.professional):
            decision = decisions.propose(decision=draft, by=self.professional)
        for partner in signed_by:
            with inside(self.organisation, partner):
                decision = decisions.sign(decision=decision, shown=decision.content_hash, by=partner)
        return decision

    def result(self, *, signed_by: tuple[Member, ...] = (), points: Any = (), **changed: Any) -> ResultClaim:
        """A result, written by the professional."""
        with inside(self.organisation, self.professional):
            result = results.draft(pair=self.pair, content=content(**changed), points=points, by=self.professional)
        for partner in signed_by:
            with inside(self.organisation, partner):
                result = results.sign(result=result, shown=result.content_hash, by=partner)
        return result

    def confirmed(self) -> tuple[ResultClaim, str]:
        """A result that a witness has confirmed, and the witness's token."""
        result = self.result(signed_by=self.partners)
        with inside(self.organisation, self.citizen):
            witness = witnesses.ask(
                result=result, name="Wilma Witness", email="wilma@example.org", relation="Keeps the list",
                by=self.citizen,
            )  # fmt: skip
        token = witness_token(witness.pk)
        with inside(self.organisation):
            witnesses.answer(token=token, given="confirmed")
        return result, token


def workshop(organisation: Organisation, title: str = "Letters that patients can read") -> Workshop:
    """A hidden pair with both seats taken."""
    pair, professional, citizen = world.hidden_pair(organisation, title)
    with inside(organisation, professional):
        found = Pair.objects.get(pk=pair)
    return Workshop(organisation, found, professional, citizen)


def content(**changed: Any) -> ResultContent:
    """What a result says."""
    today = clock.today()
    said: dict[str, Any] = {
        "title": "Shorter waits",
        "measure": "Days from the letter to the first visit",
        "unit": "days",
        "higher_is_better": False,
        "baseline_value": Decimal("31"),
        "baseline_on": today - timedelta(days=90),
        "current_value": Decimal("18.5"),
        "current_on": today - timedelta(days=1),
        "direction": "better",
        "place": "Heart clinic, Northgate",
        "evidence": "The clinic's list",
        "side_effects": "",
        "not_achieved": "Letters in other languages",
        **changed,
    }
    return ResultContent(**said)


def day(back: int) -> date:
    """A day in the past."""
    return clock.today() - timedelta(days=back)
