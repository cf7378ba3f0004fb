"""Somebody with something of theirs in every table that can hold it, read and marked by the database's superuser."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from allauth.account.models import EmailAddress, EmailConfirmation
from django.conf import settings
from django.db import connections
from django.db.models import CharField, Model, TextField
from django.utils import timezone
from psycopg import sql as text
from psycopg.rows import dict_row

from api.models import KeptAnswer
from governance.boards import actions as boards
from governance.boards.models import BoardMembership
from rollout.accounts import actions as accounts
from rollout.accounts import outbox
from rollout.accounts.models import Account, EntryCode
from rollout.identity.models import AddressChange, FactorReset, SheetCode
from rollout.kernel import clock, mail
from rollout.kernel.keeping import Keeping
from rollout.kernel.tenancy import PARTNER
from rollout.leaving.models import Erasure
from rollout.leaving.queries import models_about
from rollout.organisations.models import Organisation, OrganisationRequest
from rollout.signon.models import Connection, SignInService
from tenants.disclosure.models import Audience
from tenants.members import actions as members
from tenants.members.models import Invitation, Role, Site
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions
from tenants.surfacing import actions as surfacing
from tests import rooms, world, world_exports, world_governance, world_roster, world_surfacing
from tests.permissions.house import factors_of, of_a_pair, of_offices, webhooks_of
from tests.tenants.roster.files import row
from tests.world import inside, sql
from tests.world_accounts import operator, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.members.models import Member

WRITTEN = {
    "name", "title", "text", "reason", "override_reason", "label", "shared_task", "file_name", "measure", "place",
    "evidence", "side_effects", "not_achieved", "relation", "device", "body", "site",
    *(column for columns in rooms.told("WRITTEN") for column in columns),
}  # fmt: skip
"""Columns that hold words of people."""


@dataclass
class Life:
    """Petra, her organisation, another one that has her address, and what she has."""

    north: Organisation
    south: Organisation
    petra: Member
    partner: Member
    lead: Member
    things: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return Account.objects.get(pk=self.petra.pk).email or ""


def lived(north: Organisation, south: Organisation) -> Life:
    """Build it through the product's own doors, where there are any."""
    board = world_governance.board(north)
    shop, things = of_a_pair(north, "Letters that patients can read")
    petra, partner = shop.partners
    account = Account.objects.get(pk=petra.pk)
    of_offices(north, petra, board)
    factors_of(petra)
    webhooks_of(north, petra, PARTNER)
    in_office = _in_office(north, petra, board, things)
    _in_pairs(north, petra, partner, things)
    for live in rooms.told("LIVED"):
        live(north, petra, partner, things)
    _issued(north, in_office, board, things)
    _of_account(account, north)
    _elsewhere(south, account)
    world.hidden_pair(north, "Somebody else's pair")
    return Life(north, south, petra, partner, board.lead, things)


def _in_office(north: Organisation, petra: Member, board: world_governance.Board, things: dict[str, Any]) -> Member:
    """She holds offices as well, sits on a board and is the executive sponsor of another."""
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        for role in (Role.ROLLOUT_LEAD, Role.BOARD_MEMBER, Role.SPONSOR):
            members.grant_office(member=petra, role=role, by=board.lead)
        Site.objects.create(name="Northgate")
        boards.seat(body=board.body, member=petra, kind=BoardMembership.Kind.EXECUTIVE, by=board.lead)
        second = boards.found(name="Quality of letters", by=board.lead)
    with inside(north, petra, Role.ROLLOUT_LEAD):
        petra = type(petra).objects.prefetch_related("offices").get(pk=petra.pk)
        second = boards.choose_sponsor(body=second, sponsor=petra, by=petra)
    things["export"] = world_exports.made(north, petra)
    world_roster.stored(north, petra, row(name="Zoe", email="zoe@example.net"), name="petra.csv")
    things |= {"board": board.body.pk, "second": second}
    return petra


def _issued(north: Organisation, petra: Member, board: world_governance.Board, things: dict[str, Any]) -> None:
    """A pack that names her twice: as a partner, and as the sponsor of its board. She asked for it and opened it."""
    hers = world_governance.Board(north, things["second"], petra, board.director, board.secretary, petra)
    pack = world_governance.issued(hers, language="fr", pdf=b"%PDF-1.7 with names")
    with inside(north, petra, Role.ROLLOUT_LEAD):
        sql("SELECT log_pack_read(%s)", pack.pk)
    things |= {"pack": pack.pk, "pack_path": pack.pdf_path}


