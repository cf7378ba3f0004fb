"""Leaving, coming back, closing, and what somebody who comes after does not see: also by raw SQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, ProgrammingError, transaction

from rollout.kernel import clock
from rollout.kernel.database import ask
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.agreement.actions import principles
from tenants.agreement.models import Principle, PrincipleVersion
from tenants.audit.queries import events_of_pair
from tenants.members.models import Side
from tenants.pairs import actions, queries
from tenants.pairs.models import LeavingReason
from tenants.projects.actions import decisions
from tenants.relationship.actions import balance
from tests import world
from tests.racing import at_once, meet, rewritten
from tests.world import inside, sql
from tests.world_pairs import text_of
from tests.world_projects import workshop

DAY = timedelta(days=1)
RACERS = 32


@pytest.fixture
def shop(north):
    with clock.at(clock.now() - 90 * DAY):
        return workshop(north)


def leave(shop, who, **more):
    with inside(shop.organisation, who):
        actions.leave(pair=shop.pair, by=who, **more)


def succeed(shop, name="Sam Successor", side=Side.CITIZEN):
    """Somebody takes the free seat at the invitation of the professional."""
    return world.joined(shop.organisation, shop.pair.pk, shop.professional, name, side)


# Leaving


def test_a_reason_is_for_the_leaver_alone(shop):
    leave(shop, shop.citizen, reason="  I was tired.  ")
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT text FROM pairs_leavingreason") == [("I was tired.",)]
        assert [text for kind, text in ask("own_material") if kind == "pairs.LeavingReason"] != []
    for who, hat in ((shop.professional, "partner"), (shop.citizen, "rollout_lead"), (None, "partner")):
        with inside(shop.organisation, who, hat):
            assert sql("SELECT count(*) FROM pairs_leavingreason") == [(0,)]


def test_nobody_has_to_give_a_reason(shop):
    leave(shop, shop.citizen, reason="   ")
    with inside(shop.organisation, shop.citizen):
        assert not LeavingReason.objects.exists()


def test_nobody_writes_a_reason_in_anothers_name(shop):
    with pytest.raises(ProgrammingError, match="row-level security"), inside(shop.organisation, shop.professional):
        sql("INSERT INTO pairs_leavingreason (id, pair_id, seat_id, member_id, text, given_at)"
            " SELECT gen_random_uuid(), pair_id, id, member_id, 'x', now() FROM pairs_seat WHERE member_id = %s",
            shop.citizen.pk)  # fmt: skip


def test_who_stays_gets_one_neutral_notice_and_the_choices(shop, north, browser_of):
    leave(shop, shop.citizen, reason="Because of you")
    client = browser_of(shop.professional, north)
    home = text_of(client.get("/pairs/"))
    assert home.count("Your partner has left. You can choose what happens now.") == 2  # the words, and "Put away (…)"
    page = text_of(client.get(f"/pairs/{shop.pair.pk}/"))
    for choice in ("Seek a new partner", "Close this pair", "Ask for separation"):
        assert choice in page
    assert "Because of you" not in home + page


def test_a_lead_who_ends_a_membership_tells_the_partner_the_same(shop, north):
    lead = world.lead(north)
    with inside(north, lead, "rollout_lead"):
        assert ask("end_membership", shop.professional.pk) == [(True,)]
    with inside(north, shop.citizen):
        assert sql("SELECT kind FROM members_notice") == [("pair.left",)]


def test_the_page_says_what_is_hidden_and_what_stays(shop, north, browser_of):
    page = text_of(browser_of(shop.citizen, north).get(f"/pairs/{shop.pair.pk}/leave/"))
    for said in ("your partner no longer reads your messages", "these stay: what you both signed", "takes your place"):
        assert said in page


# Coming back


def test_for_a_day_somebody_comes_back_without_a_key(shop, north, browser_of):
    leave(shop, shop.citizen)
    client = browser_of(shop.citizen, north)
    assert "Letters that patients can read" in text_of(client.get("/pairs/"))
    answer = client.post(f"/pairs/{shop.pair.pk}/return/", follow=True)
    assert "Welcome back. Your seat is yours again." in text_of(answer)
    with inside(north, shop.professional):
        pair = queries.pair_for(shop.professional, shop.pair.pk)
        assert len(queries.chapters(pair)) == 1
        assert [event.action for event in events_of_pair(shop.pair.pk)][:2] in (
            ["pair.returned", "pair.left"], ["pair.left", "pair.returned"],
        )  # fmt: skip
        assert sql("SELECT kind FROM members_notice ORDER BY made_at")[-1] == ("pair.returned",)


def refused_to(shop, who):
    with inside(shop.organisation, who):
        with pytest.raises(NotPermitted):
            actions.come_back(pair_id=shop.pair.pk, by=who)
        assert ask("return_to_pair", shop.pair.pk) == [(False,)]
        return not any(former.may_return for former in queries.former_pairs(who))


def test_after_a_day_nobody_comes_back_alone(shop):
    with clock.at(clock.now() - DAY - timedelta(minutes=1)):
        leave(shop, shop.citizen)
    assert refused_to(shop, shop.citizen)


def test_nobody_comes_back_where_the_one_who_stays_asked_for_separation(shop, north, browser_of):
    leave(shop, shop.citizen)
    client = browser_of(shop.professional, north)
    assert "They are not told that you asked." in text_of(client.get(f"/pairs/{shop.pair.pk}/separate/"))
    client.post(f"/pairs/{shop.pair.pk}/separate/")
    assert refused_to(shop, shop.citizen)
    assert browser_of(shop.citizen, north).post(f"/pairs/{shop.pair.pk}/return/").status_code == 404
    with inside(north, shop.professional):  # what the leaver wrote is not hidden by that
        assert sql("SELECT hides FROM pairs_seat WHERE left_at IS NOT NULL") == [(False,)]


def test_nobody_comes_back_who_left_because_of_harm(shop):
    leave(shop, shop.citizen, hide=True)
    assert refused_to(shop, shop.citizen)


def test_nobody_comes_back_to_a_seat_that_is_taken(shop):
    leave(shop, shop.citizen)
    successor = succeed(shop)
    assert refused_to(shop, shop.citizen)
    leave(shop, successor)
    assert refused_to(shop, shop.citizen)  # the seat had somebody else since


def test_nobody_comes_back_to_a_closed_pair(shop):
    leave(shop, shop.citizen)
    with inside(shop.organisation, shop.professional):
        actions.close(pair=shop.pair, by=shop.professional)
    assert refused_to(shop, shop.citizen)


def test_nobody_else_comes_back_in_their_place(shop, north):
    leave(shop, shop.citizen)
    stranger = world.member(north, "Stan Stranger")
    for who, hat in ((stranger, "partner"), (shop.citizen, "sponsor")):
        with inside(north, who, hat):
            assert ask("return_to_pair", shop.pair.pk) == [(False,)]


def test_separation_is_asked_by_a_partner_alone(shop, north):
    leave(shop, shop.citizen)
    stranger = world.member(north, "Stan Stranger")
    with inside(north, stranger):
        assert ask("separate_from_former", shop.pair.pk) == [(False,)]
        with pytest.raises(NotPermitted):
            actions.separate(pair=shop.pair, by=stranger)


@pytest.mark.parametrize("locked", [True, False])
def test_one_of_many_who_come_back_at_once_comes_back(committed, locked):
    """The leaver in many windows, while the one who stays asks for separation: one story, told the same to all."""
    from rollout.organisations.models import Organisation

    north = Organisation.objects.get(slug="north")
    shop = workshop(north)
    leave(shop, shop.citizen)

    def race(_window):
        with inside(north, shop.citizen):
            return ask("return_to_pair", shop.pair.pk)[0][0]

    with rewritten(north, {} if locked else WITHOUT_LOCK):
        told = at_once(RACERS, race)
    # The control: without the lock all are told that they came back.
    assert sorted(told) == ([False] * (RACERS - 1) + [True] if locked else [True] * RACERS)


WITHOUT_LOCK = {
    "return_to_pair": {"for update;": ";", "update pairs_seat s set": f"{meet(RACERS)} update pairs_seat s set"},
}
"""What coming back holds, and what stands there instead in the control: no lock, and a wait for the others."""


# Closing, and what is left


def test_who_is_alone_closes_the_pair_for_good(shop, north, browser_of):
    leave(shop, shop.citizen)
    client = browser_of(shop.professional, north)
    answer = text_of(client.post(f"/pairs/{shop.pair.pk}/close/", follow=True))
    assert "The pair is closed. You can still read what is here." in answer
    assert "Pairs that are closed" in text_of(client.get("/pairs/"))
    with inside(north, shop.professional):
        for stage in ("working", "forming", "paused"):
            with pytest.raises(DatabaseError, match="pair_has_ended"), transaction.atomic():
                sql("UPDATE pairs_pair SET stage = %s, ended_at = NULL", stage)
        with pytest.raises(DomainError) as refused:
            actions.invite_partner(pair=shop.pair, name="New", email="new@example.org", by=shop.professional)
        assert refused.value.code == "pair_has_ended"


def test_a_pair_of_two_is_closed_by_nobody(shop):
    with inside(shop.organisation, shop.professional):
        with pytest.raises(DomainError) as refused:
            actions.close(pair=shop.pair, by=shop.professional)
        assert refused.value.code == "not_alone"
    with pytest.raises(DatabaseError, match="not_alone"), inside(shop.organisation, shop.professional):
        sql("UPDATE pairs_pair SET stage = 'ended', ended_at = now()")


def test_closing_takes_the_open_invitation_back(shop):
    leave(shop, shop.citizen)
    with inside(shop.organisation, shop.professional):
        actions.invite_partner(pair=shop.pair, name="New", email="new@example.org", by=shop.professional)
        actions.close(pair=shop.pair, by=shop.professional)
        assert not queries.partner_invitations(shop.professional).exists()


def test_when_both_have_left_only_dates_remain(shop, north, browser_of):
    with clock.at(clock.now() - 3 * DAY):
        leave(shop, shop.citizen)
    with clock.at(clock.now() - 2 * DAY):
        leave(shop, shop.professional)
    for who in (shop.citizen, shop.professional):
        with inside(north, who):
            assert sql("SELECT count(*) FROM pairs_pair") == [(0,)]
            (former,) = queries.former_pairs(who)
            assert (former.title, former.may_return) == ("", False)
            assert former.began < former.ended
        home = text_of(browser_of(who, north).get("/pairs/"))
        assert "A pair, from" in home
        assert "Letters that patients can read" not in home
        assert (shop.professional.name in home) is (who is shop.professional)


def test_who_left_learns_nothing_of_whoever_stays(shop):
    with clock.at(clock.now() - 3 * DAY):
        leave(shop, shop.citizen)
    with inside(shop.organisation, shop.citizen):
        before = ask("former_pairs")
    succeed(shop)
    with inside(shop.organisation, shop.citizen):
        assert ask("former_pairs") == before
        assert before[0][1] == ""
        assert before[0][5:] == (None, None)


# To whom the project belongs


def owners(shop, who):
    with inside(shop.organisation, who):
        return {seat.member_id for seat in queries.owners(queries.pair_for(who, shop.pair.pk))}


def test_the_project_stays_with_both_for_sixty_days(shop):
    leave(shop, shop.citizen)
    both = {shop.professional.pk, shop.citizen.pk}
    assert owners(shop, shop.professional) == both
    with clock.at(clock.now() + 59 * DAY):
        assert owners(shop, shop.professional) == both
    with clock.at(clock.now() + 60 * DAY + timedelta(minutes=1)):
        assert owners(shop, shop.professional) == {shop.professional.pk}


def test_who_left_gives_up_their_part_earlier(shop, north, browser_of):
    leave(shop, shop.citizen)
    client = browser_of(shop.citizen, north)
    assert f'href="/pairs/{shop.pair.pk}/release/"' in text_of(client.get("/pairs/"))
    assert "This cannot be taken back." in text_of(client.get(f"/pairs/{shop.pair.pk}/release/"))
    assert owners(shop, shop.professional) == {shop.professional.pk, shop.citizen.pk}  # looking gives nothing up
    answer = client.post(f"/pairs/{shop.pair.pk}/release/", follow=True)
    assert "Your part of the project is given up." in text_of(answer)
    assert owners(shop, shop.professional) == {shop.professional.pk}
    for again in (client.get, client.post, browser_of(shop.professional, north).get):
        assert again(f"/pairs/{shop.pair.pk}/release/").status_code == 404
    with inside(north, shop.professional):
        assert "pair.share_released" in [event.action for event in events_of_pair(shop.pair.pk)]


# Chapters


def test_a_chapter_is_a_span_in_which_the_same_two_sat(shop):
    with clock.at(clock.now() - 20 * DAY):
        leave(shop, shop.citizen)
    with clock.at(clock.now() - 10 * DAY):
        successor = succeed(shop)
    with inside(shop.organisation, shop.professional):
        pair = queries.pair_for(shop.professional, shop.pair.pk)
    one, two = queries.chapters(pair)
    assert (one.number, two.number, two.ended) == (1, 2, None)
    assert one.ended < two.began
    assert {seat.member_id for seat in one.seats} == {shop.professional.pk, shop.citizen.pk}
    assert {seat.member_id for seat in two.seats} == {shop.professional.pk, successor.pk}


@pytest.fixture
def first_chapter(shop):
    """A pair with something of every kind, whose citizen left, and whose professional went on alone."""
    with clock.at(clock.now() - 80 * DAY):
        shop.task("What both wanted", signed_by=shop.partners)
        shop.proposed("Agreed", signed_by=shop.partners)
        shop.draft("Left open")
        withdrawn, contested = shop.draft("Withdrawn"), shop.proposed("Contested")
        with inside(shop.organisation, shop.professional):
            decisions.withdraw(decision=withdrawn, by=shop.professional)
        with inside(shop.organisation, shop.citizen):
            decisions.contest(decision=contested, reason="Not like this", by=shop.citizen)
            decisions.draft(pair=shop.pair, title="By who left", text="Mine", by=shop.citizen)
        shop.result(title="Found by both", signed_by=shop.partners)
        shop.result(title="Never signed")
    return shop


def seen(shop, who):
    """What raw SQL finds of the pair's work for somebody."""
    with inside(shop.organisation, who):
        return {
            "decisions": {row[0] for row in sql("SELECT title FROM projects_decision")},
            "reasons": sql("SELECT count(*) FROM projects_decisionreason")[0][0],
            "results": {row[0] for row in sql("SELECT title FROM projects_resultclaim")},
            "task": sql("SELECT text FROM projects_sharedtask"),
            "keys": sql("SELECT count(*) FROM projects_decisionkey")[0][0],
            "result keys": sql("SELECT count(*) FROM projects_resultkey")[0][0],
        }


