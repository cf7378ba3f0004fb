"""From a roster to invitations and proposals: whole or not at all, never twice, and back again."""

from __future__ import annotations

import pytest

from rollout.kernel.errors import DomainError, NotPermitted
from tenants.audit.models import Event
from tenants.members import actions as members
from tenants.members.models import Invitation, Role, Site
from tenants.members.queries import people_listed
from tenants.roster import actions, queries
from tenants.roster.models import ProposedPair, RosterPerson, RosterUpload
from tests import world, world_roster
from tests.tenants.roster.files import CITIZEN, PROFESSIONAL, SPONSOR, csv_of, row
from tests.world import inside


@pytest.fixture
def lead(north):
    return world.lead(north)


def as_lead(organisation, lead):
    return inside(organisation, lead, Role.ROLLOUT_LEAD)


def states(upload):
    return {person.name: person.invitation and person.invitation.state for person in queries.people_of(upload)}


def test_a_roster_with_one_problem_is_not_kept(north, lead):
    with as_lead(north, lead):
        roster = actions.check(file_name="roster.csv", content=csv_of(CITIZEN, SPONSOR).encode(), by=lead)
        with pytest.raises(DomainError) as refusal:
            actions.store(file_name="roster.csv", roster=roster, by=lead)
        assert refusal.value.code == "roster_has_problems"
        assert not RosterUpload.objects.exists()


def test_checking_and_keeping_invites_nobody(north, lead):
    upload = world_roster.stored(north, lead)
    with as_lead(north, lead):
        assert upload.people.count() == 3
        assert upload.proposals.get().label == "Letters"
        assert not Invitation.objects.filter(kind="member", accepted_at__isnull=True).exists()
        assert not Site.objects.exists()
        assert queries.counts_of(upload) == queries.Counts(people=3, kept=0, pairs=1, open=0, accepted=0)


def test_sending_makes_places_invitations_and_proposals(north, lead):
    upload = world_roster.sent(north, lead)
    with as_lead(north, lead):
        assert list(Site.objects.values_list("name", flat=True)) == ["Hill Hospital"]
        assert states(upload) == {"Ada Marsh": "open", "Ben Okoro": "open", "Cy Grant": "open"}
        assert Invitation.objects.get(email="cy@example.org").roles == ["sponsor"]
        assert Invitation.objects.get(email="ada@example.com").roles == []
        assert queries.counts_of(upload).open == 3
        with pytest.raises(DomainError) as refusal:
            actions.send(upload=upload, by=lead)
        assert refusal.value.code == "already_sent"
        acts = Event.objects.filter(action__startswith="roster").order_by("seq").values_list("action", "pair_id")
        assert list(acts) == [("roster.uploaded", None), ("roster.sent", None)]


def test_the_same_file_leads_to_the_upload_it_was_before_until_that_is_undone(north, lead):
    first = world_roster.stored(north, lead)
    assert world_roster.stored(north, lead, name="again.csv") == first
    with as_lead(north, lead):
        actions.send(upload=first, by=lead)
        actions.undo(upload=first, by=lead)
    assert world_roster.stored(north, lead) != first


def test_a_corrected_file_loads_again_without_doubles(north, lead):
    first = world_roster.sent(north, lead)
    ada = world_roster.accepted(north, world_roster.invitation_to(north, lead, "ada@example.com"))
    more = row(name="Dee New", email="dee@example.org", site="HILL HOSPITAL")
    again = world_roster.stored(north, lead, (*CITIZEN[:-1], "A clearer task"), PROFESSIONAL, SPONSOR, more)
    with as_lead(north, lead):
        before = {invitation.pk: invitation.sends for invitation in Invitation.objects.all()}
        assert queries.counts_of(again).kept == 3
        assert actions.send(upload=again, by=lead) == 1
        assert Site.objects.count() == 1
        assert states(again) == {
            "Ada Marsh": "accepted", "Ben Okoro": "open", "Cy Grant": "open", "Dee New": "open",
        }  # fmt: skip
        made = set(Invitation.objects.values_list("pk", flat=True)) - set(before)
        assert [Invitation.objects.get(pk=pk).email for pk in made] == ["dee@example.org"]
        assert ProposedPair.objects.get().upload_id == first.pk
        assert [line.names for line in queries.pair_lines(list(queries.proposals_of(again)))] == [
            ("Ada Marsh", "Ben Okoro")
        ]
    with inside(north, ada):
        assert [proposal.label for proposal in queries.proposals_for(ada)] == ["Letters"]


def test_a_corrected_address_joins_the_proposal_that_stands(north, lead):
    first = world_roster.sent(north, lead)
    ada = world_roster.accepted(north, world_roster.invitation_to(north, lead, "ada@example.com"))
    world_roster.sent(north, lead, CITIZEN, row(name="Ben Okoro", email="b.okoro@example.org", side="professional",
                                                kind="clinician", pair="letters"))  # fmt: skip
    with as_lead(north, lead):
        assert ProposedPair.objects.get().upload_id == first.pk
        members.revoke(invitation=Invitation.objects.get(email="ben@example.org"), by=lead)
        assert [line.state for line in queries.pair_lines(list(queries.proposals_of(first)))] == ["invited"]
    with inside(north, ada):
        assert [proposal.other for proposal in queries.proposals_for(ada)] == ["Ben Okoro"]
    ben = world_roster.accepted(north, world_roster.invitation_to(north, lead, "b.okoro@example.org"))
    with inside(north, ben):
        assert len(queries.proposals_for(ben)) == 1


