"""The pages and the API refuse for the same reasons, in the same words, because the same actions say no."""

from __future__ import annotations

import json
from html import unescape

from django.urls import resolve

from api.views import _description
from governance.boards.models import BoardMembership
from tests.world_api import Call, Everything, send, undone


def cases(made: Everything) -> dict[str, tuple[str, str, dict[str, str], Call]]:
    """Name → the code, the page's address, what is typed there, and the same as a call."""
    pair, old, me, lead = made.mine.pair.pk, {"shown": "0"}, made.professional, made.lead
    result = made.result.pk
    work = f"/pairs/{pair}"
    proposed, agreed, draft = (row.pk for row in (made.proposed, made.agreed, made.draft))
    witness = {"name": "Wu", "email": "wu@example.org", "relation": "Knows"}
    guest = {"name": "Ines", "email": "ines@example.org"}
    board = made.board.body.pk
    hat = "rollout_lead"

    def mine(path: str, body: dict[str, object] | None = None) -> Call:
        return Call(me, "POST", path, body)

    def leads(path: str, body: dict[str, object]) -> Call:
        return Call(lead, "POST", path, body, hat=hat)

    past = {"revisit_on_day": "1", "revisit_on_month": "1", "revisit_on_year": "2020"}
    days = {"period_start_day": "2", "period_start_month": "1", "period_start_year": "2026", "period_end_day": "1",
            "period_end_month": "1", "period_end_year": "2026", "language": "en"}  # fmt: skip
    period = {"board": str(board), "period_start": "2026-01-02", "period_end": "2026-01-01", "language": "en"}
    director, kind = made.board.director.pk, BoardMembership.Kind.CITIZEN.value
    key = {"package_hash": made.package.package_hash}
    return {
        "an older text": (
            "text_changed", f"{work}/decisions/{proposed}/sign/", old, mine(f"decisions/{proposed}/sign/", {**old}),
        ),
        "an older task": (
            "text_changed", f"{work}/shared-task/sign/", old, mine(f"shared-tasks/{pair}/sign/", {**old}),
        ),
        "an older result": (
            "text_changed", f"{work}/results/{result}/sign/", old, mine(f"results/{result}/sign/", {**old}),
        ),
        "a draft": ("wrong_state", f"{work}/decisions/{draft}/sign/", old, mine(f"decisions/{draft}/sign/", {**old})),
        "an agreed one": (
            "wrong_state", f"{work}/decisions/{agreed}/contest/", {"reason": "No"},
            mine(f"decisions/{agreed}/contest/", {"reason": "No"}),
        ),
        "a day that has passed": (
            "date_is_past", f"{work}/decisions/{proposed}/park/", past,
            mine(f"decisions/{proposed}/park/", {"revisit_on": "2020-01-01"}),
        ),
        "the proposer's": (
            "not_the_proposer", f"{work}/decisions/{proposed}/withdraw/", {},
            Call(made.citizen, "POST", f"decisions/{proposed}/withdraw/"),
        ),
        "an unsigned result": (
            "not_signed", f"{work}/results/{result}/witness/", witness,
            mine("witnesses/", {"result": str(result), **witness}),
        ),
        "asked before": (
            "already_asked", f"{work}/results/{made.claimed.pk}/witness/", {**witness, "email": "wim@example.org"},
            mine("witnesses/", {"result": str(made.claimed.pk), **witness, "email": "wim@example.org"}),
        ),
        "not at work": ("not_working_yet", f"{work}/pause/", {}, mine(f"pairs/{pair}/pause/")),
        "without a reason": (
            "reason_needed", f"{work}/show/{made.package.pk}/sign/", {**key, "is_free": "yes", "override_reason": ""},
            mine(f"surfacings/{made.package.pk}/sign/", {**key, "is_free": True}),
        ),
        "invited before": ("already_invited", "/people/invite/", guest, leads("invitations/", {**guest})),
        "oneself": ("own_membership", f"/people/{lead.pk}/end/", {}, leads(f"members/{lead.pk}/end/", {})),
        "a name that is taken": (
            "name_taken", "/boards/manage/rollout/new/", {"name": made.board.body.name},
            leads("boards/", {"name": made.board.body.name}),
        ),
        "seated before": (
            "already_seated", f"/boards/manage/rollout/{board}/add/", {"member": str(director), "kind": kind},
            leads(f"boards/{board}/places/", {"member": str(director), "kind": kind}),
        ),
        "a period turned round": (
            "period_reversed", f"/boards/packs/rollout/new/{board}/", days, leads("pack-requests/", period),
        ),
    }  # fmt: skip


def test_pages_and_api_say_no_alike(everything):
    for name, (code, address, typed, call) in cases(everything).items():
        client = everything.browser(call.who)
        with undone():
            refused = send(client, call)
            assert (refused.status_code, refused.json()["code"]) == (409, code), (name, refused.content)
        with undone():
            page = client.post(address, typed, follow=True)
            assert page.status_code == 200, name
            assert refused.json()["detail"] in " ".join(unescape(page.content.decode()).split()), name


def test_every_refusal_that_was_met_is_declared(everything):
    described = {
        found["operationId"]: found for path in json.loads(_description())["paths"].values() for found in path.values()
    }
    found = {name: call for name, (_code, _address, _typed, call) in cases(everything).items()}
    codes = {name: code for name, (code, *_rest) in cases(everything).items()}
    for name, call in found.items():
        operation = _operation_of(call)
        assert f"`{codes[name]}`" in described[operation]["responses"]["409"]["description"], (name, operation)


def _operation_of(call: Call) -> str:
    match = resolve(f"/api/v1/{call.path}", urlconf="rollout.config.urls_tenant")
    action = match.func.actions[call.method.lower()]
    return f"{match.func.initkwargs['basename']}_{action}".replace("-", "_")
