"""The sheet of codes of who has no address; and what waits a week: another address, no second factors any more."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from rollout.kernel.keeping import Fate, Keeping, Period


class SheetCode(models.Model):
    """One code of the sheet with which somebody signs in who has no e-mail address. It goes when it is used.

    Only its trace is kept. A new sheet, or an address, takes the place of the whole sheet.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sheet_codes")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    keeping = Keeping(
        Period.ACCOUNT,
        personal="account made_at expires_at",
        withheld="hash",
        why="it is the code's own trace",
        whose="account",
        fate=Fate.REMOVED,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="sheet_code_ends_later", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return str(self.account_id)


class AddressChange(models.Model):
    """An operator's wish to give an account another address. It waits for a week; its person can stop it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_changes")
    address = models.EmailField(max_length=254)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.SETTLED,
        personal="account address asked_at due_at done_at stopped_at",
        plain="id",
        withheld="asked_by",
        why="which operator was asked is that operator's own",
        whose="account",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(done_at__isnull=True, stopped_at__isnull=True),
                name="address_change_waits_once_per_account",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(stopped_at__isnull=True), name="address_change_done_or_stopped"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class FactorReset(models.Model):
    """An operator's wish to take away somebody's lost second factors. It waits for a week; its person can stop it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="factor_resets")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.SETTLED,
        personal="account asked_at due_at done_at stopped_at",
        plain="id",
        withheld="asked_by",
        why="which operator was asked is that operator's own",
        whose="account",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(done_at__isnull=True, stopped_at__isnull=True),
                name="factor_reset_waits_once_per_account",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(stopped_at__isnull=True), name="factor_reset_done_or_stopped"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
