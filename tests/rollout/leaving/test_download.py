"""Everything that is a person's own is in their download, and nothing of anybody else's."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from rollout.accounts.models import Account
from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock
from rollout.kernel.database import ask
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.leaving import actions, clearing, queries
from rollout.organisations.models import Organisation
from tenants.members import actions as members
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions
from tests import world
from tests.rollout.leaving import life as lives
from tests.rollout.leaving.life import Life
from tests.world import inside

if TYPE_CHECKING:
    from collections.abc import Mapping

Parts = dict[str, list[dict[str, Any]]]


def opened(content: bytes) -> tuple[Parts, dict[str, str]]:
    """The data of a download, and its files as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        files = {name: file.read(name).decode("utf-8-sig") for name in file.namelist()}
    return json.loads(files["data.json"])["parts"], files


def collected(account: Account) -> tuple[Parts, dict[str, str]]:
    """What the first organisation had of a person, fetched by that person."""
    work.run_until_empty()
    (download,) = queries.downloads_of(account)
    return opened(actions.take(account=account, download=download, by=account))


def ready(account: Account) -> list[Any]:
    """The letters that say so."""
    return [told for told in mail.outbox if told.to == [account.email] and told.subject == "Your download is ready"]


def missing(row: Mapping[str, Any], columns: list[str], told: list[dict[str, Any]]) -> bool:
    wanted = {column: lives.alike(row[column]) for column in columns}
    return not any(all(lives.alike(one.get(column)) == value for column, value in wanted.items()) for one in told)


def test_it_holds_every_personal_field_of_every_own_row_and_nothing_of_others(life: Life, petra: Account):
    own, others = lives.mark(life, life.north, own=True), lives.mark(life, life.north, own=False)
    assert sum(map(len, own.values())) > 40
    assert sum(map(len, others.values())) > 60
    assert actions.prepare(account=petra, by=petra) == 1
    of_organisation, files = collected(petra)
    of_account, account_files = opened(actions.take_account(account=petra, heading="Mine", by=petra))
    told, lacking, empty = of_account | of_organisation, [], []
    with lives.superuser(life.north) as server:
        for _public, model, keeping in lives.personal_models():
            label = model._meta.label
            rows = lives.rows_of(server, model, keeping, petra.pk)
            columns = [model._meta.get_field(name).column for name in keeping.personal.split()]
            if label in ("jobs.Job", "platform_audit.Event"):  # taking the download adds to both
                rows = [row for row in rows if row.get("state") != "done" and "download" not in row.get("action", "")]
            empty += [] if rows else [label]
            lacking += [(label, row) for row in rows if missing(row, columns, told.get(label, []))]
            if "__" not in keeping.whose and label != "members.Invitation":  # those that she sent are hers as well
                whose = model._meta.get_field(keeping.whose).column
                assert {str(row[whose]) for row in told.get(label, [])} == {str(petra.pk)}, label
            for secret in keeping.withheld.split():
                assert all(model._meta.get_field(secret).column not in row for row in told.get(label, [])), label
    assert empty == ["jobs.Job"]
    assert lacking == []
    everything = "\n".join([*files.values(), *account_files.values()])
    assert [word for words in own.values() for word in words if word not in everything] == []
    assert [(label, word) for label, words in others.items() for word in words if word in everything] == []
    assert "secret-key" not in everything


def test_it_can_be_read_by_people_and_by_spreadsheets(life: Life, petra: Account):
    with inside(life.north, petra.pk):
        pair = Pair.objects.get(pk=life.things["pair"])
        me = type(life.petra).objects.get(pk=petra.pk)
        decisions.draft(pair=pair, title="=cmd|' /C calc'!A0", text="<script>alert(1)</script>", by=me)
    actions.prepare(account=petra, by=petra)
    parts, files = collected(petra)
    assert set(files) == {
        "index.html",
        "style.css",
        "data.json",
        *(f"{name.lower().replace('.', '-')}.csv" for name in parts),
    }
    assert "What is yours at Northmoor Hospitals Group" in files["index.html"]
    assert "<script>" not in files["index.html"]
    assert "&lt;script&gt;" in files["index.html"]
    table = list(csv.DictReader(io.StringIO(files["projects-decision.csv"])))
    assert len(table) == len(parts["projects.Decision"])
    assert "'=cmd|' /C calc'!A0" in {row["title"] for row in table}


def test_it_comes_in_the_language_of_the_person(life: Life, petra: Account):
    Account.objects.filter(pk=petra.pk).update(language="fr")
    actions.prepare(account=petra, by=petra)
    _parts, files = collected(petra)
    assert '<html lang="fr">' in files["index.html"]


def test_one_letter_says_that_it_is_there_and_nothing_else(life: Life, petra: Account):
    second_organisation(life, petra)
    mail.outbox.clear()
    assert actions.prepare(account=petra, by=petra) == 2
    with clock.at(clock.now() + timedelta(minutes=1)):
        work.run_until_empty()
    to_her = ready(petra)
    assert len(to_her) == 1
    assert "Northmoor" not in to_her[0].body
    assert "Southvale" not in to_her[0].body
    assert len(queries.downloads_of(petra)) == 2


