"""The report and the sponsor's home: who reads them, what stands there, and that hidden pairs leave no trace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.v1.indicators import ReportOut
from governance.hats import SLUGS
from governance.indicators import queries
from governance.journey.policy import State, journey_of
from rollout.kernel import clock
from tenants.disclosure.models import Audience
from tenants.members.models import Role
from tests import crawl, world, world_governance, world_surfacing
from tests.world import inside

pytestmark = pytest.mark.django_db

UNSEEN = "There may be pairs here that you cannot see. That is how this programme works."


@pytest.fixture
def board(north):
    return world_governance.board(north)


def shown_to_sponsor(board, title="Shown to the sponsor"):
    made = world_surfacing.pair_with_work(board.organisation, title=title)
    world_surfacing.opened(made, audience=Audience.SPONSOR, audience_id=board.sponsor.pk)
    return made


def test_each_hat_reads_its_own_report_alone(board, north, browser_of):
    for who, worn in board.readers():
        browser = browser_of(who, north)
        for hat, slug in SLUGS.items():
            assert browser.get(f"/report/{slug}/").status_code == (200 if hat == worn else 404)
    outsider = browser_of(world.member(north, "Fay Finance", Role.FINANCE), north)
    assert [outsider.get(f"/report/{slug}/").status_code for slug in SLUGS.values()] == [404] * 4
    assert outsider.get("/report/").status_code == 404


def test_each_reader_finds_what_was_shown_to_them_and_to_the_boards_they_read_for(board, north, browser_of):
    world_governance.shown_to(board, title="Shown to the board")
    shown_to_sponsor(board)
    pages = {hat: browser_of(who, north).get(f"/report/{SLUGS[hat]}/").content.decode() for who, hat in board.readers()}
    found = {hat: {title for title in ("Shown to the board", "Shown to the sponsor") if title in page}
             for hat, page in pages.items()}  # fmt: skip
    assert found == {
        Role.ROLLOUT_LEAD: {"Shown to the board"},
        Role.BOARD_MEMBER: {"Shown to the board"},
        Role.BOARD_SECRETARY: {"Shown to the board"},
        Role.SPONSOR: {"Shown to the board", "Shown to the sponsor"},
    }
    assert all(UNSEEN in page for page in pages.values())


def test_what_a_sponsor_reads_a_sponsor_knows(board, north):
    world_governance.shown_to(board, title="Shown to the board")
    known = {}
    for who, hat in board.readers():
        with world.inside(north, who, hat):
            (pair,) = queries.report_for(who, queries.lately()).pairs
            known[hat] = pair.evidence.shown_to_sponsor_on is not None
    assert known == {hat: hat == Role.SPONSOR for _who, hat in board.readers()}


def test_the_report_tells_the_journey_the_results_and_the_decisions(board, north, browser_of):
    world_governance.shown_to(board)
    page = browser_of(board.director, north).get("/report/board/").content.decode()
    for text in (
        "Where it stands now: The organisation can see it.",
        "Calls about letters in a week: from 40 to 22 calls. It got better.",
        "+45 %, better",
        "Two patients read every letter before it goes out.",
        "Evening clinics: two evenings a week.",
        "Cora Citizen and Priya Professional",
        "1 of 1",
    ):
        assert text in page, text


def test_a_hidden_pair_leaves_the_reports_byte_for_byte_the_same(board, north, browser_of):
    world_governance.shown_to(board)
    pages = ["/report/", *[f"/report/{slug}/" for slug in SLUGS.values()]]
    bystander = world.member(north, "Bea Bystander")

    def seen():
        return {
            (who.name, page): crawl.masked(browser_of(who, north).get(page).content)
            for who, _hat in board.readers()
            for page in pages
        }

    with clock.at(clock.now()):
        before = seen()
        pair = world.founded(north, bystander, title="CANARY")
        citizen = world.joined(north, pair, bystander, "Cara CANARY")
        world_surfacing.claimed_result(north, pair, (bystander, citizen), corroborated=True)
        assert seen() == before


def test_the_sponsors_home_is_the_same_sentence_with_and_without_pairs(board, north, browser_of):
    browser = browser_of(board.sponsor, north)
    empty = browser.get("/report/").content.decode()
    assert UNSEEN in empty
    assert "No pair shows itself to you now" in empty
    made = shown_to_sponsor(board)
    pack = world_governance.issued(board)
    full = browser.get("/report/").content.decode()
    assert UNSEEN in full
    assert "Shown to the sponsor" in full
    assert f"/boards/packs/sponsor/{pack.pk}/" in full
    assert str(made.pair) in full


def test_an_issued_pack_is_evidence_of_the_journey(board, north):
    world_governance.shown_to(board)
    with clock.at(clock.now() - timedelta(days=1)):
        world_governance.issued(board)
    with inside(north, board.director, Role.BOARD_MEMBER):
        (pair,) = queries.report_for(board.director, queries.lately()).pairs
    assert pair.evidence.issued_in_pack_on == clock.today() - timedelta(days=1)
    journey = journey_of(pair.evidence, today=clock.today())
    assert (journey.state, journey.next) == (State.ORG_VISIBLE, State.BOARD_REPORTED)


def test_what_was_edited_after_signing_is_not_shown_before_both_sign_again(board, north):
    made, _surfacing = world_governance.shown_to(board)
    with inside(north, made.professional):
        made.task.refresh_from_db()
        made.task.text, made.task.content_hash, made.task.agreed_at = "Something else", world.digest("else"), None
        made.task.save(update_fields=["text", "content_hash", "agreed_at"])
    with inside(north, board.director, Role.BOARD_MEMBER):
        (pair,) = queries.report_for(board.director, queries.lately()).pairs
    assert pair.shown.shared_task is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_report_costs_the_same_for_one_pair_and_for_three(board, north, browser_of, django_assert_num_queries, count):
    for number in range(count):
        world_governance.shown_to(board, title=f"Pair {number}")
    browser = browser_of(board.director, north)
    browser.get("/report/board/")
    with django_assert_num_queries(QUERIES):
        assert browser.get("/report/board/").status_code == 200


@pytest.mark.parametrize("moment", ["2026-01-15", "2026-03-31", "2026-12-31"])
def test_a_report_without_a_period_speaks_about_the_last_months(moment):
    from datetime import UTC, datetime

    with clock.at(datetime.fromisoformat(moment).replace(hour=12, tzinfo=UTC)):
        period = queries.lately()
    assert period.end.isoformat() == moment
    assert period.start.day == 1
    assert 89 <= (period.end - period.start).days <= 122


QUERIES = 19


def test_the_report_has_a_part_by_theme_and_the_operation_gives_the_same(board, north, browser_of):
    made = shown_to_sponsor(board)
    world_surfacing.pair_with_work(north, title="Hidden and about the same")
    sponsor = browser_of(board.sponsor, north)
    page = sponsor.get("/report/sponsor/").content.decode()
    part = page[page.index('id="themes"') : page.index('id="results"')]
    assert "How care feels to people" in part
    assert "Shown to the sponsor" in part
    assert "Everybody understands their letter" in part
    assert "Hidden and about the same" not in page
    with inside(north, board.sponsor, Role.SPONSOR):
        report = queries.report_for(board.sponsor, queries.lately())
    assert [(group.theme, [pair.id for pair in group.pairs]) for group in report.themes] == [
        ("experience", [made.pair])
    ]
    assert ReportOut(report).data["themes"] == [{"theme": "experience", "pairs": [made.pair]}]
