"""Whether a signed answer of a sign-in service is to be believed, and what it says."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import constant_time_compare

from rollout.kernel.addresses import normal_address
from rollout.signon import speaking
from rollout.signon.refusing import Refused

if TYPE_CHECKING:
    from rollout.signon.models import SignInService

KINDS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""The ways of signing that we believe, and the kind of key of each. The answer does not choose another."""
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600
SMALLEST_RSA_BITS = 2048
LONGEST_SUBJECT = 255
WANTED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


@dataclass(frozen=True, slots=True)
class Voucher:
    """For whom a service vouches: its own name for the person, the address, and whether a second factor was used."""

    subject: str
    email: str
    strong: bool


def read(service: SignInService, answer: str, *, nonce: str) -> Voucher:
    """What the service vouches for, in the sign-in that `nonce` belongs to. Raises Refused for anything doubtful."""
    try:
        header = jwt.get_unverified_header(answer)
    except jwt.InvalidTokenError:
        raise Refused("not_signed") from None
    said = _signed(service, answer, header)
    if not isinstance(said["nonce"], str) or not constant_time_compare(said["nonce"], nonce):
        raise Refused("other_nonce")
    audience, party = said["aud"], said.get("azp")
    if (isinstance(audience, list) and len(audience) > 1 and party is None) or party not in (None, service.client_id):
        raise Refused("other_client")
    if not isinstance(said["iat"], (int, float)) or time.time() - said["iat"] > OLDEST_SECONDS:
        raise Refused("too_old")
    subject = said["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Refused("no_subject")
    return Voucher(subject, _address(service, said), _is_strong(service, said))


def _signed(service: SignInService, answer: str, header: dict[str, Any]) -> dict[str, Any]:
    algorithm = header.get("alg")
    if algorithm not in KINDS:
        raise Refused("algorithm")
    try:
        said: dict[str, Any] = jwt.decode(
            answer,
            _key(service, str(algorithm), header.get("kid")),
            algorithms=[str(algorithm)],
            audience=service.client_id,
            issuer=service.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": WANTED},
        )
    except jwt.InvalidIssuerError:
        raise Refused("other_issuer") from None
    except jwt.InvalidAudienceError:
        raise Refused("other_client") from None
    except jwt.ExpiredSignatureError:
        raise Refused("too_old") from None
    except jwt.InvalidTokenError:
        raise Refused("not_believed") from None
    return said


def _key(service: SignInService, algorithm: str, name: Any) -> Any:
    # A name that is not known may be a key that is newer than what we remember: looked up again, once.
    for anew in (False, True):
        fitting = [entry for entry in speaking.keys_of(service, anew=anew) if _fits(entry, algorithm, name)]
        if len(fitting) == 1:
            break
    else:
        raise Refused("unknown_key")
    try:
        key = jwt.PyJWK.from_dict(fitting[0], algorithm).key
    except (jwt.InvalidTokenError, jwt.PyJWKError, ValueError, TypeError):
        raise Refused("unknown_key") from None
    if KINDS[algorithm] == "RSA" and key.key_size < SMALLEST_RSA_BITS:
        raise Refused("unknown_key")
    return key


def _fits(entry: dict[str, Any], algorithm: str, name: Any) -> bool:
    return (
        entry.get("kty") == KINDS[algorithm]
        and entry.get("use", "sig") == "sig"
        and entry.get("alg", algorithm) == algorithm
        and (name is None or entry.get("kid") == name)
    )


def _address(service: SignInService, said: dict[str, Any]) -> str:
    address = said.get("email")
    if said.get("email_verified") is not True or not isinstance(address, str):
        raise Refused("address_not_verified")
    address = normal_address(address)
    try:
        validate_email(address)
    except ValidationError:
        raise Refused("address_not_verified") from None
    if address.rpartition("@")[2] not in service.domains:
        raise Refused("other_domain")
    return address


def _is_strong(service: SignInService, said: dict[str, Any]) -> bool:
    if not service.vouches:
        return False
    if service.strong_acr:
        return bool(said.get("acr") == service.strong_acr)
    ways = said.get("amr")
    return isinstance(ways, list) and "mfa" in ways
