"""The first rollout lead comes from the operator, once."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from rollout.accounts.models import Account
from tenants.members import actions
from tenants.members.founding import invite_first_lead
from tenants.members.models import Member
from tests.world import inside


def test_the_first_lead_comes_in_through_a_letter(north, mailoutbox):
    token = invite_first_lead(organisation=north, name="Amara Field", email="Amara@Example.org")
    account = Account.objects.for_address("amara@example.org")
    with inside(north, account.pk):
        actions.accept(token=token, by=account)
        assert Member.objects.get(pk=account.pk).held_roles == ("rollout_lead",)
    assert [letter.to for letter in mailoutbox] == [["amara@example.org"]]
    assert token in mailoutbox[0].body


def test_a_second_first_lead_is_refused(north):
    call_command("invite_lead", "north", "Amara Field", "amara@example.org")
    with pytest.raises(CommandError, match="already there"):
        call_command("invite_lead", "north", "Bea Late", "bea@example.org")
