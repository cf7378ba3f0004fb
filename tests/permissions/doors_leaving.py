"""The doors of leaving, on the sign-in host: one's own things, after a fresh proof."""

from __future__ import annotations

from tests.permissions.doors import SIGNED_IN, Door
from tests.permissions.doors_identity import ALL_SIGNED_IN, SIGN_IN_FIRST, STRONG

TAKEN = ("account.download_taken",)

LEAVING: dict[str, Door] = {
    "/yours/": Door(SIGNED_IN, gate=SIGN_IN_FIRST),
    "/yours/prepare/": Door(ALL_SIGNED_IN, gate=SIGN_IN_FIRST, records=("account.download_asked",)),
    "/yours/account/": Door(ALL_SIGNED_IN, gate=SIGN_IN_FIRST, post=200, records=TAKEN),
    "/yours/<uuid:job>/": Door(("plain",), {"job": "download"}, gate=SIGN_IN_FIRST, post=200, records=TAKEN),
    "/leave/": Door(
        ALL_SIGNED_IN, gate=SIGN_IN_FIRST, typed={"sure": "on"}, post=200, records=("account.erasure_asked",)
    ),
    "/leave/stay/": Door((STRONG, *SIGNED_IN), gate=SIGN_IN_FIRST, records=("account.erasure_stopped",)),
}
