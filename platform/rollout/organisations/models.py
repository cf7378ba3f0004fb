"""The organisations that this installation serves, and what is known about their schemas."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from rollout.kernel.colour import is_colour, readable_text_on, works_as_brand
from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.tenancy import PARTNER, Place

if TYPE_CHECKING:
    from uuid import UUID


def opaque_schema_name() -> str:
    """A schema's permanent name. It says nothing about the organisation and never changes."""
    return f"o_{secrets.token_hex(8)}"


def role_of(schema: str) -> str:
    """The database role that may use a schema, and nothing else."""
    return f"{settings.ROLE_PREFIX}_{schema}"


slug_validator = RegexValidator(
    r"\A[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?\Z", _("Use small letters, digits and hyphens, starting with a letter.")
)


def colour_validator(colour: str) -> None:
    """A brand colour is written as # and six digits, and links in it stay readable."""
    if not is_colour(colour):
        raise ValidationError(_("Give the colour as # and six hexadecimal digits."), code="colour")
    if not works_as_brand(colour):
        raise ValidationError(_("Links in this colour are hard to read. Choose a darker one."), code="pale")


class Organisation(TenantMixin):
    """A hospital group, trust or other care organisation, or a provider of programmes."""

    class Kind(models.TextChoices):
        CARE = "care", _("Care organisation")
        PROVIDER = "provider", _("Provider")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")

    auto_create_schema = False
    auto_drop_schema = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    schema_name = models.CharField(max_length=63, unique=True, default=opaque_schema_name, editable=False)
    slug = models.CharField(max_length=40, unique=True, validators=[slug_validator])
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CARE)
    identifier = models.CharField(max_length=40, blank=True)
    identifier_scheme = models.CharField(max_length=40, blank=True, help_text="For example ODS, FINESS or SIRET.")
    country = models.CharField(max_length=2, default="GB")
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, default="Europe/London")
    currency = models.CharField(max_length=3, default="GBP")
    brand_colour = models.CharField(max_length=7, default="#1d5c63", validators=[colour_validator])
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    second_factor_for_all = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    keeping = Keeping(
        Period.ORGANISATION,
        plain=(
            "id schema_name slug name kind identifier identifier_scheme country language time_zone currency "
            "brand_colour status second_factor_for_all created_at"
        ),
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="organisation_identifier_iff_scheme",
                condition=Q(identifier="", identifier_scheme="") | (~Q(identifier="") & ~Q(identifier_scheme="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def role_name(self) -> str:
        """The database role that may use this organisation's schema, and nothing else."""
        return role_of(self.schema_name)

    @property
    def brand_text_colour(self) -> str:
        """Black or white, whichever is readable on the brand colour."""
        return readable_text_on(self.brand_colour)

    def place(self, person: UUID | None = None, capacity: str = PARTNER) -> Place:
        """This organisation, as one person in one capacity."""
        return Place(schema=self.schema_name, role=self.role_name, person=person, capacity=capacity)


class Domain(DomainMixin):
    """A host name at which an organisation is reached."""

    tenant = models.ForeignKey(Organisation, db_index=True, related_name="domains", on_delete=models.PROTECT)

    keeping = Keeping(Period.ORGANISATION, plain="id domain is_primary tenant")


class System(models.Model):
    """A grouping of organisations that care together, such as an integrated care system."""

    class Kind(models.TextChoices):
        CARE_SYSTEM = "care_system", _("Integrated care system")
        PLACE = "place", _("Place-based partnership")
        COLLABORATIVE = "collaborative", _("Provider collaborative")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    organisations = models.ManyToManyField(Organisation, through="SystemMember", related_name="systems")

    keeping = Keeping(Period.ORGANISATION, plain="id name kind")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SystemMember(models.Model):
    """An organisation belongs to a system."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="system_members")

    keeping = Keeping(Period.ORGANISATION, plain="id system organisation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "organisation"], name="system_holds_organisation_once")
        ]

    def __str__(self) -> str:
        return str(self.id)


class SchemaState(models.Model):
    """How far an organisation's schema has been migrated. Written in the transaction of its DDL."""

    schema_name = models.CharField(max_length=63, primary_key=True)
    digest = models.CharField(max_length=64)
    changed_at = models.DateTimeField(auto_now=True)

    keeping = Keeping(Period.INSTALLATION, plain="schema_name digest changed_at")

    def __str__(self) -> str:
        return self.schema_name


class ReadySchema(models.Model):
    """A complete schema that waits for its organisation. Its name is opaque, and stays when it is assigned."""

    schema_name = models.CharField(max_length=63, primary_key=True)
    made_at = models.DateTimeField(auto_now_add=True)

    keeping = Keeping(Period.INSTALLATION, plain="schema_name made_at")

    def __str__(self) -> str:
        return self.schema_name


class PreparedScript(models.Model):
    """The script that makes a new organisation's schema, made from the migrated template schema."""

    digest = models.CharField(max_length=64, primary_key=True)
    sql = models.TextField()
    fingerprint = models.CharField(max_length=64, help_text="Of every policy and of forced security in the template.")
    made_at = models.DateTimeField(auto_now=True)

    keeping = Keeping(Period.INSTALLATION, plain="digest sql fingerprint made_at")

    def __str__(self) -> str:
        return self.digest


class Installation(models.Model):
    """One row: the prefix of this installation's database roles, copied with a template database."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    role_prefix = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40, blank=True, help_text='"demo" for a database that may be emptied.')

    keeping = Keeping(Period.INSTALLATION, plain="id role_prefix purpose")

    class Meta:
        constraints = [models.CheckConstraint(name="installation_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.role_prefix


class OrganisationRequest(models.Model):
    """An operator's wish for a new organisation. The web may not make schemas, so a command of the owner does."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting to be made")
        DONE = "done", _("Made")
        REFUSED = "refused", _("Could not be made")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=40, validators=[slug_validator])
    fields = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    problem = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.INSTALLATION,
        personal="slug state asked_by asked_at answered_at",
        plain="id fields problem",
        whose="asked_by",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=Q(state="asked"), name="organisation_request_waits_once_per_slug"
            ),
        ]

    def __str__(self) -> str:
        return self.slug
