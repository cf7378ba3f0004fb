"""Taking one's reflections along, being forgotten, and backups: a text goes with its author and dies with the key."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from rollout.accounts import private
from rollout.accounts.models import Account, PrivateKey
from rollout.jobs import work
from rollout.kernel.errors import DomainError
from rollout.leaving import actions, erasing
from rollout.leaving import queries as leaving
from rollout.leaving.models import Erasure
from rollout.organisations.models import Organisation
from tenants.pairs import actions as pairs
from tenants.reflections import queries
from tenants.reflections.actions import own, together
from tenants.reflections.models import Reflection
from tests.rollout.leaving import life as lives
from tests.world import inside, sql
from tests.world_projects import workshop

CANARY = "quibblefrostmarzipan"


@pytest.fixture
def shop(committed, settings, tmp_path):
    settings.FILES_DIR, settings.OUTBOX_DIR = tmp_path / "files", tmp_path / "outbox"
    return workshop(Organisation.objects.get(slug="north"))


def kept(shop):
    with inside(shop.organisation, shop.citizen):
        row = own.write(text=f"{CANARY} alone, and a part of it: wobblethistle.", by=shop.citizen)
        own.share(reflection=row, pair=shop.pair, passage="wobblethistle", by=shop.citizen)
    return row


def test_the_download_holds_the_words_after_leaving_as_well(shop):
    kept(shop)
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    for who, holds in ((shop.citizen, True), (shop.professional, False)):
        account = Account.objects.get(pk=who.pk)
        assert actions.prepare(account=account, by=account) == 1
        work.run_until_empty()
        (download,) = leaving.downloads_of(account)
        with zipfile.ZipFile(io.BytesIO(actions.take(account=account, download=download, by=account))) as file:
            data, page = json.loads(file.read("data.json"))["parts"], file.read("index.html").decode()
        assert (CANARY in page) == holds
        assert [CANARY in row["text"] for row in data.get("reflections.Reflection", [])] == [True] * holds
        assert "wobblethistle" in page or not holds
        assert "sealed" not in page


def test_being_forgotten_deletes_the_key_so_that_no_copy_opens(shop):
    row = kept(shop)
    with inside(shop.organisation, shop.citizen):
        slot = together.plan(pair=shop.pair, on=timezone.now().date(), by=shop.citizen)
        together.write_part(slot=slot, text="quillpart", by=shop.citizen)
        together.write(slot=slot, text="quilldraft", by=shop.citizen)
    opener = private.Opener(shop.citizen.pk)
    assert CANARY in opener.opened(bytes(row.sealed), about=row.about)
    account = Account.objects.get(pk=shop.citizen.pk)
    erasure = actions.ask_to_be_forgotten(account=account, by=account)
    Erasure.objects.filter(pk=erasure.pk).update(due_at=timezone.now() - timedelta(hours=1))
    assert erasing.carry_out_due() == 1
    assert not PrivateKey.objects.filter(pk=shop.citizen.pk).exists()
    with pytest.raises(DomainError, match="sealed"):
        private.Opener(shop.citizen.pk).opened(bytes(row.sealed), about=row.about)
    dumped = lives.dump()
    gone = ("wobblethistle", "quillpart", "quilldraft", bytes(row.sealed).hex())
    assert [word for word in gone if word in dumped] == []
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT state, text FROM reflections_pairreflection") == [("ended", "")]


def test_a_backup_holds_no_key_and_what_is_restored_beside_it_opens_for_its_author(shop, tmp_path):
    row, file = kept(shop), tmp_path / "north.zip"
    call_command("organisation", "backup", "north", "--to", file)
    wrapped = bytes(PrivateKey.objects.get(pk=shop.citizen.pk).wrapped).hex()
    with zipfile.ZipFile(file) as backup:
        parts = {name: backup.read(name).decode(errors="replace") for name in backup.namelist()}
    assert "tables/reflections_reflection.copy" in parts
    assert bytes(row.sealed).hex() in parts["tables/reflections_reflection.copy"]
    assert [name for name, part in parts.items() if CANARY in part or wrapped in part or "privatekey" in name] == []
    call_command("organisation", "restore", file, "--slug", "north-again")
    again = Organisation.objects.get(slug="north-again")
    with inside(again, shop.citizen.pk):
        found = queries.opened(shop.citizen, Reflection.objects.all())
    assert [one.text for one in found] == [f"{CANARY} alone, and a part of it: wobblethistle."]
    PrivateKey.objects.all().delete()  # what an erasure does: the older backup is a backup of nothing
    with inside(again, shop.citizen.pk):
        assert [one.text for one in queries.opened(shop.citizen, Reflection.objects.all())] == [None]
