"""Webhooks, and a program on this machine that hears of what happens."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rollout.kernel.tenancy import PARTNER
from tenants.webhooks import actions
from tenants.webhooks.models import TOPICS, Delivery
from tests.world import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rollout.organisations.models import Organisation
    from tenants.members.models import Member
    from tenants.webhooks.models import Webhook

ADDRESS = "https://news.example.org/pairs"


@dataclass
class Receiver:
    """What arrived, and what is answered: a status for each request in turn, the last one from then on."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    trickles: bool = False
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def listening(folder: Path, name: str = "localhost") -> Iterator[tuple[Receiver, Path]]:
    """A server with a certificate for this name, and the file of that certificate."""
    kept = Receiver()
    certificate = _certificate(folder, name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(kept))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.daemon_threads = True
    kept.url = f"https://localhost:{server.server_address[1]}/news"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield kept, certificate
    finally:
        kept.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def register(
    organisation: Organisation, who: Member, *, hat: str = PARTNER, url: str = ADDRESS, topics: Any = None
) -> tuple[Webhook, str]:
    """A webhook about everything that this hat can hear of, and its secret."""
    with inside(organisation, who, hat):
        return actions.register(
            name="News", url=url, topics=[*topics] if topics else [topic.value for topic in TOPICS[hat]], by=who
        )


def messages(organisation: Organisation, who: Member, hat: str = PARTNER) -> list[Delivery]:
    """What is or was to be sent to somebody, the oldest first."""
    with inside(organisation, who, hat):
        return list(Delivery.objects.select_related("webhook").order_by("happened_at"))


def _handler(kept: Receiver) -> type[BaseHTTPRequestHandler]:
    class Hears(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if kept.trickles:
                self._trickle()
                return
            self.send_response(kept.statuses.pop(0) if len(kept.statuses) > 1 else kept.statuses[0])
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET: Callable[[BaseHTTPRequestHandler], None] = do_POST  # noqa: N815

        def _trickle(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not kept.over.wait(0.02):
                self.wfile.write(b"X-More: x\r\n")

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Hears


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