ALL = {"Agreed", "Left open", "Withdrawn", "Contested", "By who left"}


def test_a_successor_sees_what_was_agreed_and_found_and_not_what_was_before(first_chapter):
    shop = first_chapter
    with clock.at(clock.now() - 20 * DAY):
        leave(shop, shop.citizen)
    with clock.at(clock.now() - 15 * DAY):
        shop.draft("Written alone")
    with clock.at(clock.now() - 10 * DAY):
        successor = succeed(shop)
    shop.draft("New")
    found = seen(shop, successor)
    assert found["decisions"] == {"Agreed", "Written alone", "New"}
    assert found["results"] == {"Found by both"}
    assert found["reasons"] == 0
    assert found["task"] == [("What both wanted",)]
    kept = seen(shop, shop.professional)  # the control: who was there sees all of it
    assert kept["decisions"] == ALL | {"Written alone", "New"}
    assert kept["results"] == {"Found by both", "Never signed"}
    assert kept["reasons"] == 1
    with inside(shop.organisation, successor):
        assert sql("UPDATE projects_decision SET revisit_on = NULL RETURNING title") != []
        sql("UPDATE projects_decision SET title = 'Mine now' WHERE title = 'Left open'")
        assert queries.chapters(queries.pair_for(successor, shop.pair.pk))[-1].number == 2
    assert seen(shop, shop.professional)["decisions"] == ALL | {"Written alone", "New"}


