"""The sheet of codes as it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rollout.kernel.papers import paper
from rollout.kernel.tokens import grouped, plain_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from rollout.accounts.models import Account


def sheet(account: Account, codes: Sequence[str], request: HttpRequest) -> dict[str, Any]:
    """What stands on a sheet: the codes in groups, the account's number, and where to sign in."""
    return {
        "codes": [grouped(plain_code(code)) for code in codes],
        "number": grouped(account.number or ""),
        "url": request.build_absolute_uri("/"),
    }


def sheet_on_paper(account: Account, codes: Sequence[str], request: HttpRequest) -> HttpResponse:
    """The sheet as a PDF in large print."""
    organisation: Any = getattr(request, "organisation", None)
    context = {**sheet(account, codes, request), "organisation": organisation}
    author = organisation.name if organisation else ""
    return paper("identity/print/sheet.html", context, title=_("Your codes to sign in"), name="codes", author=author)
