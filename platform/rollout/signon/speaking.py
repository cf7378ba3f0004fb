"""The conversation with a sign-in service: its description, its keys, the way there, and the answer behind a code."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from rollout.kernel.sealing import unseal
from rollout.signon.fetching import ask, checked
from rollout.signon.models import SECRET
from rollout.signon.refusing import Refused

if TYPE_CHECKING:
    from rollout.signon.models import SignInService

FRESH_SECONDS = 600
MOST_KEYS = 50
_known: dict[tuple[str, ...], tuple[float, Any]] = {}


@dataclass(frozen=True, slots=True)
class Description:
    """What a service says about itself."""

    issuer: str
    authorization: str
    token: str
    keys: str
    takes_basic: bool
    names_itself: bool
    """Whether it repeats its name when it sends somebody back."""


def forget() -> None:
    """Ask every service again."""
    _known.clear()


def hosts_of(service: SignInService) -> frozenset[str]:
    """The hosts at which a service may answer: the issuer's, and those that the operator named."""
    return frozenset({urlsplit(service.issuer).hostname or "", *service.hosts})


def description_of(service: SignInService) -> Description:
    """What the service says about itself, at most ten minutes old."""
    key = ("description", service.issuer, *service.hosts)
    if (kept := _kept(key)) is None:
        kept = _keep(key, _described(service))
    found: Description = kept
    return found


def _described(service: SignInService) -> Description:
    allowed = hosts_of(service)
    said = ask(f"{service.issuer.rstrip('/')}/.well-known/openid-configuration", hosts=allowed)
    if said.get("issuer") != service.issuer:
        raise Refused("other_issuer")
    authorization, token, keys = (said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"))
    for address in (authorization, token, keys):
        checked(address if isinstance(address, str) else "", allowed)
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Description(
        issuer=service.issuer,
        authorization=str(authorization),
        token=str(token),
        keys=str(keys),
        takes_basic="client_secret_basic" in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def keys_of(service: SignInService, *, anew: bool = False) -> list[dict[str, Any]]:
    """The keys that the service signs with, at most ten minutes old."""
    described = description_of(service)
    key = ("keys", service.issuer, described.keys)
    if (kept := None if anew else _kept(key)) is None:
        said = ask(described.keys, hosts=hosts_of(service)).get("keys")
        if not isinstance(said, list) or len(said) > MOST_KEYS:
            raise Refused("no_keys")
        kept = _keep(key, [entry for entry in said if isinstance(entry, dict)])
    found: list[dict[str, Any]] = kept
    return found


def way_there(service: SignInService, *, back: str, state: str, nonce: str, verifier: str) -> str:
    """The address at the service to which the browser goes, and from which it comes `back`."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "scope": "openid email",
        "client_id": service.client_id,
        "redirect_uri": back,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if service.vouches and service.strong_acr:
        query["acr_values"] = service.strong_acr
    address = description_of(service).authorization
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def answer_behind(service: SignInService, *, code: str, back: str, verifier: str) -> str:
    """The signed answer that the service gives for a code. It is believed by `vouching` alone."""
    described, secret = description_of(service), unseal(service.client_secret, SECRET)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    if described.takes_basic:
        said = ask(described.token, hosts=hosts_of(service), form=form, basic=(service.client_id, secret))
    else:
        form |= {"client_id": service.client_id, "client_secret": secret}
        said = ask(described.token, hosts=hosts_of(service), form=form)
    token = said.get("id_token")
    if not isinstance(token, str):
        raise Refused("no_answer")
    return token


def _kept(key: tuple[str, ...]) -> Any:
    until, value = _known.get(key, (0.0, None))
    return value if until > time.monotonic() else None


def _keep(key: tuple[str, ...], value: Any) -> Any:
    _known[key] = (time.monotonic() + FRESH_SECONDS, value)
    return value
