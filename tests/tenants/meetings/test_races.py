"""Two partners at the same moment, on a database where things are really committed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import QuerySet

from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock
from rollout.organisations.models import Organisation
from tenants.conversations import actions as talks
from tenants.conversations import tasks
from tenants.meetings import actions
from tenants.meetings.models import Meeting
from tests.racing import PATIENCE, at_once
from tests.tenants.projects.test_races import events
from tests.world import inside
from tests.world_meetings import agreed, offered, plan, wall, written
from tests.world_projects import workshop

MANY = 32
WALLS = [wall(day) for day in (4, 5, 6, 7, 8)]


@pytest.fixture
def shop(committed):
    return workshop(Organisation.objects.get(slug="north"))


def without_lock(monkeypatch):
    """The same acts, without the row lock that puts them one after the other."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self.all())


def choosing(shop):
    """A meeting, and work in which one of its five times is picked by the thread's number."""
    meeting = offered(shop, shop.professional, *WALLS)
    with inside(shop.organisation, shop.citizen):
        times = list(meeting.times.values_list("pk", flat=True))

    def choose(index):
        with inside(shop.organisation, shop.citizen):
            actions.choose(meeting=meeting, time=times[index % 5], by=shop.citizen)

    return meeting, choose


def state(shop, meeting):
    with inside(shop.organisation, shop.citizen):
        return Meeting.objects.get(pk=meeting.pk)


def test_many_answers_at_once_and_one_time_stands(shop):
    meeting, choose = choosing(shop)
    told = at_once(MANY, choose)
    # The same time again is harmless; every other one comes too late.
    assert set(told) == {None, "wrong_state"}
    assert sum(code is None for code in told) <= -(-MANY // 5)
    held = state(shop, meeting)
    assert (held.state, held.sequence) == ("agreed", 1)
    assert events(shop, "meeting.agreed") == 1


def test_both_answer_an_offer_at_once(shop):
    """The one picks a time while the other offers new ones: whoever comes second is told."""
    for _round in range(8):
        meeting = offered(shop, shop.professional)
        with inside(shop.organisation, shop.citizen):
            time = meeting.times.get(choice=1).pk

        def meet(index, meeting=meeting, time=time):
            who = shop.partners[index % 2]
            with inside(shop.organisation, who):
                if index % 2:
                    actions.choose(meeting=meeting, time=time, by=who)
                else:
                    actions.offer(meeting=meeting, plan=plan(), walls=[wall(20)], by=who)

        offering, choosing_ = at_once(2, meet)
        held = state(shop, meeting)
        with inside(shop.organisation, shop.citizen):
            moves = held.moves.count()
        assert (offering, choosing_, held.state, held.round, moves) in {
            (None, "times_changed", "proposed", 2, 0),
            (None, None, "proposed", 2, 1),  # picked first, then moved
        }


def test_calling_off_against_agreeing(shop):
    meeting, choose = choosing(shop)

    def meet(index):
        if index % 2:
            choose(0)
        else:
            with inside(shop.organisation, shop.professional):
                actions.cancel(meeting=meeting, by=shop.professional)

    told = at_once(MANY, meet)
    assert set(told) <= {None, "wrong_state"}
    assert {told[index] for index in range(0, MANY, 2)} == {None}
    held = state(shop, meeting)
    assert held.state == "cancelled"
    assert events(shop, "meeting.cancelled") == 1
    assert events(shop, "meeting.agreed") == (held.starts_at is not None)


def test_the_control_without_the_lock_the_database_alone_stops_a_second_time(shop, monkeypatch):
    """All find the offer open, and who comes late is told so by the last guard, without a word for a person."""
    without_lock(monkeypatch)
    looked, real = threading.Barrier(MANY), actions._answered

    def answered(*told):
        looked.wait(PATIENCE)  # everybody has looked, nobody has written
        real(*told)

    monkeypatch.setattr(actions, "_answered", answered)
    _meeting, choose = choosing(shop)
    assert set(at_once(MANY, choose)) == {None, "no_such_step"}


def news_twice(shop):
    """Two jobs about the same news, of two five minutes, taken at once by two workers."""
    with inside(shop.organisation, shop.citizen):
        talks.choose_news(how="each", by=shop.citizen)
    moment = clock.now()
    Job.objects.all().delete()
    with clock.at(moment - timedelta(minutes=20)):
        agreed(shop, shop.professional)
    for minutes in (20, 10):
        with clock.at(moment - timedelta(minutes=minutes)):
            written(shop, shop.professional)
    Job.objects.exclude(kind=tasks.NEWS).delete()
    claimed = [work.claim_next() for _two in range(2)]
    assert all(claimed)
    mail.outbox.clear()
    assert at_once(2, lambda index: work.run(claimed[index])) == [True, True]
    return [told for told in mail.outbox if told.subject == "Something is new for you"]


def test_two_jobs_at_once_send_one_letter(shop):
    assert len(news_twice(shop)) == 1
    assert Job.objects.filter(kind=tasks.NEWS, state=Job.State.DONE).count() == 2


def test_the_control_without_the_lock_two_jobs_would_send_two(shop, monkeypatch):
    without_lock(monkeypatch)
    looked, real = threading.Barrier(2), tasks.home.waiting_for

    def waiting_for(member):
        found = real(member)
        looked.wait(PATIENCE)  # both have looked, neither has written
        return found

    monkeypatch.setattr(tasks.home, "waiting_for", waiting_for)
    assert len(news_twice(shop)) == 2
