"""People who have accepted the notice, and what a page holds."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from rollout.accounts.actions import accept_terms
from rollout.accounts.models import Account

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tenants.members.models import Member


def accepted(*members: Member) -> None:
    """These people have accepted the privacy notice and the terms."""
    for member in members:
        account = Account.objects.get(pk=member.pk)
        accept_terms(account=account, by=account)


def text_of(response: HttpResponse) -> str:
    """A page's source as people read it, with single blanks."""
    return " ".join(unescape(response.content.decode()).split())
