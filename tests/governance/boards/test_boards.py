"""Who looks after boards, and what a place on one opens."""

from __future__ import annotations

import pytest

from governance.boards import actions, queries
from governance.boards.models import BoardBody, BoardMembership
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tenancy import BOARD
from tenants.audit.models import Event
from tenants.disclosure.models import Audience
from tenants.members.models import Role
from tenants.surfacing import audiences
from tests import world, world_governance
from tests.world import inside, sql

pytestmark = pytest.mark.django_db
Kind = BoardMembership.Kind


@pytest.fixture
def board(north):
    return world_governance.board(north)


def refused(action, code, **arguments):
    with pytest.raises(DomainError) as found:
        action(**arguments)
    assert found.value.code == code


def test_a_lead_makes_a_board_and_it_is_recorded(board, north):
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        recorded = set(Event.objects.values_list("action", flat=True))
    assert {"board.made", "board.member_seated", "board.sponsor_chosen"} <= recorded


def test_a_secretary_who_makes_a_board_sits_on_it(board, north):
    with inside(north, board.secretary, Role.BOARD_SECRETARY):
        made = actions.found(name="Quality committee", by=board.secretary)
        assert [body.name for body in queries.boards_managed(board.secretary)] == [
            "Board of directors",
            "Quality committee",
        ]
        assert [place.kind for place in made.memberships.all()] == [Kind.SECRETARY]


def test_two_boards_cannot_have_one_name(board, north):
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        refused(actions.found, "name_taken", name="board of Directors", by=board.lead)


def test_a_secretary_reaches_no_board_but_her_own(board, north):
    other = world_governance.another_board(north)
    with inside(north, board.secretary, Role.BOARD_SECRETARY):
        assert list(queries.boards_managed(board.secretary)) == [board.body]
        for action, more in (
            (actions.seat, {"member": board.secretary, "kind": Kind.SECRETARY}),
            (actions.choose_sponsor, {"sponsor": board.sponsor}),
            (actions.archive, {}),
        ):
            refused(action, "no_such_board", body=other.body, by=board.secretary, **more)
        assert BoardBody.objects.filter(pk=other.body.pk).update(name="Mine now") == 0
    with pytest.raises(Exception, match="row-level security"), inside(north, board.secretary, Role.BOARD_SECRETARY):
        sql(
            "INSERT INTO boards_boardmembership (id, body_id, member_id, kind, since)"
            " VALUES (gen_random_uuid(), %s, %s, 'secretary', now())",
            other.body.pk,
            board.secretary.pk,
        )


@pytest.mark.parametrize("hat", ["partner", Role.BOARD_MEMBER, Role.SPONSOR])
def test_nobody_else_changes_boards(board, north, hat):
    who = {Role.SPONSOR: board.sponsor}.get(hat, board.director)
    with inside(north, who, hat):
        with pytest.raises(NotPermitted):
            actions.found(name="Another", by=who)
        with pytest.raises(DomainError):
            actions.archive(body=board.body, by=who)
        assert BoardBody.objects.filter(pk=board.body.pk).update(name="Mine now") == 0


def test_a_place_needs_the_office_that_goes_with_it(board, north):
    nobody = world.member(north, "Nora Nobody")
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        refused(actions.seat, "office_needed", body=board.body, member=nobody, kind=Kind.CITIZEN, by=board.lead)
        refused(
            actions.seat, "office_needed", body=board.body, member=board.director, kind=Kind.SECRETARY, by=board.lead
        )
        refused(
            actions.seat, "already_seated", body=board.body, member=board.director, kind=Kind.CITIZEN, by=board.lead
        )
        refused(actions.choose_sponsor, "not_a_sponsor", body=board.body, sponsor=nobody, by=board.lead)


def test_a_place_that_ends_closes_the_papers_at_once(board, north):
    pack = world_governance.issued(board)
    with inside(north, board.director, Role.BOARD_MEMBER):
        assert sql("SELECT id FROM boardpacks_boardpack") == [(pack.pk,)]
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        place = board.body.memberships.get(member=board.director)
        actions.end_place(membership=place, by=board.lead)
        actions.end_place(membership=place, by=board.lead)
        assert [reader.name for reader in queries.readers_of(board.body)] == [
            "Esme Executive",
            "Simon Secretary",
            "Lena Lead",
        ]
    with inside(north, board.director, Role.BOARD_MEMBER):
        assert sql("SELECT id FROM boardpacks_boardpack") == []


