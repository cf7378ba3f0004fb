"""A rollout lead takes along what they may see: no byte of it tells of anything else."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.urls import reverse

from governance.exports import actions, contents, tasks
from governance.exports.models import Export
from governance.exports.rendering import file_of
from rollout.accounts import actions as accounts
from rollout.accounts.models import Account
from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from rollout.organisations.models import Organisation
from tenants.audit.models import Event
from tenants.members.models import Member, Notice, Role
from tenants.pairs.models import Pair
from tests import world, world_governance, world_roster
from tests.world import browser, inside
from tests.world_projects import Workshop

PAGE = "/rollout/data/"


@pytest.fixture
def moor(committed):
    """An organisation with a board, a pair that shows itself to it, a roster and an issued pack."""
    return told(Organisation.objects.get(slug="north"))


def told(organisation):
    board = world_governance.board(organisation)
    world_governance.shown_to(board, "=1+1|letters")
    world_governance.issued(board, pdf=b"%PDF-1.7 a pack")
    world_roster.stored(organisation, board.lead)
    return board


def taken(board, who=None, language="en"):
    lead = who or board.lead
    with inside(board.organisation, lead, Role.ROLLOUT_LEAD):
        return file_of(board.organisation, Member.objects.get(pk=lead.pk), language)


def table(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return json.loads(bundle.read(f"tables/{name}.json"))


def everything(content):
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return b"\n".join(bundle.read(name) for name in bundle.namelist()).decode("utf-8", "replace")


def hide_a_pair(board):
    """The lead and somebody whom nobody else knows do everything that a pair can do short of showing themselves."""
    organisation, lead = board.organisation, board.lead
    pair = world.founded(organisation, lead, title="Zanzibarquill")
    citizen = world.joined(organisation, pair, lead, "Unseen Nadia")
    for partner in (lead, citizen):
        account = Account.objects.get(pk=partner.pk)
        accounts.accept_terms(account=account, by=account)
    with inside(organisation, lead):
        shop = Workshop(organisation, Pair.objects.get(pk=pair), lead, citizen)
    shop.task(signed_by=shop.partners)
    shop.proposed(signed_by=shop.partners)
    shop.confirmed()


def test_a_hidden_pair_changes_no_byte_of_it(moor):
    with clock.at(clock.now() + timedelta(hours=1)):
        before = taken(moor)
        hide_a_pair(moor)
        assert taken(moor) == before
        world.hidden_pair(moor.organisation)
        assert taken(moor) != before  # somebody was invited into the list of people, and that is to be seen
    found = everything(before)
    for secret in ("Zanzibarquill", "Unseen Nadia", "nadia.unseen"):
        assert secret not in found
    assert "=1+1|letters" in found


def test_it_holds_what_the_leads_pages_show(moor):
    content = taken(moor)
    assert [pair["title"] for pair in table(content, "pairs")] == ["=1+1|letters"]
    for name in ("people", "offices", "invitations", "roster_rows", "boards", "board_members", "partners", "decisions",
                 "results", "result_values", "board_packs", "acts"):  # fmt: skip
        assert table(content, name), name
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        (pack,) = table(content, "board_packs")
        assert bundle.read(f"packs/{pack['id']}.pdf") == b"%PDF-1.7 a pack"
        assert json.loads(bundle.read(f"packs/{pack['id']}.json"))["board"] == moor.body.name
        readme = bundle.read("readme.txt").decode()
    assert "There may be pairs here that you cannot see. That is how this programme works." in readme
    assert all(f"{one.name}: " in readme for one in contents.TABLES)


def test_its_tables_cannot_be_mistaken_for_formulas(moor):
    with zipfile.ZipFile(io.BytesIO(taken(moor))) as bundle:
        rows = list(csv.DictReader(io.StringIO(bundle.read("tables/pairs.csv").decode("utf-8-sig"))))
        assert [row["title"] for row in rows] == ["'=1+1|letters"]
        names = bundle.namelist()
    assert {f"tables/{one.name}.{kind}" for one in contents.TABLES for kind in ("csv", "json")} < set(names)


def test_it_speaks_the_language_of_its_lead(moor):
    with zipfile.ZipFile(io.BytesIO(taken(moor, language="fr"))) as bundle:
        assert "Northmoor" in bundle.read("readme.txt").decode()


def test_no_secret_column_is_named():
    named = {column for one in contents.TABLES for column in one.columns}
    assert not named & {"token_hash", "hash", "previous", "seq", "pdf_path", "job_id", "listed", "accepted_by_id"}


def test_a_lead_asks_and_is_told_and_takes_the_file(moor):
    client = browser(moor.lead, moor.organisation)
    assert PAGE in client.get("/rollout/").content.decode()
    answer = client.post(f"{PAGE}take/")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert "it is being made" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}take/")
    with inside(moor.organisation, moor.lead, Role.ROLLOUT_LEAD):
        (export,) = Export.objects.all()
    link = reverse("exports:export-file", args=[export.pk])
    assert client.get(link).status_code == 404
    assert work.run(work.claim(export.job_id))

    page = client.get(PAGE).content.decode()
    assert link in page
    with inside(moor.organisation, moor.lead, Role.ROLLOUT_LEAD):
        assert Notice.objects.filter(kind=tasks.READY, read_at__isnull=True).count() == 1
    answer = client.get(link)
    assert answer["Content-Disposition"] == 'attachment; filename="north-data.zip"'
    assert table(b"".join(answer.streaming_content), "pairs")
    with inside(moor.organisation, moor.lead, Role.ROLLOUT_LEAD):
        assert not Notice.objects.filter(kind=tasks.READY, read_at__isnull=True).exists()
        acts = Event.objects.filter(subject_id=export.pk).order_by("seq").values_list("action", flat=True)
        assert list(acts) == ["export.requested", "export.made", "export.taken"]


def test_nobody_else_reaches_it(moor):
    other = world.member(moor.organisation, "Lorna Lead", Role.ROLLOUT_LEAD)
    export = asked(moor)
    assert work.run(work.claim(export.job_id))
    link = reverse("exports:export-file", args=[export.pk])
    answer = browser(moor.lead, moor.organisation).get(link)
    assert table(b"".join(answer.streaming_content), "people")
    for who in (other, moor.sponsor, moor.secretary, moor.director):
        assert browser(who, moor.organisation).get(link).status_code == 404
    assert "Data as of" not in browser(other, moor.organisation).get(PAGE).content.decode()
    with inside(moor.organisation, moor.sponsor, Role.SPONSOR), pytest.raises(DomainError):
        actions.take_data(language="en", by=moor.sponsor)


def asked(board):
    with inside(board.organisation, board.lead, Role.ROLLOUT_LEAD):
        return actions.take_data(language="en", by=board.lead)


def test_who_is_no_lead_any_more_gets_nothing(moor):
    export = asked(moor)
    world.member(moor.organisation, "Lorna Lead", Role.ROLLOUT_LEAD)
    end_office(moor)
    assert work.run(work.claim(export.job_id))
    assert Job.objects.get(pk=export.job_id).result_path == ""
    with inside(moor.organisation, moor.lead, Role.ROLLOUT_LEAD):
        assert Export.objects.get().ready_at is None


def end_office(board):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            f"UPDATE {board.organisation.schema_name}.members_office SET ended_at = now() WHERE member_id = %s",
            [board.lead.pk],
        )


def test_the_file_goes_after_a_week(moor, settings):
    export = asked(moor)
    assert work.run(work.claim(export.job_id))
    kept = settings.FILES_DIR / Job.objects.get(pk=export.job_id).result_path
    assert kept.is_file()
    removing = Job.objects.get(kind=tasks.REMOVE)
    assert work.claim(removing.pk) is None
    end_office(moor)  # the file goes also when its lead is none any more
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        assert work.run(work.claim(removing.pk))
        assert not kept.exists()
        with inside(moor.organisation, moor.lead, Role.ROLLOUT_LEAD):
            assert not Export.objects.exists()


def test_a_failed_one_can_be_asked_for_again(moor):
    export = asked(moor)
    Job.objects.filter(pk=export.job_id).update(state="failed")
    assert "could not be made" in browser(moor.lead, moor.organisation).get(PAGE).content.decode()
    assert asked(moor).pk != export.pk


def test_the_command_writes_the_same_file_as_this_lead(moor, tmp_path, capsys):
    file = tmp_path / "north.zip"
    lead = Account.objects.get(pk=moor.lead.pk).email
    with clock.at(clock.now() + timedelta(hours=1)):
        expected = taken(moor)
        call_command("organisation", "export", "north", "--as", lead.upper(), "--to", file)
    assert file.read_bytes() == expected
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert capsys.readouterr().out == "What this rollout lead may see of north is written down.\n"
    with inside(moor.organisation, moor.lead, Role.ROLLOUT_LEAD):
        assert Event.objects.latest("at", "seq").action == "export.made_by_operator"
    with pytest.raises(CommandError, match="already a file"):
        call_command("organisation", "export", "north", "--as", lead, "--to", file)


@pytest.mark.parametrize("who", ["sponsor", "secretary", "director", "nobody"])
def test_the_command_writes_for_rollout_leads_alone(moor, tmp_path, who):
    email = Account.objects.get(pk=getattr(moor, who).pk).email if who != "nobody" else "nobody@example.org"
    with pytest.raises(CommandError, match="Nobody of this address is a rollout lead"):
        call_command("organisation", "export", "north", "--as", email, "--to", tmp_path / "north.zip")
    with pytest.raises(CommandError, match="no organisation “fen”"):
        call_command("organisation", "export", "fen", "--as", email, "--to", tmp_path / "north.zip")
    assert list(tmp_path.iterdir()) == []
