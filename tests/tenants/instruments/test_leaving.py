"""What goes along with somebody who leaves, and what is destroyed when they ask for erasure."""

from __future__ import annotations

import json
import uuid

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from psycopg import sql as names

from rollout.kernel.database import ask
from rollout.leaving.parts import opened as opened_for
from rollout.organisations.models import Organisation
from tenants.pairs import actions as pairs
from tests.world import inside, sql
from tests.world_instruments import answered, opened, revealed
from tests.world_projects import workshop


@pytest.fixture
def shop(north):
    return workshop(north)


def taken_along(shop, who):
    """The answers in somebody's download, opened, by instrument."""
    with inside(shop.organisation, who):
        rows = [json.loads(row) for kind, row in ask("own_material") if kind == "instruments.Answer"]
    return {row["code"]: row for row in opened_for("instruments.Answer", rows, uuid.uuid4())}


def test_ones_own_answers_go_along_opened_and_nobody_elses(shop):
    revealed(shop, "dialogue", numbers=(6, 2))
    answered(shop, opened(shop), shop.citizen, 3, lines={"trust": "Zwetschgen"})
    answered(shop, opened(shop, "capability", by=shop.citizen), shop.citizen, 4)
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    told = taken_along(shop, shop.citizen)
    assert {code: set(row["values"].values()) for code, row in told.items()} == {
        "dialogue": {2}, "check_in": {3}, "capability": {4},
    }  # fmt: skip
    assert told["check_in"]["lines"] == {"trust": "Zwetschgen"}
    assert all("sealed" not in row for row in told.values())
    assert set(taken_along(shop, shop.professional)) == {"dialogue"}


def test_erasure_destroys_what_the_partner_never_read_and_leaves_what_both_read(own_database):
    shop = workshop(Organisation.objects.get(slug="north"))
    read = revealed(shop, "dialogue")
    waiting = answered(shop, opened(shop), shop.citizen)
    own = answered(shop, opened(shop, "capability", by=shop.citizen), shop.citizen)
    kept = opened(shop, "power_map")
    answered(shop, kept, shop.citizen, keeps_sealed=True)
    answered(shop, kept, shop.professional)
    with inside(shop.organisation, shop.professional):
        (seat,) = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.citizen.pk)[0]
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=own_database, autocommit=True) as admin:
        admin.execute(names.SQL("SET search_path TO {}").format(names.Identifier(shop.organisation.schema_name)))
        admin.execute("SELECT forget_in_instruments(%s, ARRAY[%s]::uuid[])", [shop.citizen.pk, seat])
        left = admin.execute("SELECT round_id FROM instruments_answer WHERE seat_id = %s", [seat]).fetchall()
        rounds = admin.execute("SELECT id FROM instruments_round WHERE pair_id = %s", [shop.pair.pk]).fetchall()
    assert left == [(read.pk,)]
    assert {row[0] for row in rounds} == {read.pk, waiting.pk, kept.pk}
    assert own.pk not in {row[0] for row in rounds}


def test_nobody_calls_these_functions_by_hand(shop):
    with inside(shop.organisation, shop.citizen):
        for function, arrays in (("forget_in_instruments", 1), ("material_of_instruments", 3)):
            marks = ", ".join(["%s", *["%s::uuid[]"] * arrays])
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                sql(f"SELECT {function}({marks})", shop.citizen.pk, *[[uuid.uuid4()]] * arrays)
