"""Ways that lead on inside this service, and nowhere else."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 2000
HOME = "/"


def local_path(wanted: str | None, *, otherwise: str = HOME) -> str:
    """The wanted path when it stays on this host, whatever a browser makes of it; else the other one."""
    if not wanted or len(wanted) > LONGEST or not wanted.startswith("/") or wanted.startswith("//"):
        return otherwise
    for reading in (wanted, unquote(wanted)):
        if "\\" in reading or any(sign < " " or "\x7f" <= sign <= "\x9f" for sign in reading):
            return otherwise
    if unquote(wanted).startswith("//") or not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return otherwise
    return wanted


def page_before(request: HttpRequest) -> str:
    """The page of this host that the person came from, or the home page."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return HOME
    return local_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))
