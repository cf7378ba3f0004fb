"""A world in which every text that people typed is hostile: each page prints it as text, and no script of it runs."""

from __future__ import annotations

import logging
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.types.json import Jsonb

from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from tests import databases
from tests.pages import frames, gallery
from tests.pages.reading import tree

ATTACK = "'\"><img src=x onerror=canary()><svg/onload=canary()>"
SHOWN = "&gt;&lt;img src=x onerror=canary()&gt;"
TYPED = "[A-Z ]"
"""Codes of ours have no capital letter and no blank."""
NOT_TYPED = ("sealed", "hash", "signature", "token", "sha", "digest", "path")


def spoil(name: str, schema: str) -> tuple[int, int]:
    """Put the attack behind every text of an organisation, past every protection; how many columns took it, or not."""
    took = refused = 0
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=name, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        columns = admin.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = %s AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'"
            " AND data_type IN ('text', 'character varying', 'jsonb') AND table_name <> 'django_migrations'",
            [schema],
        ).fetchall()
        for table, column, kind in columns:
            if any(word in column for word in NOT_TYPED):
                continue
            try:
                rows = _spoil_column(admin, sql.Identifier(schema, table), sql.Identifier(column), kind)
            except (psycopg.errors.CheckViolation, psycopg.errors.StringDataRightTruncation):
                refused += 1
                print(f"{table}.{column} cannot hold it")  # noqa: T201
            else:
                took += bool(rows)
    return took, refused


def _spoil_column(admin: Any, table: sql.Identifier, column: sql.Identifier, kind: str) -> int:
    if kind != "jsonb":
        statement = sql.SQL("UPDATE {0} SET {1} = {1} || %s WHERE {1} ~ %s").format(table, column)
        return int(admin.execute(statement, [ATTACK, TYPED]).rowcount)
    found = admin.execute(sql.SQL("SELECT ctid::text, {1} FROM {0} WHERE {1} IS NOT NULL").format(table, column))
    rows = found.fetchall()
    for place, content in rows:
        statement = sql.SQL("UPDATE {0} SET {1} = %s WHERE ctid = %s::tid").format(table, column)
        admin.execute(statement, [Jsonb(_spoilt(content)), place])
    return len(rows)


def _spoilt(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _spoilt(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_spoilt(value) for value in content]
    is_typed = isinstance(content, str) and " " in content.strip()
    return content + ATTACK if is_typed else content


@pytest.fixture(scope="module")
def hostile_pages(built: Any, django_db_blocker: Any) -> list[gallery.Sheet]:
    """The pages of the house after everything typed has become an attack."""
    run = connections["default"].settings_dict["NAME"]
    name, street = built
    with django_db_blocker.unblock():
        databases.use(run)
        with databases.copy("_hostile", of=name) as copied:
            databases.use(copied)
            hosts.forget()
            north = Organisation.objects.get(slug="north")
            Organisation.objects.filter(pk=north.pk).update(name=f"North{ATTACK}")
            took, refused = spoil(copied, north.schema_name)
            print(f"{took} columns took the attack, {refused} cannot hold it")  # noqa: T201
            assert took > 20
            hosts.forget()
            logging.disable(logging.CRITICAL)
            try:
                return [sheet for sheet in gallery.take(street, "en", most=1) if gallery.is_html(sheet)]
            finally:
                logging.disable(logging.NOTSET)
                databases.use(run)
                hosts.forget()


def test_every_page_prints_hostile_text_as_text(hostile_pages):
    assert [str(sheet) for sheet in hostile_pages if sheet.status >= 400] == []
    shown = [sheet for sheet in hostile_pages if sheet.status == 200]
    assert [str(sheet) for sheet in shown if tree(sheet.html).xpath("//*[@onerror or @onload] | //img[@src='x']")] == []
    attacked = {sheet.route for sheet in hostile_pages if SHOWN in sheet.html}
    assert len(attacked) > 80


def test_no_script_of_it_runs_in_a_browser(browser, house_pages, hostile_pages):
    ran: list[str] = []
    with frames.framed(browser, house_pages) as frame:
        frame.page.expose_function("canary", lambda: ran.append(str(frame.shown)))
        frame.page.on("dialog", lambda dialog: (ran.append(str(frame.shown)), dialog.dismiss()))
        seen = set()
        for sheet in hostile_pages:
            if SHOWN in sheet.html and sheet.route not in seen:
                seen.add(sheet.route)
                frame.show(sheet)
        assert frame.troubles == []
        assert ran == []
        frame.page.evaluate("canary()")
        assert len(ran) == 1