def test_whose_membership_ended_or_whose_invitation_ran_out_or_was_taken_back_is_invited_again(north, lead):
    world_roster.sent(north, lead)
    ada = world_roster.accepted(north, world_roster.invitation_to(north, lead, "ada@example.com"))
    with as_lead(north, lead):
        members.end_membership(member=ada, by=lead)
        members.revoke(invitation=Invitation.objects.get(email="ben@example.org"), by=lead)
    again = world_roster.stored(north, lead, CITIZEN, PROFESSIONAL)
    with as_lead(north, lead):
        assert actions.send(upload=again, by=lead) == 2


def test_a_row_is_compared_with_what_leads_know_and_with_nothing_else(north, lead):
    _pair, _professional, citizen = world.hidden_pair(north)
    from rollout.accounts.models import Account

    address = Account.objects.get(pk=citizen.pk).email
    upload = world_roster.stored(north, lead, row(name="Cora C", email=address), row(name="X", email="x@example.org"))
    with as_lead(north, lead):
        assert queries.counts_of(upload).kept == 0
        assert [person.is_standing for person in queries.people_of(upload)] == [False, False]
        assert actions.send(upload=upload, by=lead) == 2


def test_undoing_takes_back_what_nobody_accepted_and_keeps_the_rest(north, lead):
    kept = world_roster.invited(north, lead, "Cy Grant", email="cy@example.org")
    upload = world_roster.sent(north, lead)
    ada = world_roster.accepted(north, world_roster.invitation_to(north, lead, "ada@example.com"))
    with inside(north, ada):
        assert len(queries.proposals_for(ada)) == 1
    with as_lead(north, lead):
        assert actions.undo(upload=upload, by=lead) == 1
        assert actions.undo(upload=upload, by=lead) == 0
        assert states(upload) == {"Ada Marsh": "accepted", "Ben Okoro": "revoked", "Cy Grant": "open"}
        assert Invitation.objects.get(pk=kept.pk).revoked_at is None
        assert ada in people_listed(lead)
        [line] = queries.pair_lines(list(queries.proposals_of(upload)))
        assert line.state == "taken_back"
    with inside(north, ada):
        assert queries.proposals_for(ada) == []


def test_a_draft_is_thrown_away_and_a_sent_roster_is_not(north, lead):
    draft = world_roster.stored(north, lead)
    with as_lead(north, lead):
        with pytest.raises(DomainError) as refusal:
            actions.undo(upload=draft, by=lead)
        assert refusal.value.code == "not_sent"
        actions.discard(upload=draft, by=lead)
        assert (RosterUpload.objects.count(), RosterPerson.objects.count(), ProposedPair.objects.count()) == (0, 0, 0)
    upload = world_roster.sent(north, lead)
    with as_lead(north, lead), pytest.raises(DomainError) as refusal:
        actions.discard(upload=upload, by=lead)
    assert refusal.value.code == "already_sent"


def test_one_row_is_corrected_before_and_after_sending(north, lead):
    upload = world_roster.stored(north, lead)
    with as_lead(north, lead):
        cy = upload.people.get(name="Cy Grant")
        with pytest.raises(DomainError) as refusal:
            actions.correct(person=cy, name="Cy", email="ADA@example.com", by=lead)
        assert (refusal.value.code, refusal.value.field) == ("address_twice", "email")
        actions.correct(person=cy, name="Cyril Grant", email="cyril@example.org", by=lead)
        actions.send(upload=upload, by=lead)
        cy.refresh_from_db()
        assert cy.invitation.email == "cyril@example.org"
        actions.correct(person=cy, name="Cyril Grant", email="c.grant@example.org", by=lead)
        cy.refresh_from_db()
        assert (cy.invitation.email, cy.invitation.sends, cy.email) == ("c.grant@example.org", 2, "cyril@example.org")
        assert actions.resend(person=cy, by=lead).sends == 3
        assert actions.revoke(person=upload.people.get(pk=cy.pk), by=lead).state == "revoked"


def test_only_a_lead_in_the_leads_hat_does_any_of_it(north, lead):
    upload = world_roster.stored(north, lead)
    sponsor = world.member(north, "Sam Sponsor", Role.SPONSOR)
    for person, hat in ((sponsor, Role.SPONSOR), (sponsor, "partner"), (lead, "partner")):
        with inside(north, person, hat):
            assert not RosterUpload.objects.exists()
            with pytest.raises(NotPermitted):
                actions.check(file_name="roster.csv", content=b"", by=person)
            for act in (actions.send, actions.undo, actions.discard):
                with pytest.raises(NotPermitted):
                    act(upload=upload, by=person)


def test_a_roster_stays_in_its_organisation(north, south, lead):
    upload = world_roster.sent(north, lead)
    other = world.lead(south)
    with as_lead(south, other):
        assert not RosterUpload.objects.exists()
        with pytest.raises(DomainError) as refusal:
            actions.send(upload=upload, by=other)
        assert refusal.value.status == 404
