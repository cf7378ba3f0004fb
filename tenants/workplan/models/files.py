"""The files of a pair."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate
from rollout.kernel.privacy import Empty, ParentVisible, Privacy, Without
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import own_seat, seats
from tenants.projects.models import ResultClaim
from tenants.workplan.models.keeping import kept


class PairFile(models.Model):
    """A file of a pair, or evidence of a result. Its uploader can take it away; that it was here stays."""

    class Kind(models.TextChoices):
        EVIDENCE = "evidence", _("Evidence")
        MINUTES = "minutes", _("Notes of a meeting")
        DRAFT = "draft", _("Draft")
        PICTURE = "picture", _("Picture")
        OTHER = "other", _("Something else")

    FOLDER = "pair-files"
    """Where files of pairs lie in the organisation's folder, each under a random name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    result = models.ForeignKey(ResultClaim, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    path = models.CharField(max_length=80, blank=True)
    sha = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    taken_away_at = models.DateTimeField(null=True, blank=True)

    keeping = kept(
        "pair title kind result file_name size uploaded_by uploaded_at taken_away_at",
        plain="id media_type path sha",
        whose="uploaded_by__member",
        fate=Fate.UNSHARED,
    )

    class Meta:
        ordering = ["-uploaded_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["path"], condition=~Q(path=""), name="pair_file_path_once"),
            models.CheckConstraint(
                name="pair_file_there_unless_taken_away",
                condition=Q(taken_away_at__isnull=True, path__regex="^pair-files/[0-9a-f]{32}$")
                | Q(taken_away_at__isnull=False, path=""),
            ),
            Privacy(
                see=seats() & Without("hidden_files", column="id"),
                add=seats()
                & own_seat("uploaded_by_id")
                & Empty("taken_away_at")
                & (Empty("result_id") | ParentVisible("result_id", "projects_resultclaim", same=("pair_id",))),
                change=seats() & own_seat("uploaded_by_id"),
                fields=("path", "taken_away_at"),
                readers="pair",
                name="pair_file_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.title
