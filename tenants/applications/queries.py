"""Applications as the two partners may read them. The database decides what of them is still sealed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q

from rollout.kernel.database import ask_one
from rollout.kernel.tenancy import here
from rollout.organisations.models import Organisation, System
from tenants.applications import policy
from tenants.applications.models import Application, ApplicationKey, JointText, Kind, OwnText

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.members.models import Member
    from tenants.pairs.models import Seat


@dataclass(frozen=True, slots=True)
class Texts:
    """What the two wrote of one kind: each alone, as far as it can be read, and together."""

    mine: OwnText | None
    partners: OwnText | None
    """There once both have put theirs down."""
    joint: JointText | None


def own_texts_for(member: Member) -> QuerySet[OwnText]:
    """What this member wrote alone in all pairs, and what a partner did where both have put theirs down."""
    return OwnText.objects.order_by("saved_at", "id")


def joint_texts_for(member: Member) -> QuerySet[JointText]:
    """What was made of what this member wrote alone."""
    return JointText.objects.order_by("edited_at", "id")


def texts_of(mine: Seat, partner: Seat | None, kind: str) -> Texts:
    """What the two who sit in a pair now wrote of one kind."""
    both_ways = Q(seat=mine, partner_seat=partner) | Q(seat=partner, partner_seat=mine)
    found = {text.seat_id: text for text in OwnText.objects.filter(both_ways, kind=kind)} if partner else {}
    own, theirs = found.get(mine.pk), found.get(partner.pk) if partner else None
    both = [text.pk for text in (own, theirs) if text]
    joint = JointText.objects.filter(citizen_text__in=both, professional_text__in=both).first()
    return Texts(own, theirs, joint)


def applications_for(member: Member) -> QuerySet[Application]:
    """The applications of this member, the newest first, with their keys."""
    return Application.objects.order_by("-begun_at", "id").prefetch_related("keys")


def application_of(member: Member, pair: UUID) -> Application | None:
    """The application that this member's pair writes or has handed in; else the last that was taken back."""
    found = applications_for(member).filter(pair_id=pair)
    return found.filter(state__in=policy.OPEN).first() or found.first()


def start_of(member: Member, pair: UUID) -> Application | None:
    """The first application that this member's pair handed in: what they wrote of their start stands in it."""
    found = Application.objects.filter(pair_id=pair, submitted_at__isnull=False)
    return found.order_by("submitted_at").first()


@dataclass(frozen=True, slots=True)
class Content:
    """Word for word what is signed, part by part, and the hash that keys to it carry."""

    parts: dict[str, Any]
    hash: str


NOTHING = "{}"


def content_of(application: Application) -> Content:
    """What is signed now; a part that is not there yet is None. What has been handed in stays as it was."""
    if application.state != policy.State.DRAFT:
        return Content(application.content, application.content_hash)
    told: str = ask_one("application_words", application.pk) or NOTHING
    return Content(json.loads(told), hash_of(told))


def hash_of(told: str) -> str:
    """The hash of what is signed, as the database writes it."""
    return hashlib.sha256(told.encode()).hexdigest()


def systems_here() -> QuerySet[System]:
    """The systems to which the organisation that we are in belongs."""
    return System.objects.filter(members__organisation__schema_name=here().schema)


def organisation_here() -> Organisation:
    """The organisation that we are in."""
    found: Organisation = Organisation.objects.get(schema_name=here().schema)
    return found


def unmerged_ambitions(pair: UUID) -> int:
    """How many ambitions were put down in a pair without becoming one. For the two alone."""
    return int(ask_one("unmerged_ambitions", pair))


def without_my_ambition(member: Member) -> QuerySet[Application]:
    """Applications that are being written and for which this member has not put an ambition down."""
    citizen, professional = OuterRef("citizen_seat"), OuterRef("professional_seat")
    for_these = Q(seat=citizen, partner_seat=professional) | Q(seat=professional, partner_seat=citizen)
    mine = OwnText.objects.filter(for_these, seat__member=member, kind=Kind.AMBITION, put_down_at__isnull=False)
    return Application.objects.filter(~Exists(mine), state=policy.State.DRAFT)


def half_signed(member: Member) -> QuerySet[Application]:
    """Applications under which one of the two keys stands; `mine` says whether it is this member's."""
    keys = ApplicationKey.objects.filter(application=OuterRef("pk"), content_hash=OuterRef("content_hash"))
    own = Q(seat__member=member)
    found = Application.objects.filter(state=policy.State.DRAFT).annotate(
        mine=Exists(keys.filter(own)), partners=Exists(keys.exclude(own))
    )
    return found.exclude(mine=F("partners"))
