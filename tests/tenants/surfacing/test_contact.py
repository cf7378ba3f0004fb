"""The letter that somebody asks for who is not free to say no."""

from __future__ import annotations

from django.core import mail

from rollout.accounts.models import Account
from rollout.jobs import work
from rollout.organisations.models import Organisation
from tenants.surfacing import actions
from tests import world
from tests.world import inside


def test_the_facilitators_learn_who_asks_and_nothing_about_a_pair(own_database):
    north = Organisation.objects.get(slug="north")
    facilitator = world.member(north, "Faye Facilitator", "facilitator")
    _pair, _professional, citizen = world.hidden_pair(north, "Never in a letter")
    with inside(north, citizen):
        actions.ask_for_contact(by=citizen)
        actions.ask_for_contact(by=citizen)
    work.run_until_empty()
    (letter,) = [sent for sent in mail.outbox if sent.to == [Account.objects.get(pk=facilitator.pk).email]]
    page = str(letter.alternatives[0].content)
    for text in (letter.body, page):
        assert "Cora Citizen" in text
        assert Account.objects.get(pk=citizen.pk).email in text
        assert "Never in a letter" not in text
        assert "Priya" not in text
    assert "Cora" not in letter.subject


def test_who_has_no_address_is_named_all_the_same(own_database):
    north = Organisation.objects.get(slug="north")
    facilitator = world.member(north, "Fred Facilitator", "facilitator")
    _pair, _professional, citizen = world.hidden_pair(north, "Never in this letter")
    Account.objects.filter(pk=citizen.pk).update(email=None, number="TESTPAIR")
    with inside(north, citizen):
        actions.ask_for_contact(by=citizen)
    work.run_until_empty()
    letters = [sent for sent in mail.outbox if sent.to == [Account.objects.get(pk=facilitator.pk).email]]
    assert any("Cora Citizen" in sent.body and "Speak to them when you meet." in sent.body for sent in letters)
