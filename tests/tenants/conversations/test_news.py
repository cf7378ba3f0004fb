"""One letter says that something waits: to whom who wants it, once, and without saying anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from icalendar import Calendar

from rollout.accounts.models import Account
from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock
from rollout.organisations.models import Organisation
from tenants.conversations import actions, tasks
from tenants.conversations.models import NewsChoice
from tenants.meetings import actions as meetings
from tenants.members import actions as members
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.reflections.actions import own
from tests import world
from tests.world import inside, sql
from tests.world_meetings import agreed, plan, wall, written
from tests.world_pairs import text_of
from tests.world_projects import workshop

MORNING = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def shop(committed):
    """A pair of its own; no job waits."""
    north = Organisation.objects.get(slug="north")
    with clock.at(MORNING - timedelta(days=2)):
        made = workshop(north, "Zwetschgenkompott")
        work.run_until_empty()
    mail.outbox.clear()
    return made


def chooses(shop, who, how):
    with inside(shop.organisation, who):
        actions.choose_news(how=how, by=who)


def letters(shop, who):
    return [told for told in mail.outbox if told.to == [Account.objects.get(pk=who.pk).email]]


def later(moment, minutes=11):
    """The jobs that are due by then are done."""
    with clock.at(moment + timedelta(minutes=minutes)):
        work.run_until_empty()


def test_a_flurry_makes_one_letter_that_says_nothing(shop):
    chooses(shop, shop.citizen, "each")
    with clock.at(MORNING):
        for number in range(4):
            written(shop, shop.professional, f"Brombeere {number}")
        shop.proposed("Brombeere decision")
        work.run_until_empty()
    assert letters(shop, shop.citizen) == []
    later(MORNING)
    (letter,) = letters(shop, shop.citizen)
    assert letter.subject == "Something is new for you"
    assert letter.from_email.startswith(shop.organisation.name)
    whole = str(letter.message())
    for word in ("Brombeere", "Zwetschgenkompott", "Priya", "Cora", str(shop.pair.pk), "message", "decision"):
        assert word not in whole.replace("Message-ID", "").replace("automated message", ""), word
    assert "/pairs/" in letter.body
    assert letters(shop, shop.professional) == []


def files_of(letter):
    """The calendar files of a letter, as mail programs find them: method, and the event."""
    parts = [part for part in letter.message().walk() if part.get_content_type() == "text/calendar"]
    calendars = [(part.get_param("method"), Calendar.from_ical(part.get_payload(decode=True))) for part in parts]
    for method, calendar in calendars:
        assert (method, calendar["version"], len(calendar.walk("VEVENT"))) == (calendar["method"], "2.0", 1)
    return [(method, calendar.walk("VEVENT")[0]) for method, calendar in calendars]


def test_a_meeting_that_is_agreed_moved_and_called_off_goes_along_as_a_calendar_file(shop):
    chooses(shop, shop.professional, "each")
    me, you, hour = shop.professional, shop.citizen, timedelta(hours=1)
    with clock.at(MORNING):
        meeting = agreed(shop, me, agenda="Brombeere", place="Brombeere")
    later(MORNING)
    with clock.at(MORNING + hour), inside(shop.organisation, you):
        moved = meetings.offer(meeting=meeting, plan=plan(agenda="Brombeere"), walls=[wall(12)], by=you)
    later(MORNING + hour)
    with clock.at(MORNING + 2 * hour), inside(shop.organisation, me):
        again = meetings.choose(meeting=moved, time=moved.times.get(round=2).pk, by=me)
    with clock.at(MORNING + 3 * hour), inside(shop.organisation, you):
        meetings.cancel(meeting=again, by=you)
    later(MORNING + 3 * hour)
    with clock.at(MORNING + 4 * hour):
        written(shop, you)
    later(MORNING + 4 * hour)
    sent = [files_of(letter) for letter in letters(shop, me)]
    told = [(method, event["sequence"], event["dtstart"].dt) for ((method, event),) in sent[:3]]
    assert told == [
        ("REQUEST", 1, meeting.starts_at), ("CANCEL", 2, meeting.starts_at), ("CANCEL", 4, again.starts_at),
    ]  # fmt: skip
    assert sent[3:] == [[]], "it is told once"
    own = f"mailto:{Account.objects.get(pk=me.pk).email}"
    for ((_method, event),) in sent[:3]:
        assert (str(event["uid"]), str(event["attendee"]), str(event["summary"])) == (str(meeting.pk), own, "Meeting")
        assert str(event["organizer"]).startswith("mailto:")
    events = b"".join(event.to_ical() for ((_method, event),) in sent[:3]).decode()
    whole = events + "".join(str(letter.message()) for letter in letters(shop, me))
    for word in ("Brombeere", "Zwetschgenkompott", "Priya", "Cora", str(shop.pair.pk)):
        assert word not in whole, word
    assert letters(shop, you) == [], "who hears once a day waits for the morning"


def test_it_comes_in_the_readers_language(shop):
    Account.objects.filter(pk=shop.citizen.pk).update(language="fr")
    chooses(shop, shop.citizen, "each")
    with clock.at(MORNING):
        written(shop, shop.professional)
    later(MORNING)
    (letter,) = letters(shop, shop.citizen)
    assert letter.subject == "Il y a du nouveau pour vous"
    assert letter.extra_headers["Content-Language"] == "fr"


def test_the_next_act_makes_the_next_letter_and_nothing_new_makes_none(shop):
    chooses(shop, shop.citizen, "each")
    for hour in range(3):
        with clock.at(MORNING + timedelta(hours=hour)):
            message = written(shop, shop.professional)
        later(MORNING + timedelta(hours=hour))
    assert len(letters(shop, shop.citizen)) == 3
    with clock.at(MORNING + timedelta(hours=4)), inside(shop.organisation, shop.professional):
        actions.take_back(message=message, by=shop.professional)  # an act, and nothing that waits
    later(MORNING + timedelta(hours=4))
    assert len(letters(shop, shop.citizen)) == 3


def test_what_was_read_meanwhile_makes_no_letter(shop):
    chooses(shop, shop.citizen, "each")
    with clock.at(MORNING):
        message = written(shop, shop.professional)
        with inside(shop.organisation, shop.citizen):
            actions.read(messages=[message], by=shop.citizen)
    later(MORNING)
    assert letters(shop, shop.citizen) == []


def test_by_default_it_comes_once_a_day_from_eight_on(shop):
    with clock.at(MORNING - timedelta(hours=3)):
        written(shop, shop.professional)
        assert tasks.morning_letters() == 0  # half past five
    with clock.at(MORNING):
        for _hourly in range(3):
            tasks.morning_letters()
            work.run_until_empty()
    with clock.at(MORNING + timedelta(hours=5)):
        written(shop, shop.professional)
        tasks.morning_letters()
        work.run_until_empty()
    assert len(letters(shop, shop.citizen)) == 1
    with clock.at(MORNING + timedelta(days=1)):
        tasks.morning_letters()
        work.run_until_empty()
    assert len(letters(shop, shop.citizen)) == 2
    with clock.at(MORNING + timedelta(days=2)):
        tasks.morning_letters()
        work.run_until_empty()
    assert len(letters(shop, shop.citizen)) == 2, "nothing is newer than the last letter"


def test_in_summer_eight_is_an_hour_earlier(shop):
    summer = datetime(2027, 7, 1, 7, 5, tzinfo=UTC)
    with clock.at(summer - timedelta(minutes=10)):
        assert tasks.morning_letters() == 0
    with clock.at(summer):
        assert tasks.morning_letters() >= 2


@pytest.mark.parametrize("how", ["daily", "none"])
def test_who_does_not_want_each_gets_none_at_once(shop, how):
    chooses(shop, shop.citizen, how)
    with clock.at(MORNING):
        written(shop, shop.professional)
    later(MORNING)
    assert letters(shop, shop.citizen) == []


def test_who_chose_none_gets_none_and_a_change_of_mind_counts_at_once(shop):
    chooses(shop, shop.citizen, "each")
    with clock.at(MORNING):
        written(shop, shop.professional)
    chooses(shop, shop.citizen, "none")
    later(MORNING)
    with clock.at(MORNING + timedelta(hours=1)):
        tasks.morning_letters()
        work.run_until_empty()
    assert letters(shop, shop.citizen) == []


def test_who_has_left_gets_none(shop):
    chooses(shop, shop.citizen, "each")
    with clock.at(MORNING):
        written(shop, shop.professional)
        with inside(shop.organisation, shop.citizen):
            pairs.leave(pair=shop.pair, by=shop.citizen)
    later(MORNING)
    assert letters(shop, shop.citizen) == []


def test_whose_membership_has_ended_gets_none_and_leaves_no_choice(shop):
    chooses(shop, shop.professional, "each")
    with clock.at(MORNING):
        written(shop, shop.citizen)
        lead = world.lead(shop.organisation)
        with inside(shop.organisation, lead, Role.ROLLOUT_LEAD):
            members.end_membership(member=shop.professional, by=lead)
    later(MORNING)
    assert letters(shop, shop.professional) == []
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT count(*) FROM conversations_newschoice") == [(0,)]


def test_a_letter_that_failed_is_sent_again_under_its_own_number_and_once(shop, monkeypatch):
    chooses(shop, shop.citizen, "each")
    with clock.at(MORNING):
        written(shop, shop.professional)
    real, failures = mail.EmailMultiAlternatives.send, iter([True])

    def fails_once(self, *args, **kwargs):
        if next(failures, False):
            raise OSError("the mail server is away")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", fails_once)
    later(MORNING)  # the second try is due at once, by the played clock
    job = Job.objects.get(kind=tasks.NEWS)
    assert job.attempt == 2
    (letter,) = letters(shop, shop.citizen)
    assert str(job.pk) in letter.extra_headers["Message-ID"]


def test_a_hidden_pair_changes_no_byte_of_anybody_elses_mail(shop):
    other = workshop(shop.organisation, "Another pair")
    mail.outbox.clear()
    chooses(other, other.citizen, "each")
    with clock.at(MORNING):
        written(shop, shop.professional)
        shop.proposed("Hidden")
    later(MORNING)
    assert letters(other, other.citizen) == []
    assert Job.objects.filter(kind=tasks.NEWS, person=other.citizen.pk).count() == 0


def test_nobody_asks_for_the_letters_of_others(shop):
    with inside(shop.organisation, shop.professional):
        with pytest.raises(DatabaseError, match="not_permitted"), transaction.atomic():
            sql("SELECT ask_for_daily_news('Europe/London', 0)")
        NewsChoice.objects.get_or_create(person_id=shop.professional.pk)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            NewsChoice.objects.create(person_id=shop.citizen.pk, how="each")


def test_a_work_address_brings_a_warning_and_another_one_does_not(shop):
    browser = world.browser(shop.citizen, shop.organisation)
    warning = "Your address looks like a work address."
    assert warning in text_of(browser.get("/notifications/"))  # rollout leads here are at example.org as well
    Account.objects.filter(pk=shop.citizen.pk).update(email="cora@at-home.example.net")
    assert warning not in text_of(browser.get("/notifications/"))


def reminded(shop, who, weeks=2, how="daily"):
    with inside(shop.organisation, who):
        return actions.choose_news(how=how, reflect_weeks=weeks, by=who)


def mornings(*days):
    """The morning letters, so many days after the first."""
    for day in days:
        with clock.at(MORNING + timedelta(days=day)):
            tasks.morning_letters()
            work.run_until_empty()


@pytest.mark.parametrize("how", ["daily", "each"])
def test_who_wants_to_write_for_themselves_is_reminded_in_their_rhythm_and_language_without_content(shop, how):
    Account.objects.filter(pk=shop.citizen.pk).update(language="fr")
    with clock.at(MORNING - timedelta(days=13)):
        reminded(shop, shop.citizen, how=how)
    mornings(0, 1, 2, 14, 15)
    told = letters(shop, shop.citizen)
    assert [letter.subject for letter in told] == ["Il y a du nouveau pour vous"] * 2  # on the second day, and then
    for word in ("Zwetschgenkompott", "réflexion", "écri", str(shop.pair.pk)):
        assert word not in str(told[0].message()).replace("automatique", ""), word
    assert letters(shop, shop.professional) == []


@pytest.mark.parametrize(("weeks", "how"), [(0, "daily"), (1, "none")])
def test_who_does_not_want_it_is_not_reminded(shop, weeks, how):
    reminded(shop, shop.citizen, weeks, how)
    mornings(0, 7, 8)
    assert letters(shop, shop.citizen) == []


def test_who_has_written_meanwhile_is_reminded_later(shop):
    with clock.at(MORNING - timedelta(days=10)):
        reminded(shop, shop.citizen)
    with clock.at(MORNING), inside(shop.organisation, shop.citizen):
        own.write(text="A quiet week.", by=shop.citizen)
    mornings(4, 13)
    assert letters(shop, shop.citizen) == []
    mornings(14)
    assert len(letters(shop, shop.citizen)) == 1


def test_the_partner_and_the_database_know_nothing_of_the_rhythm(shop):
    reminded(shop, shop.citizen)
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT count(*) FROM conversations_newschoice WHERE reflect_weeks > 0") == [(0,)]
    with inside(shop.organisation, shop.citizen), pytest.raises(DatabaseError), transaction.atomic():
        sql("UPDATE conversations_newschoice SET reflect_on = NULL")