def _in_pairs(north: Organisation, petra: Member, partner: Member, things: dict[str, Any]) -> None:
    with inside(north, petra):
        contested = decisions.draft(pair=Pair.objects.get(pk=things["pair"]), title="Contested", text="No", by=petra)
        decisions.propose(decision=contested, by=petra)
        decisions.contest(decision=contested, reason="Because", by=petra)
        KeptAnswer.objects.create(
            person_id=petra.pk, capacity="partner", key_hash="k" * 64, request_hash="r" * 64, status=201, body="Answer",
            kept_at=clock.now(),
        )  # fmt: skip
        sql("SELECT notify(%s, 'partner', 'news', %s, %s)", petra.pk, uuid.uuid4(), uuid.uuid4())
        sql("SELECT return_to_pair(%s)", things["pair_i_left"])  # what she left is not hers to take along any more
    with inside(north, partner):
        pair = Pair.objects.get(pk=things["pair"])
        things["partners_draft"] = decisions.draft(pair=pair, title="His draft", text="His", by=partner).pk
        things["partners_package"] = surfacing.propose(
            pair=pair, audience=Audience.ORGANISATION, audience_id=uuid.UUID(int=0), picks=[], by=partner
        ).pk
    # A second pair, which has shown itself to a board with her signature.
    with clock.at(clock.now() - timedelta(days=5)):
        made = world_surfacing.pair_with_work(north, title="Shown by both")
        _take_over(north, made.professional, petra)
        world_surfacing.opened(_as(made, petra), audience=Audience.BOARD, audience_id=things["second"].pk)
    things |= {"shown_pair": made.pair, "shown_decision": made.decision.pk, "second_partner": made.citizen}


def _take_over(north: Organisation, was: Member, now: Member) -> None:
    """Petra has been in that seat from the start."""
    with superuser(north) as server:
        server.execute("UPDATE pairs_seat SET member_id = %s WHERE member_id = %s", [now.pk, was.pk])


def _as(made: Any, petra: Member) -> Any:
    return type(made)(**{**{name: getattr(made, name) for name in made.__dataclass_fields__}, "professional": petra})


def _of_account(account: Account, north: Organisation) -> None:
    now = timezone.now()
    signed_in(account)
    EntryCode.objects.create(
        hash="e" * 64, account=account, host="north.localhost", state_hash="s" * 64, parent="p", started_at=now,
        expires_at=now, second_factor_at=now, used_at=now,
    )  # fmt: skip
    accounts.choose_language(account=account, language="en", by=account)
    EmailConfirmation.objects.create(
        email_address=EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True),
        key="secret-key",
    )
    AddressChange.objects.create(
        account=account, address="old@example.net", asked_by=operator(), asked_at=now, due_at=now, stopped_at=now
    )
    Account.objects.filter(pk=account.pk).update(number="PETRA234")
    SheetCode.objects.create(hash="c" * 64, account=account, made_at=now, expires_at=now + timedelta(days=1))
    FactorReset.objects.create(account=account, asked_by=operator(), asked_at=now, due_at=now, stopped_at=now)
    service = SignInService.objects.create(
        organisation=north, name="Northmoor", issuer="https://login.example.org", client_id="c", client_secret="s",
        domains=["example.org"], changed_at=now,
    )  # fmt: skip
    Connection.objects.create(
        service=service,
        account=account,
        issuer=service.issuer,
        subject="petra-at-the-hospital",
        made_at=now,
        used_at=now,
    )
    OrganisationRequest.objects.create(slug="asked-by-petra", asked_by=account, answered_at=now)
    Erasure.objects.create(account=account, asked_at=now, due_at=now, stopped_at=now)
    mail.send(
        template="leaving/ready", context={}, to=account.email or "", language="en", message_id="m", subject="Hello"
    )
    outbox.Outbox().send_messages(_letters(account.email or ""))


def _letters(address: str) -> list[Any]:
    from django.core.mail import EmailMultiAlternatives

    return [EmailMultiAlternatives("Hello", "Text", "no-reply@example.org", [to]) for to in (address, "b@example.org")]


def _elsewhere(south: Organisation, account: Account) -> None:
    """Another organisation has invited her, and a pair there has asked her as a witness. She has never been there."""
    other = world_governance.board(south)
    of_a_pair(south, "Elsewhere")
    world_roster.sent(south, other.lead, row(name="Petra", email=account.email or ""), name="south.csv")
    with superuser(south) as server:
        server.execute(
            "UPDATE projects_witness SET email = %s, name = 'Petra the witness', relation = 'Petra was there'"
            " WHERE id = (SELECT id FROM projects_witness ORDER BY asked_at, id LIMIT 1)",
            [account.email],
        )


