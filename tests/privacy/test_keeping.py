"""Every field says how long it is kept and whether it is about a person; one that does not stops the house."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import models

from rollout.jobs import chores
from rollout.kernel import keeping
from rollout.kernel.keeping import Fate, Keeping, Period, keeping_of, kept_models
from rollout.leaving import clearing
from rollout.leaving.parts import TITLES
from tenants.members.models import Member
from tests.privacy import data_page


def test_every_field_of_every_table_is_classified():
    assert keeping.mistakes() == []
    assert len(kept_models()) > 50


def test_a_new_field_stops_the_check_with_its_name(monkeypatch):
    declared = Member.keeping
    monkeypatch.setattr(Member, "keeping", Keeping(
        declared.period, personal=declared.personal.replace("name", ""), whose="id", fate=Fate.EMPTIED,
    ))  # fmt: skip
    with pytest.raises(SystemCheckError, match=r"members\.Member\.name is not classified"):
        call_command("check", verbosity=0)


def test_a_new_model_stops_the_check_with_its_fields():
    class Diary(models.Model):
        words = models.TextField()

        class Meta:
            app_label = "accounts"

        def __str__(self):
            return self.words

    try:
        with pytest.raises(SystemCheckError, match=r"accounts\.Diary\.words is not classified"):
            call_command("check", verbosity=0)
    finally:
        del apps.all_models["accounts"]["diary"]
        apps.clear_cache()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"plain": "name"}, "members.Member.name is classified twice."),
        ({"plain": "nothing"}, "members.Member.nothing is classified and is no field."),
        ({"whose": ""}, "members.Member does not say whose it is, or what becomes of it on erasure."),
        ({"fate": Fate.NOBODYS}, "members.Member does not say whose it is, or what becomes of it on erasure."),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_told(monkeypatch, changed, told):
    declared = Member.keeping
    monkeypatch.setattr(Member, "keeping", Keeping(
        **{"period": declared.period, "personal": declared.personal, "whose": "id", "fate": Fate.EMPTIED, **changed}
    ))  # fmt: skip
    assert keeping.mistakes() == [told]


def test_what_is_withheld_has_a_reason(monkeypatch):
    named = Member.keeping.personal
    monkeypatch.setattr(Member, "keeping", Keeping(
        Period.ORGANISATION, withheld=named, whose="id", fate=Fate.EMPTIED,
    ))  # fmt: skip
    assert keeping.mistakes() == [f"members.Member does not say why {named} is withheld."]


def test_every_period_with_an_end_is_carried_out_by_a_chore():
    ends = {name for period in Period if period.value.days is not None for name in period.value.removed_by.split()}
    assert {period.value.removed_by for period in Period if period.value.days is None} == {""}
    known = {name.rpartition(".")[2] for name in chores.names()}
    assert ends <= known
    assert all(callable(getattr(clearing, name)) for name in ends)


def test_every_table_with_something_personal_has_a_title_for_people():
    named = {model._meta.label for model in kept_models() if (told := keeping_of(model)) and told.personal}
    assert named - set(TITLES) == {"account.EmailAddress", "account.EmailConfirmation"}
    assert set(TITLES) - named == {"mfa.Passkey"}


def test_the_page_says_what_the_models_say():
    assert data_page.WHERE.read_text() == data_page.text()
