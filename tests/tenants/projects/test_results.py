"""Results: signed by both, confirmed by a witness, honest about what did not change."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError

from rollout.accounts.models import Account
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tenancy import settle
from rollout.kernel.tokens import hashed
from tenants.members.models import Role
from tenants.projects.actions import results, witnesses
from tenants.projects.models import ResultClaim, Witness
from tenants.projects.queries import question_at
from tests import world
from tests.world import inside, sql
from tests.world_projects import content, day, workshop


@pytest.fixture
def shop(north):
    return workshop(north)


def now(shop, result):
    with inside(shop.organisation, shop.citizen):
        return ResultClaim.objects.get(pk=result.pk)


def keys(shop):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM projects_resultkey")[0][0]


def refused(code, shop, who, act, **arguments):
    with inside(shop.organisation, who), pytest.raises(DomainError) as refusal:
        act(**arguments, by=who)
    assert refusal.value.code == code


def ask(shop, result, email="wilma@example.org"):
    with inside(shop.organisation, shop.citizen):
        return witnesses.ask(result=result, name="Wilma", email=email, relation="Keeps the list", by=shop.citizen)


def test_two_keys_claim_a_result(shop):
    result = shop.result(signed_by=(shop.citizen,))
    assert now(shop, result).state == "draft"
    with inside(shop.organisation, shop.professional):
        results.sign(result=result, shown=result.content_hash, by=shop.professional)
    assert (now(shop, result).state, keys(shop)) == ("claimed", 2)


@pytest.mark.parametrize(
    ("direction", "value"), [("better", "18"), ("no_change", "31"), ("no_change", "30"), ("worse", "40")]
)
def test_no_change_and_worse_are_results(shop, direction, value):
    result = shop.result(signed_by=shop.partners, direction=direction, current_value=Decimal(value))
    assert (now(shop, result).state, now(shop, result).direction) == ("claimed", direction)


@pytest.mark.parametrize(("direction", "value"), [("better", "40"), ("worse", "18"), ("better", "31"), ("worse", "31")])
def test_words_that_contradict_the_numbers_are_refused(shop, direction, value):
    said = content(direction=direction, current_value=Decimal(value))
    refused("numbers_say_otherwise", shop, shop.citizen, results.draft, pair=shop.pair, content=said)


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"current_on": day(-9)}, "date_is_ahead"), ({"baseline_on": day(1), "current_on": day(2)}, "dates_reversed")],
)
def test_dates_that_cannot_be_are_refused(shop, changed, code):
    refused(code, shop, shop.citizen, results.draft, pair=shop.pair, content=content(**changed))


def test_an_edit_makes_it_a_draft_again(shop):
    result, _token = shop.confirmed()
    assert now(shop, result).state == "corroborated"
    with inside(shop.organisation, shop.citizen):
        results.edit(result=result, content=content(evidence="Another list"), by=shop.citizen)
    changed = now(shop, result)
    assert (changed.state, changed.claimed_at, changed.corroborated_at, keys(shop)) == ("draft", None, None, 0)


def test_saving_the_same_again_changes_nothing(shop):
    result = shop.result(signed_by=shop.partners)
    with inside(shop.organisation, shop.citizen):
        results.edit(result=result, content=content(), by=shop.citizen)
    assert (now(shop, result).state, keys(shop)) == ("claimed", 2)


def test_values_belong_to_what_is_signed(shop):
    result = shop.result(signed_by=shop.partners, points=[(day(60), Decimal("28"))])
    with inside(shop.organisation, shop.citizen):
        results.add_point(result=result, on=day(30), value=Decimal("22.555"), by=shop.citizen)
    assert (now(shop, result).state, keys(shop)) == ("draft", 0)
    refused("text_changed", shop, shop.citizen, results.sign, result=result, shown=result.content_hash)
    refused("value_of_that_day", shop, shop.citizen, results.add_point, result=result, on=day(30), value=Decimal(1))
    refused("date_is_ahead", shop, shop.citizen, results.add_point, result=result, on=day(-1), value=Decimal(1))
    with inside(shop.organisation, shop.citizen):
        assert sql("SELECT value FROM projects_resultpoint ORDER BY value") == [
            (Decimal("22.56"),),
            (Decimal("28.00"),),
        ]
        results.remove_point(result=result, on=day(30), by=shop.citizen)
    assert now(shop, result).content_hash == result.content_hash


def test_either_partner_can_say_that_it_was_wrong(shop):
    result, _token = shop.confirmed()
    with inside(shop.organisation, shop.professional):
        results.disprove(result=result, by=shop.professional)
    assert (now(shop, result).state, now(shop, result).corroborated_at) == ("disproved", None)
    refused("wrong_state", shop, shop.citizen, results.edit, result=result, content=content(title="x"))
    refused("wrong_state", shop, shop.citizen, results.sign, result=result, shown=result.content_hash)


def test_a_draft_is_not_disproved(shop):
    refused("wrong_state", shop, shop.citizen, results.disprove, result=shop.result())


def test_nobody_else_touches_a_result(shop):
    result = shop.result()
    sponsor = world.member(shop.organisation, "Sam Sponsor", Role.SPONSOR)
    for who, capacity in ((sponsor, "partner"), (sponsor, Role.SPONSOR), (shop.citizen, Role.SPONSOR)):
        with inside(shop.organisation, who, capacity):
            assert sql("SELECT count(*) FROM projects_resultclaim") == [(0,)]
            for act, more in (
                (results.edit, {"content": content()}),
                (results.add_point, {"on": day(3), "value": Decimal(1)}),
                (results.remove_point, {"on": day(3)}),
                (results.sign, {"shown": result.content_hash}),
                (results.disprove, {}),
                (witnesses.ask, {"name": "W", "email": "w@example.org", "relation": "x"}),
            ):
                with pytest.raises(NotPermitted):
                    act(result=result, **more, by=who)


# Witnesses


def test_a_witness_confirms_and_takes_it_back(shop):
    result, token = shop.confirmed()
    assert now(shop, result).state == "corroborated"
    with inside(shop.organisation):
        assert (question_at(token).state, question_at(token).answer) == ("answered", "confirmed")
        witnesses.withdraw(token=token)
        assert question_at(token).state == "withdrawn"
    with inside(shop.organisation, shop.citizen):
        acts = sql("SELECT action, actor_id FROM audit_event WHERE action LIKE 'result.witness_%%' ORDER BY seq")
        assert acts == [
            ("result.witness_asked", shop.citizen.pk),
            ("result.witness_answered", None),
            ("result.witness_withdrew", None),
        ]
    assert (now(shop, result).state, now(shop, result).corroborated_at) == ("claimed", None)


@pytest.mark.parametrize("given", ["declined", "cannot_say"])
def test_any_other_answer_changes_nothing_about_the_result(shop, given):
    result = shop.result(signed_by=shop.partners)
    token = _token(ask(shop, result))
    with inside(shop.organisation):
        witnesses.answer(token=token, given=given)
        with pytest.raises(DomainError):
            witnesses.answer(token=token, given="confirmed")
    assert now(shop, result).state == "claimed"


def test_who_is_asked_is_independent_and_asked_once(shop):
    draft = shop.result()
    person = {"name": "W", "relation": "x"}
    refused("not_signed", shop, shop.citizen, witnesses.ask, result=draft, email="w@example.org", **person)
    result = shop.result(signed_by=shop.partners)
    for partner in shop.partners:
        own = Account.objects.get(pk=partner.pk).email.upper()
        refused("not_independent", shop, shop.citizen, witnesses.ask, result=result, email=own, **person)
    ask(shop, result)
    refused("already_asked", shop, shop.citizen, witnesses.ask, result=result, email="Wilma@Example.org", **person)
    for number in range(4):
        ask(shop, result, f"w{number}@example.org")
    refused("too_many_asked", shop, shop.citizen, witnesses.ask, result=result, email="w9@example.org", **person)


def test_a_partner_cannot_answer_as_the_witness(shop):
    token = _token(ask(shop, shop.result(signed_by=shop.partners)))
    with inside(shop.organisation, shop.professional), pytest.raises(DomainError) as refusal:
        witnesses.answer(token=token, given="confirmed")
    assert refusal.value.code == "own_result"


def test_a_changed_result_is_not_confirmed_by_an_old_link(shop):
    result = shop.result(signed_by=shop.partners)
    token = _token(ask(shop, result))
    with inside(shop.organisation, shop.citizen):
        results.edit(result=result, content=content(evidence="Another list"), by=shop.citizen)
    with inside(shop.organisation):
        assert question_at(token).state == "changed"
        with pytest.raises(DomainError):
            witnesses.answer(token=token, given="confirmed")


def test_the_link_of_one_organisation_is_nothing_in_another(shop, south):
    token = _token(ask(shop, shop.result(signed_by=shop.partners)))
    with inside(south):
        assert question_at(token) is None


def _token(witness):
    from tenants.projects.queries import witness_token

    assert witness.token_hash == hashed(witness_token(witness.pk))
    return witness_token(witness.pk)


# Raw SQL, in the application's own connection


def raw(shop, statement, *values):
    with inside(shop.organisation, shop.citizen):
        sql(statement, *values)
        settle()


def test_one_key_or_no_witness_is_refused(shop):
    shop.result(signed_by=(shop.citizen,))
    with pytest.raises(DatabaseError, match="two_keys_needed"):
        raw(shop, "UPDATE projects_resultclaim SET state = 'claimed', claimed_at = now()")


def test_corroborated_without_a_witness_is_refused(shop):
    shop.result(signed_by=shop.partners)
    with pytest.raises(DatabaseError, match="witness_needed"):
        raw(shop, "UPDATE projects_resultclaim SET state = 'corroborated', corroborated_at = now()")


def test_a_witness_cannot_be_made_up(shop):
    result = shop.result(signed_by=shop.partners)
    with pytest.raises(DatabaseError, match="row-level security"):
        raw(
            shop,
            "INSERT INTO projects_witness (id, pair_id, result_id, name, email, relation, content_hash, token_hash,"
            " asked_by_id, asked_at, expires_at, answer, answered_at) SELECT %s, pair_id, %s, 'W', 'w@example.org',"
            " 'x', %s, 'x', id, now(), now(), 'confirmed', now() FROM pairs_seat WHERE member_id = %s",
            uuid.uuid4(), result.pk, result.content_hash, shop.citizen.pk,
        )  # fmt: skip
    ask(shop, result)
    with pytest.raises(DatabaseError, match="permission denied"):
        raw(shop, "UPDATE projects_witness SET answer = 'confirmed', answered_at = now()")


def test_a_signed_result_stays_as_it_was_signed(shop):
    result = shop.result(signed_by=shop.partners, points=[(day(60), Decimal(28))])
    for change in ("evidence = 'x'", "current_value = 1", "content_hash = 'x'"):
        with pytest.raises(DatabaseError, match="result_is_signed"):
            raw(shop, f"UPDATE projects_resultclaim SET {change}")
    with pytest.raises(DatabaseError, match="result_is_signed"):
        raw(shop, "DELETE FROM projects_resultpoint")
    with pytest.raises(DatabaseError, match="two_keys_needed"), inside(shop.organisation, shop.citizen):
        sql("UPDATE projects_resultclaim SET state = 'draft', claimed_at = NULL, evidence = 'x'")
        sql("UPDATE projects_resultclaim SET state = 'claimed', claimed_at = now()")
        settle()
    assert now(shop, result).state == "claimed"


def test_another_organisation_has_no_row_of_it(shop, south):
    shop.confirmed()
    with inside(south, world.lead(south)):
        for table in ("resultclaim", "resultpoint", "resultkey", "witness"):
            assert sql(f"SELECT count(*) FROM projects_{table}") == [(0,)]
    with inside(south):
        assert Witness.objects.count() == 0
