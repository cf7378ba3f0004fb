"""One text, two keys: at the action, on the page and in raw SQL."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError

from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tenancy import settle
from tenants.members.models import Role
from tenants.pairs.models import Pair
from tenants.projects.actions import shared_task
from tenants.projects.models import SharedTask
from tests import world
from tests.world import inside, sql
from tests.world_projects import TASK, workshop


def keys(shop):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM projects_sharedtaskkey")[0][0]


def stage(shop):
    with inside(shop.organisation, shop.citizen):
        return Pair.objects.get(pk=shop.pair.pk).stage


def test_two_keys_on_the_same_text_agree_it_and_the_work_begins(north):
    shop = workshop(north)
    shop.task(signed_by=(shop.professional,))
    assert stage(shop) == "forming"
    task = shop.task(signed_by=(shop.citizen,))
    with inside(north, shop.citizen):
        task = SharedTask.objects.get()
        assert (task.text, task.agreed_at is None) == (TASK, False)
        assert Pair.objects.get().working_since is not None
    assert (stage(shop), keys(shop)) == ("working", 2)


def test_signing_twice_is_harmless(north):
    shop = workshop(north)
    shop.task(signed_by=(shop.citizen, shop.citizen))
    assert keys(shop) == 1


def test_an_edit_clears_both_keys(north):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    with inside(north, shop.citizen):
        task = shared_task.write(pair=shop.pair, text="Something else", by=shop.citizen)
        assert task.agreed_at is None
    assert (keys(shop), stage(shop)) == (0, "working")


def test_saving_the_same_text_again_keeps_the_keys(north):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    shop.task(TASK.replace(", ", ", ") + "\r\n")
    assert keys(shop) == 2


def test_a_text_that_changed_meanwhile_is_not_signed(north):
    shop = workshop(north)
    old = shop.task()
    with inside(north, shop.citizen):
        shared_task.write(pair=shop.pair, text="Something else", by=shop.citizen)
    with inside(north, shop.professional), pytest.raises(DomainError) as refused:
        shared_task.sign(task=old, shown=old.content_hash, by=shop.professional)
    assert refused.value.code == "text_changed"
    assert str(refused.value.message) == "Your partner changed the text. Read it again, then sign."
    assert keys(shop) == 0


@pytest.mark.parametrize("capacity", ["partner", Role.SPONSOR])
def test_nobody_else_writes_or_signs(north, capacity):
    shop = workshop(north)
    task = shop.task()
    stranger = world.member(north, "Sam Sponsor", Role.SPONSOR)
    with inside(north, stranger, capacity):
        with pytest.raises(NotPermitted):
            shared_task.write(pair=shop.pair, text="Mine", by=stranger)
        with pytest.raises(NotPermitted):
            shared_task.sign(task=task, shown=task.content_hash, by=stranger)


def test_a_partner_looking_through_an_office_does_not_sign(north):
    shop = workshop(north)
    task = shop.task()
    world.lead(north)
    with inside(north, shop.professional, Role.ROLLOUT_LEAD):
        assert sql("SELECT count(*) FROM projects_sharedtask") == [(0,)]
        with pytest.raises(NotPermitted):
            shared_task.sign(task=task, shown=task.content_hash, by=shop.professional)


def test_agreed_with_one_key_is_refused_by_the_database(north):
    shop = workshop(north)
    shop.task(signed_by=(shop.citizen,))
    with pytest.raises(DatabaseError, match="two_keys_needed"), inside(north, shop.citizen):
        sql("UPDATE projects_sharedtask SET agreed_at = now()")
        settle()


def test_an_agreed_text_cannot_be_exchanged_under_its_hash(north):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    with pytest.raises(DatabaseError, match="two_keys_needed"), inside(north, shop.citizen):
        sql("UPDATE projects_sharedtask SET text = 'Something else'")
        settle()


def test_keys_come_from_ones_own_seat_alone(north):
    shop = workshop(north)
    task = shop.task()
    with inside(north, shop.professional):
        partners = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.citizen.pk)[0][0]
    with pytest.raises(DatabaseError, match="row-level security"), inside(north, shop.professional):
        sql(
            "INSERT INTO projects_sharedtaskkey (id, pair_id, seat_id, shared_task_id, content_hash, signed_at)"
            " VALUES (%s, %s, %s, %s, %s, now())",
            uuid.uuid4(), shop.pair.pk, partners, task.pk, task.content_hash,
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="not_your_seat"), inside(north, shop.professional):
        sql("UPDATE projects_sharedtask SET text = 'x', content_hash = 'x', edited_by_id = %s", partners)


def test_a_key_is_not_taken_away_by_hand(north):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    with inside(north, shop.professional):
        sql("DELETE FROM projects_sharedtaskkey")
    assert keys(shop) == 2


def test_a_task_of_a_hidden_pair_cannot_be_reached_by_its_key(north):
    shop = workshop(north)
    task = shop.task()
    outsider = world.member(north, "Olga Other")
    other = world.founded(north, outsider)
    with inside(north, outsider):
        seat = sql("SELECT id FROM pairs_seat")[0][0]
    for pair in (other, shop.pair.pk):
        with pytest.raises(DatabaseError, match="row-level security"), inside(north, outsider):
            sql(
                "INSERT INTO projects_sharedtaskkey (id, pair_id, seat_id, shared_task_id, content_hash, signed_at)"
                " VALUES (%s, %s, %s, %s, %s, now())",
                uuid.uuid4(), pair, seat, task.pk, task.content_hash,
            )  # fmt: skip


def test_another_organisation_has_no_row_of_it(north, south):
    shop = workshop(north)
    shop.task(signed_by=shop.partners)
    stranger = world.lead(south)
    with inside(south, stranger):
        assert sql("SELECT count(*) FROM projects_sharedtask") == [(0,)]
        assert sql("SELECT count(*) FROM projects_sharedtaskkey") == [(0,)]
