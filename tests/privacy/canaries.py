"""Words that stand in one secret field each, and in nothing else: wherever one turns up, its field has leaked."""

from __future__ import annotations

import hashlib
import json
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models
from psycopg import sql

from rollout.kernel.privacy import protected_models
from tests import rooms
from tests.privacy.open_matters import LEAD
from tests.privacy.secrets_of import DRAFT, OF_ONE, OF_THE_PAIR, ONE, PAIR, Secret
from tests.privacy.sights import OPERATOR

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation

LENGTH = 20
_LETTERS = re.compile(r"[a-z]{12,}")
SECRETS: dict[str, Secret] = {
    "pairs.Pair": Secret("title = 'Zanzibarquill'", PAIR),
    "projects.SharedTask": OF_THE_PAIR,
    "projects.Decision": OF_THE_PAIR,
    "projects.DecisionReason": OF_THE_PAIR,
    "projects.ResultClaim": OF_THE_PAIR,
    "projects.Witness": OF_THE_PAIR,
    "projects.SharedTaskKey": OF_THE_PAIR,
    "projects.DecisionKey": OF_THE_PAIR,
    "projects.ResultKey": OF_THE_PAIR,
    "surfacing.Surfacing": OF_THE_PAIR,
    "surfacing.SurfacingKey": OF_THE_PAIR,
    "members.Invitation": OF_THE_PAIR,
    "members.Member": Secret(f"id = {OF_ONE}", PAIR),
    "roster.RosterUpload": Secret("file_name = 'draft.csv'", frozenset({LEAD})),
    "roster.ProposedPair": Secret(f"upload_id = {DRAFT}", frozenset({LEAD})),
    "roster.RosterPerson": Secret(f"upload_id = {DRAFT} AND email = 'dan@example.net'", frozenset({LEAD})),
    "webhooks.Webhook": Secret(f"person_id = {OF_ONE}", ONE),
    "api.KeptAnswer": Secret(f"person_id = {OF_ONE}", ONE),
    "accounts.Account": Secret(f"id = {OF_ONE}", PAIR),
    "accounts.Session": Secret(f"account_id = {OF_ONE}", ONE),
    "accounts.EntryCode": Secret(f"account_id = {OF_ONE}", ONE),
    "accounts.ApiToken": Secret(f"account_id = {OF_ONE}", ONE),
    "identity.AddressChange": Secret(f"account_id = {OF_ONE}", ONE | {OPERATOR}),
    "signon.Connection": Secret(f"account_id = {OF_ONE}", ONE),
    "signon.SignInService": Secret("name = 'Hospital sign-in'", frozenset()),
    "mfa.Authenticator": Secret(f"user_id = {OF_ONE}", ONE),
    **rooms.merged("SECRETS"),
}
"""Every model that has secret texts."""

CODES = "codes, ids and dates of the house: what may stand there is fixed"
FOR_ALL = "every member may read it"
OPEN_MODELS: dict[str, str] = {
    "audit.Event": CODES, "audit.Head": CODES, "platform_audit.Event": CODES, "platform_audit.Head": CODES,
    "members.Notice": CODES, "members.Office": CODES, "pairs.Seat": CODES, "disclosure.DisclosureGrant": CODES,
    "surfacing.SurfacingItem": CODES, "projects.ResultPoint": "numbers and dates", "jobs.Job": CODES,
    "jobs.Sweep": CODES, "boards.BoardMembership": CODES, "boardpacks.PackGrant": CODES,
    "boardpacks.CorrectionSlip": CODES, "boardpacks.PackRead": CODES, "accounts.Acceptance": CODES,
    "accounts.Tries": "hashes of who tried, counted",
    "accounts.KeptForm": "hashes, and a text sealed under a key that only its writer's browser has",
    "members.Site": FOR_ALL, "boards.BoardBody": FOR_ALL,
    "boardpacks.BoardPack": "what a board was shown; the two worlds compare it",
    "organisations.Organisation": "what stands on an organisation's own pages", "organisations.Domain": "a host name",
    "identity.FactorReset": CODES, "identity.SheetCode": "the trace of a code", "leaving.Erasure": CODES,
    "webhooks.Delivery": CODES, "exports.Export": "where a file lies; the two worlds compare what is in it",
    "organisations.SchemaState": CODES, "organisations.ReadySchema": CODES, "organisations.PreparedScript": CODES,
    "organisations.Installation": CODES, "organisations.OrganisationRequest": "what an operator asked for",
    **rooms.merged("OPEN_MODELS"),
}  # fmt: skip
"""Models without a secret text, and why."""
OPEN_FIELDS: dict[str, str] = {
    "accounts.Account.password": "no password is ever kept",
    "accounts.Account.number": "opens nothing, and stands in place of an address",
    "accounts.Account.language": CODES, "members.Invitation.language": CODES, "members.Invitation.roles": CODES,
    "roster.RosterPerson.roles": CODES, "api.KeptAnswer.capacity": CODES, "webhooks.Webhook.capacity": CODES,
    "webhooks.Webhook.topics": CODES,
    "accounts.Session.host": "a host name", "accounts.EntryCode.host": "a host name",
    "accounts.ApiToken.scopes": CODES, "accounts.ApiToken.hats": CODES,
    **dict.fromkeys(
        (f"signon.SignInService.{name}" for name in ("name", "issuer", "client_id", "domains", "hosts", "strong_acr")),
        "what an organisation's sign-in page tells, or its rollout lead and the operator have to know",
    ),
    "signon.Connection.issuer": "where a sign-in service is",
    "roster.RosterUpload.digest": "names the upload for this test",
    **rooms.merged("OPEN_FIELDS"),
}  # fmt: skip
"""Fields of secret models without a secret, and why. Choices are codes without being named."""
COPIES = {
    ("projects_witness.content_hash", "projects.ResultClaim.content_hash"): "a witness answers for that very text"
}
"""Columns that hold another field's text by design, for the same readers, and why."""
_TEXTS = (models.CharField, models.TextField, models.JSONField)


