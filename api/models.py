"""What the API keeps for a day: answers that are given again when the same request comes twice."""

from __future__ import annotations

import uuid

from django.db import models

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Mine, Privacy, Within

_OWN = Mine("person_id") & Within("own_capacity", column="capacity")


class KeptAnswer(models.Model):
    """The answer to one request that carried an `Idempotency-Key`, written in the transaction of the act itself.

    It lies with the organisation's data because it may quote them: its person alone reads it, in the same hat.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.UUIDField()
    capacity = models.CharField(max_length=20)
    key_hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    kept_at = models.DateTimeField()

    keeping = Keeping(
        Period.DAY,
        personal="person_id capacity status body kept_at",
        plain="id",
        withheld="key_hash request_hash",
        why="fingerprints that tell a person nothing",
        whose="person_id",
        fate=Fate.REMOVED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "capacity", "key_hash"], name="kept_answer_once"),
            Privacy(see=_OWN, add=_OWN, remove=_OWN, readers="only_you", name="kept_answer_privacy"),
        ]

    def __str__(self) -> str:
        return self.key_hash[:12]
