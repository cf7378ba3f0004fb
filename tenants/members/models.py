"""The people of an organisation, the offices they hold, and how they are invited."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Capacity, Mine, Outside, Privacy, Still, Within
from tenants.members.fields import NameField
from tenants.members.privacy import members, office


class Role(models.TextChoices):
    """What a person can be in an organisation. All but `partner` are offices."""

    PARTNER = "partner", _("Partner")
    SPONSOR = "sponsor", _("Sponsor")
    BOARD_MEMBER = "board_member", _("Board member")
    BOARD_SECRETARY = "board_secretary", _("Board secretary")
    ROLLOUT_LEAD = "rollout_lead", _("Rollout lead")
    FINANCE = "finance", _("Finance")
    FACILITATOR = "facilitator", _("Facilitator")
    PROVIDER_LEAD = "provider_lead", _("Provider lead")


OFFICES = tuple(role for role in Role if role != Role.PARTNER)


class Side(models.TextChoices):
    """The two sides of a pair."""

    CITIZEN = "citizen", _("Patient, citizen or community side")
    PROFESSIONAL = "professional", _("Healthcare professional side")

    @property
    def other(self) -> Side:
        return Side.PROFESSIONAL if self == Side.CITIZEN else Side.CITIZEN


class PartnerKind(models.TextChoices):
    """What a partner brings to the pair."""

    PATIENT = "patient", _("Patient")
    CARER = "carer", _("Carer")
    CITIZEN = "citizen", _("Citizen")
    VCSE_LEADER = "vcse_leader", _("Community or third-sector leader")
    CLINICIAN = "clinician", _("Clinician")
    MANAGER = "manager", _("Manager")
    OTHER = "other", _("Other health professional")


KINDS_OF_SIDE = {
    Side.CITIZEN: (PartnerKind.PATIENT, PartnerKind.CARER, PartnerKind.CITIZEN, PartnerKind.VCSE_LEADER),
    Side.PROFESSIONAL: (PartnerKind.CLINICIAN, PartnerKind.MANAGER, PartnerKind.OTHER),
}


class Site(models.Model):
    """A hospital or other place of the organisation. Archived, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    archived_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(Period.ORGANISATION, plain="id name archived_at")

    class Meta:
        ordering = ["name"]
        constraints = [
            Privacy(
                see=members() | Capacity("board"),
                add=office("rollout_lead"),
                change=office("rollout_lead"),
                fields=("name", "archived_at"),
                readers="members",
                name="site_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person in this organisation. The id is the account's.

    An unlisted member joined through a partner's invitation alone, and is nobody's business but the pair's.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    name = NameField(max_length=200)
    listed = models.BooleanField(default=False)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    joined_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.ORGANISATION, personal="id name listed site joined_at ended_at", whose="id", fate=Fate.EMPTIED
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            Privacy(
                see=Within("visible_members", column="id"),
                change=Mine("id"),
                fields=("name",),
                readers="people",
                name="member_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def held_roles(self) -> tuple[str, ...]:
        """The offices this member holds now, in the order of the roles."""
        held = {office.role for office in self.offices.all() if office.ended_at is None}
        return tuple(role for role in Role if role in held)


class Office(models.Model):
    """An office that a listed member holds, until it ends."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="offices")
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.ORGANISATION, personal="member role since ended_at", plain="id", whose="member", fate=Fate.STAYS
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="office_is_not_partner", condition=~Q(role="partner")),
            models.UniqueConstraint(
                fields=["member", "role"], condition=Q(ended_at__isnull=True), name="office_held_once"
            ),
            Privacy(see=members(), readers="members", name="office_privacy"),
        ]

    def __str__(self) -> str:
        return self.role


# An address to which the pair's letter went before somebody came is not theirs to read.
_OF_MY_PAIRS = Within("own_pairs", column="pair_id") & Outside("earlier_chapters", column="pair_id", moment="sent_at")


class Invitation(models.Model):
    """A single-use, expiring way in. A lead's makes a listed member; a partner's makes an unlisted one with a seat.

    A partner's may have no address: it goes by letter, and whoever has the letter takes it up. The token itself is
    never kept. Whether somebody refused is never kept either: refusal and silence look the same.
    """

    class Kind(models.TextChoices):
        MEMBER = "member"
        PARTNER = "partner"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    name = NameField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=10, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=20, choices=Side, blank=True)
    partner_kind = models.CharField(max_length=20, choices=PartnerKind, blank=True)
    pair_id = models.UUIDField(null=True, blank=True)
    invited_by_id = models.UUIDField(null=True)
    token_hash = models.CharField(max_length=64)
    sends = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by_id = models.UUIDField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.UNANSWERED,
        personal=(
            "kind name email language roles site side partner_kind pair_id sent_at expires_at accepted_at "
            "accepted_by_id revoked_at"
        ),
        plain="id sends",
        withheld="token_hash invited_by_id",
        why="the one is the link's own trace, the other somebody else's act",
        whose="accepted_by_id",
        fate=Fate.EMPTIED,
    )

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["token_hash"], name="invitation_token")]
        constraints = [
            models.CheckConstraint(
                name="invitation_partner_iff_pair",
                condition=Q(kind="partner", pair_id__isnull=False) | Q(kind="member", pair_id__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_by_letter_is_to_a_partner", condition=~Q(email="") | Q(kind="partner")
            ),
            models.CheckConstraint(
                name="invitation_accepted_at_iff_by",
                condition=Q(accepted_at__isnull=True, accepted_by_id__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by_id__isnull=False),
            ),
            Privacy(
                see=(Still("kind", "member") & office("rollout_lead")) | (Still("kind", "partner") & _OF_MY_PAIRS),
                add=(Still("kind", "member") & office("rollout_lead") & Mine("invited_by_id"))
                | (Still("kind", "partner") & Mine("invited_by_id") & Within("own_pairs", column="pair_id")),
                change=(Still("kind", "member") & office("rollout_lead")) | (Still("kind", "partner") & _OF_MY_PAIRS),
                fields=("name", "email", "language", "token_hash", "sends", "sent_at", "expires_at", "revoked_at"),
                readers="inviter",
                name="invitation_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """How it stands for those who sent it: accepted, revoked, expired or open."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at < clock.now() else "open"


class Notice(models.Model):
    """One line that waits for one person inside the organisation. Exactly one per job, recipient and kind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="notices")
    capacity = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    job_id = models.UUIDField()
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.NEWS,
        personal="recipient capacity kind subject_id made_at read_at",
        plain="id job_id",
        whose="recipient",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["job_id", "recipient", "kind"], name="notice_once"),
            Privacy(
                see=Mine("recipient_id") & Within("own_capacity", column="capacity"),
                change=Mine("recipient_id") & Within("own_capacity", column="capacity"),
                fields=("read_at",),
                readers="only_you",
                name="notice_privacy",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
