"""Organisations' own sign-in services (OpenID Connect), and who is connected to one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

SECRET = "signon.client_secret"
"""What the client's secret is sealed for."""


class SignInService(models.Model):
    """Where one organisation's people can sign in instead of typing a code. It opens that organisation, no other.

    `domains` are the addresses that it may speak for, `hosts` further hosts that it answers at. `vouches` says that
    it asks for a second factor itself and tells so, with "mfa" in `amr` or with `strong_acr`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.OneToOneField(settings.TENANT_MODEL, on_delete=models.CASCADE, related_name="sign_in_service")
    name = models.CharField(max_length=60)
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    client_secret = models.TextField(help_text="Sealed.")
    domains = ArrayField(models.CharField(max_length=253))
    hosts = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    vouches = models.BooleanField(default=False)
    strong_acr = models.CharField(max_length=200, blank=True)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Connection(models.Model):
    """A person's account, known to a sign-in service as `subject`. Made by the person, with a code of their own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(SignInService, on_delete=models.CASCADE, related_name="connections")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connections")
    issuer = models.URLField(max_length=300)
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(fields=["service", "issuer", "subject"], name="connection_once_per_subject"),
            models.UniqueConstraint(fields=["service", "account"], name="connection_once_per_account"),
        ]

    def __str__(self) -> str:
        return str(self.id)
