"""What somebody writes for themselves alone: sealed, theirs, shared by the passage and taken back."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import override_settings

from rollout.accounts import private
from rollout.accounts.models import PrivateKey
from rollout.kernel.database import ask
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.private import new_key, rewrapped
from rollout.organisations.models import Organisation
from tenants.members import actions as members
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.reflections import queries
from tenants.reflections.actions import own
from tenants.reflections.models import Reflection, SharedPassage
from tests import world
from tests.rollout.leaving import life as lives
from tests.world import inside, sql
from tests.world_assistance import facilitator
from tests.world_projects import workshop

CANARY = "quibblefrostmarzipan"
OLD, NEW = bytes(range(50, 82)), bytes(range(100, 132))


@pytest.fixture
def shop(north):
    return workshop(north)


def written(shop, text=f"{CANARY} I felt unheard.", who=None):
    who = who or shop.citizen
    with inside(shop.organisation, who):
        return own.write(text=text, by=who)


def shared(shop, reflection, passage):
    with inside(shop.organisation, shop.citizen):
        return own.share(reflection=reflection, pair=shop.pair, passage=passage, by=shop.citizen)


def read(shop, reflection, who):
    with inside(shop.organisation, who):
        return queries.text_of(who, queries.reflection_of(who, reflection.pk))


def test_the_author_reads_it_and_changes_it(shop):
    row = written(shop)
    assert read(shop, row, shop.citizen) == f"{CANARY} I felt unheard."
    with inside(shop.organisation, shop.citizen):
        own.change(reflection=row, text="Otherwise.\r\n", by=shop.citizen)
    assert read(shop, row, shop.citizen) == "Otherwise."


def test_nobody_else_finds_a_row_whatever_they_ask(shop):
    written(shop)
    lead = world.lead(shop.organisation)
    hats = ((shop.professional, "partner"), (lead, Role.ROLLOUT_LEAD), (lead, "partner"), (None, "partner"),
            (shop.citizen, Role.SPONSOR))  # fmt: skip
    for who, hat in hats:
        with inside(shop.organisation, who, hat):
            assert sql("SELECT count(*) FROM reflections_reflection") == [(0,)], hat
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT count(*) FROM reflections_reflection") == [(1,)]


def test_nobody_writes_in_anothers_name_by_raw_sql(shop):
    row = written(shop)
    with inside(shop.organisation, shop.professional):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            sql("INSERT INTO reflections_reflection (id, author_id, sealed, sealed_in, written_at, changed_at)"
                " VALUES (gen_random_uuid(), %s, 'x', 'x', now(), now())", shop.citizen.pk)  # fmt: skip
        sql("DELETE FROM reflections_reflection")
    assert read(shop, row, shop.citizen)


@pytest.mark.parametrize("change", ["author", "row", "place", "bit"])
def test_what_was_moved_does_not_open(shop, change):
    row = written(shop)
    mine = written(shop, "Mine.", shop.professional)
    moved = Reflection(id=row.pk, author_id=row.author_id, sealed=bytes(row.sealed), sealed_in=row.sealed_in)
    opener = private.Opener(shop.citizen.pk)
    assert opener.opened(moved.sealed, about=moved.about) == f"{CANARY} I felt unheard."
    if change == "author":
        moved.author_id, opener = shop.professional.pk, private.Opener(shop.professional.pk)
    elif change == "row":
        moved.id = mine.pk
    elif change == "place":
        moved.sealed_in = "o_elsewhere"
    else:
        moved.sealed = moved.sealed[:-1] + bytes([moved.sealed[-1] ^ 1])
    with pytest.raises(DomainError, match="sealed"):
        opener.opened(moved.sealed, about=moved.about)


def test_a_wrapped_key_of_somebody_else_opens_nothing(shop):
    written(shop)
    written(shop, "Mine.", shop.professional)
    stolen = PrivateKey.objects.get(pk=shop.citizen.pk).wrapped
    PrivateKey.objects.filter(pk=shop.professional.pk).update(wrapped=bytes(stolen))
    with inside(shop.organisation, shop.professional):
        assert [found.text for found in queries.opened(shop.professional, Reflection.objects.all())] == [None]


def test_without_the_key_nobody_reads_it_again(shop, browser_of):
    row = written(shop)
    PrivateKey.objects.filter(pk=shop.citizen.pk).delete()
    page = browser_of(shop.citizen, shop.organisation).get(f"/reflections/{row.pk}/")
    assert page.status_code == 200
    assert "its key is gone" in page.content.decode()


def test_the_same_words_are_never_sealed_the_same(shop):
    first, second = written(shop), written(shop)
    assert bytes(first.sealed) != bytes(second.sealed)


def test_the_outer_key_changes_without_losing_a_text(shop):
    with override_settings(PRIVATE_TEXT_KEYS=[OLD]):
        row = written(shop)
    with override_settings(PRIVATE_TEXT_KEYS=[NEW]), pytest.raises(DomainError, match="sealed"):
        private.Opener(shop.citizen.pk).opened(bytes(row.sealed), about=row.about)
    with override_settings(PRIVATE_TEXT_KEYS=[NEW, OLD]):
        assert read(shop, row, shop.citizen)
        assert private.rewrap_all() == 1
    with override_settings(PRIVATE_TEXT_KEYS=[NEW]):
        assert read(shop, row, shop.citizen)
    with override_settings(PRIVATE_TEXT_KEYS=[OLD]), pytest.raises(DomainError):
        rewrapped(bytes(PrivateKey.objects.get().wrapped), shop.citizen.pk)


def test_the_command_wraps_all_keys_anew_and_says_when_one_does_not_open(shop):
    with override_settings(PRIVATE_TEXT_KEYS=[OLD]):
        row = written(shop)
    with override_settings(PRIVATE_TEXT_KEYS=[NEW]), pytest.raises(CommandError, match="opens with none"):
        call_command("rewrap_private_keys")
    with override_settings(PRIVATE_TEXT_KEYS=[NEW, OLD]):
        call_command("rewrap_private_keys", stdout=io.StringIO())
    with override_settings(PRIVATE_TEXT_KEYS=[NEW]):
        assert read(shop, row, shop.citizen)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "PRIVATE_TEXT_KEY is missing or too weak"),
        ("00" * 32, "PRIVATE_TEXT_KEY is missing or too weak"),
        (bytes(range(16)).hex(), "PRIVATE_TEXT_KEY is missing or too weak"),
        (bytes(range(96, 128)).hex(), "PRIVATE_TEXT_KEY is the one of the tests"),
        (bytes(range(32)).hex(), ""),
    ],
)
def test_a_server_that_people_rely_on_does_not_start_without_a_key(key, sentence):
    env = {
        **os.environ, "SECRET_KEY": "".join(map(chr, range(48, 110))), "CONTEXT_KEY": bytes(range(32)).hex(),
        "PRIVATE_TEXT_KEY": key, "PYTHONPATH": f"{settings.ROOT}{os.pathsep}{settings.ROOT / 'platform'}",
    }  # fmt: skip
    started = subprocess.run(
        [sys.executable, "-c", "import rollout.config.settings.production"],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (started.returncode == 0) == (sentence == "")
    assert sentence in started.stderr


def test_a_key_is_bound_to_its_person(shop):
    with pytest.raises(DomainError):
        rewrapped(new_key(shop.citizen.pk), shop.professional.pk)


def test_a_reflection_is_in_no_dump_and_the_control_is(committed):
    """A real pg_dump of everything: the words of a shared passage are there, those of the reflection are not."""
    shop = workshop(Organisation.objects.get(slug="north"))
    row = written(shop, f"{CANARY} and a part of it: wobblethistle.")
    shared(shop, row, "wobblethistle")
    dumped = subprocess.run(
        [settings.PG_DUMP, "--inserts", f"--dbname={settings.DATABASE_ADMIN_URL.rpartition('/')[0]}/{committed}"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert b"wobblethistle" in dumped
    assert CANARY.encode() not in dumped
    assert CANARY.encode().hex().encode() not in dumped
    with inside(shop.organisation, shop.citizen):
        own.take_back(passage=SharedPassage.objects.get(), by=shop.citizen)
    again = subprocess.run(
        [settings.PG_DUMP, "--inserts", f"--dbname={settings.DATABASE_ADMIN_URL.rpartition('/')[0]}/{committed}",
         "--exclude-table-data=public.accounts_privatekey"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert b"wobblethistle" not in again
    assert b"INSERT INTO public.accounts_privatekey" in dumped
    assert b"INSERT INTO public.accounts_privatekey" not in again


def test_the_api_leaves_no_word_of_it_in_the_database(committed, browser_of):
    shop = workshop(Organisation.objects.get(slug="north"))
    mine = browser_of(shop.citizen, shop.organisation)
    answer = mine.post("/api/v1/reflections/", {"text": CANARY}, content_type="application/json",
                       headers={"Idempotency-Key": "one-and-only"})  # fmt: skip
    assert answer.status_code == 201, answer.content
    mine.post("/reflections/new/", {"text": f"{CANARY} Mr Brown"})
    dumped = lives.dump()
    assert "reflections_reflection" in dumped
    assert CANARY not in dumped


def test_a_passage_is_word_for_word_and_goes_to_the_partner_alone(shop):
    row = written(shop, "Before. I felt unheard. After.")
    with pytest.raises(DomainError, match="not_in_text"):
        shared(shop, row, "I felt heard.")
    with pytest.raises(DomainError, match="not_in_text"):
        shared(shop, row, "  ")
    passage = shared(shop, row, " I felt unheard. ")
    assert shared(shop, row, "I felt unheard.") == passage
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT text FROM reflections_sharedpassage") == [("I felt unheard.",)]
        sql("UPDATE reflections_sharedpassage SET text = 'x'")
        sql("DELETE FROM reflections_sharedpassage")
        with pytest.raises(NotPermitted):
            own.take_back(passage=SharedPassage.objects.get(), by=shop.professional)
    lead = world.lead(shop.organisation)
    with inside(shop.organisation, lead, Role.ROLLOUT_LEAD):
        assert sql("SELECT count(*) FROM reflections_sharedpassage") == [(0,)]


def test_taken_back_is_gone_for_the_partner_at_once_and_the_words_with_it(shop):
    passage = shared(shop, written(shop), "I felt")
    for _time in range(2):
        with inside(shop.organisation, shop.citizen):
            own.take_back(passage=passage, by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT count(*) FROM reflections_sharedpassage") == [(0,)]
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT text FROM reflections_sharedpassage") == [("",)]
        for text, moment in (("back again", "NULL"), ("", "NULL"), ("", "now()")):
            with pytest.raises(DatabaseError, match=r"no_such_step|passage_text_iff_shared"), transaction.atomic():
                sql(f"UPDATE reflections_sharedpassage SET text = %s, withdrawn_at = {moment}", text)
        assert sql("SELECT count(*) FROM audit_event WHERE action = 'passage.taken_back'") == [(1,)]


def test_a_passage_for_somebody_who_is_not_the_partner_is_refused_by_the_database(shop):
    row = written(shop)
    other = world.member(shop.organisation, "Olga Other")
    insert = ("INSERT INTO reflections_sharedpassage (id, pair_id, author_id, reflection_id, audience, shared_with_id,"
              " text, signed, shared_at)"
              " VALUES (gen_random_uuid(), %s, %s, %s, 'partner', %s, 'x', '', now())")  # fmt: skip
    for reader in (other, shop.citizen):
        with (
            inside(shop.organisation, shop.citizen),
            pytest.raises(DatabaseError, match="no_partner"),
            transaction.atomic(),
        ):
            sql(insert, shop.pair.pk, shop.citizen.pk, row.pk, reader.pk)
    with (
        inside(shop.organisation, shop.professional),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        sql(insert, shop.pair.pk, shop.professional.pk, row.pk, shop.citizen.pk)  # somebody else's reflection


def test_what_was_shared_stays_when_its_author_leaves_and_passes_to_no_successor(shop):
    north = shop.organisation
    row = written(shop)
    shared(shop, row, "I felt unheard.")
    with inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    successor = world.joined(north, shop.pair.pk, shop.professional, "Stan Successor")
    with inside(north, shop.professional):
        assert [found.text for found in queries.passages_for(shop.professional, shop.pair.pk)] == ["I felt unheard."]
    with inside(north, successor):
        assert sql("SELECT count(*) FROM reflections_sharedpassage") == [(0,)]
        assert sql("SELECT count(*) FROM reflections_reflection") == [(0,)]
    assert read(shop, row, shop.citizen), "it stays its author's after leaving"
    with inside(north, shop.citizen):
        own.take_back(passage=SharedPassage.objects.get(), by=shop.citizen)
    with inside(north, shop.professional):
        assert not queries.passages_for(shop.professional, shop.pair.pk).exists()


def test_who_has_left_reads_no_passage_any_more(shop):
    shared(shop, written(shop), "I felt unheard.")
    with inside(shop.organisation, shop.professional):
        pairs.leave(pair=shop.pair, by=shop.professional)
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT count(*) FROM reflections_sharedpassage") == [(0,)]


def test_deleting_takes_back_what_was_shared(shop):
    row = written(shop)
    shared(shop, row, "I felt unheard.")
    with inside(shop.organisation, shop.citizen):
        own.remove(reflection=row, by=shop.citizen)
        assert sql("SELECT count(*) FROM reflections_sharedpassage") == [(0,)]
        assert sql("SELECT count(*) FROM reflections_reflection") == [(0,)]
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT count(*) FROM audit_event WHERE action = 'passage.taken_back'") == [(1,)]


def shown(shop, reflection, passage, facilitator, signed=""):
    with inside(shop.organisation, me := shop.citizen):
        return own.show(reflection=reflection, facilitator=facilitator, passage=passage, signed=signed, by=me)


def test_a_facilitator_reads_the_words_as_they_are_signed_and_nothing_of_a_pair_or_a_person(shop):
    north, helper, other = shop.organisation, facilitator(shop), facilitator(shop)
    row = written(shop, "Before. I felt unheard. After.")
    passage = shown(shop, row, "I felt unheard.", helper, "A patient")
    assert shown(shop, row, "I felt unheard.", helper, "A patient") == passage
    with inside(north, helper, Role.FACILITATOR):
        (read_there,) = queries.passages_shown_to(helper)
        assert (read_there.id, read_there.signed, read_there.text) == (passage.pk, "A patient", "I felt unheard.")
        assert not hasattr(read_there, "author")
        sql("UPDATE reflections_sharedpassage SET text = 'x'")
        sql("DELETE FROM reflections_sharedpassage")
        for table in ("sharedpassage", "reflection"):
            assert sql(f"SELECT count(*) FROM reflections_{table}") == [(0,)]
        for table in ("pairs_pair", "pairs_seat", "audit_event"):
            assert sql(f"SELECT count(*) FROM {table}") == [(0,)]
    for reader, hat in ((helper, "partner"), (other, Role.FACILITATOR), (shop.professional, "partner"),
                        (world.lead(north), Role.ROLLOUT_LEAD)):  # fmt: skip
        with inside(north, reader, hat):
            assert queries.passages_shown_to(reader) == []
            assert sql("SELECT count(*) FROM reflections_sharedpassage") == [(0,)]
    with inside(north, shop.citizen):
        assert sql("SELECT text FROM reflections_sharedpassage") == [("I felt unheard.",)]
        own.take_back(passage=passage, by=shop.citizen)
        assert sql("SELECT text, signed FROM reflections_sharedpassage") == [("", "")]
    with inside(north, helper, Role.FACILITATOR):
        assert queries.passages_shown_to(helper) == []
    for reader, hat in ((shop.citizen, "partner"), (world.lead(north), Role.ROLLOUT_LEAD)):
        with inside(north, reader, hat):
            assert sql("SELECT count(*) FROM audit_event WHERE action LIKE 'passage.%%'") == [(0,)]


def test_every_step_is_taken_by_itself(shop):
    helper, row = facilitator(shop), written(shop)
    shared(shop, row, "I felt unheard.")
    with inside(shop.organisation, helper, Role.FACILITATOR):
        assert queries.passages_shown_to(helper) == []
    shown(shop, row, "I felt", helper)
    with inside(shop.organisation, shop.professional):
        assert [one.text for one in queries.passages_for(shop.professional, shop.pair.pk)] == ["I felt unheard."]


def test_it_ends_with_the_office(shop, browser_of):
    north, helper, row = shop.organisation, facilitator(shop), written(shop)
    shown(shop, row, "I felt unheard.", helper)
    page = browser_of(shop.citizen, north).get(f"/reflections/{row.pk}/").content.decode()
    assert f"{helper.name} can read this since" in page
    with inside(north, lead := world.lead(north), Role.ROLLOUT_LEAD):
        members.end_office(member=helper, role=Role.FACILITATOR, by=lead)
    page = browser_of(shop.citizen, north).get(f"/reflections/{row.pk}/").content.decode()
    assert "is not here any more, and cannot read it" in page
    assert browser_of(helper, north).get("/reflections/shown-to-me/").status_code == 404
    with pytest.raises(DomainError, match="no_facilitator"):
        shown(shop, row, "unheard", helper)


def test_for_anybody_else_the_database_takes_no_passage_outside_a_pair(shop):
    row, helper = written(shop), facilitator(shop)
    insert = ("INSERT INTO reflections_sharedpassage (id, pair_id, author_id, reflection_id, audience, shared_with_id,"
              " text, signed, shared_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, 'x', '', now())")  # fmt: skip
    for pair, audience, reader, why in (
        (None, "facilitator", shop.professional, "no_facilitator"),
        (None, "partner", shop.professional, "no_partner"),
        (shop.pair.pk, "facilitator", helper, "passage_in_a_pair_iff_for_the_partner"),
    ):
        with (
            inside(shop.organisation, shop.citizen),
            pytest.raises(DatabaseError, match=why),
            transaction.atomic(),
        ):
            sql(insert, pair, shop.citizen.pk, row.pk, audience, reader.pk)


def test_a_passage_is_shown_and_read_on_the_pages(shop, browser_of):
    north, helper, row = shop.organisation, facilitator(shop), written(shop)
    mine, theirs = browser_of(shop.citizen, north), browser_of(helper, north)
    assert "Nobody shows you a passage now." in theirs.get("/reflections/shown-to-me/").content.decode()
    form = mine.get(f"/reflections/{row.pk}/show/").content.decode()
    assert "Nobody else." in form
    assert helper.name in form
    assert f'value="{shop.citizen.name}"' in form
    typed = {"passage": "I felt heard.", "facilitator": helper.pk, "signed": "Somebody"}
    wrong = mine.post(f"/reflections/{row.pk}/show/", typed)
    assert "do not stand in your reflection" in wrong.content.decode()
    assert "I felt heard." in wrong.content.decode()
    mine.post(f"/reflections/{row.pk}/show/", {**typed, "passage": "I felt unheard."})
    page = theirs.get("/reflections/shown-to-me/").content.decode()
    assert "I felt unheard." in page
    assert "Somebody" in page
    assert CANARY not in page
    assert shop.citizen.name not in page
    assert shop.pair.title not in page
    assert mine.get("/reflections/shown-to-me/").status_code == 404


def test_there_is_nobody_to_share_with_without_a_partner(shop):
    row = written(shop)
    with inside(shop.organisation, shop.professional):
        pairs.leave(pair=shop.pair, by=shop.professional)
    with pytest.raises(DomainError, match="no_partner"):
        shared(shop, row, "I felt unheard.")


def test_the_download_holds_the_text_and_not_its_seal(shop):
    row = written(shop)
    with inside(shop.organisation, shop.citizen):
        rows = [json.loads(found) for kind, found in ask("own_material") if kind == "reflections.Reflection"]
    assert CANARY not in json.dumps(rows)
    (mine,) = queries.opened_rows(rows, shop.citizen.pk)
    assert (mine["id"], mine["text"]) == (str(row.pk), f"{CANARY} I felt unheard.")
    assert not {"sealed", "sealed_in"} & set(mine)
    assert queries.opened_rows(rows, shop.professional.pk)[0]["text"] is None


def test_thirty_days_after_a_membership_has_ended_it_is_removed(committed):
    shop = workshop(Organisation.objects.get(slug="north"))
    shared(shop, written(shop), "I felt unheard.")
    for days, left in ((29, 1), (31, 0)):
        with lives.superuser(shop.organisation) as server:
            server.execute(
                "UPDATE members_member SET ended_at = now() - make_interval(days => %s) WHERE id = %s",
                [days, shop.citizen.pk],
            )
        with inside(shop.organisation):
            ask("remove_overdue")
        with lives.superuser(shop.organisation) as server:
            for table in ("reflections_reflection", "reflections_sharedpassage"):
                assert server.execute(f"SELECT count(*) AS n FROM {table}".encode()).fetchone()["n"] == left
