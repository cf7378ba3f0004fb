"""Instruments are data: those that come with the service, those that are added, and no version ever changes."""

from __future__ import annotations

import copy
import hashlib
import json

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from rollout.kernel.errors import DomainError, NotPermitted
from tenants.instruments import actions, forms, queries, rendering
from tenants.instruments.definition import LANGUAGES, Said, Scale, read
from tenants.instruments.models import Instrument
from tenants.instruments.shipping import contents, shipped
from tenants.members.models import Role
from tests import world
from tests.world import inside, sql
from tests.world_instruments import values_of

PUBLISHED = {
    ("capability", 1): "0afed1d3541a",
    ("check_in", 1): "62daa7a89b3a",
    ("check_in_short", 1): "7547227b449a",
    ("dialogue", 1): "3302fefb1e67",
    ("power_map", 1): "4a894e03e248",
    ("voice", 1): "1b5a7e1f2802",
}
"""The fingerprint of every version that ever came with the service. One that changes needs a new version."""
CODES = {
    "code": "mood", "version": 1, "scale": "codes", "scoring": "none", "reveal": "sealed", "items": ["today"],
    "codes": ["sun", "rain"], "licence": "Ours", "source": "own",
    "texts": {"en": {"title": "Mood", "intro": "", "codes": {"sun": "Sun", "rain": "Rain"},
                     "items": {"today": {"name": "Today", "text": "How is it?"}}}},
}  # fmt: skip


def changed(key="check_in", **more):
    return {**copy.deepcopy(contents()[key, 1]), **more}


def problems(data):
    return read(data)[1]


def test_a_version_that_came_with_the_service_never_changes():
    found = {key: hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
             for key, content in contents().items()}  # fmt: skip
    assert found == PUBLISHED


@pytest.mark.parametrize("key", sorted(shipped()))
def test_what_comes_with_the_service_is_whole_in_every_language(key):
    definition = shipped()[key]
    assert set(definition.words) == set(LANGUAGES)
    for language in LANGUAGES:
        sheet = rendering.sheet_of(definition, language)
        assert len(sheet.items) == len(definition.items)
        fields = forms.InstrumentForm(definition, language=language).fields
        assert [name for name in fields if name.startswith("item_")] == [f"item_{key}" for key in definition.items]


def test_the_instruments_have_their_items():
    sizes = {code: len(definition.items) for (code, _version), definition in shipped().items()}
    assert sizes == {
        "capability": 5, "check_in": 8, "check_in_short": 3, "dialogue": 5, "power_map": 6, "voice": 3,
    }  # fmt: skip
    private = {code for (code, _version), definition in shipped().items() if definition.is_private}
    assert private == {"capability"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed(version=0), "version: type a whole number from 1 to 999."),
        (changed(version=True), "version: type a whole number from 1 to 999."),
        (changed(scoring="balance"), "scoring: for this scale choose one of: mean, none."),
        (changed(items=["trust", "trust"]), "items: list 1 to 40 different names"),
        (changed(items=[]), "items: list 1 to 40 different names"),
        (changed(colour="red"), "definition: there is no “colour” here. Take it out."),
        (changed(lines="yes"), "lines: write true or false."),
        (changed(most=99), "most: type a whole number from 2 to 10."),
        (changed(texts={}), "texts: write it in at least one language: en, fr."),
        (changed(felt_heard=True), "felt_heard: only an instrument with the scale “estimate” can ask this."),
        (changed("capability", may_keep_sealed=True), "may_keep_sealed: a private instrument is sealed already."),
        (changed("voice", least=1), "least: this scale has ends of its own."),
        ({}, "definition: “code” is missing."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(data, said):
    assert any(problem.startswith(said) for problem in problems(data)), problems(data)


def test_every_item_needs_its_words_in_every_language_that_is_there():
    data = changed()
    del data["texts"]["fr"]["items"]["trust"]
    assert problems(data) == ["texts.fr.items: “trust” is missing."]
    data = changed("dialogue")
    data["texts"]["en"]["items"]["proof"]["low"] = " "
    assert problems(data) == ["texts.en.items.proof.low: type some words here."]


def test_codes_are_an_instrument_too():
    definition, wrong = read(CODES)
    assert wrong == []
    assert definition.scale == Scale.CODES
    assert definition.checked(Said({"today": "sun"})) == Said({"today": "sun"})
    with pytest.raises(DomainError, match="answer_missing"):
        definition.checked(Said({"today": "snow"}))
    assert problems({**CODES, "codes": []})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(contents()["check_in", 1])), json_values)
def test_whatever_is_pasted_is_read_or_refused_in_words(name, value):
    definition, wrong = read(changed(**{name: value}))
    assert (definition is None) == bool(wrong)
    assert all(isinstance(sentence, str) and sentence for sentence in wrong)


@given(json_values)
def test_data_of_any_shape_is_refused_in_words(value):
    assert read(value)[0] is None
    assert problems(value)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said({}), "answer_missing"),
        (Said({"trust": 8}), "answer_missing"),
        (Said({"nothing": 1}), "no_such_item"),
        (Said({"trust": 4}, {"nothing": "x"}), "no_such_item"),
    ],
)
def test_answers_that_do_not_fit_are_refused(said, code):
    with pytest.raises(DomainError, match=code):
        shipped()["check_in", 1].checked(said)


def test_a_line_is_short_and_taken_by_some_instruments_alone():
    check_in, dialogue = shipped()["check_in", 1], shipped()["dialogue", 1]
    with pytest.raises(DomainError, match="line_too_long"):
        check_in.checked(Said(values_of(check_in), {"trust": "x" * 301}))
    with pytest.raises(DomainError, match="no_lines"):
        dialogue.checked(Said(values_of(dialogue), {"proof": "x"}))
    assert check_in.checked(Said(values_of(check_in), {"trust": " a\n b ", "hope": " "})).lines == {"trust": "a b"}


@pytest.fixture
def provider(north):
    return world.member(north, "Pia Provider", Role.PROVIDER_LEAD)


def test_a_provider_lead_adds_one_that_everybody_finds_beside_the_others(north, provider):
    with inside(north, provider, Role.PROVIDER_LEAD):
        actions.publish(content=CODES, by=provider)
    someone = world.member(north, "Nora Nobody")
    with inside(north, someone):
        assert set(queries.definitions(someone)) == {*shipped(), ("mood", 1)}
        assert next(one.code for one in queries.newest(queries.definitions(someone))) == "check_in"


def test_a_version_is_there_once_and_never_changes_in_sql_either(north, provider):
    with inside(north, provider, Role.PROVIDER_LEAD):
        actions.publish(content=CODES, by=provider)
        for content in (CODES, changed()):
            with pytest.raises(DomainError, match="version_taken"):
                actions.publish(content=content, by=provider)
        with pytest.raises(DomainError, match="no_instrument"):
            actions.publish(content={}, by=provider)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            sql("UPDATE instruments_instrument SET content = '{}'")
        sql("DELETE FROM instruments_instrument")
        assert Instrument.objects.count() == 1


def test_nobody_else_adds_one_in_sql_either(north):
    for role in (Role.ROLLOUT_LEAD, Role.FACILITATOR):
        holder = world.member(north, "Olive Office", role)
        with inside(north, holder, role):
            with pytest.raises(NotPermitted):
                actions.publish(content=CODES, by=holder)
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                sql("INSERT INTO instruments_instrument (id, code, version, content, made_at)"
                    " VALUES (gen_random_uuid(), 'x', 1, '{}', now())")  # fmt: skip
