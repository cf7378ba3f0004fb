"""A sign-in service on this machine, with keys of its own: honest, or as dishonest as a test wants it."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "pairs", "a secret: with / signs"


@cache
def rsa_key(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key that is made once per run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def public(key: rsa.RSAPrivateKey, name: str, **more: Any) -> dict[str, Any]:
    """A key as a service shows it."""
    shown: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**shown, "kid": name, "use": "sig", "alg": "RS256", **more}


@dataclass
class Service:
    """What it knows and says. Tests bend it."""

    issuer: str = ""
    key_name: str = "first"
    keys: list[dict[str, Any]] = field(default_factory=lambda: [public(rsa_key(), "first")])
    description: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    """Instead of the honest ones; None leaves one out."""
    sign: Any = None
    """Makes the signed answer out of the claims, instead of the honest way."""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    """Raw answers by path."""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def visit(self, address: str, email: str = "", **claims: Any) -> str:
        """Somebody signs in here; where the browser is sent back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.codes[code] = query
        self.claims = {"email": email, **claims, **self.claims}
        return f"{query['redirect_uri']}?code={code}&state={query['state']}"

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.description,
        }

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """The answer behind a code: once, for this client, with the verifier."""
        pair = base64.b64decode(authorization.removeprefix("Basic ") or b"").decode().split(":")
        in_form = [form.get("client_id"), form.get("client_secret")]
        shown = [unquote(part) for part in pair] if len(pair) == 2 else in_form
        query = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            shown != [CLIENT, SECRET]
            or query is None
            or challenge.rstrip(b"=").decode() != query["code_challenge"]
            or form.get("redirect_uri") != query["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": "person-1", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": query["nonce"], "email_verified": True, **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = self.sign(claims) if self.sign else honest(claims, self.key_name)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}


def honest(claims: dict[str, Any], name: str = "first", key: Any = None, **options: Any) -> str:
    """Claims, signed."""
    return jwt.encode(claims, key or rsa_key(), algorithm=options.pop("algorithm", "RS256"),
                      headers={"kid": name, **options.pop("headers", {})})  # fmt: skip


class Started:
    """The service as a server on a loopback port."""

    def __init__(self) -> None:
        self.service = Service()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = {"/.well-known/openid-configuration": outer.service.described,
                         "/keys": lambda: {"keys": outer.service.keys}}  # fmt: skip
                answer = known.get(self.path)
                self._send(200 if answer else 404, answer() if answer else {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._send(*outer.service.token(form, self.headers.get("Authorization", "")))

            def _send(self, status: int, said: Any) -> None:
                service, path = outer.service, urlsplit(self.path).path
                service.asked.append(path)
                status, headers, content = service.answers.get(path, (status, {}, json.dumps(said).encode()))
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_args: Any) -> None:
                """Nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.reset()

    def reset(self) -> Service:
        """As honest as on the first day."""
        self.service = Service(issuer=f"http://127.0.0.1:{self._server.server_address[1]}")
        return self.service

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@cache
def running() -> Started:
    """One server for a whole run."""
    return Started()
