"""Aim and reasons: what is needed, two keys, and what an edit clears, by action and by raw SQL."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tenancy import settle
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.workplan.actions import frame
from tenants.workplan.policy import NEEDED, missing
from tests import world
from tests.world import inside, sql
from tests.world_projects import workshop
from tests.world_workplan import frame_content, framed, now


@pytest.fixture
def shop(north):
    return workshop(north)


def keys(shop):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM workplan_framekey")[0][0]


def refused(code, shop, who, act, **arguments):
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        act(pair=shop.pair, **arguments, by=who)
    assert refusal.value.code == code


def raw(shop, statement, *values):
    with inside(shop.organisation, shop.citizen):
        sql(statement, *values)
        settle()


def test_two_keys_make_a_project_active(shop):
    made = framed(shop, signed_by=(shop.citizen, shop.citizen))
    assert (made.state, keys(shop)) == ("draft", 1)
    with inside(shop.organisation, shop.professional):
        frame.sign(pair=shop.pair, shown=made.content_hash, by=shop.professional)
    assert (now(shop).state, now(shop).active_since is None, keys(shop)) == ("active", False, 2)


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_asked_for_before_the_first_key(shop, name):
    framed(shop, **{name: None if name == "by_when" else " "})
    refused("project_incomplete", shop, shop.citizen, frame.sign, shown=now(shop).content_hash)
    assert keys(shop) == 0


@pytest.mark.parametrize("source", ["", "professional_partner"])
def test_somebody_besides_the_professional_partner_says_so(shop, source):
    framed(shop, source=source)
    refused("project_incomplete", shop, shop.citizen, frame.sign, shown=now(shop).content_hash)


@pytest.mark.parametrize("kind", ["users", "group", "community", "staff", "data", "citizen_partner", "other"])
def test_every_other_kind_of_source_is_enough(shop, kind):
    framed(shop, source=kind, signed_by=shop.partners)
    assert now(shop).state == "active"


def test_an_edit_clears_the_keys_and_the_project_is_a_draft(shop):
    old = framed(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        frame.write(pair=shop.pair, content=frame_content(place="Elsewhere"), by=shop.citizen)
    assert (now(shop).state, now(shop).active_since, keys(shop)) == ("draft", None, 0)
    refused("text_changed", shop, shop.professional, frame.sign, shown=old.content_hash)


def test_writing_the_same_again_changes_nothing(shop):
    framed(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        frame.write(pair=shop.pair, content=frame_content(), by=shop.citizen)
    assert (now(shop).state, keys(shop)) == ("active", 2)


def test_a_source_belongs_to_what_is_signed(shop):
    old = framed(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        added = frame.add_source(pair=shop.pair, kind="data", name="A report", by=shop.citizen)
    assert (now(shop).state, keys(shop), now(shop).content_hash == old.content_hash) == ("draft", 0, False)
    with inside(shop.organisation, shop.citizen):
        frame.remove_source(pair=shop.pair, source=added.pk, by=shop.citizen)
        frame.remove_source(pair=shop.pair, source=added.pk, by=shop.citizen)
    assert now(shop).content_hash == old.content_hash


def test_a_source_needs_a_project(shop):
    refused("not_written", shop, shop.citizen, frame.add_source, kind="data", name="A report")


def test_what_is_active_stands_when_a_partner_leaves_and_is_not_signed_alone(shop):
    framed(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.professional):
        pairs.leave(pair=shop.pair, by=shop.professional)
    assert now(shop).state == "active"
    with inside(shop.organisation, shop.citizen):
        changed = frame.write(pair=shop.pair, content=frame_content(place="Elsewhere"), by=shop.citizen)
        frame.sign(pair=shop.pair, shown=changed.content_hash, by=shop.citizen)
    assert now(shop).state == "draft"
    with inside(shop.organisation, shop.professional), pytest.raises(NotPermitted):
        frame.write(pair=shop.pair, content=frame_content(), by=shop.professional)


def test_nobody_else_writes_or_signs(shop):
    shown = framed(shop).content_hash
    lead = world.lead(shop.organisation)
    for hat in ("partner", Role.ROLLOUT_LEAD):
        with inside(shop.organisation, lead, hat), pytest.raises(NotPermitted):
            frame.sign(pair=shop.pair, shown=shown, by=lead)
    with inside(shop.organisation, shop.professional, Role.ROLLOUT_LEAD), pytest.raises(NotPermitted):
        frame.sign(pair=shop.pair, shown=shown, by=shop.professional)


def test_what_is_missing_is_told_without_a_database():
    from tenants.workplan.models import ProjectFrame

    empty = ProjectFrame()
    assert missing(empty, []) == [*NEEDED, "source"]
    full = ProjectFrame(**frame_content().values())
    assert missing(full, ["professional_partner"]) == ["source"]
    assert missing(full, ["professional_partner", "users"]) == []


# Raw SQL, in the application's own connection

ACTIVE = "UPDATE workplan_projectframe SET state = 'active', active_since = now()"


def test_active_with_one_key_is_refused(shop):
    framed(shop, signed_by=(shop.citizen,))
    with pytest.raises(DatabaseError, match="two_keys_needed"):
        raw(shop, ACTIVE)


@pytest.mark.parametrize("name", NEEDED)
def test_active_without_a_part_is_refused(shop, name):
    framed(shop, **{name: None if name == "by_when" else ""})
    with pytest.raises(DatabaseError, match="frame_active_says_all"):
        raw(shop, ACTIVE)


def test_active_on_the_professionals_word_alone_is_refused(shop):
    framed(shop, source="professional_partner")
    for partner in shop.partners:
        with inside(shop.organisation, partner):
            sql("INSERT INTO workplan_framekey (id, pair_id, frame_id, seat_id, content_hash, signed_at)"
                " SELECT gen_random_uuid(), f.pair_id, f.id, s.id, f.content_hash, now() FROM workplan_projectframe f"
                " JOIN pairs_seat s ON s.pair_id = f.pair_id AND s.member_id = %s", partner.pk)  # fmt: skip
    with pytest.raises(DatabaseError, match="source_needed"):
        raw(shop, ACTIVE)


def test_what_is_signed_stays_and_so_do_its_sources(shop):
    framed(shop, signed_by=shop.partners)
    for statement in (
        "UPDATE workplan_projectframe SET place = 'x'",
        "UPDATE workplan_projectframe SET content_hash = 'x'",
        "DELETE FROM workplan_framesource",
        "INSERT INTO workplan_framesource (id, pair_id, frame_id, kind, name, says)"
        " SELECT gen_random_uuid(), pair_id, id, 'users', 'x', '' FROM workplan_projectframe",
    ):
        with pytest.raises(DatabaseError, match="frame_is_signed"):
            raw(shop, statement)


def test_a_change_by_hand_clears_the_keys_too(shop):
    for statement in (
        "UPDATE workplan_projectframe SET place = 'x'",
        "DELETE FROM workplan_framesource",
    ):
        framed(shop, signed_by=(shop.citizen,))
        assert keys(shop) == 1
        raw(shop, statement)
        assert keys(shop) == 0


def test_nobody_signs_with_the_partners_seat(shop):
    framed(shop)
    with pytest.raises(DatabaseError, match="row-level security"):
        raw(
            shop,
            "INSERT INTO workplan_framekey (id, pair_id, frame_id, seat_id, content_hash, signed_at)"
            " SELECT gen_random_uuid(), f.pair_id, f.id, s.id, f.content_hash, now() FROM workplan_projectframe f"
            " JOIN pairs_seat s ON s.pair_id = f.pair_id AND s.member_id = %s",
            shop.professional.pk,
        )


def test_keys_are_not_taken_away_by_hand(shop):
    framed(shop, signed_by=(shop.professional,))
    raw(shop, "DELETE FROM workplan_framekey")
    assert keys(shop) == 1
