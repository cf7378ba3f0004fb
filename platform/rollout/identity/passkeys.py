"""Passkeys: making one and using one. Bound to the sign-in host, with the person verified on the device.

Every challenge is single-use. A counter that goes backwards means a copied key and is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from rollout.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allauth.mfa.models import Authenticator
    from django.http import HttpRequest

    from rollout.accounts.models import Account

STATE = "_passkey"
REQUIRED = UserVerificationRequirement.REQUIRED


def begin_making(request: HttpRequest, account: Account, known: Sequence[Authenticator]) -> dict[str, Any]:
    """What the browser needs to make a passkey that this person does not have yet."""
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(name=str(account), id=account.pk.bytes, display_name=str(account)),
        [credential_of(row) for row in known],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=REQUIRED,
    )
    request.session[STATE] = {**state, "making": True}
    return dict(options)


def finish_making(request: HttpRequest, answer: Any) -> dict[str, Any]:
    """What is kept of a new passkey. Raises DomainError when the answer does not fit the question."""
    state = _asked(request, making=True)
    try:
        made = _server(request).register_complete(state, answer)
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise _refused() from problem
    if made.credential_data is None:
        raise _refused()
    return {"credential": websafe_encode(bytes(made.credential_data)), "count": made.counter}


def begin_using(request: HttpRequest, known: Sequence[Authenticator]) -> dict[str, Any]:
    """What the browser needs to use one of these passkeys."""
    options, state = _server(request).authenticate_begin([credential_of(row) for row in known], REQUIRED)
    request.session[STATE] = {**state, "making": False}
    return dict(options)


def finish_using(request: HttpRequest, answer: Any, known: Sequence[Authenticator]) -> tuple[Authenticator, int]:
    """Which passkey was used, and its counter now. Raises DomainError for anything that does not fit."""
    state = _asked(request, making=False)
    try:
        used = _server(request).authenticate_complete(state, [credential_of(row) for row in known], answer)
        count = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except (ValueError, TypeError, KeyError, AttributeError, InvalidSignature) as problem:
        raise _refused() from problem
    row = next(row for row in known if credential_of(row).credential_id == used.credential_id)
    if (count or row.data["count"]) and count <= row.data["count"]:
        raise _refused()
    return row, count


def credential_of(row: Authenticator) -> AttestedCredentialData:
    """The public part of a passkey."""
    return AttestedCredentialData(websafe_decode(row.data["credential"]))


def _server(request: HttpRequest) -> Fido2Server:
    here = f"{request.scheme}://{request.get_host()}"
    party = PublicKeyCredentialRpEntity(name="Collaborative Pairs", id=settings.BASE_HOST)
    return Fido2Server(party, verify_origin=lambda origin: origin == here)


def _asked(request: HttpRequest, *, making: bool) -> Any:
    state = request.session.pop(STATE, None)
    if state is None or state["making"] is not making:
        raise _refused()
    return state


def _refused() -> DomainError:
    return DomainError("passkey_refused", _("The passkey did not work. Please try again."))
