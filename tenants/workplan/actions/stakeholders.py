"""The people around a project: who they are, who of the two speaks with them, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.projects.content import plain
from tenants.workplan import permissions
from tenants.workplan.models import Stakeholder, StakeholderContact
from tenants.workplan.policy import APPROACH, ApproachAct, approach_of

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

MOST_PEOPLE = 60
MOST_CONTACTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonContent:
    """What the two know of somebody around the project."""

    name: str
    organisation: str = ""
    interest: str
    influence: str
    stance: str = Stakeholder.Stance.UNKNOWN.value
    needs: str = ""

    def kept(self) -> dict[str, Any]:
        """Field by field, as it is kept."""
        return {name: plain(value) for name, value in asdict(self).items()}


def content_of(person: Stakeholder) -> PersonContent:
    """What is kept of somebody."""
    return PersonContent(**{field.name: getattr(person, field.name) for field in fields(PersonContent)})


@transaction.atomic
def add(*, pair: Pair, content: PersonContent, by: Member) -> Stakeholder:
    """Put somebody on the list."""
    seat = pairs.own_seat(pair.pk, by, permissions.WRITE_PLAN)
    if Stakeholder.objects.filter(pair_id=pair.pk).count() >= MOST_PEOPLE:
        raise DomainError("too_many_people", _("The list holds at most sixty people. Take somebody off first."))
    person = Stakeholder.objects.create(pair_id=pair.pk, **content.kept(), added_by=seat, added_at=clock.now())
    audit.record("stakeholder.added", subject=person, pair=pair.pk)
    return person


@transaction.atomic
def edit(*, person: Stakeholder, content: PersonContent, by: Member) -> Stakeholder:
    """Change what is known of somebody. Who speaks with them stays agreed."""
    person, _seat = pairs.held(person, by, permissions.WRITE_PLAN)
    said = content.kept()
    if said == {name: getattr(person, name) for name in said}:
        return person
    for name, value in said.items():
        setattr(person, name, value)
    person.save(update_fields=[*said])
    audit.record("stakeholder.edited", subject=person, pair=person.pair_id)
    return person


@transaction.atomic
def name_approacher(*, person: Stakeholder, who: str, by: Member) -> Stakeholder:
    """Say who of the two speaks with somebody. It is agreed when the other one confirms it."""
    person, seat = pairs.held(person, by, permissions.WRITE_PLAN)
    if person.approacher == who:
        return person
    person.approacher, person.approacher_named_by, person.approacher_named_at = who, seat, clock.now()
    person.approacher_agreed_at = None
    _save_approacher(person)
    audit.record("stakeholder.approacher_named", subject=person, pair=person.pair_id)
    return person


@transaction.atomic
def confirm_approacher(*, person: Stakeholder, shown: str, by: Member) -> Stakeholder:
    """Say yes to who was named: `shown` is whom the page showed. Saying it twice is harmless."""
    person, seat = pairs.held(person, by, permissions.WRITE_PLAN)
    if not person.approacher or person.approacher != shown:
        raise DomainError("text_changed", _("Your partner changed this meanwhile. Look at it again."))
    if ApproachAct.CONFIRM not in APPROACH[approach_of(person)]:
        return person
    if person.approacher_named_by_id == seat.pk:
        raise DomainError("not_the_other", _("You named this yourself. Your partner confirms it."))
    person.approacher_agreed_at = clock.now()
    _save_approacher(person)
    audit.record("stakeholder.approacher_agreed", subject=person, pair=person.pair_id)
    return person


@transaction.atomic
def note_contact(*, person: Stakeholder, on: date, text: str, by: Member) -> StakeholderContact:
    """Note that one spoke with somebody, and what came of it."""
    person, seat = pairs.held(person, by, permissions.WRITE_PLAN)
    if on > clock.today():
        raise DomainError("date_is_ahead", _("Choose a day that has come already."), field="on")
    if person.contacts.count() >= MOST_CONTACTS:
        raise DomainError("too_many_contacts", _("There are a hundred notes about this person. Take some out first."))
    contact = StakeholderContact.objects.create(
        pair_id=person.pair_id, stakeholder=person, seat=seat, on=on, text=plain(text), noted_at=clock.now()
    )
    audit.record("stakeholder.contact_noted", subject=contact, pair=person.pair_id, on=on)
    return contact


@transaction.atomic
def remove(*, person: Stakeholder, contact: UUID | None = None, by: Member) -> bool:
    """Take somebody off the list with every note about them, or one note alone; whether it was there.

    Doing it twice is harmless.
    """
    person, _seat = pairs.held(person, by, permissions.WRITE_PLAN)
    if contact is not None:
        was_there = bool(person.contacts.filter(pk=contact).delete()[0])
        if was_there:
            audit.record("stakeholder.contact_removed", subject=person, pair=person.pair_id)
        return was_there
    person.contacts.all().delete()
    pk, pair = person.pk, person.pair_id
    person.delete()
    audit.record("stakeholder.removed", subject=pk, pair=pair)
    return True


def _save_approacher(person: Stakeholder) -> None:
    person.save(
        update_fields=["approacher", "approacher_named_by", "approacher_named_at", "approacher_agreed_at"]
    )  # fmt: skip
