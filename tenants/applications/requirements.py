"""What an application needs before it can be signed: named checks. The rooms of the work add theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tenants.applications import queries
from tenants.applications.models import Application, Kind
from tenants.pairs.queries import seat_of
from tenants.projects.queries import shared_task_of
from tenants.workplan.queries import frame_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

    Sentence = str | _StrPromise

Check = Callable[["Member", "Pair"], "Sentence"]

_checks: dict[str, Check] = {}


def add_requirement(name: str, check: Check) -> None:
    """Let a room say what an application needs: a sentence that says what to do, or "" when it is there."""
    _checks[name] = check


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not there yet, and what to do about it."""

    name: str
    sentence: Sentence


def missing(member: Member, pair: Pair) -> list[Missing]:
    """All that is not there yet, in the order in which it was asked for."""
    found = [(name, check(member, pair)) for name, check in _checks.items()]
    return [Missing(name, sentence) for name, sentence in found if sentence]


def _shared_task(member: Member, pair: Pair) -> Sentence:
    task = shared_task_of(member, pair.pk)
    return "" if task and task.agreed_at else _("Write your shared task, and both sign it.")


def _project(member: Member, pair: Pair) -> Sentence:
    frame = frame_of(member, pair.pk)
    return "" if frame and frame.active_since else _("Write your aim, and who else says that it matters. Sign it both.")


def _joint(kind: Kind, sentence: Sentence) -> Check:
    def check(member: Member, pair: Pair) -> Sentence:
        mine = seat_of(member, pair.pk)
        partner = pair.seats.exclude(member=member).filter(left_at__isnull=True).first()
        return "" if mine and queries.texts_of(mine, partner, kind).joint else sentence

    return check


def _host(member: Member, pair: Pair) -> Sentence:
    application = queries.application_of(member, pair.pk)
    if application is not None and is_host(application.host, application.system_id):
        return ""
    return _("Choose where you apply: to this organisation, or to a system that it belongs to.")


def is_host(host: str, system: UUID | None) -> bool:
    """Whether a pair of this organisation can apply there now."""
    if host == Application.Host.SYSTEM:
        return system is not None and queries.systems_here().filter(pk=system).exists()
    return host == Application.Host.ORGANISATION


add_requirement("shared_task", _shared_task)
add_requirement("project", _project)
add_requirement("ambition", _joint(Kind.AMBITION, _("Each of you puts an ambition down. Then make one of the two.")))
add_requirement(
    "reflection", _joint(Kind.REFLECTION, _("Each of you puts down how you start. Then write it together as well."))
)
add_requirement("host", _host)
