"""The doors of proving who one is, on the sign-in host."""

from __future__ import annotations

from tests.permissions import arriving
from tests.permissions.doors import SIGNED_IN, Door
from tests.permissions.house import Things

SIGN_IN_FIRST = {"anonymous": 302}
OPERATORS_ALONE = {"operator": 0, "else": 404}
NOT_YET = {"anonymous": 0, "else": 302}
ALL_SIGNED_IN = ("plain", *SIGNED_IN)
STRONG = "facilitator"
"""The one who has a second factor."""
NOT_DONE_YET = "nothing is changed before the code is typed"
ONES_OWN_NAME = "it is a name that nobody else reads"


def code(things: Things) -> dict[str, str]:
    """The code that arrived."""
    return {"code": things["code"]}


IDENTITY: dict[str, Door] = {
    "/email/": Door(SIGNED_IN, gate=SIGN_IN_FIRST),
    "/email/change/": Door(
        ALL_SIGNED_IN, gate=SIGN_IN_FIRST, typed={"address": "another@example.net"}, silent=NOT_DONE_YET
    ),
    "/email/code/": Door(
        ALL_SIGNED_IN,
        gate=SIGN_IN_FIRST,
        before=arriving.naming_another_address,
        typed=code,
        records=("account.address_changed",),
    ),
    "/email/stop/": Door(ALL_SIGNED_IN, gate=SIGN_IN_FIRST, records=("account.address_change_stopped",)),
    "/factors/": Door(SIGNED_IN, gate=SIGN_IN_FIRST),
    "/factors/app/": Door(
        ALL_SIGNED_IN,
        gate=SIGN_IN_FIRST,
        before=arriving.reading_a_new_key,
        typed=code,
        post=200,
        records=("account.factor_added",),
    ),
    "/factors/passkey/": Door(
        ALL_SIGNED_IN,
        gate=SIGN_IN_FIRST,
        before=arriving.making_a_passkey,
        typed=lambda things: {"name": "My phone", "credential": things["credential"]},
        post={STRONG: 302, "else": 200},
        records=("account.factor_added",),
    ),
    "/factors/codes/": Door(
        (STRONG, *SIGNED_IN),
        gate=SIGN_IN_FIRST,
        post={STRONG: 200, "else": 302},
        records=("account.recovery_codes_made",),
    ),
    "/factors/<int:pk>/rename/": Door(
        (STRONG,), {"pk": "passkey"}, gate=SIGN_IN_FIRST, typed={"name": "Old phone"}, silent=ONES_OWN_NAME
    ),
    "/factors/<int:pk>/remove/": Door(
        (STRONG,), {"pk": "app"}, gate=SIGN_IN_FIRST, records=("account.factor_removed",)
    ),
    "/prove/": Door(
        ALL_SIGNED_IN,
        gate=SIGN_IN_FIRST,
        before=arriving.asking_to_prove,
        typed=code,
        silent="it says again who is there, and changes nothing",
    ),
    "/sign-in/sheet/": Door(
        ("anonymous",), gate=NOT_YET, before=arriving.holding_a_sheet, typed=code, records=("account.signed_in",)
    ),
    "/second-step/": Door(
        (STRONG, *SIGNED_IN),
        gate=SIGN_IN_FIRST,
        get={STRONG: 200, "else": 302},
        before=arriving.opening_the_app,
        typed=code,
        silent="it says again who is there, and changes nothing",
    ),
    "/sign-in/second-step/": Door(
        ("anonymous",),
        gate=NOT_YET,
        before=arriving.typing_the_code,
        each_time=True,
        typed=code,
        records=("account.signed_in",),
    ),
    "/operator/<slug:slug>/second-factor/": Door(
        ("operator",),
        {"slug": "slug"},
        gate=OPERATORS_ALONE,
        typed={"asked": "all"},
        records=("organisation.second_factor_for_all",),
    ),
    "/operator/address/": Door(
        ("operator",),
        gate=OPERATORS_ALONE,
        typed=lambda things: {"old": things["strong_address"], "new": "found.again@example.net"},
        records=("account.address_change_asked",),
    ),
}