def test_before_somebody_leaves_both_see_all(first_chapter):
    for who in first_chapter.partners:
        assert seen(first_chapter, who)["decisions"] == ALL


def test_somebody_who_comes_back_later_sees_the_chapter_in_which_they_were(first_chapter):
    shop = first_chapter
    with clock.at(clock.now() - 20 * DAY):
        leave(shop, shop.citizen)
    with clock.at(clock.now() - 18 * DAY):
        between = succeed(shop, "Bea Between")
        shop.draft("Between")
    with clock.at(clock.now() - 12 * DAY):
        leave(shop, between)
    with clock.at(clock.now() - 10 * DAY):
        _sits_again(shop)
    found = seen(shop, shop.citizen)
    assert found["decisions"] == ALL
    assert found["reasons"] == 1


def _sits_again(shop):
    """The citizen is invited to their former seat and takes it."""
    from rollout.accounts.models import Account
    from tenants.members import actions as members
    from tenants.members.models import Invitation

    account = Account.objects.get(pk=shop.citizen.pk)
    with inside(shop.organisation, shop.professional):
        actions.invite_partner(pair=shop.pair, name="Cora", email=account.email, by=shop.professional)
        token = members.token_of(Invitation.objects.get(accepted_at__isnull=True))
    with inside(shop.organisation, account.pk):
        members.accept(token=token, partner_kind="carer", by=account)


