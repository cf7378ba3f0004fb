from __future__ import annotations

import uuid

from django.db import models

from rollout.kernel.keeping import Keeping, Period
from rollout.kernel.privacy import Here, Privacy


class Thing(models.Model):
    """The table as it is in the first release."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    keeping = Keeping(Period.INSTALLATION, plain="id")

    class Meta:
        constraints = [Privacy(see=Here(), add=Here(), name="thing_privacy")]

    def __str__(self) -> str:
        return str(self.pk)
