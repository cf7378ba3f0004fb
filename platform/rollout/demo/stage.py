"""Acting in the demo's story: one person, in one organisation, in one hat, at one played moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from rollout.accounts import actions as accounts
from rollout.accounts.models import Account
from rollout.jobs import work
from rollout.kernel import clock
from rollout.kernel.tenancy import PARTNER, in_organisation
from tenants.members import actions as members
from tenants.members import queries as people
from tenants.pairs.models import Pair

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tenants.members.models import Member

Scene = Callable[[], None]


@dataclass(slots=True)
class Stage:
    """The story's days in their order. `at(day, scene)` puts a scene on a day; `play()` acts them all out."""

    opening: datetime
    scenes: list[tuple[float, int, Scene]] = field(default_factory=list)

    def at(self, day: float, scene: Scene) -> None:
        """Put a scene on a day of the story. Scenes of one day are played in the order they were put."""
        self.scenes.append((day, len(self.scenes), scene))

    def play(self) -> None:
        """Act out every scene at its moment, and do the jobs it asked for. A scene may put further ones."""
        while self.scenes:
            self.scenes.sort(key=lambda entry: entry[:2])
            day, _, scene = self.scenes.pop(0)
            with clock.at(self.moment(day)):
                scene()
                work.run_until_empty()

    def moment(self, day: float) -> datetime:
        """The moment of a day of the story."""
        return self.opening + timedelta(days=day)

    def date(self, day: float) -> date:
        """The date of a day of the story."""
        return self.moment(day).date()


@contextmanager
def acting(organisation: Organisation, email: str, hat: str = PARTNER) -> Iterator[Member]:
    """As the member with this address, wearing a hat."""
    account = Account.objects.for_address(email)
    with in_organisation(organisation.place(account.pk, hat)):
        member = people.member_here(account.pk)
        if member is None:
            raise LookupError(f"{email} is not in {organisation.slug}")
        yield member


@dataclass(frozen=True, slots=True)
class Two:
    """The two partners of a pair on the stage: the address of each by their side."""

    stage: Stage
    organisation: Organisation
    title: str
    emails: Mapping[str, str]

    def at(self, day: float, scene: Callable[..., None], *said: object) -> None:
        """Put a scene of these two on a day of the story."""
        self.stage.at(day, partial(scene, self, *said))

    @contextmanager
    def acting(self, side: str) -> Iterator[tuple[Member, Pair]]:
        """As the partner on this side: the member and the pair."""
        with acting(self.organisation, self.emails[side]) as member:
            yield member, Pair.objects.get(title=self.title)


def comes_in(organisation: Organisation, email: str, token: str, kind: str = "") -> None:
    """Somebody follows their letter, accepts the notice and terms, and comes in."""
    account = Account.objects.for_address(email)
    accounts.accept_terms(account=account, by=account)
    with in_organisation(organisation.place(account.pk)):
        members.accept(token=token, partner_kind=kind, by=account)
