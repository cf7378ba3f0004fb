"""Two keys open, one key closes: lines, principles and time; and what a departure does to them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tenancy import settle
from tenants.agreement import queries
from tenants.agreement.actions import hours, lines, principles
from tenants.agreement.models import LineReason, PrincipleVersion, SharedLine, TimeAgreement
from tenants.pairs import actions as pairs
from tenants.pairs import home
from tenants.pairs.models import Pair
from tests import world
from tests import world_agreement as made
from tests.world import inside, sql
from tests.world_projects import workshop


@pytest.fixture
def shop(north):
    return workshop(north)


def now(shop, row):
    with inside(shop.organisation, shop.citizen):
        return type(row).objects.get(pk=row.pk)


def refused(code, act):
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == code


# Lines


def test_one_key_is_not_enough_and_two_are(shop):
    line = made.line(shop, signed_by=(shop.professional, shop.professional))
    assert now(shop, line).state == "proposed"
    assert made.line(shop, signed_by=(shop.citizen,)).state == "agreed"
    assert now(shop, line).agreed_at is not None


def test_an_edit_clears_both_keys(shop):
    line = made.line(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        line = lines.write(pair=shop.pair, topic="purpose", text="Other words.", by=shop.citizen)
        assert (line.state, line.agreed_at, sql("SELECT count(*) FROM agreement_linekey")) == ("proposed", None, [(0,)])


def test_a_text_that_was_not_read_is_not_signed(shop):
    line = made.line(shop)
    with inside(shop.organisation, shop.citizen):
        lines.write(pair=shop.pair, topic="purpose", text="Other words.", by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        refused("text_changed", lambda: lines.sign(line=line, shown=line.content_hash, by=shop.professional))


def test_either_contests_in_own_words_and_both_reasons_stay(shop):
    line = made.line(shop, signed_by=shop.partners)
    for partner, reason in zip(shop.partners, ("Too small", "Too big"), strict=True):
        with inside(shop.organisation, partner):
            line = lines.contest(line=line, reason=reason, by=partner)
    assert (line.state, line.agreed_at) == ("contested", None)
    with inside(shop.organisation, shop.citizen):
        assert sorted(LineReason.objects.values_list("text", flat=True)) == ["Too big", "Too small"]
        refused("wrong_state", lambda: lines.sign(line=line, shown=line.content_hash, by=shop.citizen))
        again = lines.write(pair=shop.pair, topic="purpose", text=line.text, by=shop.citizen)
    assert again.state == "proposed"


# Principles


def test_a_new_wording_replaces_the_old_one_when_both_signed_it(shop):
    first = made.principle(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        second = principles.write(principle=first.principle, title="Together", text="Two say yes.", by=shop.citizen)
        principles.sign(version=second, shown=second.content_hash, by=shop.citizen)
    assert (now(shop, first).state, now(shop, second).state) == ("agreed", "proposed")
    with inside(shop.organisation, shop.professional):
        principles.sign(version=second, shown=second.content_hash, by=shop.professional)
    assert (now(shop, first).state, now(shop, second).state, second.number) == ("replaced", "agreed", 2)
    assert now(shop, first).text == "Silence is not a yes."


def test_an_agreed_wording_never_changes(shop):
    version = made.principle(shop, signed_by=shop.partners)
    with pytest.raises(DatabaseError, match="text_stands"), inside(shop.organisation, shop.professional):
        sql("UPDATE agreement_principleversion SET text = 'Other' WHERE id = %s", version.pk)


def test_one_partner_withdraws_alone_and_nobody_is_named(shop, browser_of):
    version = made.principle(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        principles.withdraw(version=version, by=shop.citizen)
        refused("wrong_state", lambda: principles.withdraw(version=version, by=shop.citizen))
    page = browser_of(shop.professional, shop.organisation).get(
        f"/pairs/{shop.pair.pk}/principles/{version.principle_id}/"
    )
    assert "No longer agreed" in page.content.decode()
    assert "Cora" not in page.content.decode()
    assert "Sign this text" not in page.content.decode()


def test_a_principle_without_review_for_60_days_is_named_to_both_and_to_nobody_else(shop):
    with clock.at(clock.now() - timedelta(days=61)):
        version = made.principle(shop, signed_by=shop.partners)
    for partner in shop.partners:
        with inside(shop.organisation, partner):
            assert [(row.title, row.for_partner) for row in home.waiting_for(partner)] == [
                ("Look again at the principle: We decide together", False)
            ]
    _other, stranger, _ = world.hidden_pair(shop.organisation, "Another")
    with inside(shop.organisation, stranger):
        assert home.waiting_for(stranger) == []
    with inside(shop.organisation, shop.citizen):
        review = principles.review(version=version, answer="keep", text="", by=shop.citizen)
        assert review.closed_at is None
        refused("already_answered", lambda: principles.review(version=version, answer="keep", text="", by=shop.citizen))
        assert [row.for_partner for row in home.waiting_for(shop.citizen)] == [True]
    with inside(shop.organisation, shop.professional):
        refused(
            "words_needed",
            lambda: principles.review(version=version, answer="change", text=" ", by=shop.professional),
        )
        review = principles.review(version=version, answer="change", text="Shorter", by=shop.professional)
        assert review.closed_at is not None
        assert home.waiting_for(shop.professional) == []
    assert now(shop, version).state == "agreed"


def test_a_review_is_not_closed_by_one(shop):
    version = made.principle(shop, signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        principles.review(version=version, answer="keep", text="", by=shop.citizen)
    with pytest.raises(DatabaseError, match="both_needed"), inside(shop.organisation, shop.citizen):
        sql("UPDATE agreement_review SET closed_at = now()")
        settle()


# Time


def test_the_time_of_both_is_agreed_and_replaced(shop):
    first = made.time(shop, signed_by=shop.partners)
    second = made.time(shop, signed_by=(shop.citizen,), hours_citizen=Decimal(9))
    assert (now(shop, first).state, now(shop, second).state) == ("agreed", "proposed")
    changed = made.time(shop, signed_by=shop.partners, hours_citizen=Decimal(10))
    assert changed.pk == second.pk
    assert (now(shop, first).state, now(shop, second).state) == ("replaced", "agreed")
    with inside(shop.organisation, shop.citizen):
        hours.withdraw(agreement=second, by=shop.citizen)
    assert now(shop, second).state == "withdrawn"


@pytest.mark.parametrize("wrong", [Decimal(-1), Decimal(745)])
def test_impossible_hours_are_refused(shop, wrong):
    with inside(shop.organisation, shop.citizen):
        refused(
            "hours_impossible",
            lambda: hours.write(pair=shop.pair, hours=made.terms(hours_citizen=wrong), by=shop.citizen),
        )


def test_hours_are_corrected_by_their_author_alone(shop):
    own = made.given(shop, shop.citizen, 5)
    assert made.given(shop, shop.citizen, 7).pk == own.pk
    assert made.given(shop, shop.professional, 2).pk != own.pk
    with inside(shop.organisation, shop.professional):
        assert sql("SELECT hours FROM agreement_hoursgiven WHERE id = %s", own.pk) == [(Decimal(7),)]
        sql("UPDATE agreement_hoursgiven SET hours = 1 WHERE id = %s", own.pk)
        assert sql("SELECT hours FROM agreement_hoursgiven WHERE id = %s", own.pk) == [(Decimal(7),)]


def test_a_month_that_has_not_begun_is_refused(shop):
    with inside(shop.organisation, shop.citizen):
        ahead = clock.today() + timedelta(days=40)
        refused(
            "month_ahead",
            lambda: hours.note(pair=shop.pair, month=ahead, hours=Decimal(1), is_covered=True, by=shop.citizen),
        )


# The database, and who is nobody here


TABLES = ("agreement_sharedline", "agreement_principleversion", "agreement_timeagreement")


@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_agreed_without_two_keys(shop, table):
    made.line(shop, signed_by=(shop.citizen,))
    made.principle(shop, signed_by=(shop.citizen,))
    made.time(shop, signed_by=(shop.citizen,))
    with pytest.raises(DatabaseError, match="two_keys_needed"), inside(shop.organisation, shop.citizen):
        sql(f"UPDATE {table} SET state = 'agreed', agreed_at = now()")
        settle()


@pytest.mark.parametrize("table", TABLES)
def test_nobody_writes_in_the_partners_name(shop, table):
    made.line(shop)
    made.principle(shop)
    made.time(shop)
    with pytest.raises(DatabaseError, match="not_your_seat"), inside(shop.organisation, shop.citizen):
        sql(f"UPDATE {table} SET content_hash = 'forged'")


def test_another_pair_finds_nothing_and_can_do_nothing(shop):
    line, version = made.line(shop), made.principle(shop)
    _other, stranger, _ = world.hidden_pair(shop.organisation, "Another")
    with inside(shop.organisation, stranger):
        assert list(queries.lines_for(stranger)) == list(queries.principles_for(stranger)) == []
        for act in (
            lambda: lines.write(pair=shop.pair, topic="purpose", text="x", by=stranger),
            lambda: lines.sign(line=line, shown=line.content_hash, by=stranger),
            lambda: principles.withdraw(version=version, by=stranger),
            lambda: made.hours.note(
                pair=shop.pair, month=clock.today(), hours=Decimal(1), is_covered=True, by=stranger
            ),
        ):
            with pytest.raises(NotPermitted):
                act()


# A partner leaves, another one comes


def test_after_a_departure_everything_is_signed_anew(shop, browser_of):
    line, version, time = (make(shop, signed_by=shop.partners) for make in (made.line, made.principle, made.time))
    half = made.line(shop, "ambition", signed_by=(shop.professional,))
    with inside(shop.organisation, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    with inside(shop.organisation, shop.professional):
        rows = [row.__class__.objects.get(pk=row.pk) for row in (line, version, time)]
        assert [row.state for row in rows] == ["former"] * 3
        assert sql("SELECT count(*) FROM agreement_linekey WHERE line_id = %s", half.pk) == [(0,)]
        with pytest.raises(DatabaseError, match="two_keys_needed"), transaction.atomic():
            sql("UPDATE agreement_sharedline SET state = 'agreed', agreed_with_id = NULL WHERE id = %s", line.pk)
            settle()
    new = world.joined(shop.organisation, shop.pair.pk, shop.professional, "Nia Next")
    page = browser_of(new, shop.organisation).get(f"/pairs/{shop.pair.pk}/what-we-share/").content.decode()
    assert "Agreed with Cora Citizen. Sign it again, both of you." in page
    for partner in (new, shop.professional):
        with inside(shop.organisation, partner):
            row = lines.sign(line=line, shown=line.content_hash, by=partner)
            agreed = principles.sign(version=version, shown=version.content_hash, by=partner)
            given = hours.sign(agreement=time, shown=time.content_hash, by=partner)
    assert [one.state for one in (row, agreed, given)] == ["agreed"] * 3
    assert [one.agreed_with_id for one in (row, agreed, given)] == [None] * 3


def test_a_membership_that_ends_does_the_same(shop):
    made.line(shop, signed_by=shop.partners)
    lead = world.lead(shop.organisation)
    with inside(shop.organisation, lead, "rollout_lead"):
        sql("SELECT end_membership(%s)", shop.professional.pk)
    with inside(shop.organisation, shop.citizen):
        assert SharedLine.objects.get().state == "former"
        assert Pair.objects.get().stage == "forming"


def test_nobody_pretends_that_a_partner_left(shop):
    line = made.line(shop, signed_by=shop.partners)
    with pytest.raises(DatabaseError, match="no_such_step"), inside(shop.organisation, shop.citizen):
        sql("UPDATE agreement_sharedline SET state = 'former', agreed_with_id = edited_by_id WHERE id = %s", line.pk)


def test_what_waits_is_told_to_the_one_who_has_not_signed(shop):
    made.line(shop, signed_by=(shop.citizen,))
    made.principle(shop)
    made.time(shop, signed_by=(shop.professional,))
    told = {}
    for partner in shop.partners:
        with inside(shop.organisation, partner):
            told[partner.pk] = {row.title: row.for_partner for row in home.waiting_for(partner)}
    assert told[shop.professional.pk] == {
        "Read and sign what you share: Purpose": False,
        "Read and sign the principle: We decide together": False,
        "The time agreement": True,
    }
    assert told[shop.citizen.pk] == {
        "What you share: Purpose": True,
        "Read and sign the principle: We decide together": False,
        "Read and sign the time agreement": False,
    }


def test_one_of_each_is_kept_for_a_pair(shop):
    made.line(shop)
    made.line(shop, text="Other")
    made.time(shop)
    made.time(shop, is_paid=False)
    with inside(shop.organisation, shop.citizen):
        assert (SharedLine.objects.count(), TimeAgreement.objects.count()) == (1, 1)
        assert PrincipleVersion.objects.count() == 0
