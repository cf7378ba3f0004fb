"""Boards: the bodies that read reports and decide."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Capacity, Privacy, Within
from tenants.members.models import Member
from tenants.members.privacy import members, office

_MANAGERS = office("rollout_lead", "board_secretary")


class BoardBody(models.Model):
    """A governing board or one of its committees. Archived, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    executive_sponsor = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("executive sponsor")
    )
    made_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.ORGANISATION,
        personal="executive_sponsor",
        plain="id name made_at archived_at",
        whose="executive_sponsor",
        fate=Fate.EMPTIED,
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "board bodies"
        constraints = [
            Privacy(
                see=members() | Capacity("board"),
                add=office("rollout_lead"),
                change=_MANAGERS & Within("readable_boards", column="id"),
                fields=("name", "executive_sponsor_id", "archived_at"),
                readers="members",
                name="board_body_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BoardMembership(models.Model):
    """A member's place on a board, as director or as its secretary."""

    class Kind(models.TextChoices):
        EXECUTIVE = "executive", _("Executive director")
        NON_EXECUTIVE = "non_executive", _("Non-executive director")
        CITIZEN = "citizen", _("Citizen member")
        SECRETARY = "secretary", _("Secretary")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(BoardBody, on_delete=models.PROTECT, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="board_memberships")
    kind = models.CharField(max_length=20, choices=Kind)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.ORGANISATION, personal="body member kind since ended_at", plain="id", whose="member", fate=Fate.STAYS
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "member"], condition=Q(ended_at__isnull=True), name="board_member_once"
            ),
            Privacy(
                see=members() | Capacity("board"),
                add=_MANAGERS & Within("readable_boards", column="body_id"),
                change=_MANAGERS & Within("readable_boards", column="body_id"),
                fields=("kind", "ended_at"),
                readers="members",
                name="board_membership_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
