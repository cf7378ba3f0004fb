"""What every text that two people sign has: a state, the hash of what is signed, and whom it was agreed with."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rollout.kernel.keeping import Fate, Keeping, Period
from tenants.pairs.models import Pair, Seat


def kept(personal: str, *, plain: str = "id", whose: str = "seat__member") -> Keeping:
    return Keeping(Period.PAIR, personal=personal, plain=plain, whose=whose, fate=Fate.SHARED)


class State(models.TextChoices):
    """How a text stands between two people. A line that nobody has written yet is blank, and is not kept."""

    BLANK = "blank", _("Blank")
    PROPOSED = "proposed", _("Not signed by both yet")
    CONTESTED = "contested", pgettext_lazy("text", "Contested")
    AGREED = "agreed", pgettext_lazy("text", "Agreed")
    FORMER = "former", _("Agreed with a former partner")
    WITHDRAWN = "withdrawn", _("No longer agreed")
    REPLACED = "replaced", _("Replaced")


STANDING = (State.AGREED, State.FORMER)
"""A text that both signed once and that nothing has ended since."""


class Signable(models.Model):
    """A text that is agreed when both partners of now have signed it. An edit clears both keys.

    When a partner leaves, what was agreed reads "agreed with" that partner until it is signed anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    content_hash = models.CharField(max_length=64)
    edited_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_with = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


SIGNED = "pair state edited_by edited_at agreed_at agreed_with"
FORMER_IFF_WITH = Q(state="former", agreed_with__isnull=False) | (~Q(state="former") & Q(agreed_with__isnull=True))


def version_checks(name: str, *group: str) -> list[models.BaseConstraint]:
    """What is true of every text that comes in versions: at most one waits, at most one stands."""
    return [
        models.UniqueConstraint(fields=group, condition=Q(state="proposed"), name=f"{name}_one_proposed"),
        models.UniqueConstraint(fields=group, condition=Q(state__in=["agreed", "former"]), name=f"{name}_one_stands"),
        models.CheckConstraint(
            name=f"{name}_state", condition=Q(state__in=["proposed", "agreed", "former", "withdrawn", "replaced"])
        ),
        models.CheckConstraint(
            name=f"{name}_agreed_at_iff_agreed",
            condition=Q(state__in=["agreed", "former", "replaced"], agreed_at__isnull=False)
            | Q(state="proposed", agreed_at__isnull=True)
            | Q(state="withdrawn"),
        ),
        models.CheckConstraint(
            name=f"{name}_ended_at_iff_ended",
            condition=Q(state__in=["withdrawn", "replaced"], ended_at__isnull=False)
            | (~Q(state__in=["withdrawn", "replaced"]) & Q(ended_at__isnull=True)),
        ),
        models.CheckConstraint(name=f"{name}_former_iff_with", condition=FORMER_IFF_WITH),
    ]
