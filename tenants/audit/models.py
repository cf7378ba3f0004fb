"""What was done, by whom: append-only, chained, in the transaction of the act."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import AllOf, Answers, Empty, Nobody, Outside, Privacy, Within


class Event(models.Model):
    """One act. Entries of the organisation have no pair; entries of a pair stand in that pair's own chain.

    The sequence number is for the verifier. No page shows it: gaps would tell of hidden acts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chain = models.UUIDField()
    pair_id = models.UUIDField(null=True)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    capacity = models.CharField(max_length=20)
    action = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    previous = models.BinaryField()
    hash = models.BinaryField()

    keeping = Keeping(
        Period.RECORD,
        personal="pair_id at actor_id capacity action subject_id detail",
        plain="id chain seq previous hash",
        whose="actor_id",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["-at", "-seq"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="event_chain_seq"),
            Privacy(
                see=AllOf(Empty("pair_id"), Answers("holds_office", "rollout_lead"))
                | AllOf(
                    Within("own_pairs", column="pair_id"), Outside("earlier_chapters", column="pair_id", moment="at")
                ),
                readers="own_chain",
                name="event_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.action


class Head(models.Model):
    """The last number and hash of a chain: the lock that makes one chain one line."""

    chain = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    keeping = Keeping(Period.RECORD, plain="chain seq hash")

    class Meta:
        constraints = [
            models.CheckConstraint(name="head_counts_up", condition=Q(seq__gte=0)),
            Privacy(see=Nobody(), readers="nobody", name="head_privacy"),
        ]

    def __str__(self) -> str:
        return str(self.chain)
