"""Who runs the installation is said on the server, never on a page."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rollout.accounts.models import Account

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = StringIO()
    call_command("operator", *words, stdout=out)
    return out.getvalue().strip()


def test_an_operator_is_made_and_unmade():
    assert said("grant", "Olga@Example.org") == "olga@example.org is an operator."
    assert said("list") == "olga@example.org"
    assert Account.objects.get(email="olga@example.org").is_operator
    assert said("revoke", "olga@example.org") == "olga@example.org is no longer an operator."
    assert said("list") == ""


def test_what_cannot_be_done_is_said():
    with pytest.raises(CommandError, match="not an e-mail address"):
        said("grant", "olga")
    with pytest.raises(CommandError, match="no account"):
        said("revoke", "nobody@example.org")
