"""What every answer carries, whatever it is."""

from __future__ import annotations

import pytest

from rollout.accounts.models import Account
from tests import world
from tests.world_accounts import BASE, Browser, signed_in

NORTH = "north.localhost"


@pytest.mark.parametrize(
    ("host", "path"),
    [(NORTH, path) for path in ("/", "/help/", "/brand.css", "/notices/", "/nothing/", "/enter/finish/?code=x",
                                "/health/live", "/sign-out/")]
    + [(BASE, path) for path in ("/", "/sign-in/", "/sessions/", "/operator/", "/enter/", "/demo/outbox/")]
    + [("nowhere.localhost", "/")],
)  # fmt: skip
def test_every_answer_is_closed_to_frames_caches_and_foreign_content(north, host, path):
    member = world.member(north, "Petra Partner")
    for client in (Browser().on(host), signed_in(Account.objects.get(pk=member.pk), host)):
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["X-Request-Id"]
        assert (
            answer["Cache-Control"] == "max-age=300" if path == "/brand.css" else "no-store" in answer["Cache-Control"]
        )


def test_pages_carry_no_inline_script_or_style(north):
    member = world.member(north, "Petra Partner")
    for host, paths in ((NORTH, ("/notices/", "/help/", "/worried/", "/sign-out/")), (BASE, ("/", "/sessions/"))):
        client = signed_in(Account.objects.get(pk=member.pk), host)
        for path in paths:
            page = client.get(path).content.decode()
            assert "<style" not in page
            assert " style=" not in page
            assert "<script>" not in page
            assert " onclick=" not in page


def test_reading_changes_nothing(north):
    """No page of ours writes on GET, but for a session's last use and the two steps of the door."""
    from rollout.accounts.models import Acceptance, EntryCode, Session

    member = world.member(north, "Petra Partner")
    account = Account.objects.get(pk=member.pk)
    clients = {host: signed_in(account, host) for host in (NORTH, BASE)}

    def tables() -> list[object]:
        kept = [list(model.objects.order_by("pk").values()) for model in (Account, Acceptance, EntryCode)]
        return [*kept, sorted(Session.objects.values_list("pk", "session_data"))]

    before = tables()
    for host, client in clients.items():
        for path in ("/", "/help/", "/worried/", "/notices/", "/sessions/", "/sign-out/", "/sign-in/", "/language/",
                     "/sign-out/everywhere/", "/sessions/end-others/", "/operator/", "/operator/create/"):  # fmt: skip
            client.get(path)
            client.head(path)
            client.options(path)
        assert client.get("/notices/").status_code == 200, host
    assert tables() == before
