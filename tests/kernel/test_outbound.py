"""Sending to addresses that people type: nowhere inside, nowhere else, not for long."""

from __future__ import annotations

import socket

import pytest

from rollout.kernel import outbound
from tests.world_webhooks import listening

REFUSED = (
    "", "news.example.org", "http://news.example.org/", "ftp://news.example.org/", "//news.example.org/",
    "https://", "https:///x", "https://localhost/", "https://localhost:8000/", "https://intranet/", "https://db.internal/",
    "https://printer.local/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.0.0.1/",
    "https://127.1/", "https://169.254.169.254/latest/", "https://10.0.0.1/", "https://news.example.org:22/",
    "https://news.example.org:8443/", "https://me@news.example.org/", "https://me:word@news.example.org/",
    "https://news.example.org/#there", "https://news.example.org/a b", "https://news.example.org/\r\nX-A: b",
    "https://news.example.org\\@evil.example/", "https://news.example.org:99999/", "https://exämple.org/",
    "https://example..org/", "https://.example.org/", "https://ex%61mple.org/", "https://example.org/" + "x" * 500,
    "HTTPS:news.example.org", "javascript:alert(1)", "file:///etc/passwd", "https://[::ffff:127.0.0.1]/",
)  # fmt: skip
INSIDE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%lo", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2001:db8::1",
)  # fmt: skip
BODY, HEADERS = b'{"event": "x"}', {"Content-Type": "application/json"}


@pytest.fixture
def server(tmp_path, settings, monkeypatch):
    """A server on this machine, which messages may go to for once."""
    settings.OUTBOUND_LOOPBACK, settings.OUTBOUND_SECONDS = True, 5
    with listening(tmp_path) as (heard, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        yield heard


def leads_to(monkeypatch, *numbers):
    """Every name leads to these numbers; how often somebody asked is kept."""
    asked = []

    def answer(name, port, *_more, **_named):
        asked.append(name)
        return [
            (socket.AF_INET6 if ":" in number else socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))
            for number in numbers
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("url", REFUSED)
def test_only_https_addresses_of_public_names_are_taken(url):
    with pytest.raises(outbound.NotAllowed):
        outbound.target_of(url)
    assert outbound.post(url, BODY, HEADERS) == outbound.Outcome(problem="not_allowed")


def test_an_address_is_taken_apart():
    assert outbound.target_of("https://News.Example.org./a/b?c=d") == outbound.Target(
        "news.example.org", 443, "/a/b?c=d"
    )
    assert outbound.target_of("https://example.org:443") == outbound.Target("example.org", 443, "/")


@pytest.mark.parametrize("number", INSIDE)
def test_a_name_that_leads_inside_leads_nowhere(monkeypatch, number):
    monkeypatch.setattr(outbound, "_ask", lambda *_: pytest.fail("something was sent"))
    for numbers in ((number,), ("93.184.215.14", number)):
        leads_to(monkeypatch, *numbers)
        assert outbound.post("https://example.org/", BODY, HEADERS).problem == "not_allowed"


def test_this_machine_is_no_place_to_send_to_unless_a_test_says_so(server, settings):
    settings.OUTBOUND_LOOPBACK = False
    assert outbound.post(server.url, BODY, HEADERS).problem == "not_allowed"
    assert server.heard == []


def test_the_connection_goes_to_the_number_that_was_looked_at(monkeypatch):
    asked = leads_to(monkeypatch, "93.184.215.14")
    went = []
    monkeypatch.setattr(
        outbound, "_ask", lambda connection, target, *_: went.append((connection.host, target.name)) or 204
    )
    assert outbound.post("https://example.org/", BODY, HEADERS).arrived
    assert went == [("93.184.215.14", "example.org")]
    assert asked == ["example.org"]


def test_a_message_arrives_as_it_was_sent(server):
    assert outbound.post(server.url + "?to=me", BODY, HEADERS) == outbound.Outcome(status=200)
    ((headers, body),) = server.heard
    assert body == BODY
    assert headers["content-type"] == "application/json"
    assert headers["host"] == server.url.split("/")[2]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_is_followed(server, status):
    server.statuses, server.headers = [status], {"Location": server.url + "/elsewhere"}
    outcome = outbound.post(server.url, BODY, HEADERS)
    assert (outcome.status, outcome.arrived) == (status, False)
    assert len(server.heard) == 1


def test_the_certificate_must_be_good_and_of_that_name(tmp_path, settings, monkeypatch):
    settings.OUTBOUND_LOOPBACK = True
    with listening(tmp_path, "other.example") as (heard, certificate):
        assert outbound.post(heard.url, BODY, HEADERS).problem == "certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert outbound.post(heard.url, BODY, HEADERS).problem == "certificate"
    assert heard.heard == []


def test_a_trickle_is_cut(server, settings):
    server.trickles, settings.OUTBOUND_SECONDS = True, 0.3
    assert outbound.post(server.url, BODY, HEADERS).problem == "too_slow"


def test_a_server_that_is_not_there(settings):
    settings.OUTBOUND_LOOPBACK = True
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"https://localhost:{nobody.getsockname()[1]}/"
        assert outbound.post(url, BODY, HEADERS).problem == "no_connection"


def test_a_name_that_nobody_has(monkeypatch):
    def nobody(*_more, **_named):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert outbound.post("https://example.org/", BODY, HEADERS).problem == "no_such_name"


def test_no_proxy_of_the_surroundings_comes_between(server, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert outbound.post(server.url, BODY, HEADERS).arrived
