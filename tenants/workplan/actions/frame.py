"""The frame of a project: written, sourced, and signed by both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.audit import actions as audit
from tenants.pairs import actions as pairs
from tenants.pairs import signing
from tenants.projects.content import plain
from tenants.workplan import permissions, policy
from tenants.workplan.content import FrameContent, content_of, hash_of_frame
from tenants.workplan.models import FrameSource, ProjectFrame

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Pair, Seat

State = ProjectFrame.State
MOST_SOURCES = 20
MISSING = {
    "theme": _("Choose what it is mainly about."),
    "place": _("Say where: the site or the service."),
    "aim": _("Say what is to change."),
    "how_much": _("Say how much."),
    "by_when": _("Say by when."),
    "whose_issue": _("Say whose issue it is."),
    "how_we_know": _("Say how you know."),
    "source": _("Name somebody besides the professional partner who says that this matters."),
}
"""What a project lacks before it can be signed, as what to do about it."""
REFUSED = {**signing.TWO_KEYS, "source_needed": MISSING["source"]}


@transaction.atomic
def write(*, pair: Pair, content: FrameContent, by: Member) -> ProjectFrame:
    """Write down aim, place and reasons, or change them. A change clears both keys, and the project is a draft."""
    frame, seat = _locked(pair.pk, by, permissions.WRITE_FRAME)
    content = content.kept()
    if frame is None:
        frame = ProjectFrame.objects.create(
            pair_id=pair.pk, **content.values(), content_hash=hash_of_frame(content, []), edited_by=seat,
            edited_at=clock.now(),
        )  # fmt: skip
        audit.record("project.written", subject=frame, pair=pair.pk)
        return frame
    if content == content_of(frame).kept():
        return frame
    for name, value in content.values().items():
        setattr(frame, name, value)
    _become_draft(frame, seat, *content.values())
    audit.record("project.edited", subject=frame, pair=pair.pk)
    return frame


@transaction.atomic
def add_source(*, pair: Pair, kind: str, name: str, says: str = "", by: Member) -> FrameSource:
    """Name somebody or something that says that this matters. It belongs to what is signed."""
    frame, seat = _locked(pair.pk, by, permissions.WRITE_FRAME)
    if frame is None:
        raise DomainError("not_written", _("Write the aim and the reasons first."))
    if frame.sources.count() >= MOST_SOURCES:
        raise DomainError("too_many_sources", _("A project names at most twenty sources."))
    _reopen(frame)
    source = FrameSource.objects.create(
        pair_id=pair.pk, frame=frame, kind=kind, name=plain(name), says=plain(says)
    )  # fmt: skip
    _become_draft(frame, seat)
    audit.record("project.source_added", subject=source, pair=pair.pk)
    return source


@transaction.atomic
def remove_source(*, pair: Pair, source: UUID, by: Member) -> None:
    """Take a source out again. Doing it twice is harmless."""
    frame, seat = _locked(pair.pk, by, permissions.WRITE_FRAME)
    found = frame.sources.filter(pk=source).first() if frame else None
    if frame is None or found is None:
        return
    _reopen(frame)
    found.delete()
    _become_draft(frame, seat)
    audit.record("project.source_removed", subject=source, pair=pair.pk)


@transaction.atomic
def sign(*, pair: Pair, shown: str, by: Member) -> ProjectFrame:
    """Add one partner's key to what was shown; with the second the project is active. Signing twice is harmless."""
    frame, seat = _locked(pair.pk, by, permissions.SIGN_FRAME)
    if frame is None:
        raise DomainError("not_written", _("Write the aim and the reasons first."))
    signing.refuse_another_text(frame, shown)
    if lacks := policy.missing(frame, [source.kind for source in frame.sources.all()]):
        raise DomainError("project_incomplete", MISSING[lacks[0]])
    if signing.has_key(frame, seat):
        return frame
    signing.add_key(frame, seat)
    audit.record("project.signed", subject=frame, pair=pair.pk)
    if frame.state == State.DRAFT and signing.both_signed(frame):
        frame.state, frame.active_since = State.ACTIVE, clock.now()
        frame.save(update_fields=["state", "active_since"])
        audit.record("project.active", subject=frame, pair=pair.pk)
        signing.settle_keys(REFUSED)
    return frame


def _locked(pair: UUID, by: Member, permission: str) -> tuple[ProjectFrame | None, Seat]:
    """The pair is locked before its frame, since the first frame has no row to lock yet."""
    pairs.locked(pair, by, permission)
    seat = pairs.own_seat(pair, by, permission)
    return ProjectFrame.objects.select_for_update(of=("self",)).filter(pair_id=pair).first(), seat


def _reopen(frame: ProjectFrame) -> None:
    if frame.state == State.ACTIVE:
        frame.state, frame.active_since = State.DRAFT, None
        frame.save(update_fields=["state", "active_since"])


def _become_draft(frame: ProjectFrame, seat: Seat, *fields: str) -> None:
    frame.content_hash = hash_of_frame(content_of(frame), frame.sources.values_list("kind", "name", "says"))
    frame.state, frame.active_since = State.DRAFT, None
    frame.edited_by, frame.edited_at = seat, clock.now()
    frame.save(update_fields=["content_hash", "state", "active_since", "edited_by", "edited_at", *fields])