# The superuser's view


def superuser(organisation: Organisation | None = None) -> psycopg.Connection[Any]:
    """The server's administrator, past every rule, in one organisation's schema and the public one."""
    name = connections["platform"].settings_dict["NAME"]
    server = psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name, autocommit=True, row_factory=dict_row)
    path = f"{organisation.schema_name}, public" if organisation else "public"
    server.execute(f"SET search_path = {path}".encode())
    server.execute("SET session_replication_role = replica")
    server.execute("SET timezone = 'UTC'")
    return server


def rows_of(
    server: psycopg.Connection[Any], model: type[Model], keeping: Keeping, person: UUID
) -> list[dict[str, Any]]:
    """Every row of a model that is this person's, as its declaration says."""
    joins, table, last = [], "t0", model
    *steps, end = keeping.whose.split("__")
    for number, step in enumerate(steps, start=1):
        relation = last._meta.get_field(step)
        there = relation.related_model
        assert isinstance(there, type)
        if relation.auto_created:
            on = f'{table}."{last._meta.pk.column}" = t{number}."{relation.field.column}"'  # type: ignore[union-attr]
        else:
            on = f'{table}."{relation.column}" = t{number}."{there._meta.pk.column}"'  # type: ignore[union-attr]
        joins.append(f'JOIN "{there._meta.db_table}" t{number} ON {on}')
        table, last = f"t{number}", there
    column = last._meta.get_field(end).column  # type: ignore[union-attr]
    query = (
        f'SELECT DISTINCT to_jsonb(t0) AS row FROM "{model._meta.db_table}" t0 {" ".join(joins)}'
        f' WHERE {table}."{column}" = %s'
    )
    return [found["row"] for found in server.execute(query.encode(), [person]).fetchall()]


def personal_models() -> Iterator[tuple[bool, type[Model], Keeping]]:
    """Every model with something personal, and whether it is the service's own."""
    for public in (True, False):
        for model, keeping in models_about(public=public):
            yield public, model, keeping


def mark(life: Life, organisation: Organisation, *, own: bool) -> dict[str, set[str]]:
    """Put a word of its own into every column with people's words, in her rows or in everybody else's; by model."""
    marks: dict[str, set[str]] = {}
    with superuser(organisation) as server:
        # A reason is given by who starts in the open alone; here every package has one.
        server.execute("ALTER TABLE surfacing_surfacing DROP CONSTRAINT IF EXISTS surfacing_reason_iff_from_start")
        for _public, model, keeping in personal_models():
            mine = {found[model._meta.pk.column] for found in rows_of(server, model, keeping, life.petra.pk)}
            if model is Invitation:  # whom she invited she typed herself
                sent = server.execute(
                    "SELECT id FROM members_invitation WHERE kind = 'partner' AND invited_by_id = %s", [life.petra.pk]
                )
                mine |= {str(found["id"]) for found in sent.fetchall()}
            columns = [
                told.column
                for told in model._meta.concrete_fields
                if isinstance(told, CharField | TextField) and told.name in WRITTEN and not told.choices
                and told.name in keeping.personal.split()
            ]  # fmt: skip
            for column in columns:
                table, pk = model._meta.db_table, model._meta.pk.column
                for found in server.execute(f'SELECT "{pk}" AS id FROM "{table}"'.encode()).fetchall():
                    if (str(found["id"]) in map(str, mine)) == own:
                        word = f"canary{uuid.uuid4().hex[:14]}"
                        server.execute(
                            text.SQL("UPDATE {} SET {} = %s WHERE {} = %s").format(
                                *map(text.Identifier, (table, column, pk))
                            ),
                            [word, found["id"]],
                        )
                        marks.setdefault(model._meta.label, set()).add(word)
    return marks


def dump() -> str:
    """Every row of every table of every schema, as one text."""
    lines = []
    with superuser() as server:
        tables = server.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            " ORDER BY 1, 2"
        ).fetchall()
        for table in tables:
            name = text.Identifier(table["schemaname"], table["tablename"])
            rows = server.execute(text.SQL("SELECT to_jsonb(t)::text AS row FROM {} t").format(name)).fetchall()
            lines += [f"{table['schemaname']}.{table['tablename']} {found['row']}" for found in rows]
    return "\n".join(lines)


def alike(value: Any) -> Any:
    """A value in the one form in which the database's and the download's can be compared."""
    if isinstance(value, str):
        try:
            return dt.datetime.fromisoformat(value).isoformat() if len(value) >= 10 and value[4] == "-" else value
        except ValueError:
            return value
    return json.loads(json.dumps(value, default=str))
