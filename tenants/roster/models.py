"""A rollout lead's roster: what the lead typed, and the pairs it proposes. Nothing here tells what became of them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Mine, ParentVisible, Privacy
from tenants.members.fields import NameField
from tenants.members.models import Invitation, PartnerKind, Role, Side
from tenants.members.privacy import office

_LEAD = office("rollout_lead")


class RosterUpload(models.Model):
    """One roster file after its check page. Sending invitations is a second step; the unanswered can be undone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    uploaded_by_id = models.UUIDField()
    uploaded_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.ORGANISATION,
        personal="file_name uploaded_by_id uploaded_at sent_at undone_at",
        plain="id digest",
        whose="uploaded_by_id",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                name="roster_undone_only_after_sent", condition=Q(undone_at__isnull=True) | Q(sent_at__isnull=False)
            ),
            Privacy(
                see=_LEAD,
                add=_LEAD & Mine("uploaded_by_id"),
                change=_LEAD,
                remove=_LEAD,
                fields=("sent_at", "undone_at"),
                readers="rollout_lead",
                name="roster_upload_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ProposedPair(models.Model):
    """A pair that the lead proposes: a label on two rows. It reads "invited" until the pair itself opens.

    What became of it is not kept here: the database answers from live grants alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.ForeignKey(RosterUpload, on_delete=models.PROTECT, related_name="proposals")
    label = models.CharField(max_length=200)
    shared_task = models.TextField(max_length=2000, blank=True)

    keeping = Keeping(
        Period.ORGANISATION,
        personal="label shared_task",
        plain="id upload",
        whose="people__invitation__accepted_by_id",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["label"]
        constraints = [
            Privacy(
                see=_LEAD,
                add=_LEAD & ParentVisible("upload_id", "roster_rosterupload"),
                remove=_LEAD,
                readers="rollout_lead",
                name="proposed_pair_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RosterPerson(models.Model):
    """One row of a roster: what the lead typed about one person.

    `kept` says that the person was invited before this roster was sent, and that the earlier invitation stands.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.ForeignKey(RosterUpload, on_delete=models.PROTECT, related_name="people")
    row = models.PositiveIntegerField()
    name = NameField(max_length=200)
    email = models.EmailField(max_length=254)
    site = models.CharField(max_length=200, blank=True)
    side = models.CharField(max_length=20, choices=Side, blank=True)
    kind = models.CharField(max_length=20, choices=PartnerKind, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    proposal = models.ForeignKey(ProposedPair, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    invitation = models.ForeignKey(
        Invitation, null=True, blank=True, on_delete=models.PROTECT, related_name="roster_people"
    )
    kept = models.BooleanField(default=False)

    keeping = Keeping(
        Period.ORGANISATION,
        personal="name email site side kind roles proposal",
        plain="id upload row invitation kept",
        whose="invitation__accepted_by_id",
        fate=Fate.EMPTIED,
    )

    class Meta:
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "row"], name="roster_row_once"),
            models.UniqueConstraint(fields=["upload", "email"], name="roster_address_once"),
            Privacy(
                see=_LEAD,
                add=_LEAD & ParentVisible("upload_id", "roster_rosterupload"),
                change=_LEAD,
                remove=_LEAD,
                fields=("name", "email", "proposal_id", "invitation_id", "kept"),
                readers="rollout_lead",
                name="roster_person_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def takes_part_as(self) -> list[str]:
        """What the lead typed this person to be: what they bring to a pair, and the offices, in words."""
        place = [self.get_kind_display()] if self.kind else []
        return [*place, *(str(Role(role).label) for role in self.roles if role != Role.PARTNER)]
