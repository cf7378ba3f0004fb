"""The models as they are after the first release; later ones exist in migrations only."""

from __future__ import annotations

import uuid

from django.db import models

from rollout.kernel.keeping import Keeping, Period
from rollout.kernel.privacy import Here, Privacy


class Note(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.CharField(max_length=100)

    keeping = Keeping(Period.PAIR, plain="id text")

    class Meta:
        constraints = [Privacy(see=Here(), add=Here(), name="note_privacy")]

    def __str__(self) -> str:
        return self.text


class Line(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.UUIDField(db_column="note_id")

    keeping = Keeping(Period.PAIR, plain="id note")

    class Meta:
        constraints = [Privacy(see=Here(), add=Here(), name="line_privacy")]

    def __str__(self) -> str:
        return str(self.pk)