def test_the_letter_waits_until_all_of_it_is_there(life: Life, petra: Account):
    actions.prepare(account=petra, by=petra)
    mail.outbox.clear()
    letter = Job.objects.get(kind=queries.LETTER)
    work.run(work.claim(letter.pk))
    assert ready(petra) == []
    with clock.at(clock.now() + timedelta(minutes=1)):
        work.run_until_empty()
    assert len(ready(petra)) == 1


def test_what_is_fetched_is_ones_own_alone(life: Life, petra: Account):
    actions.prepare(account=petra, by=petra)
    work.run_until_empty()
    (download,) = queries.downloads_of(petra)
    partner = Account.objects.get(pk=life.partner.pk)
    assert queries.download_of(partner, download.id) is None
    assert queries.downloads_of(partner) == []
    for act in (
        lambda: actions.take(account=petra, download=download, by=partner),
        lambda: actions.take_account(account=petra, heading="", by=partner),
        lambda: actions.prepare(account=petra, by=partner),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_after_a_week_it_is_gone(life: Life, petra: Account):
    actions.prepare(account=petra, by=petra)
    work.run_until_empty()
    (download,) = queries.downloads_of(petra)
    assert download.path
    assert download.path.is_file()
    assert clearing.downloads() == 0
    Job.objects.filter(pk=download.id).update(finished_at=clock.now() - timedelta(days=7, minutes=1))
    assert queries.downloads_of(petra) == []
    assert queries.download_of(petra, download.id) is None
    assert clearing.downloads() == 1
    assert not download.path.exists()


def test_who_was_ended_can_fetch_it_for_thirty_days(life: Life, petra: Account):
    with inside(life.north, life.lead, Role.ROLLOUT_LEAD):
        lead = type(life.lead).objects.prefetch_related("offices").get(pk=life.lead.pk)
        members.end_membership(member=life.petra, by=lead)
    assert actions.prepare(account=petra, by=petra) == 1
    parts, _files = collected(petra)
    assert parts["projects.DecisionKey"]
    assert {row["id"] for row in parts["pairs.Seat"]}
    assert "pairs.Pair" not in parts, "who sits nowhere reads no pair"
    with lives.superuser(life.north) as server:
        server.execute("UPDATE members_member SET ended_at = now() - interval '31 days' WHERE id = %s", [petra.pk])
    with inside(life.north, petra.pk):
        assert ask("own_material") == []
    Job.objects.filter(kind=queries.COLLECT).delete()
    assert actions.prepare(account=petra, by=petra) == 0


def test_what_the_partner_writes_afterwards_is_not_in_it(life: Life, petra: Account):
    with inside(life.north, petra.pk):
        pairs.leave(pair=Pair.objects.get(pk=life.things["pair"]), by=type(life.petra).objects.get(pk=petra.pk))
    with lives.superuser(life.north) as server:
        pair = life.things["pair"]
        server.execute("UPDATE pairs_pair SET title = 'canarytitle' WHERE id = %s", [pair])
        server.execute("UPDATE projects_resultclaim SET place = 'canarydraft' WHERE id = %s", [life.things["result"]])
        server.execute(
            "UPDATE projects_sharedtask SET text = 'canarytask', content_hash = 'other', edited_by_id ="
            " (SELECT id FROM pairs_seat WHERE pair_id = %s AND left_at IS NULL) WHERE pair_id = %s", [pair, pair]
        )  # fmt: skip
        server.execute(
            "UPDATE projects_witness SET answer = 'confirmed', answered_at = now() WHERE pair_id = %s", [pair]
        )
    actions.prepare(account=petra, by=petra)
    parts, files = collected(petra)
    assert [word for word in ("canarytitle", "canarydraft", "canarytask") if word in files["data.json"]] == []
    assert [row for row in parts["projects.Witness"] if row["pair_id"] == str(pair) and "answer" in row] == []
    assert str(life.things["agreed"]) in {row["id"] for row in parts["projects.Decision"]}


def test_asking_again_and_again_is_refused(life: Life, petra: Account):
    for _time in range(3):
        actions.prepare(account=petra, by=petra)
    with pytest.raises(DomainError, match="too_often"):
        actions.prepare(account=petra, by=petra)


def test_somebody_whom_nobody_knows_gets_the_account_alone(life: Life):
    stranger = world.account("Stella Stranger")
    assert actions.prepare(account=stranger, by=stranger) == 0
    assert not Job.objects.filter(person=stranger.pk).exists()
    parts, _files = opened(actions.take_account(account=stranger, heading="Mine", by=stranger))
    assert parts["accounts.Account"][0]["email"] == stranger.email


def second_organisation(life: Life, account: Account) -> None:
    """She comes into the other organisation as well."""
    with lives.superuser(life.south) as server:
        server.execute(
            "INSERT INTO members_member (id, name, listed, joined_at) VALUES (%s, 'Petra', true, now())", [account.pk]
        )
    assert Organisation.objects.count() == 2
