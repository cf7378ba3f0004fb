"""Who can sign in. An account knows an address or a number, a language and its sessions, and no organisation."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.kernel.addresses import normal_address
from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.tokens import grouped, paper_code

NUMBER_LENGTH = 8


class AccountManager(BaseUserManager["Account"]):
    """Accounts by address. The address is normalised, so one person has one account."""

    def for_address(self, address: str) -> Account:
        """The account of this address, made on first use. It can do nothing until an organisation lists it."""
        account, made = self.get_or_create(email=normal_address(address))
        if made:
            account.set_unusable_password()
            account.save(update_fields=["password"])
        return account

    def without_address(self) -> Account:
        """A new account of somebody who has no e-mail address. It has a number instead, by which operators find it."""
        account = self.model(number=paper_code(NUMBER_LENGTH))
        account.set_unusable_password()
        account.save(force_insert=True)
        return account

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """What Django's and allauth's tools call; a password is never kept."""
        return self.for_address(email)


class Account(AbstractBaseUser):
    """A way to sign in. Deactivated, never deleted; an erased account keeps its id and nothing else.

    Who came by a letter has a `number` in place of an address. They may take an address later, and keep the number.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, max_length=254)
    number = models.CharField(max_length=NUMBER_LENGTH, unique=True, null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    keeping = Keeping(
        Period.ACCOUNT,
        personal="id email number language last_login is_active is_operator created_at erased_at",
        plain="password",
        whose="id",
        fate=Fate.EMPTIED,
        but={"id": Period.RECORD, "erased_at": Period.RECORD},
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_erased_iff_without_address_and_number",
                condition=Q(erased_at__isnull=True) & (Q(email__isnull=False) | Q(number__isnull=False))
                | Q(erased_at__isnull=False, email__isnull=True, number__isnull=True, is_active=False),
            ),
        ]

    def __str__(self) -> str:
        return self.email or grouped(self.number or "") or str(self.id)


class Session(AbstractBaseSession):
    """A signed-in browser on one host. The key is kept as a hash, so a copy of the table opens nothing.

    A session on an organisation's host was opened by one on the sign-in host, its `parent` (a hash as well),
    and counts its hours from the same moment. `office` says that its person holds an office there.
    `second_factor_at` is when the person proved more than the code from an e-mail. `through` names the
    organisation's own sign-in service that vouched for the person; such a session has no parent.
    """

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")
    host = models.CharField(max_length=253, blank=True)
    device = models.CharField(max_length=200, blank=True)
    parent = models.CharField(max_length=40, blank=True, db_index=True)
    own_device = models.BooleanField(default=False)
    office = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now)
    second_factor_at = models.DateTimeField(null=True, blank=True)
    through = models.UUIDField(null=True, blank=True, db_index=True)
    seen_at = models.DateTimeField(default=timezone.now)

    keeping = Keeping(
        Period.SESSION,
        personal="account host device own_device office started_at second_factor_at through seen_at expire_date",
        withheld="session_key session_data parent",
        why="whoever has a copy must not be able to use it",
        whose="account",
        fate=Fate.REMOVED,
    )

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        from rollout.accounts.sessions import SessionStore

        return SessionStore


class EntryCode(models.Model):
    """A single-use way from the sign-in host into one organisation's host, good for sixty seconds."""

    hash = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    host = models.CharField(max_length=253)
    state_hash = models.CharField(max_length=64)
    parent = models.CharField(max_length=40)
    own_device = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    second_factor_at = models.DateTimeField(null=True, blank=True)
    through = models.UUIDField(null=True, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.DAY,
        personal="account host own_device started_at second_factor_at through expires_at used_at",
        withheld="hash state_hash parent",
        why="whoever has a copy must not be able to use it",
        whose="account",
        fate=Fate.REMOVED,
    )

    def __str__(self) -> str:
        return self.host


class KeptForm(models.Model):
    """What somebody typed when their session had ended, sealed under a key that only their browser has. See `typed`.

    `hash` is that of the key, `whose` a keyed mark of the account and the organisation: a copy of the table tells
    neither who wrote nor what. `taken_at` is when its person took it up again.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    whose = models.CharField(max_length=64)
    sealed = models.BinaryField()
    taken_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    keeping = Keeping(Period.TYPED, plain="hash whose sealed taken_at expires_at")

    def __str__(self) -> str:
        return self.hash[:8]


class Tries(models.Model):
    """How often something was tried in one span of time, by a hash of who tried. See `limits`."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    keeping = Keeping(Period.DAY, plain="key count until")

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return str(self.count)


class Acceptance(models.Model):
    """Which version of the privacy notice and terms a person accepted, and when."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="acceptances")
    version = models.CharField(max_length=20)
    accepted_at = models.DateTimeField()

    keeping = Keeping(
        Period.ACCOUNT, personal="account version accepted_at", plain="id", whose="account", fate=Fate.REMOVED
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "version"], name="acceptance_once_per_version")]

    def __str__(self) -> str:
        return self.version


class PrivateKey(models.Model):
    """A person's own key for what they write for themselves alone, wrapped by a key that is not in the database.

    It is in no organisation's backup, and a dump of the whole leaves it out. When it is gone, so are the texts: in
    every copy of them, however old.
    """

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="private_key")
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()

    keeping = Keeping(
        Period.ACCOUNT,
        personal="account made_at",
        withheld="wrapped",
        why="whoever has a copy must not be able to use it",
        whose="account",
        fate=Fate.REMOVED,
    )

    def __str__(self) -> str:
        return str(self.account_id)


class ApiToken(models.Model):
    """A person's own key to the API of one organisation, kept as a hash: whoever reads the table opens nothing.

    It can do at most what the person can do at that moment, in the hats that the person gave it. `prefix` is how
    people recognise it in their list. `second_factor_at` is that of the session in which it was made.
    """

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Write")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="api_tokens")
    organisation_id = models.UUIDField()
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=12)
    hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    hats = ArrayField(models.CharField(max_length=20))
    made_at = models.DateTimeField(default=timezone.now)
    second_factor_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.SETTLED,
        personal="account organisation_id name prefix scopes hats made_at expires_at last_used_at revoked_at"
        " second_factor_at",
        plain="id",
        withheld="hash",
        why="it is the key's own trace",
        whose="account",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.prefix

    @property
    def state(self) -> str:
        """How it stands for its person: revoked, expired or good."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "good"
