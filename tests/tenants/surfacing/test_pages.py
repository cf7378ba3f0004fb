"""The pages with which two partners choose, look, sign and end."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from governance.boards.models import BoardBody, BoardMembership
from rollout.accounts.models import Acceptance
from rollout.jobs.models import Job
from rollout.kernel import clock
from tenants.disclosure.models import EVERYBODY_IN_OFFICE, Audience
from tenants.members.models import Role
from tenants.pairs import home
from tenants.surfacing.models import Surfacing
from tests import world, world_surfacing
from tests.world import inside, sql

CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def made(north):
    return world_surfacing.pair_with_work(north, corroborated=False)


def address(name, made, surfacing=None):
    return reverse(f"surfacing:{name}", args=[made.pair, *([surfacing.pk] if surfacing else [])])


def plain(answer):
    """The bytes of a page, without the one token that is new each time."""
    return answer.status_code, CSRF.sub(b"", answer.content)


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def chosen(made, **more):
    return {
        "audience": f"sponsor:{made.sponsor.pk}",
        "items": ["people", "task", f"decision:{made.decision.pk}", f"result:{made.result.pk}"],
        **more,
    }


def test_from_choosing_to_being_seen_and_back(made, browser_of):
    citizen, professional = (browser_of(who, made.organisation) for who in (made.citizen, made.professional))
    answer = citizen.post(address("show", made), chosen(made))
    with inside(made.organisation, made.citizen):
        package = Surfacing.objects.get()
    assert answer.url == address("package", made, package)
    preview = words(citizen.get(answer.url))
    assert "Sana Sponsor and nobody else" in preview
    assert "Two patients read every letter" in preview
    assert "What has been issued cannot be called back." in preview
    assert "Hidden from your hierarchy in this system, not hidden from the law." in preview
    assert "72 hours" not in preview

    for client in (citizen, professional):
        page = client.get(address("sign", made, package))
        assert "Are you free to say no?" in words(page)
        answer = client.post(
            address("sign", made, package),
            {"package_hash": package.package_hash, "is_free": "yes", "override_reason": "People ask us."},
        )
        assert answer.url == address("package", made, package)
    assert "Shown now" in words(citizen.get(address("package", made, package)))
    page = browser_of(made.sponsor, made.organisation).get(reverse("disclosure:shown-sponsor", args=[made.pair]))
    assert "Two patients read every letter" in words(page)

    assert "End it now" in words(professional.get(address("withdraw", made, package)))
    professional.post(address("withdraw", made, package))
    assert "Ended by you" in words(citizen.get(address("package", made, package)))
    page = browser_of(made.sponsor, made.organisation).get(reverse("disclosure:shown-sponsor", args=[made.pair]))
    assert page.status_code == 404


@pytest.mark.parametrize("first", [None, "professional", "citizen"])
def test_whoever_is_not_free_to_say_no_leaves_every_page_as_it_was(made, browser_of, first):
    package = world_surfacing.package(made)
    if first:
        world_surfacing.signed(made, package, getattr(made, first))
    unfree = made.professional if first == "citizen" else made.citizen
    clients = [browser_of(who, made.organisation) for who in made.partners]
    pages = [
        reverse("pairs:home"),
        reverse("pairs:page", args=[made.pair]),
        address("package", made, package),
        address("sign", made, package),
        address("show", made),
    ]
    moment = clock.now()
    with clock.at(moment):
        before = [plain(client.get(page)) for client in clients for page in pages]
        answer = browser_of(unfree, made.organisation).post(
            address("sign", made, package), {"package_hash": package.package_hash, "is_free": "no"}
        )
        assert answer.url == address("package", made, package)
        assert [plain(client.get(page)) for client in clients for page in pages] == before
    with inside(made.organisation, unfree):
        assert sql("SELECT count(*) FROM surfacing_surfacingkey") == [(1 if first else 0,)]
        assert sql("SELECT count(*) FROM members_notice") == [(0,)]
        acts = sql("SELECT count(*) FROM audit_event WHERE subject_id = %s", package.pk)
        assert acts == [(2 if first else 1,)]
    assert Job.objects.filter(kind="surfacing.contact").count() == 0


@pytest.mark.parametrize(("ticked", "answer", "asked"), [({}, "no", 0), ({"contact": "on"}, "no", 1),
                                                         ({"contact": "on"}, "yes", 0)])  # fmt: skip
def test_only_somebody_who_ticks_it_and_says_no_is_contacted(made, browser_of, ticked, answer, asked, monkeypatch):
    world.member(made.organisation, "Faye Facilitator", "facilitator")
    package = world_surfacing.package(made)
    client = browser_of(made.citizen, made.organisation)
    assert 'name="contact"' in client.get(address("sign", made, package)).content.decode()
    assert "checked" not in client.get(address("sign", made, package)).content.decode()
    asked_for = []
    monkeypatch.setattr(
        "tenants.surfacing.actions.queue.enqueue", lambda kind, key, **more: asked_for.append((kind, more["period"]))
    )
    client.post(
        address("sign", made, package),
        {"package_hash": package.package_hash, "is_free": answer, "override_reason": "Why not", **ticked},
    )
    assert len(asked_for) == asked
    assert all(kind == "surfacing.contact" and len(period) <= 40 for kind, period in asked_for)


def test_nothing_is_ticked_beforehand_and_a_mistake_loses_nothing(made, browser_of):
    client = browser_of(made.citizen, made.organisation)
    page = client.get(address("show", made)).content.decode()
    assert "checked" not in page
    assert "You and your partner, nobody else." in page
    until = {"until_day": "31", "until_month": "2", "until_year": "2027"}
    answer = client.post(address("show", made), {"items": ["task"], **until})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Choose who may see it." in page
    assert "The date must be a real day" in page
    assert re.search(r'value="task"\s+checked', page)
    assert 'value="2027"' in page
    with inside(made.organisation, made.citizen):
        assert not Surfacing.objects.exists()


def test_a_date_that_comes_before_anybody_could_see_it_is_explained_beside_the_date(made, browser_of):
    soon = clock.now() + timedelta(days=1)
    until = {"until_day": soon.day, "until_month": soon.month, "until_year": soon.year}
    client = browser_of(made.citizen, made.organisation)
    answer = client.post(
        address("show", made), {**chosen(made), "audience": f"organisation:{EVERYBODY_IN_OFFICE}", **until}
    )
    assert "This date comes before anybody could see it." in words(answer)
    assert 'href="#id_until' in answer.content.decode()


def test_a_board_is_named_with_its_readers_and_the_cooling_off_is_said_beforehand(made, browser_of):
    secretary = world.member(made.organisation, "Sol Secretary", "board_secretary")
    with inside(made.organisation, made.lead, Role.ROLLOUT_LEAD):
        board = BoardBody.objects.create(name="Quality board", made_at=clock.now(), executive_sponsor=made.sponsor)
        BoardMembership.objects.create(
            body=board, member=secretary, kind=BoardMembership.Kind.SECRETARY, since=clock.now()
        )
    client = browser_of(made.citizen, made.organisation)
    assert "Quality board" in words(client.get(address("show", made)))
    answer = client.post(address("show", made), chosen(made, audience=f"board:{board.pk}"))
    preview = words(client.get(answer.url))
    assert "72 hours after you have both signed" in preview
    assert "rollout lead" in preview
    assert "secretary" in preview


def test_what_changed_meanwhile_is_said_in_one_sentence_and_cannot_be_signed(made, browser_of):
    package = world_surfacing.signed(made, world_surfacing.package(made), made.professional)
    client = browser_of(made.citizen, made.organisation)
    assert client.get(address("sign", made, package)).status_code == 200
    with inside(made.organisation, made.professional):
        sql("UPDATE projects_sharedtask SET agreed_at = NULL, text = 'Other', content_hash = %s", "0" * 64)
    answer = client.post(
        address("sign", made, package),
        {"package_hash": package.package_hash, "is_free": "yes", "override_reason": "People ask us."},
    )
    assert "Something in it has changed since it was made. End it and make it again." in words(answer)
    assert "People ask us." in words(answer)
    assert "Something in it has changed" in words(client.get(address("package", made, package)))
    with inside(made.organisation, made.citizen):
        assert sql("SELECT count(*) FROM surfacing_surfacingkey") == [(1,)]
        acts = sql("SELECT action FROM audit_event WHERE subject_id = %s ORDER BY seq", package.pk)
        assert acts == [("surfacing.proposed",), ("surfacing.signed",)]


def test_whoever_signs_without_a_confirmed_result_says_why(made, browser_of):
    package = world_surfacing.package(made)
    client = browser_of(made.citizen, made.organisation)
    answer = client.post(address("sign", made, package), {"package_hash": package.package_hash, "is_free": "yes"})
    assert "Type why you want to show it without a confirmed result." in words(answer)
    world_surfacing.confirm(made.organisation, made.pair, made.result, made.citizen)
    assert 'name="override_reason"' not in client.get(address("sign", made, package)).content.decode()


def test_starting_in_the_open_is_a_short_way_with_a_reason_and_two_keys(made, browser_of):
    citizen = browser_of(made.citizen, made.organisation)
    answer = citizen.post(address("open-from-start", made), {"reason": ""})
    assert "Type why you want to start in the open." in words(answer)
    answer = citizen.post(address("open-from-start", made), {"reason": "We were asked in public."})
    with inside(made.organisation, made.citizen):
        package = Surfacing.objects.get()
        assert sorted(item.row_class for item in package.items.all()) == ["pair", "people", "task"]
    assert answer.url == address("package", made, package)
    again = citizen.post(address("open-from-start", made), {"reason": "Once more."})
    assert "You have already made one for this audience." in words(again)
    professional = browser_of(made.professional, made.organisation)
    assert "We were asked in public." in words(professional.get(answer.url))
    for client in (citizen, professional):
        client.post(address("sign", made, package), {"package_hash": package.package_hash, "is_free": "yes"})
    with inside(made.organisation, made.citizen):
        package.refresh_from_db()
    assert package.state == "signed"
    with clock.at(package.effective_from):
        page = browser_of(made.lead, made.organisation).get(reverse("disclosure:shown-rollout-lead", args=[made.pair]))
        assert "Cora Citizen" in words(page)
        assert "Evening clinics" not in words(page)


@pytest.mark.parametrize("name", ["show", "open-from-start", "package", "sign", "withdraw"])
@pytest.mark.parametrize("viewer", ["sponsor", "lead"])
def test_for_everybody_else_these_pages_do_not_exist(made, browser_of, name, viewer):
    """Also for those to whom the pair is shown."""
    package = world_surfacing.opened(made)
    client = browser_of(getattr(made, viewer), made.organisation)
    per_package = name in ("package", "sign", "withdraw")
    missing = reverse(f"surfacing:{name}", args=[uuid.uuid4(), *([uuid.uuid4()] if per_package else [])])
    with clock.at(package.effective_from + timedelta(hours=1)):
        for method in (client.get, client.post):
            found, absent = (method(page) for page in (address(name, made, package if per_package else None), missing))
            assert found.status_code == absent.status_code
            assert found.content == absent.content
            assert found.status_code in (404, 405)


def test_a_package_of_another_pair_is_not_reached_through_ones_own(made, browser_of):
    package = world_surfacing.package(made)
    other, _professional, citizen = world.hidden_pair(made.organisation, "Another")
    client = browser_of(citizen, made.organisation)
    for name in ("package", "sign", "withdraw"):
        page = reverse(f"surfacing:{name}", args=[other, package.pk])
        assert client.get(page).status_code == 404
    assert client.post(reverse("surfacing:withdraw", args=[other, package.pk])).status_code == 404
    with inside(made.organisation, made.citizen):
        assert Surfacing.objects.get().state == "open"


def test_the_home_page_asks_me_for_my_key_and_never_blames_the_partner(made):
    package = world_surfacing.package(made)
    for who in made.partners:
        with inside(made.organisation, who):
            mine = [item for item in home.waiting_for(who) if str(package.pk) in item.url]
            assert [item.for_partner for item in mine] == [False]
    world_surfacing.signed(made, package, made.professional)
    with inside(made.organisation, made.professional):
        assert not [item for item in home.waiting_for(made.professional) if str(package.pk) in item.url]
    with inside(made.organisation, made.citizen):
        (item,) = [item for item in home.waiting_for(made.citizen) if str(package.pk) in item.url]
        assert "Priya" not in item.title


def test_the_pairs_page_says_what_others_see(made, browser_of):
    client = browser_of(made.citizen, made.organisation)
    page = reverse("pairs:page", args=[made.pair])
    assert "Nobody but the two of you sees anything of your pair." in words(client.get(page))
    world_surfacing.opened(made, audience=Audience.SPONSOR, audience_id=made.sponsor.pk)
    text = words(client.get(page))
    assert "Sana Sponsor, sponsor" in text
    assert "Shown now" in text


def test_the_notices_come_before_the_first_key(north, browser_of):
    made = world_surfacing.pair_with_work(north)
    surfacing = world_surfacing.package(made)
    Acceptance.objects.filter(account_id=made.citizen.pk).delete()
    client, address = browser_of(made.citizen, north), reverse("surfacing:sign", args=[made.pair, surfacing.pk])
    for answer in (client.get(address), client.post(address, {"free": "yes"})):
        assert (answer.status_code, answer["Location"]) == (302, f"/notices/?{urlencode({'next': address})}")
    with inside(north, made.citizen):
        assert not surfacing.keys.exists()
