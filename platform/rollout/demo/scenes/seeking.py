"""People look for a partner; a pair writes an application."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rollout.accounts import actions as accounts
from rollout.accounts.models import Account
from rollout.demo.script.seeking import APPLYING, OPENS, SEEKERS, WISHES
from rollout.demo.stage import acting
from rollout.kernel.tenancy import in_organisation
from tenants.applications import actions as applications
from tenants.applications.models import Application
from tenants.finder import actions as finder
from tenants.finder.queries import introductions_of, offers_to
from tenants.members.models import Role, Site

if TYPE_CHECKING:
    from rollout.demo.script.seeking import Seeker, Wish
    from rollout.demo.stage import Stage, Two
    from rollout.organisations.models import Organisation


def put_seekers(stage: Stage, organisation: Organisation, lead: str) -> None:
    """The lead lets people come in by themselves, and some do."""
    stage.at(OPENS, partial(open_the_door, organisation, lead))
    for seeker in SEEKERS:
        stage.at(seeker.day, partial(come_in_alone, organisation, seeker))
    for wish in WISHES:
        stage.at(wish.day, partial(ask_to_meet, organisation, wish))
        if wish.accepted:
            stage.at(wish.accepted, partial(accept, organisation, wish))


def open_the_door(organisation: Organisation, email: str) -> None:
    """From now on people may come in by themselves."""
    with acting(organisation, email, Role.ROLLOUT_LEAD) as lead:
        finder.open_registration(by=lead)


def come_in_alone(organisation: Organisation, seeker: Seeker) -> None:
    """Somebody comes in by themselves, and says what they bring and look for."""
    account = Account.objects.for_address(seeker.email)
    accounts.accept_terms(account=account, by=account)
    with in_organisation(organisation.place(account.pk)):
        finder.join(name=seeker.name, by=account)
    with acting(organisation, seeker.email) as member:
        words = finder.Words(
            kind=seeker.kind,
            brings=seeker.brings,
            looks_for=seeker.looks_for,
            themes=seeker.themes,
            site=Site.objects.get(name=seeker.site),
            times=seeker.times,
            time_words=seeker.time_words,
        )
        finder.write_profile(words=words, is_on=True, by=member)


def ask_to_meet(organisation: Organisation, wish: Wish) -> None:
    """One would like to meet the other."""
    with acting(organisation, wish.asker.email) as member:
        wanted = next(offer for offer in offers_to(member, amount=20) if offer.brings == wish.asked.brings)
        finder.ask_to_meet(profile=wanted.id, motivation=wish.motivation, fit=wish.fit, by=member)


def accept(organisation: Organisation, wish: Wish) -> None:
    """The other one would like it too, and says when and where."""
    with acting(organisation, wish.asked.email) as member:
        introduction = introductions_of(member).get()
        finder.accept(introduction=introduction, by=member)
        finder.plan_meeting(introduction=introduction, meeting=wish.meeting, by=member)


def put_application(two: Two) -> None:
    """A pair applies as two, and is not done yet."""
    if two.title != APPLYING.title:
        return
    two.at(APPLYING.begins[0], begin)
    for day, side, kind, text, is_put_down in APPLYING.alone:
        two.at(day, write_alone, side, kind, text, is_put_down)
    two.at(APPLYING.together[0], write_together)


def begin(two: Two) -> None:
    """They apply to their own organisation."""
    with two.acting(APPLYING.begins[1]) as (member, pair):
        applications.choose_host(pair=pair, host=Application.Host.ORGANISATION, by=member)


def write_alone(two: Two, side: str, kind: str, text: str, is_put_down: bool) -> None:
    """Each writes alone first."""
    with two.acting(side) as (member, pair):
        applications.write_own(pair=pair, kind=kind, text=text, is_put_down=is_put_down, by=member)


def write_together(two: Two) -> None:
    """What comes of the two texts."""
    _day, side, kind, text = APPLYING.together
    with two.acting(side) as (member, pair):
        applications.write_joint(pair=pair, kind=kind, text=text, by=member)
