"""What the story has brought to an end is left open once more, so that every page has something to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from governance.boardpacks import actions as packs
from governance.boardpacks import tasks
from governance.boardpacks.models import BoardPack
from governance.boards.models import BoardBody
from governance.exports import actions as exports
from rollout.demo.stage import acting, comes_in
from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock
from rollout.kernel.tenancy import PARTNER
from rollout.organisations import actions as organisations
from rollout.organisations.models import System
from tenants.disclosure.models import Audience
from tenants.meetings import actions as meetings
from tenants.members import actions as members
from tenants.members.models import Invitation, Role
from tenants.members.tasks import token_of
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions
from tenants.projects.models import Decision, ResultClaim, Witness
from tenants.projects.queries import witness_token
from tenants.relationship.actions import differences, trying
from tenants.roster import queries as rosters
from tenants.roster.models import RosterUpload
from tenants.surfacing import actions as surfacing
from tenants.surfacing.models import Surfacing
from tenants.webhooks import actions as webhooks
from tenants.webhooks.models import TOPICS
from tests import world_governance, world_roster
from tests.privacy.people import NOW
from tests.tenants.roster.files import row

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation

LEAD = "amara.nwosu-field@example.org"
SECRETARY = "patrick.osei@example.org"
DIRECTOR = "rosalind.quaye@example.org"
CITIZEN, PROFESSIONAL = "maureen.tatlow@example.com", "kwame.asante-boyle@example.org"
ALONE = "josephine.kettleborough@example.com"
NEWCOMERS = {
    "freya.ellingsen@example.org": ("Freya Ellingsen", Role.FACILITATOR),
    "piotr.lindqvist@example.org": ("Piotr Lindqvist", Role.PROVIDER_LEAD),
}
"""The offices that the story leaves empty."""
INVITED = "ines.invited@example.net"


def leave_matters_open(northmoor: Organisation) -> None:
    """Offices for all, an open invitation, rosters at both ends, work in every state, a pack that failed, a system."""
    system = organisations.add_system(name="Northmoor Care System", kind=System.Kind.CARE_SYSTEM)
    organisations.join_system(system=system, organisation=northmoor)
    with clock.at(NOW - timedelta(days=20)):
        for email, (name, role) in NEWCOMERS.items():
            with acting(northmoor, LEAD, Role.ROLLOUT_LEAD) as lead:
                invitation = members.invite(name=name, email=email, roles=[role], by=lead)
            comes_in(northmoor, email, token_of(invitation))
        with acting(northmoor, LEAD, Role.ROLLOUT_LEAD) as lead:
            members.invite(name="Ines Invited", email=INVITED, by=lead)
            body = BoardBody.objects.get()
            board = world_governance.Board(northmoor, body, lead, lead, lead, lead)
        quiet = {"pair": "Quiet nights", "shared_task": "Lights out at ten."}
        world_roster.stored(
            northmoor, lead,
            row(name="Dan Draft", email="dan@example.net", **quiet),
            row(name="Dora Draft", email="dora@example.net", side="professional", kind="clinician", **quiet),
            name="draft.csv",
        )  # fmt: skip
        world_roster.sent(
            northmoor, lead,
            row(name="Maureen Tatlow", email=CITIZEN, pair="Night care"),
            row(name="Will Wait", email="will@example.net", side="professional", kind="clinician", pair="Night care"),
            name="sent.csv",
        )  # fmt: skip
        _leave_work_open(northmoor)
        _leave_rooms_open(northmoor)
        world_governance.shown_to(board)
        with acting(northmoor, ALONE) as founder:
            pair = pairs.found(
                title="Alone", kind="carer", partner_name="Pat", partner_email="pat@example.net", by=founder
            )
            members.revoke(invitation=Invitation.objects.get(pair_id=pair.pk), by=founder)
        for email, hat in ((SECRETARY, Role.BOARD_SECRETARY), (LEAD, Role.ROLLOUT_LEAD)):
            with acting(northmoor, email, hat) as maker:
                packs.request_pack(
                    body=body, period_start=date(2026, 11, 1), period_end=date(2027, 1, 31), language="fr", by=maker
                )
        for email, hat in ((CITIZEN, PARTNER), (LEAD, Role.ROLLOUT_LEAD)):
            with acting(northmoor, email, hat) as owner:
                made, _secret = webhooks.register(
                    name="News", url="https://news.example.org/", topics=[TOPICS[hat][0]], by=owner
                )
                webhooks.pause(webhook=made, by=owner)
        Job.objects.filter(state=Job.State.QUEUED, kind=tasks.MAKE).update(state=Job.State.FAILED)
        work.run_until_empty()
    with clock.at(NOW - timedelta(days=1)):
        with acting(northmoor, LEAD, Role.ROLLOUT_LEAD) as lead:
            exports.take_data(language="en", by=lead)
        work.run_until_empty()


def _leave_work_open(northmoor: Organisation) -> None:
    with acting(northmoor, CITIZEN) as citizen:
        pair = Pair.objects.get()
        decisions.draft(pair=pair, title="A draft", text="Not proposed yet.", by=citizen)
        decision = decisions.draft(pair=pair, title="On the table", text="Waits for the partner.", by=citizen)
        decisions.propose(decision=decision, by=citizen)
        surfacing.propose(
            pair=pair,
            audience=Audience.SPONSOR,
            audience_id=next(c for c in surfacing.audiences.choices() if c.audience == Audience.SPONSOR).audience_id,
            picks=[],
            by=citizen,
        )


def _leave_rooms_open(northmoor: Organisation) -> None:
    """What waits for the citizen in the rooms that the story leaves waiting for the other one."""
    with acting(northmoor, PROFESSIONAL) as professional:
        pair = Pair.objects.get()
        plan = meetings.Plan(minutes=30, venue="online", agenda="On the table")
        walls = [datetime.combine((NOW + timedelta(days=days)).date(), time(10)) for days in (9, 10)]
        meetings.propose(pair=pair, plan=plan, walls=walls, by=professional)
        theirs = differences.write(pair=pair, kind="differ", text="To be said again.", by=professional)
        differences.show(item=theirs, by=professional)
    with acting(northmoor, CITIZEN) as citizen:
        own = differences.write(pair=pair, kind="differ", text="Said again.", by=citizen)
        differences.show(item=own, by=citizen)
        trying.try_out(pair=pair, attempt="Something small.", limit="One day.", by=citizen)
        meetings.make_feed(by=citizen)
    with acting(northmoor, PROFESSIONAL) as professional:
        differences.restate(item=own, text="In other words.", by=professional)


def starts(northmoor: Organisation) -> Mapping[str, list[str]]:
    """Addresses that no page leads to, or only a letter does, by who may open them."""
    with acting(northmoor, LEAD, Role.ROLLOUT_LEAD):
        invitation = Invitation.objects.get(email=INVITED)
        upload = RosterUpload.objects.get(file_name="draft.csv")
        lead = [
            f"/people/invitations/{invitation.pk}/correct/",
            f"/rollout/roster/{upload.pk}/{upload.people.first().pk}/correct/",
            *_progress("rollout"),
        ]
    with acting(northmoor, SECRETARY, Role.BOARD_SECRETARY):
        secretary = [*_progress("board-secretary"), *_shown("board-secretary")]
    with acting(northmoor, DIRECTOR, Role.BOARD_MEMBER):
        director = _shown("board")
    with acting(northmoor, CITIZEN) as citizen:
        work_of = f"/pairs/{Pair.objects.get().pk}"
        partner = [f"{work_of}/decisions/", f"{work_of}/results/"]
        for decision in Decision.objects.filter(title__in=("A draft", "On the table")):
            partner += [f"{work_of}/decisions/{decision.pk}/{act}/" for act in ("edit", "contest", "park")]
        partner += [f"{work_of}/results/{result.pk}/edit/" for result in ResultClaim.objects.all()]
        partner += [f"{work_of}/show/{made.pk}/sign/" for made in Surfacing.objects.filter(state="open")]
        partner += [f"/rollout/proposals/{one.id}/" for one in rosters.proposals_for(citizen)]
        witness = [f"/witness/{witness_token(one.pk)}/" for one in Witness.objects.all()]
    with acting(northmoor, ALONE):
        alone = [f"/pairs/{pair.pk}/invite/" for pair in Pair.objects.filter(title="Alone")]
    return {
        LEAD: lead, SECRETARY: secretary, DIRECTOR: director, CITIZEN: partner, ALONE: alone,
        "": [f"/invitations/{token_of(invitation)}/", *witness],
    }  # fmt: skip


def _progress(slug: str) -> list[str]:
    return [f"/boards/packs/{slug}/{pack.pk}/progress/" for pack in BoardPack.objects.exclude(state="ready")]


def _shown(slug: str) -> list[str]:
    return [f"/pairs/shown/{slug}/{pair.pk}/" for pair in Pair.objects.all()]
