"""A request for the protected time that was agreed and is not there: from the hours to the sponsor's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.agreement.actions import hours
from tenants.agreement.content import Hours
from tenants.agreement.models import State
from tenants.agreement.policy import Shortfall, shortfall
from tenants.disclosure.queries import shown_pairs
from tenants.members.models import Role, Side
from tenants.pairs.models import Pair
from tenants.surfacing import actions
from tenants.surfacing.models import SupportRequest, Surfacing
from tests import world, world_surfacing
from tests.tenants.surfacing.test_pages import words
from tests.world import inside, sql

TODAY = date(2026, 5, 20)


@dataclass(frozen=True)
class Agreed:
    hours_professional: Decimal = Decimal(8)
    is_protected: bool = True
    since: date = date(2026, 1, 1)
    state: str = State.AGREED
    agreed_at: object = TODAY
    ended_at: object = None


def given(month, number, *, covered=True, side=Side.PROFESSIONAL):
    return SimpleNamespace(
        month=date(2026, month, 1), hours=Decimal(number), is_covered=covered, seat=SimpleNamespace(side=side)
    )


@pytest.mark.parametrize(
    ("agreements", "hours_given", "lacks"),
    [
        ([Agreed()], [given(2, 3), given(4, 8)], (2, 4, 16, 11)),
        ([Agreed()], [given(3, 8, covered=False)], (3, 3, 8, 0)),  # free time is not protected time
        ([Agreed()], [given(3, 8), given(4, 9)], None),
        ([Agreed()], [], None),  # who counted nothing said nothing
        ([Agreed()], [given(5, 1)], None),  # this month is not over
        ([Agreed()], [given(3, 1, side=Side.CITIZEN)], None),
        ([Agreed(is_protected=False)], [given(3, 1)], None),
        ([Agreed(since=date(2026, 4, 1))], [given(3, 1)], None),  # nothing was agreed yet
        ([], [given(3, 1)], None),
        # Two professionals of one month, one after the other: the month was agreed once.
        ([Agreed()], [given(3, 2), given(3, 3)], (3, 3, 8, 5)),
    ],
)
def test_what_protected_time_lacks(agreements, hours_given, lacks):
    expected = None
    if lacks is not None:
        first, last, agreed, found = lacks
        expected = Shortfall(date(2026, first, 1), date(2026, last, 1), Decimal(agreed), Decimal(found))
    assert shortfall(agreements, hours_given, TODAY) == expected


def test_what_was_longer_ago_than_six_months_is_not_asked_for():
    long_ago = Agreed(since=date(2025, 1, 1))
    old = SimpleNamespace(month=date(2025, 10, 1), hours=Decimal(1), is_covered=True,
                          seat=SimpleNamespace(side=Side.PROFESSIONAL))  # fmt: skip
    assert shortfall([long_ago], [old], TODAY) is None


@pytest.fixture
def made(north):
    return world_surfacing.pair_with_work(north, corroborated=False)


def lack(made, number=3):
    """Eight protected hours were agreed, and so many were given last month."""
    month = clock.today().replace(day=1)
    last = month.replace(month=month.month - 1) if month.month > 1 else month.replace(year=month.year - 1, month=12)
    with inside(made.organisation, made.professional):
        written = hours.write(
            pair=_pair(made), by=made.professional,
            hours=Hours(since=last, hours_professional=Decimal(8), is_protected=True, hours_citizen=Decimal(6),
                        is_paid=True),
        )  # fmt: skip
    for who in made.partners:
        with inside(made.organisation, who):
            hours.sign(agreement=written, shown=written.content_hash, by=who)
    with inside(made.organisation, made.professional):
        hours.note(pair=_pair(made), month=last, hours=Decimal(number), is_covered=True, by=made.professional)


def _pair(made):
    return Pair.objects.get(pk=made.pair)


def ask(made, who, **said):
    with inside(made.organisation, who):
        return actions.ask_for_time(
            **{"pair": made.pair, "sponsor": made.sponsor.pk, "text": "Cover one afternoon.", "by": who, **said}
        )


def read_by_sponsor(made):
    with inside(made.organisation, made.sponsor, Role.SPONSOR):
        return [one for pair in shown_pairs(made.sponsor) for one in pair.support]


def test_the_sponsor_reads_it_with_both_keys_and_not_before_and_not_after_one_closed_it(made):
    lack(made)
    package = ask(made, made.citizen)
    assert read_by_sponsor(made) == []
    world_surfacing.signed(made, package, made.citizen)
    assert read_by_sponsor(made) == []
    world_surfacing.signed(made, package, made.professional)
    (request,) = read_by_sponsor(made)
    assert (request.hours_agreed, request.hours_given, request.text) == (8, 3, "Cover one afternoon.")
    with inside(made.organisation, made.sponsor, Role.SPONSOR):
        # Of the pair's other request, which was written before, nothing is there.
        assert sql("SELECT text FROM surfacing_supportrequest") == [("Cover one afternoon.",)]
    with inside(made.organisation, made.lead, Role.ROLLOUT_LEAD):
        assert sql("SELECT count(*) FROM surfacing_supportrequest") == [(0,)]
    world_surfacing.withdrawn(made, package, made.professional)
    assert read_by_sponsor(made) == []


@pytest.mark.parametrize(
    ("hours_given", "said", "code"),
    [
        (3, {"text": "  "}, "help_needed"),
        (8, {}, "nothing_lacks"),
        (3, {"sponsor": world_surfacing.EVERYBODY_IN_OFFICE}, "unknown_audience"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(made, hours_given, said, code):
    lack(made, hours_given)
    with inside(made.organisation, made.citizen):
        before = SupportRequest.objects.count()
    with pytest.raises(DomainError) as refusal:
        ask(made, made.citizen, **said)
    assert refusal.value.code == code
    with inside(made.organisation, made.citizen):
        assert (SupportRequest.objects.count(), Surfacing.objects.count()) == (before, 0)


def test_a_second_one_for_the_same_sponsor_waits_and_nobody_else_asks_for_the_pair(made):
    lack(made)
    ask(made, made.citizen)
    with pytest.raises(DomainError) as refusal:
        ask(made, made.professional)
    assert refusal.value.code == "already_open"
    for stranger in (made.lead, made.sponsor):
        with pytest.raises(NotPermitted):
            ask(made, stranger)


def test_nobody_changes_or_removes_a_request_in_the_database(made):
    with inside(made.organisation, made.professional):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            sql("UPDATE surfacing_supportrequest SET hours_given = 0")
        sql("DELETE FROM surfacing_supportrequest")
        assert sql("SELECT hours_given FROM surfacing_supportrequest") == [(9,)]


@pytest.mark.parametrize("hours_given", [24, 30, -1])
def test_the_database_keeps_no_request_without_a_shortfall(made, hours_given):
    with (
        inside(made.organisation, made.professional),
        pytest.raises(DatabaseError, match="support_request_is_about_a_shortfall"),
        transaction.atomic(),
    ):
        sql("INSERT INTO surfacing_supportrequest (id, pair_id, first_month, last_month, hours_agreed, hours_given,"
            " text, written_by_id, written_at) SELECT gen_random_uuid(), pair_id, first_month, last_month, 24, %s,"
            " text, written_by_id, written_at FROM surfacing_supportrequest", hours_given)  # fmt: skip


def test_nobody_asks_in_the_partners_name_in_the_database(made):
    with inside(made.organisation, made.citizen), pytest.raises(DatabaseError), transaction.atomic():
        sql("INSERT INTO surfacing_supportrequest (id, pair_id, first_month, last_month, hours_agreed, hours_given,"
            " text, written_by_id, written_at) SELECT gen_random_uuid(), pair_id, first_month, last_month, 24, 3,"
            " text, written_by_id, written_at FROM surfacing_supportrequest")  # fmt: skip


def test_from_the_page_of_hours_to_the_sponsors_home(made, browser_of):
    lack(made)
    citizen, sponsor = (browser_of(who, made.organisation) for who in (made.citizen, made.sponsor))
    page, asking = reverse("agreement:time", args=[made.pair]), reverse("surfacing:ask-for-time", args=[made.pair])
    assert asking in citizen.get(page).content.decode()
    assert "8 protected hours" in words(citizen.get(asking))
    typed = {"audience": str(made.sponsor.pk), "text": ""}
    refused = citizen.post(asking, typed)
    assert "Type what would help." in words(refused)
    assert "checked" in refused.content.decode()  # what was chosen is not lost
    preview = citizen.post(asking, {**typed, "text": "Cover one afternoon."})
    told = words(citizen.get(preview.url))
    assert "Cover one afternoon." in told
    assert "Sana Sponsor and nobody else" in told
    home = reverse("indicators:sponsor-home")
    assert "Asks for support" not in words(sponsor.get(home))
    with inside(made.organisation, made.citizen):
        package = Surfacing.objects.get()
    world_surfacing.signed(made, package, *made.partners)
    assert "Asks for support" in words(sponsor.get(home))
    assert "Cover one afternoon." in words(sponsor.get(reverse("disclosure:shown-sponsor", args=[made.pair])))


def test_without_a_shortfall_the_pages_say_so_and_offer_nothing(made, browser_of):
    citizen = browser_of(made.citizen, made.organisation)
    asking = reverse("surfacing:ask-for-time", args=[made.pair])
    assert asking not in citizen.get(reverse("agreement:time", args=[made.pair])).content.decode()
    assert "no protected time is missing" in words(citizen.get(asking))
    with inside(made.organisation, made.lead, Role.ROLLOUT_LEAD):
        sql("SELECT end_membership(%s)", made.sponsor.pk)
    assert "has no sponsor at present" in words(citizen.get(asking))
    stranger = browser_of(world.member(made.organisation, "Sten Stranger"), made.organisation)
    assert stranger.get(asking).status_code == 404