def test_each_hat_reads_for_the_boards_of_that_hat_alone(board, north):
    other = world_governance.another_board(north)
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        sql("SELECT grant_office(%s, 'board_member')", board.secretary.pk)
        actions.seat(body=other.body, member=board.secretary, kind=Kind.EXECUTIVE, by=board.lead)
    with inside(north, board.secretary, Role.BOARD_SECRETARY):
        assert sql("SELECT readable_boards()") == [(board.body.pk,)]
    with inside(north, board.secretary, Role.BOARD_MEMBER):
        assert sql("SELECT readable_boards()") == [(other.body.pk,)]
    with inside(north, board.secretary):
        assert sql("SELECT readable_boards()") == []


def test_a_board_is_an_audience_with_its_readers_in_words(board, north):
    _pair, professional, _citizen = world.hidden_pair(north)
    with inside(north, professional):
        (choice,) = [found for found in audiences.choices() if found.audience == Audience.BOARD]
    assert (choice.audience_id, choice.label) == (board.body.pk, "Board of directors")
    assert choice.readers_in_words == (
        "the members of the board (Dana Director)",
        "its secretary (Simon Secretary)",
        "its executive sponsor (Esme Executive)",
        "the rollout leads",
    )


def test_a_closed_board_is_no_audience_and_gets_no_pack(board, north):
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        actions.archive(body=board.body, by=board.lead)
        assert [choice for choice in audiences.choices() if choice.audience == Audience.BOARD] == []
    with pytest.raises(DomainError, match="no_such_board"):
        world_governance.requested(board)


def test_another_organisation_has_nothing_of_it(board, south):
    abroad = world.lead(south)
    with inside(south, abroad, Role.ROLLOUT_LEAD):
        assert list(queries.boards_managed(abroad)) == []
    with inside(south, board.body.pk, BOARD):
        assert sql("SELECT count(*) FROM boards_boardbody") == [(0,)]


PAGES = ("", "new/", "{board}/", "{board}/add/", "{board}/sponsor/")


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_boards_open_for_those_who_look_after_them(board, north, south, browser_of, page):
    path = page.format(board=board.body.pk)
    abroad = world_governance.board(south)
    for who, hat in board.readers():
        browser = browser_of(who, north)
        for slug, worn in (("rollout", Role.ROLLOUT_LEAD), ("board-secretary", Role.BOARD_SECRETARY)):
            expected = 200 if hat == worn else 404
            assert browser.get(f"/boards/manage/{slug}/{path}").status_code == expected, (who.name, slug)
    foreign = browser_of(abroad.lead, south).get(f"/boards/manage/rollout/{path}")
    assert foreign.status_code == (404 if "{board}" in page else 200)


def test_the_whole_way_by_hand(north, browser_of):
    lead = world.lead(north)
    director = world.member(north, "Dana Director", Role.BOARD_MEMBER)
    sponsor = world.member(north, "Esme Executive", Role.SPONSOR)
    browser = browser_of(lead, north)
    empty = browser.post("/boards/manage/rollout/new/", {"name": ""})
    assert "Write the name of the board." in empty.content.decode()
    page = browser.post("/boards/manage/rollout/new/", {"name": "Quality committee"})["Location"]
    browser.post(f"{page}add/", {"member": director.pk, "kind": Kind.NON_EXECUTIVE})
    wrong = browser.post(f"{page}add/", {"member": director.pk, "kind": Kind.SECRETARY}).content.decode()
    assert "This person does not hold the office for this place yet." in wrong
    browser.post(f"{page}sponsor/", {"sponsor": sponsor.pk})
    shown = browser.get(page).content.decode()
    assert "Dana Director, Board member" in shown
    assert "Esme Executive, Sponsor" in shown
    with inside(north, lead, Role.ROLLOUT_LEAD):
        place = BoardMembership.objects.get(member=director)
    assert browser.get(f"/boards/manage/rollout/places/{place.pk}/end/").status_code == 405
    browser.post(f"/boards/manage/rollout/places/{place.pk}/end/")
    assert "Nobody sits on this board yet." in browser.get(page).content.decode()
    browser.post(f"{page}archive/")
    assert browser.get(page).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_board_and_for_three(
    board, north, browser_of, django_assert_num_queries, count
):
    for _number in range(count - 1):
        world_governance.another_board(north)
    browser = browser_of(board.lead, north)
    browser.get("/boards/manage/rollout/")
    with django_assert_num_queries(10):
        assert browser.get("/boards/manage/rollout/").status_code == 200
