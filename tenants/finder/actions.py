"""What people do to find a partner: say what they look for, ask, answer, meet, become a pair."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.database import ask_one, refusals
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from tenants.audit import actions as audit
from tenants.finder import permissions, policy, queries
from tenants.finder.models import Introduction, Profile, Registration
from tenants.finder.policy import Act
from tenants.pairs.models import Pair, side_of

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.accounts.models import Account
    from tenants.members.models import Member, Site

_REFUSED: dict[str, Any] = {
    "too_many_asked": _("You have asked five people. Wait for an answer, or take one back."),
    "wrong_state": _("This is not possible any more. Read how it stands now."),
    "gone": _("The other person is not here any more."),
}
_MISSING = ("unknown", "not_permitted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody says of themselves. The kind says the side."""

    kind: str
    brings: str
    looks_for: str
    themes: Sequence[str] = ()
    site: Site | None = None
    place: str = ""
    times: Sequence[str] = ()
    time_words: str = ""


@transaction.atomic
def write_profile(*, words: Words, is_on: bool, by: Member) -> Profile:
    """Say what one brings and looks for, and whether others who look may read it now.

    Not recorded: an entry would tell who looks for a partner.
    """
    require(by, permissions.LOOK)
    profile = Profile.objects.select_for_update(of=("self",)).filter(member=by).first() or Profile(member=by)
    is_new = profile._state.adding
    profile.is_on, profile.kind, profile.side = is_on, words.kind, side_of(words.kind)
    profile.brings, profile.looks_for = words.brings, words.looks_for
    profile.themes, profile.times = list(words.themes), list(words.times)
    profile.site, profile.place, profile.time_words = words.site, words.place, words.time_words
    profile.changed_at = clock.now()
    if is_new:
        profile.save(force_insert=True)
    else:
        profile.save(
            update_fields=[
                "is_on", "side", "kind", "brings", "looks_for", "themes", "site", "place", "times", "time_words",
                "changed_at",
            ]
        )  # fmt: skip
    return profile


@transaction.atomic
def ask_to_meet(*, profile: UUID, motivation: str, fit: str, by: Member) -> Introduction:
    """Say "I would like to meet you", why, and why it could fit. At most five may be open at a time."""
    require(by, permissions.MEET)
    introduction = uuid.uuid4()
    with _understood():
        ask_one("ask_to_meet", introduction, profile, motivation, fit, policy.MOST_OPEN, policy.DAYS)
    return Introduction.objects.get(pk=introduction)


@transaction.atomic
def accept(*, introduction: Introduction, by: Member) -> None:
    """Say yes to a meeting. From now on both read each other's name and address."""
    _answer(introduction, Act.ACCEPT, by)


@transaction.atomic
def not_yet(*, introduction: Introduction, by: Member) -> None:
    """Say that now is not the time. The other reads "not yet"; one may still say yes until it lapses."""
    _answer(introduction, Act.NOT_YET, by)


@transaction.atomic
def decline(*, introduction: Introduction, by: Member) -> None:
    """Do not want to meet. Nobody is told: to the other it stays unanswered and lapses."""
    _answer(introduction, Act.DECLINE, by)


@transaction.atomic
def withdraw(*, introduction: Introduction, by: Member) -> None:
    """Take back what one asked and nobody has accepted."""
    _answer(introduction, Act.WITHDRAW, by)


@transaction.atomic
def plan_meeting(*, introduction: Introduction, meeting: str, by: Member) -> None:
    """Note when and where the two meet to find out. Either can write it."""
    require(by, permissions.MEET)
    with _understood():
        ask_one("plan_meeting", introduction.pk, meeting)


@transaction.atomic
def say_yes(*, introduction: Introduction, by: Member) -> Pair | None:
    """Want to be a pair. When both do, the pair is there, under the radar; until then nobody reads that one does."""
    require(by, permissions.MEET)
    pair = uuid.uuid4()
    with _understood():
        founded = ask_one("say_yes", introduction.pk, uuid.uuid4(), pair, uuid.uuid4(), uuid.uuid4(), _now("Our pair"))
    if not founded:
        return None
    audit.record("pair.founded", subject=pair, pair=pair)
    return Pair.objects.get(pk=pair)


@transaction.atomic
def say_no(*, introduction: Introduction, by: Member) -> None:
    """Do not want to be a pair. The other reads "not going further", and no reason."""
    _answer(introduction, Act.NO, by)


@transaction.atomic
def open_registration(*, by: Member) -> None:
    """Let people come in by themselves to look for a partner. Opening twice is harmless."""
    require(by, permissions.OPEN_REGISTRATION)
    if queries.open_registration(by) is None:
        opened = Registration.objects.create(opened_at=clock.now())
        audit.record("registration.opened", subject=opened)


@transaction.atomic
def close_registration(*, by: Member) -> None:
    """Let nobody else come in by themselves. Who is here stays. Closing twice is harmless."""
    require(by, permissions.OPEN_REGISTRATION)
    opened = queries.open_registration(by)
    if opened is not None:
        opened.closed_at = clock.now()
        opened.save(update_fields=["closed_at"])
        audit.record("registration.closed", subject=opened)


@transaction.atomic
def join(*, name: str, by: Account) -> None:
    """Come in by oneself while registration is open, in no list. Coming in twice is harmless.

    Not recorded: an entry would tell of people who are in no list. Being signed in proves the address.
    """
    refused = {
        "closed": _("Nobody can come in by themselves at the moment. Ask the rollout team for an invitation."),
        "ended": _("You were here before. Ask the rollout team for an invitation."),
    }
    with refusals(refused):
        ask_one("join_alone", name)


def _answer(introduction: Introduction, act: Act, by: Member) -> None:
    require(by, permissions.MEET)
    with _understood():
        ask_one("answer_introduction", introduction.pk, act.value, uuid.uuid4())


@contextmanager
def _understood() -> Iterator[None]:
    """The database's refusals as sentences; what is hidden is as missing as ever."""
    try:
        with refusals({**_REFUSED, **dict.fromkeys(_MISSING, "")}):
            yield
    except DomainError as refusal:
        if refusal.code in _MISSING:
            raise NotPermitted(permissions.MEET) from refusal
        raise
