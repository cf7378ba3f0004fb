"""What one wrote here is taken along: the same that programs get, and nothing of the partner."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest

from tenants.pairs.queries import seat_of
from tenants.relationship import actions, taking
from tests import world
from tests.world import inside
from tests.world_pairs import accepted
from tests.world_projects import workshop
from tests.world_relationship import assumed, line, prepared, restated, shown, snapped, tried


@pytest.fixture
def shop(north):
    made = workshop(north)
    accepted(*made.partners)
    for me in made.partners:
        snapped(made, me, words="=1+1")
        line(made, me)
        shown(made, me, text="Shown")
        restated(made, me, text="Said again")
        about = assumed(made, me)
        prepared(made, me)
        tried(made, me)
        with inside(north, me):
            actions.say_why(pair=made.pair, kind="assumption", subject=about.pk, first="no_time", by=me)
    return made


def moments(row):
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") or (name == "moment" and value) else value
        for name, value in row.items()
        if value is not None
    }


ADDRESSES = {
    "snap_backs": "snap-backs", "differences": "differences", "assumptions": "assumptions",
    "conversations": "hard-conversations", "experiments": "experiments", "time_reasons": "time-reasons",
}  # fmt: skip


@pytest.mark.parametrize("kind", taking.KINDS)
def test_data_are_what_programs_get(shop, browser_of, kind):
    mine = browser_of(shop.professional, shop.organisation)
    file = mine.get(f"/pairs/{shop.pair.pk}/my-entries/?as=json")
    assert file["Content-Disposition"] == 'attachment; filename="my-entries.json"'
    rows = {row["id"]: moments(row) for row in json.loads(file.content)[kind]}
    with inside(shop.organisation, shop.professional):
        seat = str(seat_of(shop.professional, shop.pair.pk).pk)
    told = mine.get(f"/api/v1/{ADDRESSES[kind]}/?pair={shop.pair.pk}").json()["results"]
    own = {row["id"]: moments(row) for row in told if row["seat"] == seat}
    assert rows
    assert {pk: {**row, "restatements": []} for pk, row in rows.items()} == {
        pk: {**row, "restatements": []} for pk, row in own.items()
    }


def test_the_table_says_the_same_and_runs_no_formula(shop, browser_of):
    mine = browser_of(shop.professional, shop.organisation)
    place = f"/pairs/{shop.pair.pk}/my-entries/"
    assert f'href="{place}?as=json"' in mine.get(f"/pairs/{shop.pair.pk}/differences/").content.decode()
    table = list(csv.reader(io.StringIO(mine.get(place).content.decode("utf-8-sig"))))
    data = json.loads(mine.get(f"{place}?as=json").content)
    assert table[0] == ["kind", "id", "item", "value"]
    assert {(row[0], row[1]) for row in table[1:]} == {(kind, row["id"]) for kind in data for row in data[kind]}
    assert "'=1+1" in {row[3] for row in table}


def test_nobody_else_takes_anything(shop, north, browser_of):
    third = world.member(north, "Theo Third")
    assert browser_of(third, north).get(f"/pairs/{shop.pair.pk}/my-entries/").status_code == 404