@dataclass(frozen=True, slots=True)
class Canary:
    """A word, the field that it stands in, and who may read it there."""

    label: str
    word: str
    model: type[models.Model]
    field: Any
    readers: frozenset[str]

    @property
    def value(self) -> Any:
        """The word as that field takes it."""
        if isinstance(self.field, models.JSONField):
            return json.dumps({"word": self.word})
        if isinstance(self.field, models.EmailField):
            return f"{self.word}@example.net"
        return self.word

    @property
    def home(self) -> tuple[str, str]:
        """The table and the column where it stands."""
        return self.model._meta.db_table, self.field.column


def word_for(label: str, length: int = LENGTH) -> str:
    """Letters that nobody would type, always the same for one field."""
    digest = hashlib.sha256(label.encode()).digest()
    return "".join(string.ascii_lowercase[byte % 26] for byte in digest)[:length]


def our_models() -> list[type[models.Model]]:
    """Every model of ours, and what we keep of second factors."""
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("rollout.")} | {"mfa"}
    public = [model for model in apps.get_models() if model._meta.app_label in ours]
    return [*protected_models(), *public]


def unclassified() -> list[str]:
    """Models and fields of which nobody has said whether they hold a secret."""
    known = {model._meta.label: model for model in our_models()}
    wrong = [label for label in known if (label in SECRETS) == (label in OPEN_MODELS)]
    wrong += [label for label in (*SECRETS, *OPEN_MODELS) if label not in known]
    fields = {f"{label}.{field.name}" for label, model in known.items() for field in model._meta.concrete_fields}
    return sorted({*wrong, *(set(OPEN_FIELDS) - fields)})


def plan() -> list[Canary]:
    """One word for every text of the secret rows that is no code."""
    found = []
    for label, secret in SECRETS.items():
        model = apps.get_model(label)
        for field in model._meta.concrete_fields:
            name = f"{label}.{field.name}"
            if not isinstance(field, (*_TEXTS, ArrayField)) or field.choices or name in OPEN_FIELDS:
                continue
            word = word_for(name, min(LENGTH, getattr(field, "max_length", None) or LENGTH))
            found.append(Canary(name, word, model, field, secret.readers))
    return found


def server() -> psycopg.Connection:
    """The server's administrator in the present database, whom no policy and no trigger stops."""
    found = psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=connections["default"].settings_dict["NAME"])
    found.execute("SET session_replication_role = replica")
    return found


def fill(organisation: Organisation, canaries: Iterable[Canary]) -> list[str]:
    """Put every word into its field, in all secret rows. Fields of which there is no row are named."""
    unfilled: list[str] = []
    with server() as admin:
        admin.execute(sql.SQL("SET search_path = {}, public").format(sql.Identifier(organisation.schema_name)))
        for label in SECRETS:  # a word where the form would not take it is a word still
            _unchecked(admin, apps.get_model(label)._meta.db_table)
        rows = {label: _rows(admin, label) for label in SECRETS}  # all first: a word may hide what a condition names
        for canary in canaries:
            label = canary.model._meta.label
            if not rows[label]:
                unfilled.append(canary.label)
                continue
            table, column = canary.home
            update: Any = f'UPDATE {table} SET "{column}" = %s WHERE ctid = ANY(%s::tid[]) RETURNING ctid::text'
            rows[label] = [row for (row,) in admin.execute(update, [canary.value, rows[label]]).fetchall()]
    return unfilled


def _unchecked(admin: psycopg.Connection, table: str) -> None:
    checks = admin.execute(
        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = to_regclass(%s)", [table]
    ).fetchall()
    for (name,) in checks:
        drop: Any = f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'
        admin.execute(drop)


def _rows(admin: psycopg.Connection, label: str) -> list[str]:
    table = apps.get_model(label)._meta.db_table
    query: Any = f"SELECT ctid::text FROM {table} WHERE {SECRETS[label].rows.format(table=table)}"
    return [row for (row,) in admin.execute(query).fetchall()]


@dataclass(frozen=True)
class Search:
    """All words at once."""

    words: Mapping[str, Canary]

    @classmethod
    def of(cls, canaries: Iterable[Canary]) -> Search:
        return cls({canary.word: canary for canary in canaries})

    def found(self, text: bytes | str) -> set[Canary]:
        """Every word that stands in a text. Only long runs of letters are looked at closely."""
        told = text.decode(errors="replace") if isinstance(text, bytes) else text
        runs = set(_LETTERS.findall(told.lower()))
        return {canary for word, canary in self.words.items() for run in runs if word in run}

    def hits(self, text: bytes | str, reader: str = "") -> list[str]:
        """The fields whose word stands in a text that this reader must not find it in."""
        return sorted(canary.label for canary in self.found(text) if reader not in canary.readers)

    def strays(self) -> list[tuple[str, str]]:
        """Every table and field whose word stands somewhere else in the whole database than in that field."""
        found = []
        with server() as admin:
            tables = admin.execute(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog',"
                " 'information_schema')"
            ).fetchall()
            for schema, table in tables:
                query: Any = f'SELECT to_jsonb(t)::text FROM "{schema}"."{table}" t'
                for (row,) in admin.execute(query).fetchall():
                    if not self.found(row):
                        continue
                    found += [
                        (f"{table}.{column}", canary.label)
                        for column, value in json.loads(row).items()
                        for canary in self.found(json.dumps(value))
                        if canary.home != (table, column) and (f"{table}.{column}", canary.label) not in COPIES
                    ]
        return found
