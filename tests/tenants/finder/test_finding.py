"""Who reads whom, and how two come to be a pair."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.finder import actions, queries, rendering
from tenants.finder.forms import ProfileForm
from tenants.finder.models import Declined, Introduction, Profile
from tenants.members.models import OFFICES, Member, Role
from tenants.pairs.models import Pair, Seat
from tenants.workplan.forms import FrameForm
from tenants.workplan.models import ProjectFrame, Theme
from tests import world
from tests.world import inside, sql
from tests.world_finder import asked, looking, met, profile_of, said_yes, seen_by, somebody


@pytest.fixture
def cora(north):
    return somebody(north, "Cora Citizen", "patient")


@pytest.fixture
def drew(north):
    return somebody(north, "Drew Doctor", "clinician")


def refused(code):
    return pytest.raises(DomainError, match=f"^{code}$")


def test_only_people_who_look_and_sit_on_the_other_side_are_read(north, south, cora, drew):
    second = somebody(north, "Dana Doctor", "manager")
    off = somebody(north, "Dora Off", "clinician", is_on=False)
    somebody(south, "Elsewhere", "clinician")
    assert set(seen_by(north, cora)) == {profile_of(north, drew), profile_of(north, second)}
    assert seen_by(north, drew) == [profile_of(north, cora)]
    assert seen_by(north, off) == []
    assert seen_by(north, world.member(north, "Paul Plain")) == []
    looking(north, cora, "patient", is_on=False)
    assert seen_by(north, cora) == []
    assert seen_by(north, drew) == []


def test_a_name_is_in_no_row_that_others_read(north, cora, drew):
    with inside(north, drew):
        assert sql("SELECT member_id FROM finder_profile") == [(drew.pk,)]
        (row,) = sql("SELECT * FROM offers(NULL, NULL, '', '', 0, 10)")
    assert cora.pk not in row
    asked(north, cora, drew)
    with inside(north, drew):
        assert cora.pk not in sql("SELECT * FROM finder_introduction")[0]
        (row,) = sql("SELECT * FROM people_met()")
        assert cora.pk not in row
        assert cora.name not in row


@pytest.mark.parametrize("role", OFFICES)
def test_no_office_reads_or_counts_anybody_who_looks(north, cora, drew, role):
    met(north, cora, drew)
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        sql("SELECT grant_office(%s, %s)", drew.pk, role)
    with inside(north, drew, role):
        for table in ("profile", "introduction", "declined", "yes"):
            assert sql(f"SELECT count(*) FROM finder_{table}") == [(0,)]
        assert sql("SELECT * FROM offers(NULL, NULL, '', '', 0, 10)") == []
        assert sql("SELECT * FROM people_met()") == []
        with pytest.raises(NotPermitted):
            actions.say_yes(introduction=Introduction(pk=drew.pk), by=drew)


def test_the_order_is_each_readers_own_and_stays(north, cora):
    for number in range(12):
        somebody(north, f"Doctor {number}", "clinician")
    second = somebody(north, "Second Citizen", "carer")
    assert seen_by(north, cora) == seen_by(north, cora)
    assert set(seen_by(north, cora)) == set(seen_by(north, second))
    assert seen_by(north, cora) != seen_by(north, second)


def test_offers_are_narrowed_by_place_time_and_theme(north, cora):
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        sql("INSERT INTO members_site (id, name) VALUES (gen_random_uuid(), 'Northgate')")
    with inside(north, cora):
        site = queries.sites().get()
    near = somebody(north, "Near", "clinician", site=site, times=["evenings"], themes=["access"])
    somebody(north, "Far", "clinician", times=["mornings"], themes=["safety"])
    wanted = [profile_of(north, near)]
    with inside(north, cora):
        for filters in ({"site": site.pk}, {"time": "evenings"}, {"theme": "access"}):
            assert [offer.id for offer in queries.offers_to(cora, **filters, amount=5)] == wanted
        assert queries.offers_to(cora, site=site.pk, time="mornings", amount=5) == []


def test_a_declined_question_is_to_the_last_byte_an_unanswered_one(north, cora, drew):
    with clock.at(clock.now() - timedelta(days=5)):
        introduction = asked(north, cora, drew)

    def told():
        with inside(north, cora):
            return (
                sql("SELECT i.*, i.xmin::text, i.xmax::text, i.ctid::text FROM finder_introduction i"),
                sql("SELECT * FROM people_met()"),
                sql("SELECT * FROM finder_declined"),
                sql("SELECT count(*) FROM audit_event"),
                rendering.acts_now(introduction, queries.others(cora)[introduction.pk]),
            )

    before = told()
    with inside(north, drew):
        actions.decline(introduction=introduction, by=drew)
        assert list(queries.introductions_of(drew)) == []
        assert Declined.objects.count() == 1
    assert told() == before
    with clock.at(clock.now() + timedelta(days=31)), inside(north, cora):
        lapsed = Introduction.objects.get()
        assert rendering.state_tag(lapsed).label == "No answer in time"
        assert rendering.acts_now(lapsed, queries.others(cora)[lapsed.pk]) == set()


def test_a_declined_question_takes_a_place_like_an_unanswered_one(north, cora):
    doctors = [somebody(north, f"Doctor {number}", "clinician") for number in range(7)]
    for number, doctor in enumerate(doctors[:5]):
        introduction = asked(north, cora, doctor)
        if number == 0:
            with inside(north, doctor):
                actions.decline(introduction=introduction, by=doctor)
    with refused("too_many_asked"):
        asked(north, cora, doctors[5])
    with inside(north, cora):
        actions.withdraw(introduction=introduction, by=cora)
    asked(north, cora, doctors[5])
    with clock.at(clock.now() + timedelta(days=31)):
        asked(north, cora, doctors[6])


def test_nobody_is_asked_twice_by_the_same_person(north, cora, drew):
    introduction = asked(north, cora, drew)
    for asker, other in ((cora, drew), (drew, cora)):
        with pytest.raises(NotPermitted):
            asked(north, asker, other)
    with clock.at(clock.now() + timedelta(days=40)), pytest.raises(NotPermitted):
        asked(north, cora, drew)
    assert introduction.state == "asked"


def test_who_does_not_look_asks_nobody(north, cora, drew):
    looking(north, cora, "patient", is_on=False)
    with pytest.raises(NotPermitted):
        asked(north, cora, drew)


def test_not_yet_is_told_and_may_become_a_yes(north, cora, drew):
    introduction = asked(north, cora, drew)
    with inside(north, drew):
        actions.not_yet(introduction=introduction, by=drew)
    with inside(north, cora):
        assert rendering.state_tag(Introduction.objects.get()).label == "Not yet"
    with inside(north, drew):
        actions.accept(introduction=introduction, by=drew)
        assert Introduction.objects.get().state == "accepted"


def test_both_read_name_and_address_once_they_may_meet(north, cora, drew):
    introduction = met(north, cora, drew)
    for who, other in ((cora, drew), (drew, cora)):
        with inside(north, who):
            found = queries.others(who)[introduction.pk]
            assert found.name == other.name
            assert found.email.endswith("@example.org")
            actions.plan_meeting(introduction=introduction, meeting=f"{who.name} plans", by=who)
            assert Introduction.objects.get().meeting == f"{who.name} plans"


def test_a_pair_comes_of_two_yeses_and_nobody_reads_the_first(north, cora, drew):
    introduction = met(north, cora, drew)
    assert said_yes(north, introduction, cora, cora) is None
    with inside(north, drew):
        assert sql("SELECT count(*) FROM finder_yes") == [(0,)]
        assert Introduction.objects.get().state == "accepted"
    pair = said_yes(north, introduction, drew)
    assert pair is not None
    for who in (cora, drew):
        with inside(north, who):
            assert Pair.objects.get().stage == "forming"
            seats = {(seat.member_id, seat.side, seat.kind) for seat in Seat.objects.all()}
            assert sql("SELECT count(*) FROM audit_event WHERE action = 'pair.founded'") == [(1,)]
    assert seats == {(cora.pk, "citizen", "patient"), (drew.pk, "professional", "clinician")}
    assert said_yes(north, introduction, cora) is None  # once more is harmless
    with inside(north, cora):
        assert Pair.objects.count() == 1


def test_a_no_ends_it_without_a_reason(north, cora, drew):
    introduction = met(north, cora, drew)
    said_yes(north, introduction, cora)
    with inside(north, drew):
        actions.say_no(introduction=introduction, by=drew)
    with inside(north, cora):
        assert rendering.state_tag(Introduction.objects.get()).label == "Not going further"
        assert queries.others(cora)[introduction.pk].name == ""
        assert not Pair.objects.exists()
    with refused("wrong_state"):
        said_yes(north, introduction, cora)


def test_no_pair_is_founded_with_somebody_who_has_gone(north, cora, drew):
    introduction = met(north, cora, drew)
    said_yes(north, introduction, cora)
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        sql("SELECT end_membership(%s)", cora.pk)
    with refused("gone"):
        said_yes(north, introduction, drew)


def test_others_neither_read_nor_move_an_introduction(north, cora, drew):
    introduction = asked(north, cora, drew)
    third = somebody(north, "Third", "carer")
    with inside(north, third):
        assert not Introduction.objects.exists()
    for who, act in (
        (third, actions.accept), (third, actions.withdraw), (cora, actions.accept), (cora, actions.decline),
        (cora, actions.not_yet), (drew, actions.withdraw),
    ):  # fmt: skip
        with inside(north, who), pytest.raises(NotPermitted):
            act(introduction=introduction, by=who)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE finder_introduction SET state = 'accepted'",
        "UPDATE finder_introduction SET meeting = 'x'",
        "DELETE FROM finder_introduction",
        "DELETE FROM finder_declined",
        "INSERT INTO finder_yes (id, introduction_id, member_id, said_at)"
        " SELECT gen_random_uuid(), id, security.person(), now() FROM finder_introduction",
        "INSERT INTO finder_introduction (id, asker_id, asked_id, asker_side, asker_kind, asked_kind, motivation, fit,"
        " state, asked_at, lapses_at, meeting) SELECT gen_random_uuid(), asked_id, asker_id, 'citizen', 'patient',"
        " 'clinician', '', '', 'accepted', now(), now(), '' FROM finder_introduction",
    ],
)
def test_nobody_writes_an_introduction_by_hand(north, cora, drew, statement):
    introduction = asked(north, cora, drew)
    with inside(north, drew):
        actions.decline(introduction=introduction, by=drew)
    for who in (cora, drew):
        with inside(north, who):
            try:
                with transaction.atomic():
                    sql(statement)
            except DatabaseError:
                pass
            assert Introduction.objects.get().state == "asked"
            assert sql("SELECT count(*) FROM finder_yes") == [(0,)]
    with inside(north, drew):
        assert Declined.objects.count() == 1


def test_a_profile_is_written_for_oneself_alone(north, cora, drew):
    other = world.member(north, "New")
    with inside(north, drew), pytest.raises(DatabaseError), transaction.atomic():
        Profile.objects.create(
            member=other, side="citizen", kind="patient", brings="", looks_for="",
            changed_at=clock.now(),
        )  # fmt: skip


def test_somebody_comes_in_alone_while_registration_is_open(north):
    stranger, lead = world.account("Stella"), world.lead(north)
    with inside(north, stranger.pk), refused("closed"):
        actions.join(name="Stella", by=stranger)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        actions.open_registration(by=lead)
        actions.open_registration(by=lead)
    with inside(north, stranger.pk):
        actions.join(name="Stella", by=stranger)
        actions.join(name="Other", by=stranger)
        me = Member.objects.get(pk=stranger.pk)
    assert (me.name, me.listed) == ("Stella", False)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        assert not Member.objects.filter(pk=stranger.pk).exists()
        assert sql("SELECT count(*) FROM audit_event WHERE actor_id = %s", stranger.pk) == [(0,)]
        actions.close_registration(by=lead)
    second = world.account("Second")
    with inside(north, second.pk), refused("closed"):
        actions.join(name="Second", by=second)


def test_who_was_ended_does_not_come_back_alone(north):
    gone, lead = world.member(north, "Gone"), world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        actions.open_registration(by=lead)
        sql("SELECT end_membership(%s)", gone.pk)
    with inside(north, gone.pk), refused("ended"):
        actions.join(name="Gone", by=world.account("x"))


def test_whoever_looks_for_a_partner_and_every_project_choose_from_one_list_of_themes():
    of_projects = ProjectFrame._meta.get_field("theme").choices
    assert Profile._meta.get_field("themes").base_field.choices == of_projects == Theme.choices
    assert ProfileForm.base_fields["themes"].choices == FrameForm.base_fields["theme"].choices == Theme.choices
