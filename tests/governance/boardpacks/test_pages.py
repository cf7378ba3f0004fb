"""Who reaches the pages of packs, what they say, and what reading one leaves behind."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from governance.boardpacks.models import BoardPack, PackRead
from governance.hats import SLUGS
from rollout.kernel import clock
from rollout.kernel.tenancy import BOARD
from tenants.members.models import Notice, Role
from tests import crawl, world, world_governance, world_surfacing
from tests.world import inside, sql

pytestmark = pytest.mark.django_db

READING = ("", "pdf/")
MAKING = ("progress/",)


@pytest.fixture
def board(north):
    return world_governance.board(north)


def address(hat: str, pack: object, rest: str = "") -> str:
    return f"/boards/packs/{SLUGS[hat]}/{pack}/{rest}"


def test_each_reader_reads_the_pack_in_their_own_hat_alone(board, north, browser_of):
    world_governance.shown_to(board)
    pack = world_governance.issued(board, pdf=b"%PDF-1.7 figures")
    for who, worn in board.readers():
        browser = browser_of(who, north)
        for hat in SLUGS:
            for rest in READING:
                answer = browser.get(address(hat, pack.pk, rest))
                if answer.streaming:  # read to its end, so that the file is closed
                    b"".join(answer.streaming_content)
                assert answer.status_code == (200 if hat == worn else 404), (who.name, hat, rest)


def test_one_address_leads_each_reader_to_their_own(board, north, browser_of):
    world_governance.shown_to(board)
    pack = world_governance.issued(board, pdf=b"%PDF-1.7 figures")
    for who, worn in board.readers():
        answer = browser_of(who, north).get(f"/boards/packs/{pack.pk}/", follow=True)
        assert answer.redirect_chain == [(address(worn, pack.pk), 302)]
        assert answer.status_code == 200
        missing = browser_of(who, north).get(f"/boards/packs/{uuid.uuid4()}/", follow=True)
        assert missing.status_code == 404
    many = world.member(north, "Mo Many", Role.ROLLOUT_LEAD, Role.SPONSOR)
    assert browser_of(many, north).get(f"/boards/packs/{pack.pk}/")["Location"] == address("rollout_lead", pack.pk)
    for nobody in (world.member(north, "Fay Finance", Role.FINANCE), world.hidden_pair(north)[2]):
        assert browser_of(nobody, north).get(f"/boards/packs/{pack.pk}/").status_code == 404


def test_nobody_else_can_tell_a_pack_from_one_that_does_not_exist(board, north, south, browser_of):
    pack = world_governance.issued(board, pdf=b"%PDF-1.7 figures")
    other = world_governance.another_board(north)
    abroad = world_governance.board(south)
    strangers = [
        *[(who, north) for who, hat in other.readers() if hat != Role.ROLLOUT_LEAD],
        *[(who, south) for who, _hat in abroad.readers()],
        (world.member(north, "Fay Finance", Role.FINANCE), north),
        (world.hidden_pair(north)[2], north),
    ]
    for who, organisation in strangers:
        browser = browser_of(who, organisation)
        for hat in SLUGS:
            for rest in (*READING, *MAKING):
                real, invented = (browser.get(address(hat, pk, rest)) for pk in (pack.pk, uuid.uuid4()))
                assert (real.status_code, invented.status_code) == (404, 404), (who.name, hat, rest)
                assert crawl.masked(real.content).replace(str(pack.pk).encode(), b"") == crawl.masked(
                    invented.content
                ).replace(invented.wsgi_request.path.split("/")[4].encode(), b"")
    assert sql_reads(board, pack) == []


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in(board, north, browser_of):
    pack = world_governance.issued(board)
    answer = browser_of(None, north).get(address(Role.SPONSOR, pack.pk))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/enter/start/")


def sql_reads(board, pack):
    with inside(board.organisation, board.lead, Role.ROLLOUT_LEAD):
        return list(PackRead.objects.filter(pack=pack).values_list("reader_id", flat=True))


def test_opening_a_pack_is_noted_and_puts_its_notice_away(board, north, browser_of):
    pack = world_governance.issued(board)
    with inside(north, board.body.pk, BOARD):
        sql("SELECT notify(%s, 'board_member', 'pack_ready', %s, %s)", board.director.pk, pack.pk, uuid.uuid4())
    browser = browser_of(board.director, north)
    link = f'href="{address(Role.BOARD_MEMBER, pack.pk)}"'
    assert "A board pack is ready to read." in browser.get("/boards/home/").content.decode()
    assert link in browser.get("/boards/home/").content.decode()
    browser.get(address(Role.BOARD_MEMBER, pack.pk))
    assert sql_reads(board, pack) == [board.director.pk]
    with inside(north, board.director, Role.BOARD_MEMBER):
        assert Notice.objects.filter(subject_id=pack.pk, read_at__isnull=True).count() == 0
    with inside(north, board.director, Role.BOARD_MEMBER):
        assert PackRead.objects.count() == 0


def test_those_who_make_packs_see_who_opened_one_and_nobody_else_does(board, north, browser_of):
    pack = world_governance.issued(board)
    for who, hat in board.readers():
        browser_of(who, north).get(address(hat, pack.pk))
    for who, hat in board.readers():
        page = browser_of(who, north).get(address(hat, pack.pk)).content.decode()
        assert ("Who has opened this paper" in page) == (hat in (Role.ROLLOUT_LEAD, Role.BOARD_SECRETARY))
        assert ("Dana Director" in page) == (hat in (Role.ROLLOUT_LEAD, Role.BOARD_SECRETARY, Role.BOARD_MEMBER))


def test_a_download_is_a_file_with_a_name(board, north, browser_of):
    pack = world_governance.issued(board, language="fr", pdf=b"%PDF-1.7 figures")
    answer = browser_of(board.sponsor, north).get(address(Role.SPONSOR, pack.pk, "pdf/"))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 figures"
    assert answer["Content-Type"] == "application/pdf"
    assert (
        answer["Content-Disposition"]
        == f'attachment; filename="board-pack-board-of-directors-{clock.today():%Y-%m-%d}-fr.pdf"'
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert sql_reads(board, pack) == [board.sponsor.pk]


def test_a_pack_without_a_file_says_what_to_install_and_shows_the_page(board, north, browser_of):
    pack = world_governance.issued(board)
    browser = browser_of(board.sponsor, north)
    page = browser.get(address(Role.SPONSOR, pack.pk)).content.decode()
    assert "libpango" in page
    assert "Download as PDF" not in page
    answer = browser.get(address(Role.SPONSOR, pack.pk, "pdf/"))
    assert (answer.status_code, answer["Location"]) == (302, address(Role.SPONSOR, pack.pk))


def test_a_slip_stands_on_the_page_of_the_pack_and_the_paper_stays(board, north, browser_of):
    made, surfacing = world_governance.shown_to(board)
    pack = world_governance.issued(board)
    browser = browser_of(board.director, north)
    before = browser.get(address(Role.BOARD_MEMBER, pack.pk)).content.decode()
    assert "Correction slip 1" not in before
    world_surfacing.withdrawn(made, surfacing, made.citizen)
    home = browser.get("/boards/home/").content.decode()
    assert "Something in a board pack is corrected or no longer updated." in home
    after = browser.get(address(Role.BOARD_MEMBER, pack.pk)).content.decode()
    assert "Correction slip 1" in after
    assert "something in this paper is corrected or no longer updated" in after
    assert after.count("Letters we can read") == before.count("Letters we can read") > 0


def test_the_page_is_in_the_language_of_the_pack_inside_the_language_of_the_reader(board, north, browser_of):
    pack = world_governance.issued(board, language="fr")
    page = browser_of(board.sponsor, north).get(address(Role.SPONSOR, pack.pk)).content.decode()
    assert '<html lang="en">' in page
    assert '<div lang="fr">' in page


def test_asking_shows_the_readers_by_name_and_leads_to_the_progress(board, north, browser_of):
    browser = browser_of(board.lead, north)
    form = browser.get(f"/boards/packs/rollout/new/{board.body.pk}/").content.decode()
    for who, _hat in board.readers():
        assert who.name in form
    start, end = world_governance.period()
    typed = {
        "period_start_day": start.day, "period_start_month": start.month, "period_start_year": start.year,
        "period_end_day": end.day, "period_end_month": end.month, "period_end_year": end.year, "language": "en",
    }  # fmt: skip
    first, second = (browser.post(f"/boards/packs/rollout/new/{board.body.pk}/", typed) for _click in range(2))
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        pack = BoardPack.objects.get()
    assert first["Location"] == second["Location"] == address(Role.ROLLOUT_LEAD, pack.pk, "progress/")
    progress = browser.get(first["Location"]).content.decode()
    assert "The pack waits for its turn." in progress
    assert '<noscript><meta http-equiv="refresh" content="5; url=?again=1"></noscript>' in progress
    later = browser.get(first["Location"] + "?again=60").content.decode()
    assert "http-equiv" not in later
    typed["period_end_year"] = end.year + 1
    refused = browser.post(f"/boards/packs/rollout/new/{board.body.pk}/", typed).content.decode()
    assert "The last day must not lie in the future." in refused
    assert f'value="{end.year + 1}"' in refused


def test_a_secretary_asks_for_her_own_boards_alone(board, north, browser_of):
    other = world_governance.another_board(north)
    browser = browser_of(board.secretary, north)
    assert browser.get(f"/boards/packs/board-secretary/new/{board.body.pk}/").status_code == 200
    assert browser.get(f"/boards/packs/board-secretary/new/{other.body.pk}/").status_code == 404
    assert browser.post(f"/boards/packs/board-secretary/new/{other.body.pk}/", {}).status_code == 404
    home = browser.get("/boards/secretary/").content.decode()
    assert board.body.name in home
    assert other.body.name not in home


def test_readers_cannot_ask_for_packs(board, north, browser_of):
    for who in (board.director, board.sponsor):
        browser = browser_of(who, north)
        for hat in (Role.ROLLOUT_LEAD, Role.BOARD_SECRETARY):
            assert browser.get(f"/boards/packs/{SLUGS[hat]}/new/{board.body.pk}/").status_code == 404
            assert browser.post(f"/boards/packs/{SLUGS[hat]}/new/{board.body.pk}/", {}).status_code == 404


def test_retrying_is_a_post_and_harmless_when_nothing_failed(board, north, browser_of):
    pack = world_governance.requested(board)
    browser = browser_of(board.lead, north)
    assert browser.get(address(Role.ROLLOUT_LEAD, pack.pk, "retry/")).status_code == 405
    answer = browser.post(address(Role.ROLLOUT_LEAD, pack.pk, "retry/"))
    assert answer["Location"] == address(Role.ROLLOUT_LEAD, pack.pk, "progress/")
    assert [str(message) for message in get_messages(answer.wsgi_request)] == []


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_one_pack_and_for_three(board, north, browser_of, django_assert_num_queries, count):
    for number in range(count):
        with clock.at(clock.now() - timedelta(days=number)):
            world_governance.issued(board)
    lead, director = browser_of(board.lead, north), browser_of(board.director, north)
    lead.get("/boards/packs/rollout/")
    director.get("/boards/home/")
    with django_assert_num_queries(QUERIES_OF_LEAD):
        assert lead.get("/boards/packs/rollout/").status_code == 200
    with django_assert_num_queries(QUERIES_OF_DIRECTOR):
        assert director.get("/boards/home/").status_code == 200


QUERIES_OF_LEAD = 12
QUERIES_OF_DIRECTOR = 10
