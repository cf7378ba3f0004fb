"""The doors of people, pairs and rosters."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from tenants.members.queries import HATS
from tests.permissions.doors import ALL, Door, boxes
from tests.permissions.house import OTHER, Things
from tests.tenants.roster.files import csv_of, row

PARTNER = ("partner",)
LEAD = ("rollout_lead",)
NOBODY_IS_TOLD = "an entry would tell of people who are in no list"
ACCOUNT = "it concerns the account alone, which belongs to no organisation"
ONLY_MINE = "it concerns nobody but the reader"

SOMEBODY = {"name": "Nina New", "email": "nina.new@example.net"}
DECISION = {"title": "Later visits", "text": "Visits until eight in the evening."}
RESULT = {
    "title": "Shorter waits", "measure": "Days to the first visit", "unit": "days", "better": "lower",
    "baseline_value": "31", "current_value": "31", "direction": "no_change", "place": "Heart clinic",
    "evidence": "The clinic's list", "side_effects": "", "not_achieved": "",
}  # fmt: skip
WITNESS = {"name": "Wilma", "email": "wilma.w@example.net", "relation": "Keeps the list"}


def result(things: Things) -> dict[str, object]:
    return {**RESULT, **boxes("baseline_on", 90), **boxes("current_on", 2)}


def roster_file(things: Things) -> dict[str, object]:
    """A roster that was not there before."""
    content = csv_of(row(name="Rita Roster", email="rita.roster@example.net")).encode()
    return {"roster": SimpleUploadedFile("roster.csv", content, content_type="text/csv")}


MEMBERS_DOORS: dict[str, Door] = {
    "/people/": Door(LEAD),
    "/people/invite/": Door(LEAD, typed=SOMEBODY, records=("invitation.sent",)),
    "/people/invitations/": Door(LEAD),
    "/people/invitations/<uuid:invitation>/": Door(LEAD, {"invitation": "invitation"}),
    "/people/invitations/<uuid:invitation>/correct/": Door(
        LEAD, {"invitation": "invitation"}, typed=SOMEBODY, records=("invitation.corrected",)
    ),
    "/people/invitations/<uuid:invitation>/resend/": Door(
        LEAD, {"invitation": "invitation"}, records=("invitation.resent",)
    ),
    "/people/invitations/<uuid:invitation>/revoke/": Door(
        LEAD, {"invitation": "invitation"}, records=("invitation.revoked",)
    ),
    "/people/<uuid:person>/": Door(LEAD, {"person": "person"}),
    "/people/<uuid:person>/give-office/": Door(
        LEAD, {"person": "person"}, typed={"role": "finance"}, records=("office.granted",)
    ),
    "/people/<uuid:person>/end-office/": Door(
        LEAD, {"person": "person"}, typed={"role": "facilitator"}, records=("office.ended",)
    ),
    "/people/<uuid:person>/end/": Door(LEAD, {"person": "person"}, records=("membership.ended",)),
    "/invitations/<slug:token>/": Door(ALL, {"token": "invitation_token"}),
    "/invitations/<slug:token>/continue/": Door(
        ALL, {"token": "invitation_token"}, missing=302, silent="it makes an account and changes no organisation"
    ),
    "/invitations/<slug:token>/accept/": Door(
        ("stranger", *(who for who in ALL if who != "stranger")),
        {"token": "token_for_stranger"},
        records=("invitation.accepted",),
    ),
    "/profile/": Door(PARTNER, typed={"name": "Priya P. Professional"}, silent=NOBODY_IS_TOLD),
    "/typed/": Door(PARTNER, silent="it is the writer's own text, and nothing of it was sent"),
    "/tokens/": Door(
        PARTNER,
        post=200,
        typed={"name": "A sheet", "scope": "read", "hats": "partner", "days": "30"},
        records=("account.token_made",),
    ),
    "/tokens/<uuid:token>/revoke/": Door(PARTNER, {"token": "key"}, records=("account.token_revoked",)),
    "/finance/": Door(("finance",)),
    "/facilitator/": Door(("facilitator",)),
    "/programmes/": Door(("provider_lead",)),
    **{
        f"/notices/{hat}/<uuid:notice>/read/": Door((str(hat),), {"notice": f"notice_{hat}"}, silent=ONLY_MINE)
        for hat in HATS
    },
}

PAIRS_DOORS: dict[str, Door] = {
    "/pairs/": Door(PARTNER),
    "/pairs/next/": Door(PARTNER, get=302),
    "/pairs/new/": Door(
        PARTNER,
        typed={**SOMEBODY, "title": "A third pair", "kind": "clinician", "language": "en"},
        records=("invitation.sent", "pair.founded"),
    ),
    "/pairs/<uuid:pair>/": Door(PARTNER, {"pair": "pair"}),
    "/pairs/<uuid:pair>/invite/": Door(
        PARTNER, {"pair": "pair_free"}, typed={**SOMEBODY, "language": "en"}, records=("invitation.sent",)
    ),
    "/pairs/<uuid:pair>/invitations/<uuid:pk>/resend/": Door(
        PARTNER, {"pair": "pair_inviting", "pk": "partner_invitation"}, records=("invitation.resent",)
    ),
    "/pairs/<uuid:pair>/invitations/<uuid:pk>/revoke/": Door(
        PARTNER, {"pair": "pair_inviting", "pk": "partner_invitation"}, records=("invitation.revoked",)
    ),
    "/pairs/<uuid:pair>/rename/": Door(PARTNER, {"pair": "pair"}, typed={"title": "Other"}, records=("pair.renamed",)),
    "/pairs/<uuid:pair>/pause/": Door(PARTNER, {"pair": "pair_working"}, records=("pair.paused",)),
    "/pairs/<uuid:pair>/resume/": Door(PARTNER, {"pair": "pair_paused"}, records=("pair.resumed",)),
    "/pairs/<uuid:pair>/leave/": Door(
        PARTNER, {"pair": "pair"}, typed={"reason": "My own", "hide": "on"}, records=("pair.left",)
    ),
    "/pairs/<uuid:pair>/close/": Door(PARTNER, {"pair": "pair_left_alone"}, records=("pair.closed",)),
    "/pairs/<uuid:pair>/separate/": Door(PARTNER, {"pair": "pair_left_alone"}, records=("pair.separated",)),
    "/pairs/<uuid:pair>/return/": Door(PARTNER, {"pair": "pair_i_left"}, records=("pair.left", "pair.returned")),
    "/pairs/<uuid:pair>/release/": Door(
        PARTNER, {"pair": "pair_i_left"}, silent="its entry stands in the record of the pair, which one has left"
    ),
}

_PAIR = "/pairs/<uuid:pair>"
_ONE_DECISION = f"{_PAIR}/decisions/<uuid:pk>"
_ONE_RESULT = f"{_PAIR}/results/<uuid:pk>"
PROJECTS_DOORS: dict[str, Door] = {
    f"{_PAIR}/shared-task/": Door(PARTNER, {"pair": "pair"}),
    f"{_PAIR}/shared-task/write/": Door(
        PARTNER, {"pair": "pair"}, typed={"text": "Another text"}, records=("shared_task.edited",)
    ),
    f"{_PAIR}/shared-task/sign/": Door(
        PARTNER, {"pair": "pair"}, typed=lambda things: {"shown": things["task_hash"]}, records=("shared_task.signed",)
    ),
    f"{_PAIR}/decisions/": Door(PARTNER, {"pair": "pair"}),
    f"{_PAIR}/decisions/new/": Door(PARTNER, {"pair": "pair"}, typed=DECISION, records=("decision.drafted",)),
    f"{_ONE_DECISION}/": Door(PARTNER, {"pair": "pair", "pk": "agreed"}),
    f"{_ONE_DECISION}/edit/": Door(
        PARTNER, {"pair": "pair", "pk": "draft"}, typed=DECISION, records=("decision.edited",)
    ),
    f"{_ONE_DECISION}/propose/": Door(PARTNER, {"pair": "pair", "pk": "draft"}, records=("decision.proposed",)),
    f"{_ONE_DECISION}/sign/": Door(
        PARTNER,
        {"pair": "pair", "pk": "proposed"},
        typed=lambda things: {"shown": things["proposed_hash"]},
        records=("decision.agreed", "decision.signed"),
    ),
    f"{_ONE_DECISION}/contest/": Door(
        PARTNER, {"pair": "pair", "pk": "proposed"}, typed={"reason": "No bus."}, records=("decision.contested",)
    ),
    f"{_ONE_DECISION}/park/": Door(
        PARTNER,
        {"pair": "pair", "pk": "proposed"},
        typed=lambda things: boxes("revisit_on", -30),
        records=("decision.parked",),
    ),
    f"{_ONE_DECISION}/reopen/": Door(PARTNER, {"pair": "pair", "pk": "parked"}, records=("decision.reopened",)),
    f"{_ONE_DECISION}/withdraw/": Door(PARTNER, {"pair": "pair", "pk": "proposed"}, records=("decision.withdrawn",)),
    f"{_ONE_DECISION}/replace/": Door(
        PARTNER, {"pair": "pair", "pk": "agreed"}, typed=DECISION, records=("decision.drafted",)
    ),
    f"{_PAIR}/results/": Door(PARTNER, {"pair": "pair"}),
    f"{_PAIR}/results/new/": Door(PARTNER, {"pair": "pair"}, typed=result, records=("result.drafted",)),
    f"{_ONE_RESULT}/": Door(PARTNER, {"pair": "pair", "pk": "confirmed"}),
    f"{_ONE_RESULT}/edit/": Door(PARTNER, {"pair": "pair", "pk": "result"}, typed=result, records=("result.edited",)),
    f"{_ONE_RESULT}/values/": Door(
        PARTNER,
        {"pair": "pair", "pk": "result"},
        typed=lambda things: {**boxes("on", 40), "value": "33"},
        records=("result.value_added",),
    ),
    f"{_ONE_RESULT}/values/remove/": Door(
        PARTNER,
        {"pair": "pair", "pk": "result"},
        typed=lambda things: {"on": things["value_on"]},
        records=("result.value_removed",),
    ),
    f"{_ONE_RESULT}/sign/": Door(
        PARTNER,
        {"pair": "pair", "pk": "result"},
        typed=lambda things: {"shown": things["result_hash"]},
        records=("result.signed",),
    ),
    f"{_ONE_RESULT}/wrong/": Door(PARTNER, {"pair": "pair", "pk": "claimed"}, records=("result.disproved",)),
    f"{_ONE_RESULT}/witness/": Door(
        PARTNER, {"pair": "pair", "pk": "claimed"}, typed=WITNESS, records=("result.witness_asked",)
    ),
    "/witness/<slug:token>/": Door(
        ALL,
        {"token": "witness_token"},
        typed={"answer": "confirmed"},
        records=("result.witness_answered",),
        shared=(OTHER,),
    ),
    "/witness/<slug:token>/withdraw/": Door(
        ALL, {"token": "answered_token"}, records=("result.witness_withdrew",), shared=(OTHER,)
    ),
}

_PACKAGE = {"pair": "pair", "surfacing": "package"}
SURFACING_DOORS: dict[str, Door] = {
    f"{_PAIR}/show/": Door(
        PARTNER,
        {"pair": "pair"},
        typed=lambda things: {"audience": things["audience"]},
        records=("surfacing.proposed",),
    ),
    f"{_PAIR}/show/from-the-start/": Door(
        PARTNER, {"pair": "pair_working"}, typed={"reason": "People ask us."}, records=("surfacing.proposed",)
    ),
    f"{_PAIR}/show/<uuid:surfacing>/": Door(PARTNER, _PACKAGE),
    f"{_PAIR}/show/<uuid:surfacing>/sign/": Door(
        PARTNER,
        _PACKAGE,
        typed=lambda things: {"package_hash": things["package_hash"], "is_free": "yes", "override_reason": "Asked."},
        records=("surfacing.signed",),
    ),
    f"{_PAIR}/show/<uuid:surfacing>/withdraw/": Door(PARTNER, _PACKAGE, records=("surfacing.withdrawn",)),
}

ROSTER_DOORS: dict[str, Door] = {
    "/rollout/": Door(LEAD),
    "/rollout/roster/": Door(LEAD, typed=roster_file, records=("roster.uploaded",)),
    "/rollout/roster/template.csv": Door(LEAD),
    "/rollout/roster/template.xlsx": Door(LEAD),
    "/rollout/roster/<uuid:upload>/": Door(LEAD, {"upload": "upload_sent"}),
    "/rollout/roster/<uuid:upload>/pairs/": Door(LEAD, {"upload": "upload_sent"}),
    "/rollout/roster/<uuid:upload>/send/": Door(LEAD, {"upload": "upload_draft"}, records=("roster.sent",)),
    "/rollout/roster/<uuid:upload>/discard/": Door(LEAD, {"upload": "upload_draft"}, records=("roster.discarded",)),
    "/rollout/roster/<uuid:upload>/undo/": Door(LEAD, {"upload": "upload_sent"}, records=("roster.undone",)),
    "/rollout/roster/<uuid:upload>/<uuid:person>/correct/": Door(
        LEAD, {"upload": "upload_draft", "person": "row"}, typed=SOMEBODY, records=("roster.row_corrected",)
    ),
    "/rollout/proposals/<uuid:proposal>/": Door(PARTNER, {"proposal": "proposal"}),
    "/rollout/proposals/<uuid:proposal>/accept/": Door(
        PARTNER, {"proposal": "proposal"}, records=("proposal.accepted",)
    ),
}

TENANTS: dict[str, Door] = MEMBERS_DOORS | PAIRS_DOORS | PROJECTS_DOORS | SURFACING_DOORS | ROSTER_DOORS
