"""Board packs: a frozen period, made into a page and a PDF, resting on named grants."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.boardpacks.privacy import readers_of_board
from governance.boards.models import BoardBody
from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Capacity, ParentVisible, Privacy, Still
from tenants.members.privacy import office

_MAKERS = office("rollout_lead", "board_secretary")


class BoardPack(models.Model):
    """The papers for one board and one period. Made by a job; once ready it stays as it is.

    `snapshot` holds exactly what was granted to that board when it was frozen; the page and the PDF show it alone.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waiting to be made")
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be made")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(BoardBody, on_delete=models.PROTECT, related_name="packs")
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("until"))
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_by_id = models.UUIDField()
    requested_at = models.DateTimeField()
    job_id = models.UUIDField(null=True)
    frozen_at = models.DateTimeField(null=True)
    snapshot = models.JSONField(null=True)
    snapshot_sha = models.CharField(max_length=64, blank=True)
    pdf_path = models.CharField(max_length=200, blank=True)
    pdf_sha = models.CharField(max_length=64, blank=True)
    ready_at = models.DateTimeField(null=True)

    keeping = Keeping(
        Period.ORGANISATION,
        personal="body period_start period_end language requested_by_id requested_at",
        plain="id state job_id frozen_at snapshot_sha pdf_path pdf_sha ready_at",
        withheld="snapshot",
        why="it is what several pairs showed to the board; one's own part stands in one's own pair",
        whose="requested_by_id",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "period_start", "period_end", "language"], name="pack_once_per_period"
            ),
            models.CheckConstraint(name="pack_period_in_order", condition=Q(period_end__gte=F("period_start"))),
            models.CheckConstraint(
                name="pack_ready_iff_frozen_and_hashed",
                condition=(
                    Q(state="ready", ready_at__isnull=False, snapshot__isnull=False) & ~Q(snapshot_sha="")
                )
                | (~Q(state="ready") & Q(ready_at__isnull=True)),
            ),
            Privacy(
                see=readers_of_board(),
                add=_MAKERS & readers_of_board() & Still("state", "requested"),
                change=readers_of_board() & Capacity("board"),
                fields=(
                    "state", "frozen_at", "snapshot", "snapshot_sha", "pdf_path", "pdf_sha", "ready_at",
                ),
                readers="board_readers",
                name="pack_privacy",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.period_start} – {self.period_end}"


class PackGrant(models.Model):
    """A grant that a pack rests on. When it ends before the pack is ready, the pack is made again without it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(BoardBody, on_delete=models.PROTECT, related_name="+")
    pack = models.ForeignKey(BoardPack, on_delete=models.PROTECT, related_name="grants")
    grant_id = models.UUIDField()

    keeping = Keeping(Period.ORGANISATION, plain="id body pack grant_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pack", "grant_id"], name="pack_grant_once"),
            Privacy(
                see=readers_of_board() & Capacity("board"),
                add=readers_of_board()
                & Capacity("board")
                & ParentVisible("pack_id", "boardpacks_boardpack", same=("body_id",)),
                remove=readers_of_board() & Capacity("board"),
                readers="nobody",
                name="pack_grant_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.grant_id)


class CorrectionSlip(models.Model):
    """A numbered note on a pack that was already issued: something in it is no longer updated."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(BoardBody, on_delete=models.PROTECT, related_name="+")
    pack = models.ForeignKey(BoardPack, on_delete=models.PROTECT, related_name="slips")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    keeping = Keeping(Period.ORGANISATION, plain="id body pack number made_at")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "number"], name="slip_number_once"),
            Privacy(see=readers_of_board(), readers="board_readers", name="slip_privacy"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class PackRead(models.Model):
    """That somebody opened a pack, and when. Seen by the board's secretary and the rollout lead."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(BoardBody, on_delete=models.PROTECT, related_name="+")
    pack = models.ForeignKey(BoardPack, on_delete=models.PROTECT, related_name="reads")
    reader_id = models.UUIDField()
    read_at = models.DateTimeField()

    keeping = Keeping(
        Period.ORGANISATION, personal="body pack reader_id read_at", plain="id", whose="reader_id", fate=Fate.STAYS
    )

    class Meta:
        ordering = ["-read_at"]
        constraints = [
            Privacy(
                see=readers_of_board() & _MAKERS,
                readers="makers",
                name="pack_read_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reader_id)
