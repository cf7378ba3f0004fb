"""The privacy notice and the terms come before the first signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.utils.http import urlencode

from rollout.accounts.queries import has_accepted
from rollout.accounts.ways import page_before

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

NOTICES = "/notices/"


def terms_missing(request: HttpRequest, *, back: str | None = None) -> HttpResponse | None:
    """Where to go first: the notices, while this person has not accepted them; None when the way is free.

    Call it first in a view that adds a key. `back` is the page to return to; without it, the page before.
    """
    if request.user.pk is None or has_accepted(request.user.pk):
        return None
    if back is None:
        back = request.get_full_path() if request.method == "GET" else page_before(request)
    return HttpResponseRedirect(f"{NOTICES}?{urlencode({'next': back})}")
