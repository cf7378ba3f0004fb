"""Invitations: who may send, correct, take back and accept them, and what nobody learns from them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError, connections

from rollout.accounts.models import Account
from rollout.jobs import work
from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.organisations.models import Organisation
from tenants.audit.models import Event
from tenants.members import actions, queries
from tenants.members.models import Invitation, Member, PartnerKind, Role
from tenants.members.tasks import token_of
from tests import world, world_roster
from tests.world import inside, sql


def test_a_lead_invites_and_the_person_is_listed_with_their_offices(north):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead, roles=[Role.SPONSOR, Role.FINANCE])
    person = world_roster.accepted(north, invitation)
    assert person.listed
    assert person.held_roles == (Role.SPONSOR, Role.FINANCE)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        acts = list(Event.objects.order_by("seq").values_list("action", "pair_id", "actor_id"))
    assert acts == [("invitation.sent", None, lead.pk), ("invitation.accepted", None, person.pk)]


def test_the_table_keeps_only_the_hash_of_the_link(north):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert token_of(invitation) not in str(sql("SELECT * FROM members_invitation"))


def test_sending_again_kills_the_link_sent_before(north):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead)
    old = token_of(invitation)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        renewed = actions.resend(invitation=invitation, by=lead)
    who = Account.objects.for_address(invitation.email)
    with inside(north, who.pk):
        with pytest.raises(DomainError) as refusal:
            actions.accept(token=old, by=who)
        assert refusal.value.code == "unknown"
        assert actions.accept(token=token_of(renewed), by=who).id == invitation.pk


def test_another_address_gets_a_new_link_and_another_name_does_not(north):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        renamed = actions.correct(invitation=invitation, name="Ada Marshall", email=invitation.email, by=lead)
        assert token_of(renamed) == token_of(invitation)
        moved = actions.correct(invitation=renamed, name="Ada Marshall", email="Ada.Marshall@Example.com ", by=lead)
        assert queries.invitation_at(token_of(invitation)) is None
    assert (moved.email, moved.sends) == ("ada.marshall@example.com", 2)
    assert world_roster.accepted(north, moved).name == "Ada Marshall"


def test_what_was_taken_back_or_accepted_is_not_sent_again(north):
    lead = world.lead(north)
    gone, come = world_roster.invited(north, lead), world_roster.invited(north, lead, "Ben Okoro")
    world_roster.accepted(north, come)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        actions.revoke(invitation=gone, by=lead)
        actions.revoke(invitation=gone, by=lead)
        for invitation, code in ((gone, "already_revoked"), (come, "already_accepted")):
            with pytest.raises(DomainError) as refusal:
                actions.resend(invitation=invitation, by=lead)
            assert refusal.value.code == code
        with pytest.raises(DomainError) as refusal:
            actions.revoke(invitation=come, by=lead)
        assert refusal.value.code == "already_accepted"


def test_only_the_addressee_comes_in_and_coming_twice_is_harmless(north):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead)
    stranger = world.account("Sly Stranger")
    with inside(north, stranger.pk), pytest.raises(DomainError) as refusal:
        actions.accept(token=token_of(invitation), by=stranger)
    assert refusal.value.code == "other_address"
    person = world_roster.accepted(north, invitation)
    assert world_roster.accepted(north, invitation) == person
    with inside(north, stranger.pk), pytest.raises(DomainError) as refusal:
        actions.accept(token=token_of(invitation), by=stranger)
    assert refusal.value.code == "used"


def test_an_invitation_runs_out_after_fourteen_days(north):
    lead = world.lead(north)
    with clock.at(clock.now() - timedelta(days=15)):
        late = world_roster.invited(north, lead)
    with clock.at(clock.now() - timedelta(days=13)):
        just = world_roster.invited(north, lead, "Ben Okoro")
    assert (late.state, just.state) == ("expired", "open")
    with pytest.raises(DomainError) as refusal:
        world_roster.accepted(north, late)
    assert refusal.value.code == "expired"
    assert world_roster.accepted(north, just).listed


def test_accepting_a_leads_invitation_lists_somebody_who_was_here_for_a_pair_alone(north):
    _pair, _professional, citizen = world.hidden_pair(north)
    lead = world.lead(north)
    address = Account.objects.get(pk=citizen.pk).email
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert citizen not in queries.people_listed(lead)
    known = world_roster.invited(north, lead, "Cora C", email=address)
    unknown = world_roster.invited(north, lead, "Nobody Yet", email="nobody.yet@example.com")
    same = ("kind", "state", "sends", "accepted_at", "revoked_at", "expires_at")
    with clock.at(known.sent_at):
        assert [getattr(known, name) for name in same[:-1]] == [getattr(unknown, name) for name in same[:-1]]
    assert world_roster.accepted(north, known).listed
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert citizen in queries.people_listed(lead)


def test_the_list_does_not_tell_that_somebody_was_here_for_a_pair_before(north):
    with clock.at(clock.now() - timedelta(days=90)):
        _pair, _professional, citizen = world.hidden_pair(north)
        lead = world.lead(north)
    invited = world_roster.invited(north, lead, "As the lead types it", email=Account.objects.get(pk=citizen.pk).email)
    with clock.at(invited.sent_at + timedelta(days=1)):
        world_roster.accepted(north, invited)
        with inside(north, lead, Role.ROLLOUT_LEAD):
            listed = Member.objects.get(pk=citizen.pk)
    assert (listed.name, listed.joined_at) == ("As the lead types it", invited.sent_at + timedelta(days=1))


def test_only_the_leads_own_open_invitation_stands_in_the_way(north):
    lead = world.lead(north)
    present = world.member(north, "Priya Present")
    address = Account.objects.get(pk=present.pk).email
    assert world_roster.invited(north, lead, "Priya Present", email=address).state == "open"
    with pytest.raises(DomainError) as refusal:
        world_roster.invited(north, lead, "Priya Present", email=address.upper())
    assert (refusal.value.code, refusal.value.field) == ("already_invited", "email")


def test_a_partner_may_hold_five_open_invitations(north):
    partner = world.member(north, "Priya Professional")
    for number in range(5):
        pair = world.founded(north, partner, title=f"Pair {number}")
        invitation = world_roster.asked(north, partner, pair, email=f"cora.{number}@example.com")
    last = world.founded(north, partner, title="Pair 6")
    with pytest.raises(DomainError) as refusal:
        world_roster.asked(north, partner, last)
    assert refusal.value.code == "too_many_invitations"
    with inside(north, partner):
        actions.revoke(invitation=invitation, by=partner)
    assert world_roster.asked(north, partner, last).state == "open"


def test_who_comes_through_a_partner_gets_the_seat_and_is_in_no_list_and_no_lead_sees_any_of_it(north):
    partner = world.member(north, "Priya Professional")
    lead = world.lead(north)
    pair = world.founded(north, partner)
    invitation = world_roster.asked(north, partner, pair)
    with pytest.raises(DomainError) as refusal:
        world_roster.accepted(north, invitation, partner_kind=PartnerKind.CLINICIAN)
    assert (refusal.value.code, refusal.value.field) == ("kind_missing", "kind")
    citizen = world_roster.accepted(north, invitation, partner_kind=PartnerKind.CARER)
    assert not citizen.listed
    with inside(north, partner):
        assert sql("SELECT kind FROM pairs_seat WHERE side = 'citizen'") == [("carer",)]
        assert set(Event.objects.values_list("action", flat=True)) >= {"invitation.sent", "invitation.accepted"}
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert not Invitation.objects.filter(pk=invitation.pk).exists()
        assert not Event.objects.filter(pair_id__isnull=False).exists()
        assert not Member.objects.filter(pk=citizen.pk).exists()
        with pytest.raises(DomainError) as refusal:
            actions.resend(invitation=invitation, by=lead)
        assert (refusal.value.code, refusal.value.status) == ("unknown", 404)


def test_a_seat_that_is_taken_lets_nobody_in(north):
    partner = world.member(north, "Priya Professional")
    pair = world.founded(north, partner)
    invitation = world_roster.asked(north, partner, pair, partner_kind=PartnerKind.PATIENT)
    world.joined(north, pair, partner, "First Come")
    with pytest.raises(DomainError) as refusal:
        world_roster.accepted(north, invitation)
    assert refusal.value.code == "seat_taken"
    who = Account.objects.get(email=invitation.email)
    with inside(north, who.pk):
        assert queries.member_here(who.pk) is None


def test_whose_membership_ended_and_who_comes_back_through_a_partner_is_in_no_list(north):
    person = world.member(north, "Rae Returning")
    lead = world.lead(north)
    partner = world.member(north, "Priya Professional")
    with inside(north, lead, Role.ROLLOUT_LEAD):
        actions.end_membership(member=person, by=lead)
    address = Account.objects.get(pk=person.pk).email
    invitation = world_roster.asked(
        north, partner, world.founded(north, partner), email=address, partner_kind=PartnerKind.PATIENT
    )
    assert not world_roster.accepted(north, invitation).listed
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert person not in queries.people_listed(lead)


def test_nobody_without_the_office_invites_corrects_or_takes_back(north):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead)
    member = world.member(north, "Mo Member", Role.SPONSOR)
    for hat in ("partner", Role.SPONSOR):
        with inside(north, member, hat):
            with pytest.raises(NotPermitted):
                actions.invite(name="X", email="x@example.org", by=member)
            for act in (actions.resend, actions.revoke):
                with pytest.raises(DomainError):
                    act(invitation=invitation, by=member)


def test_an_invitation_opens_nothing_in_another_organisation(north, south):
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead)
    who = Account.objects.for_address(invitation.email)
    with inside(south, who.pk), pytest.raises(DomainError) as refusal:
        actions.accept(token=token_of(invitation), by=who)
    assert (refusal.value.code, refusal.value.status) == ("unknown", 404)


def test_the_letter_carries_the_link_and_names_neither_the_person_nor_who_invites(committed):
    north = Organisation.objects.get(slug="north")
    lead = world.lead(north)
    invitation = world_roster.invited(north, lead, language="fr")
    assert work.run_until_empty() == 1
    letter = mail.outbox[-1]
    page = letter.alternatives[0][0]
    assert (letter.to, letter.extra_headers["Content-Language"]) == (["ada@example.com"], "fr")
    for text in (letter.body, page):
        assert f"//north.localhost{world_roster.link(invitation)}" in text
        for word in ("Ada", "Lena", "lead", "pair with"):
            assert word not in text
    with inside(north, lead, Role.ROLLOUT_LEAD):
        actions.resend(invitation=invitation, by=lead)
        actions.revoke(invitation=invitation, by=lead)
    assert work.run_until_empty() == 1
    assert len(mail.outbox) == 1


def test_two_tabs_that_accept_at_once_are_one_person_in_one_seat(committed):
    north = Organisation.objects.get(slug="north")
    partner = world.member(north, "Priya Professional")
    pair = world.founded(north, partner)
    invitation = world_roster.asked(north, partner, pair, partner_kind=PartnerKind.PATIENT)
    who = Account.objects.for_address(invitation.email)
    answers: list[object] = []

    def second_tab(patience: str) -> None:
        try:
            with inside(north, who.pk):
                sql(f"SET LOCAL lock_timeout = '{patience}'")
                answers.append(actions.accept(token=token_of(invitation), by=who).id)
        except OperationalError as waited:
            answers.append(type(waited))
        finally:
            connections.close_all()

    with inside(north, who.pk):
        actions.accept(token=token_of(invitation), by=who)
        impatient = threading.Thread(target=second_tab, args=("200ms",))
        impatient.start()
        impatient.join()
        patient = threading.Thread(target=second_tab, args=("10s",))
        patient.start()
        patient.join(0.3)
        assert patient.is_alive()
    patient.join()
    assert answers == [OperationalError, invitation.pk]
    with inside(north, partner):
        assert sql("SELECT count(*) FROM pairs_seat WHERE side = 'citizen'") == [(1,)]
