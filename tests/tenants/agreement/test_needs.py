"""What helps a person: their own until they share it, taken back at once, and every need changes something."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from tenants.agreement.actions import needs
from tenants.agreement.models import CommunicationNeed, NeedShare
from tenants.agreement.needs import CHANGES, Channel, Kind
from tenants.members import queries as people
from tenants.members.models import Role
from tenants.pairs import actions as pairs
from tenants.pairs import home, page
from tests import world
from tests import world_agreement as made
from tests.world import inside, sql
from tests.world_instruments import opened
from tests.world_meetings import offered, wall
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop

STYLES = Path(__file__).resolve().parents[3] / "theme" / "src" / "_display.scss"
SAYS = {
    Kind.INTERPRETER: {"detail": "Portuguese"},
    Kind.OTHER: {"detail": "Papers a week before."},
    Kind.CHANNEL: {"channel": "telephone"},
}


@pytest.fixture
def shop(north):
    made = workshop(north)
    accepted(*made.partners)
    return made


def readable(shop, who, hat="partner"):
    with inside(shop.organisation, who, hat):
        return sql("SELECT count(*) FROM agreement_communicationneed")[0][0]


def test_nobody_else_reads_a_need_in_any_hat(shop):
    made.need(shop, shop.citizen, "other", detail="Secret")
    lead = world.lead(shop.organisation)
    assert readable(shop, shop.citizen) == 1
    assert readable(shop, shop.professional) == 0
    assert readable(shop, lead, Role.ROLLOUT_LEAD) == readable(shop, lead) == readable(shop, None) == 0


def test_a_need_is_shared_with_one_partner_and_taken_back_at_once(shop):
    need = made.need(shop, shop.citizen, "breaks", shared=True)
    made.need(shop, shop.citizen, "other", detail="Not for others")
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT kind FROM agreement_communicationneed") == [("breaks",)]
        with pytest.raises(NotPermitted):
            needs.look(need=need, met="no", by=shop.professional)
        assert sql("UPDATE agreement_communicationneed SET detail = 'forged' RETURNING id") == []
        assert sql("DELETE FROM agreement_needshare RETURNING id") == []
    with inside(shop.organisation, shop.citizen):
        needs.unshare(need=need, pair=shop.pair, by=shop.citizen)
    assert readable(shop, shop.professional) == 0


def test_a_partner_passes_nobodys_need_on(shop):
    need = made.need(shop, shop.citizen, "breaks", shared=True)
    second = world.founded(shop.organisation, shop.professional, title="Second")
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        inside(shop.organisation, shop.professional),
        transaction.atomic(),
    ):
        sql("INSERT INTO agreement_needshare (id, pair_id, need_id, seat_id, shared_at) SELECT gen_random_uuid(),"
            " pair_id, %s, id, now() FROM pairs_seat WHERE pair_id = %s", need.pk, second)  # fmt: skip


@pytest.mark.parametrize("who_leaves", [0, 1])
def test_sharing_ends_when_either_leaves(shop, who_leaves):
    made.need(shop, shop.citizen, "breaks", shared=True)
    leaver = shop.partners[who_leaves]
    with inside(shop.organisation, leaver):
        pairs.leave(pair=shop.pair, by=leaver)
    assert readable(shop, shop.professional) == 0
    if leaver == shop.professional:  # the next partner is shown nothing that was meant for the one before
        new = world.joined(shop.organisation, shop.pair.pk, shop.citizen, "Nora Next", side=world.Side.PROFESSIONAL)
        assert readable(shop, new) == 0


def test_noting_leaves_no_entry_and_sharing_one_for_the_pair_alone(shop):
    made.need(shop, shop.citizen, "breaks")
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT count(*) FROM audit_event WHERE action LIKE 'need%%'") == [(0,)]
    made.need(shop, shop.citizen, "breaks", shared=True)
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT action FROM audit_event WHERE action LIKE 'need%%'") == [("need.shared",)]
    lead = world.lead(shop.organisation)
    with inside(shop.organisation, lead, Role.ROLLOUT_LEAD):
        assert sql("SELECT count(*) FROM audit_event WHERE action LIKE 'need%%'") == [(0,)]


@pytest.mark.parametrize(
    ("said", "code"),
    [({"kind": "interpreter"}, "words_needed"), ({"kind": "other", "detail": " "}, "words_needed"),
     ({"kind": "channel"}, "channel_needed"), ({"kind": "breaks", "channel": "letter"}, "channel_needed")],
)  # fmt: skip
def test_what_says_nothing_is_refused(shop, said, code):
    with inside(shop.organisation, shop.citizen), pytest.raises(DomainError) as refusal:
        needs.note(**said, by=shop.citizen)
    assert refusal.value.code == code


def test_each_need_asks_for_a_look_again_after_a_year(shop):
    with clock.at(clock.now() - timedelta(days=364)):
        need = made.need(shop, shop.citizen, "breaks", shared=True)
    with inside(shop.organisation, shop.citizen):
        assert home.waiting_for(shop.citizen) == []
    with clock.at(clock.now() + timedelta(days=1)):
        for partner, told in ((shop.citizen, ["Is this still right? Breaks"]), (shop.professional, [])):
            with inside(shop.organisation, partner):
                assert [row.title for row in home.waiting_for(partner)] == told
        with inside(shop.organisation, shop.citizen):
            needs.look(need=need, met="partly", by=shop.citizen)
            assert home.waiting_for(shop.citizen) == []
            assert CommunicationNeed.objects.get().look_again_on == clock.today() + timedelta(days=365)


def test_the_table_knows_every_need():
    assert set(CHANGES) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_every_need_changes_something(shop, browser_of, kind):
    """The one table, row by row: a need that changes nothing fails here."""
    change = CHANGES[kind]
    meeting, voices = offered(shop, shop.professional, wall()).pk, opened(shop, "voice").pk
    before = effects(shop, browser_of, kind, meeting, voices)
    made.need(shop, shop.citizen, kind, shared=True, **SAYS.get(kind, {}))
    after = effects(shop, browser_of, kind, meeting, voices)
    changed = {name for name, value in after.items() if value != before[name]}
    promised = {
        name
        for name, is_promised in {
            "display": change.display, "in_short": change.display == "easy-read", "access": change.access,
            "felt_heard": change.felt_heard, "mail": change.reach,
        }.items()
        if is_promised
    }  # fmt: skip
    assert promised, "a need that changes nothing"
    assert changed == {*promised, "told"}
    for name in ("in_short", "access"):  # on each of their pages
        assert all(map(bool, after[name])) is (name in promised)
    if change.display in ("large-print", "high-contrast"):
        assert f"html.{change.display}" in STYLES.read_text()


def short_of(response):
    """Whether a page begins with the box that says it in short."""
    return text_of(response).partition("In short")[1] != ""


def effects(shop, browser_of, kind, meeting, voices):
    """What the product does for the citizen now, thing by thing, as its pages show it."""
    place = f"/pairs/{shop.pair.pk}"
    own = browser_of(shop.citizen, shop.organisation)
    head = own.get(f"{place}/what-we-share/").content.decode().split("<head>")[0]
    doors = [reverse(doorway.address, args=[shop.pair.pk]) for _group, behind in page.doorways() for doorway in behind]
    short = [short_of(own.get(door)) for door in doors]
    partners = text_of(browser_of(shop.professional, shop.organisation).get(f"{place}/"))
    theirs = browser_of(shop.professional, shop.organisation)
    access = [
        text_of(theirs.get(f"{place}/meetings/{one}/")).partition("Prepare this, so that both of you can take part")[2]
        for one in ("new", meeting)
    ]
    felt_heard = "how heard you felt" in text_of(theirs.get(f"{place}/questions/{voices}/answer/"))
    with inside(shop.organisation, shop.citizen):
        mail = people.takes_reminders_by_mail()
    told = "Cora Citizen:" in partners.partition("What helps us take part")[2]
    return {
        "display": CHANGES[kind].display in head and bool(CHANGES[kind].display), "in_short": short,
        "access": [said.partition("Change what helps me")[0] for said in access], "felt_heard": felt_heard,
        "mail": mail, "told": told,
    }  # fmt: skip


def test_reminders_stop_for_whoever_wants_no_mail(shop):
    for channel, by_mail in ((Channel.EMAIL, True), (Channel.LETTER, False), (Channel.TEXT_MESSAGE, False)):
        made.need(shop, shop.citizen, "channel", channel=channel)
        with inside(shop.organisation, shop.citizen):
            assert people.takes_reminders_by_mail() is by_mail
    with inside(shop.organisation, shop.professional):
        assert people.takes_reminders_by_mail() is True


def test_pages_of_others_stay_as_they_are(shop, browser_of):
    made.need(shop, shop.citizen, "large_print", shared=True)
    page = browser_of(shop.professional, shop.organisation).get(f"/pairs/{shop.pair.pk}/").content.decode()
    assert "large-print" not in page


def test_an_office_wears_the_same_letters(north, browser_of):
    """Pages are set for the person, whichever hat a page wears."""
    shop = workshop(north)
    made.need(shop, shop.professional, "large_print")
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        sql("SELECT grant_office(%s, 'finance')", shop.professional.pk)
    assert 'class="large-print"' in browser_of(shop.professional, north).get("/finance/").content.decode()


def test_it_costs_no_query(shop, browser_of):
    browser = browser_of(shop.citizen, shop.organisation)
    place = f"/pairs/{shop.pair.pk}/taking-part/"
    browser.get(place)
    counts = []
    for kind in ("large_print", "high_contrast", "easy_read"):
        made.need(shop, shop.citizen, kind, shared=True)
        with CaptureQueriesContext(connections["default"]) as asked:
            browser.get(place)
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_what_is_removed_is_gone_for_everybody(shop):
    need = made.need(shop, shop.citizen, "breaks", shared=True)
    with inside(shop.organisation, shop.citizen):
        needs.remove(need=need, by=shop.citizen)
        assert (CommunicationNeed.objects.count(), NeedShare.objects.count()) == (0, 0)


def test_needs_go_thirty_days_after_the_membership(shop):
    made.need(shop, shop.citizen, "breaks")
    lead = world.lead(shop.organisation)
    made.need(shop, shop.professional, "breaks")
    with inside(shop.organisation, lead, Role.ROLLOUT_LEAD):
        sql("SELECT end_membership(%s)", shop.professional.pk)
    for days, left in ((29, 1), (31, 0)):
        with clock.at(clock.now() + timedelta(days=days)):
            with inside(shop.organisation):
                sql("SELECT remove_overdue()")
            assert readable(shop, shop.professional) == left
            assert readable(shop, shop.citizen) == 1


def test_at_a_pair_that_is_not_ones_own_nothing_is_noted_and_nothing_is_said(shop, browser_of):
    outsider = workshop(shop.organisation, "Another pair").citizen
    accepted(outsider)
    browser = browser_of(outsider, shop.organisation)
    answer = browser.post(
        f"/pairs/{shop.pair.pk}/taking-part/note/", {"kind": "quiet_room", "detail": "By the window."}
    )
    assert answer.status_code == 404
    assert "It is noted" not in text_of(browser.get("/pairs/"))
    with inside(shop.organisation, outsider):
        assert not CommunicationNeed.objects.exists()
