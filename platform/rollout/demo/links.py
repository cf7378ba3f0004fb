"""The one-click links of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import urlencode

from rollout.kernel.tokens import token_for

if TYPE_CHECKING:
    from uuid import UUID


def sign_in_path(account_id: UUID, slug: str, way_on: str = "/") -> str:
    """The one-click way for a person of the demo into an organisation, as a path on the sign-in host."""
    query = {"organisation": slug} if way_on == "/" else {"organisation": slug, "next": way_on}
    return f"/demo/sign-in/{token_for('demo', account_id)}/?{urlencode(query)}"


def operator_path(account_id: UUID) -> str:
    """The one-click way for the demo's operator to their page on the sign-in host."""
    return f"/demo/sign-in/{token_for('demo', account_id)}/"
