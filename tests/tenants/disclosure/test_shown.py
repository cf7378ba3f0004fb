"""What readers see of pairs that show themselves: one way of building it, the same price for one and for many."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from governance.boards.models import BoardBody
from rollout.kernel import clock
from tenants.disclosure import queries
from tenants.disclosure.models import Audience, RowClass
from tenants.disclosure.queries import Pick
from tenants.members.models import Role, Site
from tenants.surfacing import queries as surfacings
from tests import world, world_surfacing
from tests.world import inside, sql

PAGES = {
    Role.SPONSOR: "disclosure:shown-sponsor",
    Role.ROLLOUT_LEAD: "disclosure:shown-rollout-lead",
    Role.BOARD_MEMBER: "disclosure:shown-board-member",
    Role.BOARD_SECRETARY: "disclosure:shown-board-secretary",
}


@pytest.fixture
def made(north):
    return world_surfacing.pair_with_work(north)


def to_sponsor(made, **more):
    return world_surfacing.opened(made, audience=Audience.SPONSOR, audience_id=made.sponsor.pk, **more)


def test_a_reader_gets_everything_that_was_ticked_as_plain_values(made):
    package = to_sponsor(made)
    with inside(made.organisation, made.sponsor, Role.SPONSOR):
        (shown,) = queries.shown_pairs(made.sponsor)
    assert (shown.id, shown.title, shown.site, shown.has_ended) == (made.pair, "Letters we can read", "", False)
    assert [(person.name, person.side) for person in shown.people] == [
        ("Cora Citizen", "citizen"), ("Priya Professional", "professional"),
    ]  # fmt: skip
    assert shown.shared_task == made.task.text
    assert [(one.id, one.title, one.text) for one in shown.decisions] == [
        (made.decision.pk, "Evening clinics", "Evening clinics: two evenings a week.")
    ]
    assert (shown.project.theme, shown.project.aim) == ("experience", "Everybody understands their letter")
    assert [fact["value"] for fact in shown.project.facts][:3] == [
        "How care feels to people", "Clinic B", "Everybody understands their letter",
    ]  # fmt: skip
    (support,) = shown.support
    assert (support.text, support.finding) == (
        "Somebody covers one afternoon a week.",
        "From January 2026 to March 2026: 24 protected hours were agreed for the professional, and 9 could be given.",
    )
    (result,) = shown.results
    assert (result.id, result.is_corroborated, result.baseline_value) == (made.result.pk, True, Decimal("40.00"))
    assert [point.value for point in result.points] == [40, 31, 22]
    assert (shown.since, shown.until, shown.audiences) == (package.effective_from, None, frozenset({"sponsor"}))


def test_what_was_not_ticked_is_none_or_empty(made):
    to_sponsor(made, picks=[])
    with inside(made.organisation, made.sponsor, Role.SPONSOR):
        (shown,) = queries.shown_pairs(made.sponsor)
    assert (shown.people, shown.shared_task, shown.decisions, shown.results) == (None, None, (), ())
    assert (shown.project, shown.support) == (None, ())


def test_two_packages_for_the_same_reader_add_up(made):
    first = to_sponsor(made, picks=[Pick(RowClass.TASK)], valid_to=clock.now() + timedelta(days=9))
    ends = clock.now() + timedelta(days=20)
    to_sponsor(made, picks=[Pick(RowClass.RESULT, made.result.pk)], valid_to=ends)
    with inside(made.organisation, made.sponsor, Role.SPONSOR):
        (shown,) = queries.shown_pairs(made.sponsor)
        assert (shown.shared_task, len(shown.results)) == (made.task.text, 1)
        assert (shown.since, shown.until) == (first.effective_from, ends)


def test_in_the_partners_hat_nobody_reads_as_an_audience(made):
    to_sponsor(made)
    for who in (*made.partners, made.sponsor):
        with inside(made.organisation, who):
            assert queries.shown_pairs(who) == []


def test_nobody_asks_in_the_name_of_somebody_else(made):
    with inside(made.organisation, made.lead, Role.ROLLOUT_LEAD), pytest.raises(ValueError, match="nobody else"):
        queries.shown_pairs(made.sponsor)


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same_for_one_pair_and_for_three(north, item_count, django_assert_num_queries):
    sponsor = None
    for number in range(item_count):
        made = world_surfacing.pair_with_work(north, title=f"Pair {number}")
        sponsor = sponsor or made.sponsor
        world_surfacing.opened(made, audience=Audience.SPONSOR, audience_id=sponsor.pk)
    with inside(north, sponsor, Role.SPONSOR):
        with django_assert_num_queries(7):
            shown = queries.shown_pairs(sponsor)
        assert [pair.title for pair in shown] == [f"Pair {number}" for number in range(item_count)]
        assert all(pair.people and pair.decisions and pair.results[0].points for pair in shown)


def test_a_board_reads_the_pair_and_its_place_without_being_a_person(made):
    with inside(made.organisation, made.lead, Role.ROLLOUT_LEAD):
        site = Site.objects.create(name="Hill Street")
        board = BoardBody.objects.create(name="Quality board", made_at=clock.now())
    with inside(made.organisation, made.citizen):
        sql("UPDATE pairs_pair SET site_id = %s WHERE id = %s", site.pk, made.pair)
    secretary = world.member(made.organisation, "Sol Secretary", "board_secretary")
    package = world_surfacing.opened(made, audience=Audience.BOARD, audience_id=board.pk)
    with clock.at(package.effective_from):
        with inside(made.organisation, board.pk, "board"):
            (shown,) = queries.shown_pairs(None)
            assert (shown.title, shown.site, len(shown.people), len(shown.results)) == (
                "Letters we can read", "Hill Street", 2, 1,
            )  # fmt: skip
        with inside(made.organisation, uuid.uuid4(), "board"):
            assert queries.shown_pairs(None) == []
        with inside(made.organisation, secretary, Role.BOARD_SECRETARY):
            assert queries.shown_pairs(secretary) == []


def test_the_preview_and_the_page_of_the_reader_are_the_same_bytes(made):
    package = world_surfacing.package(made, audience=Audience.SPONSOR, audience_id=made.sponsor.pk)
    with inside(made.organisation, made.citizen):
        preview = surfacings.package_view(package, made.citizen).shown
        promised = render_to_string("disclosure/_shown_pair.html", {"shown": preview})
    world_surfacing.signed(made, package, *made.partners)
    with inside(made.organisation, made.sponsor, Role.SPONSOR):
        (shown,) = queries.shown_pairs(made.sponsor)
        assert render_to_string("disclosure/_shown_pair.html", {"shown": shown}) == promised
    assert made.task.text in promised
    for words in ("Evening clinics", "Everybody understands their letter", "Somebody covers one afternoon a week."):
        assert words in promised


def test_a_pairs_own_partners_read_in_words_what_they_show(made):
    now = clock.now()
    with clock.at(now):
        shown = to_sponsor(made)
        later = world_surfacing.opened(made, picks=[])
        with inside(made.organisation, made.citizen):
            first, second = queries.live_grants_of(made.pair)
    assert (first.surfacing_id, first.audience, first.is_in_force) == (later.pk, "organisation", False)
    assert first.what == ("The pair's title and place, and whether it works, rests or has ended",)
    assert (second.surfacing_id, second.is_in_force, second.since) == (shown.pk, True, now)
    assert second.what == (
        "The pair's title and place, and whether it works, rests or has ended",
        "The names of both partners", "The shared task", "What the project is about, its aim and its reasons",
        "1 decision", "1 result", "1 request for support",
    )  # fmt: skip


@pytest.mark.parametrize("hat", PAGES)
def test_a_hidden_pair_and_a_missing_one_are_the_same_page(made, browser_of, hat):
    viewer = world.member(made.organisation, "Vera Viewer", hat)
    world_surfacing.package(made)
    client = browser_of(viewer, made.organisation)
    answers = [client.get(reverse(PAGES[hat], args=[pair])) for pair in (made.pair, uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_reader_opens_the_page_in_the_hat_that_the_pair_chose_and_in_no_other(made, browser_of):
    to_sponsor(made)
    both = browser_of(made.sponsor, made.organisation)
    page = both.get(reverse(PAGES[Role.SPONSOR], args=[made.pair]))
    assert page.status_code == 200
    assert made.task.text in page.content.decode()
    assert both.get(reverse(PAGES[Role.ROLLOUT_LEAD], args=[made.pair])).status_code == 404
    lead = browser_of(made.lead, made.organisation)
    assert lead.get(reverse(PAGES[Role.ROLLOUT_LEAD], args=[made.pair])).status_code == 404


def test_a_partner_does_not_reach_the_own_pair_through_an_office(north, browser_of):
    lead = world.lead(north)
    pair = world.founded(north, lead)
    world.joined(north, pair, lead, "Cora Citizen")
    page = reverse(PAGES[Role.ROLLOUT_LEAD], args=[pair])
    client = browser_of(lead, north)
    assert client.get(page).content == client.get(reverse(PAGES[Role.ROLLOUT_LEAD], args=[uuid.uuid4()])).content


def test_the_address_follows_the_hat(made):
    with inside(made.organisation, made.sponsor, Role.SPONSOR):
        assert queries.address_of(made.pair) == f"/pairs/shown/sponsor/{made.pair}/"
    with inside(made.organisation, made.sponsor):
        assert queries.address_of(made.pair) == ""


def test_a_results_chart_has_a_sentence_and_a_table(made):
    to_sponsor(made)
    with inside(made.organisation, made.sponsor, Role.SPONSOR):
        (result,) = queries.shown_pairs(made.sponsor)[0].results
    assert result.finding == "Calls about letters in a week: from 40 to 22 calls. It got better."
    assert [row[1] for row in result.figure.rows] == ["40", "31", "22"]
    assert "<svg" in result.figure.svg
    assert datetime(2026, 3, 2, tzinfo=UTC).date() == result.current_on
