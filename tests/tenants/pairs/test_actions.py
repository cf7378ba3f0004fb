"""Founding, inviting, renaming, pausing, leaving."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from rollout.accounts.models import Account
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit.queries import events_of_pair, verdict
from tenants.members import actions as members
from tenants.members import queries as people
from tenants.members.models import Invitation, Role, Side, Site
from tenants.pairs import actions, queries
from tenants.pairs.models import Pair, Seat, side_of
from tests import world, world_surfacing
from tests.world import inside, sql
from tests.world_projects import workshop


@pytest.fixture
def founder(north):
    return world.member(north, "Priya Professional")


def found(north, founder, **changed):
    said = {
        "title": "Letters that patients can read", "kind": "clinician", "partner_name": "Cora Citizen",
        "partner_email": "cora@example.org", "partner_language": "fr", **changed,
    }  # fmt: skip
    with inside(north, founder):
        return actions.found(**said, by=founder)


def test_founding_takes_my_seat_and_invites_to_the_other(north, founder):
    pair = found(north, founder)
    with inside(north, founder):
        seat = Seat.objects.get()
        assert (seat.pair_id, seat.member_id, seat.side, seat.kind) == (
            pair.pk,
            founder.pk,
            "professional",
            "clinician",
        )
        invitation = Invitation.objects.get()
        assert (invitation.kind, invitation.side, invitation.email, invitation.language, invitation.pair_id) == (
            "partner", "citizen", "cora@example.org", "fr", pair.pk,
        )  # fmt: skip
        assert Pair.objects.get().stage == "forming"


def test_the_invited_partner_takes_the_other_seat(north, founder):
    pair = found(north, founder)
    with inside(north, founder):
        invitation = Invitation.objects.get()
        token = members.token_of(invitation)
    account = Account.objects.for_address("cora@example.org")
    with inside(north, account.pk):
        members.accept(token=token, partner_kind="carer", by=account)
    with inside(north, founder):
        who = queries.sides(queries.pair_for(founder, pair.pk), founder)
        assert (who.partner.member.name, who.partner.kind, who.free) == ("Cora Citizen", "carer", None)
        assert who.partner.member.listed is False


@pytest.mark.parametrize("kind", ["patient", "carer", "citizen", "vcse_leader"])
def test_the_citizens_side(kind):
    assert side_of(kind) == Side.CITIZEN


def test_nobody_pairs_with_themselves(north, founder):
    own = Account.objects.get(pk=founder.pk).email
    with inside(north, founder), pytest.raises(DomainError) as refusal:
        actions.found(title="Alone", kind="clinician", partner_name="Me", partner_email=own.upper(), by=founder)
    assert (refusal.value.code, refusal.value.field) == ("own_address", "email")
    with inside(north, founder):
        assert Pair.objects.count() == 0


def test_at_most_five_invitations_wait(north, founder):
    for number in range(5):
        found(north, founder, partner_email=f"cora{number}@example.org")
    with pytest.raises(DomainError) as refusal:
        found(north, founder, partner_email="sixth@example.org")
    assert refusal.value.code == "too_many_invitations"
    with inside(north, founder):
        assert Pair.objects.count() == 5


def test_one_invitation_at_a_time_to_a_seat(north, founder):
    pair = found(north, founder)
    with inside(north, founder), pytest.raises(DomainError) as refusal:
        actions.invite_partner(pair=pair, name="Other", email="other@example.org", by=founder)
    assert refusal.value.code == "already_invited"
    shop = workshop(north)
    with inside(north, shop.citizen), pytest.raises(DomainError) as refusal:
        actions.invite_partner(pair=shop.pair, name="Third", email="third@example.org", by=shop.citizen)
    assert refusal.value.code == "seat_taken"


def test_an_office_founds_nothing(north):
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD), pytest.raises(NotPermitted):
        actions.found(title="x", kind="manager", partner_name="x", partner_email="x@example.org", by=lead)


def test_renaming_is_refused_while_the_title_is_shown(north):
    shown = world_surfacing.pair_with_work(north)
    world_surfacing.opened(shown)
    with inside(north, shown.citizen):
        pair = Pair.objects.get(pk=shown.pair)
        with pytest.raises(DomainError) as refusal:
            actions.rename(pair=pair, title="Another", by=shown.citizen)
        assert refusal.value.code == "title_is_shown"
        assert Pair.objects.get(pk=shown.pair).title == "Letters we can read"


def test_either_partner_renames_a_hidden_pair(north):
    shop = workshop(north)
    with inside(north, shop.citizen):
        actions.rename(pair=shop.pair, title="Another", by=shop.citizen)
        assert Pair.objects.get().title == "Another"


def test_either_partner_pauses_and_goes_on(north):
    shop = workshop(north)
    with inside(north, shop.citizen), pytest.raises(DomainError) as refusal:
        actions.pause(pair=shop.pair, by=shop.citizen)
    assert refusal.value.code == "not_working_yet"
    shop.task(signed_by=shop.partners)
    with inside(north, shop.citizen):
        actions.pause(pair=shop.pair, by=shop.citizen)
    with inside(north, shop.professional):
        assert actions.pause(pair=shop.pair, by=shop.professional).stage == "paused"
        assert actions.resume(pair=shop.pair, by=shop.professional).stage == "working"


def test_leaving_is_at_once_and_takes_its_invitations_along(north, founder):
    pair = found(north, founder)
    with inside(north, founder):
        token = members.token_of(Invitation.objects.get())
        actions.leave(pair=pair, by=founder)
        assert Pair.objects.count() == 0
        with pytest.raises(NotPermitted):
            actions.leave(pair=pair, by=founder)
    with inside(north):
        assert people.invitation_at(token).state == "revoked"


def test_who_stays_reads_that_the_partner_has_left(north):
    shop = workshop(north)
    with inside(north, shop.professional):
        actions.leave(pair=shop.pair, by=shop.professional)
    with inside(north, shop.citizen):
        who = queries.sides(queries.pair_for(shop.citizen, shop.pair.pk), shop.citizen)
        assert (who.partner, who.free) == (None, Side.PROFESSIONAL)
        assert [seat.member.name for seat in who.former] == ["Priya Professional"]
        actions.invite_partner(pair=shop.pair, name="Next", email="next@example.org", by=shop.citizen)


@pytest.mark.parametrize("act", ["pause", "resume", "leave"])
def test_nobody_else_acts_on_a_pair(north, act):
    shop = workshop(north)
    lead = world.lead(north)
    for who, capacity in ((lead, "partner"), (lead, Role.ROLLOUT_LEAD), (shop.professional, Role.ROLLOUT_LEAD)):
        with inside(north, who, capacity), pytest.raises(NotPermitted):
            getattr(actions, act)(pair=shop.pair, by=who)


# Raw SQL, in the application's own connection


def test_a_hidden_pair_is_not_joined_by_its_key(north):
    shop = workshop(north)
    outsider = world.member(north, "Olga Other")
    statements = (
        ("INSERT INTO pairs_seat (id, pair_id, member_id, side, kind, taken_at) VALUES"
         " (gen_random_uuid(), %s, %s, 'citizen', 'carer', now())", shop.pair.pk, outsider.pk),
        ("INSERT INTO members_invitation (id, kind, name, email, language, roles, side, partner_kind, pair_id,"
         " invited_by_id, token_hash, sends, sent_at, expires_at) VALUES (gen_random_uuid(), 'partner', 'O',"
         " 'o@example.org', '', '{}', 'citizen', '', %s, %s, 'x', 1, now(), now())", shop.pair.pk, outsider.pk),
        ("INSERT INTO projects_sharedtask (id, pair_id, text, content_hash, edited_at) VALUES"
         " (gen_random_uuid(), %s, 'x', 'x', now())", shop.pair.pk),
    )  # fmt: skip
    for statement, *values in statements:
        with pytest.raises(DatabaseError, match="row-level security"), inside(north, outsider):
            sql(statement, *values)
    with inside(north, outsider):
        sql("UPDATE pairs_pair SET title = 'Mine'")
    with inside(north, shop.citizen):
        assert Pair.objects.get().title == shop.pair.title


def test_another_organisation_has_no_row_of_it(north, south):
    workshop(north)
    with inside(south, world.lead(south)):
        assert sql("SELECT count(*) FROM pairs_pair") == [(0,)]
        assert sql("SELECT count(*) FROM pairs_seat") == [(0,)]


def test_a_pair_says_where_it_works_and_takes_it_back(north):
    pair_id, professional, citizen = world.hidden_pair(north)
    lead = world.lead(north)
    with inside(north, lead, "rollout_lead"):
        ward = Site.objects.create(name="Ward 7")
    with inside(north, professional):
        actions.move(pair=Pair.objects.get(pk=pair_id), site=ward, by=professional)
    with inside(north, citizen):
        assert Pair.objects.get(pk=pair_id).site == ward
        actions.move(pair=Pair.objects.get(pk=pair_id), site=None, by=citizen)
        assert Pair.objects.get(pk=pair_id).site is None


def test_a_place_that_is_shown_stays(north):
    made = world_surfacing.pair_with_work(north)
    world_surfacing.opened(made)
    with inside(north, made.lead, "rollout_lead"):
        ward = Site.objects.create(name="Ward 7")
    with inside(north, made.citizen), pytest.raises(DomainError, match="title_is_shown"):
        actions.move(pair=Pair.objects.get(pk=made.pair), site=ward, by=made.citizen)


def test_a_membership_that_ends_takes_its_invitations_along_and_is_written_in_the_pairs_chain(north):
    pair_id, professional, citizen = world.hidden_pair(north)
    lead = world.lead(north)
    with inside(north, professional):
        other = actions.found(
            title="Another", kind="clinician", partner_name="Una", partner_email="una@example.org", by=professional
        )
        invitation = Invitation.objects.get(pair_id=other.pk)
        token = members.token_of(invitation)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        members.end_membership(member=professional, by=lead)
    account = Account.objects.for_address("una@example.org")
    with inside(north, account.pk), pytest.raises(DomainError, match="revoked"):
        members.accept(token=token, partner_kind="patient", by=account)
    with inside(north, citizen):
        assert [event.action for event in events_of_pair(pair_id)] == ["pair.left"]
        assert queries.sides(queries.pair_for(citizen, pair_id), citizen).partner is None
    with inside(north):
        assert verdict().sound