def test_who_leaves_because_of_harm_hides_their_own_first(first_chapter):
    shop = first_chapter
    leave(shop, shop.citizen, hide=True)
    found = seen(shop, shop.professional)
    assert found["decisions"] == ALL - {"By who left"}
    assert found["reasons"] == 0
    assert found["results"] == {"Found by both", "Never signed"}  # by the one who stays, and by both
    with inside(shop.organisation, shop.professional):
        assert len(ask("hidden_seats")) == 1


def test_a_departure_without_harm_hides_nothing_from_who_was_there(first_chapter):
    leave(first_chapter, first_chapter.citizen)
    found = seen(first_chapter, first_chapter.professional)
    assert (found["decisions"], found["reasons"]) == (ALL, 1)


def test_who_comes_after_goes_on_where_something_is_hidden(shop):
    """What a successor does not see stands in nobody's way: a sprint, a wording and a look again begin anew."""
    _old_chapter(shop)
    with clock.at(clock.now() - 20 * DAY):
        leave(shop, shop.citizen)
    with clock.at(clock.now() - 10 * DAY):
        successor = succeed(shop)
    with inside(shop.organisation, successor):
        principle = Principle.objects.get()
        (signed,) = PrincipleVersion.objects.filter(principle=principle)
        assert (signed.text, signed.state) == ("Each of us speaks.", "former")
        written = principles.write(principle=principle, title="We listen", text="Otherwise", by=successor)
        assert written.number > 2  # the second is not theirs to read
        balance.propose_sprint(pair=shop.pair, ends_on=clock.today() + 14 * DAY, by=successor)
    for partner in (shop.professional, successor):
        with inside(shop.organisation, partner):
            principles.sign(version=signed, shown=signed.content_hash, by=partner)
    for partner in (successor, shop.professional):
        with inside(shop.organisation, partner):
            review = principles.review(version=signed, answer="keep", text="", by=partner)
    assert review.closed_at is not None


def _old_chapter(shop):
    """One principle is agreed, another wording of it waits, it is looked at again, and a sprint runs."""
    with clock.at(clock.now() - 40 * DAY):
        with inside(shop.organisation, shop.citizen):
            principle = principles.propose(
                pair=shop.pair, title="We listen", text="Each of us speaks.", by=shop.citizen
            )
            version = PrincipleVersion.objects.get(principle=principle)
            balance.propose_sprint(pair=shop.pair, ends_on=clock.today() + 14 * DAY, by=shop.citizen)
        for partner in shop.partners:
            with inside(shop.organisation, partner):
                principles.sign(version=version, shown=version.content_hash, by=partner)
        with inside(shop.organisation, shop.citizen):
            principles.write(principle=principle, title="We listen", text="Never agreed", by=shop.citizen)
            principles.review(version=version, answer="change", text="Shorter", by=shop.citizen)
        with inside(shop.organisation, shop.professional):
            balance.agree_sprint(pair=shop.pair, by=shop.professional)
