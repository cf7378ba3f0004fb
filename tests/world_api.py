"""An organisation in which every operation has something to be called on, and one call of each."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.test import Client

from api.views import _description
from governance.boards.models import BoardMembership
from rollout.accounts import actions as accounts
from rollout.accounts.models import Account
from rollout.kernel import clock
from rollout.kernel.tenancy import PARTNER
from tenants.audit.models import Event
from tenants.disclosure.models import EVERYBODY_IN_OFFICE
from tenants.members import actions as members
from tenants.members.models import Notice, Role
from tenants.pairs import actions as pairs
from tenants.pairs.models import Pair, Seat
from tenants.projects.actions import decisions, witnesses
from tenants.surfacing import actions as surfacing
from tenants.webhooks.models import Delivery
from tests import (
    rooms,
    world,
    world_governance,
    world_pairs,
    world_projects,
    world_roster,
    world_surfacing,
    world_webhooks,
)  # fmt: skip
from tests.permissions.house import in_rooms
from tests.world import inside, sql

if TYPE_CHECKING:
    from rollout.organisations.models import Organisation
    from tenants.members.models import Member

CANARY = "Zwetschgenkompott"
BASE = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who makes it in which hat, and the status of its success."""

    who: Member
    method: str
    path: str
    body: Any = None
    status: int = 200
    hat: str = PARTNER
    rival: Member | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def send(client: Client, call: Call, *, hat: str | None = None, **headers: str) -> Any:
    """Make a request. What streams is read to its end: only then is its file closed."""
    more = {"Capacity": hat or call.hat, **call.headers, **headers}
    body = {} if call.body is None else {"data": json.dumps(call.body), "content_type": "application/json"}
    answer: Any = client.generic(call.method, BASE + call.path, headers=more, **body)  # type: ignore[arg-type]
    if answer.streaming:
        answer.streaming_content = [b"".join(answer.streaming_content)]
    return answer


def bearer(secret: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {secret}"}


@contextmanager
def undone() -> Iterator[None]:
    """What is done in here is taken back."""
    with transaction.atomic(using="platform"), transaction.atomic():
        yield
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="platform")


def token_of(
    member: Member, organisation: Organisation, *, scopes: tuple[str, ...] = ("read", "write"),
    hats: tuple[str, ...] = (PARTNER,), days: int = 7, strong: bool = True,
) -> str:  # fmt: skip
    """The secret of a key that a member made, in a session with a second factor or without."""
    account = Account.objects.get(pk=member.pk)
    _made, secret = accounts.make_token(
        account=account, organisation=organisation.pk, name="A program", scopes=scopes, hats=hats, days=days,
        second_factor=clock.now() if strong else None, by=account,
    )  # fmt: skip
    return secret


def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Name → method, path and description of each operation."""
    paths = json.loads(_description())["paths"]
    return {
        found["operationId"]: (method.upper(), path, found)
        for path, methods in paths.items()
        for method, found in methods.items()
    }


class Everything:
    """Partners of a hidden pair with work in every state, a pair that is shown to a board, and all offices."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        with clock.at(clock.now() - timedelta(minutes=5)):
            self._make_office()
            self._make_work()
            self._make_roster()
            self._make_webhooks()
            self.rooms = in_rooms(self.mine)
        # Sessions are kept before anything is taken back.
        people = (self.professional, self.citizen, self.rival, self.stranger, self.finance, self.lead,
                  self.facilitator, self.provider_lead, self.other_director, self.other_secretary, self.board.director,
                  self.board.secretary)  # fmt: skip
        self._browsers = {who.pk: world.browser(who, organisation) for who in people}

    def _make_office(self) -> None:
        self.board = world_governance.board(self.organisation)
        self.shown, self.surfacing = world_governance.shown_to(self.board)
        self.lead = self.board.lead
        self.rival = self.shown.professional
        self.stranger = world.member(self.organisation, "Nora Nobody")
        self.facilitator = world.member(self.organisation, "Flora Facilitator", Role.FACILITATOR)
        self.finance = world.member(self.organisation, "Fynn Finance", Role.FINANCE)
        self.other_director = world.member(self.organisation, "Otto Other", Role.BOARD_MEMBER)
        self.other_secretary = world.member(self.organisation, "Sybil Second", Role.BOARD_SECRETARY)
        self.provider_lead = world.member(self.organisation, "Pia Provider", Role.PROVIDER_LEAD)
        self.pack = world_governance.issued(self.board, pdf=b"%PDF-1.4 paper")
        with inside(self.organisation, self.lead, Role.ROLLOUT_LEAD):
            self.place = BoardMembership.objects.get(member=self.board.director)
            self.invitation = members.invite(name="Ines Invited", email="ines@example.org", by=self.lead)

    def _make_work(self) -> None:
        self.mine = mine = world_projects.workshop(self.organisation, CANARY)
        self.professional, self.citizen = mine.partners
        world_pairs.accepted(*mine.partners, self.rival, self.stranger)
        self.task = mine.task(f"{CANARY} task", signed_by=(mine.citizen,))
        self.draft = mine.draft(f"{CANARY} draft")
        self.proposed = mine.proposed(f"{CANARY} proposed")
        self.contested = mine.proposed(f"{CANARY} contested")
        self.agreed = mine.proposed(f"{CANARY} agreed", signed_by=mine.partners)
        self.result = mine.result(title=f"{CANARY} result", points=[(world_projects.day(20), Decimal(25))])
        self.claimed = mine.result(title=f"{CANARY} claimed", signed_by=mine.partners)
        with inside(self.organisation, self.professional):
            decisions.contest(decision=self.contested, reason=f"{CANARY} no", by=self.professional)
            self.witness = witnesses.ask(
                result=self.claimed, name=f"{CANARY} Wim", email="wim@example.org", relation="Knows",
                by=self.professional,
            )  # fmt: skip
            self.package = surfacing.propose(
                pair=mine.pair, audience="organisation", audience_id=EVERYBODY_IN_OFFICE, picks=[],
                by=self.professional,
            )  # fmt: skip
            self.seat = Seat.objects.get(member=self.professional, pair=mine.pair)
        self.second = world.founded(self.organisation, self.professional, title=f"{CANARY} second")
        partner = world.joined(self.organisation, self.second, self.professional, "Cleo Citizen")
        world_surfacing.signed_task(self.organisation, self.second, (self.professional, partner))
        self.lonely = [world.founded(self.organisation, self.professional, title=f"{CANARY} {n}") for n in (1, 2)]
        with inside(self.organisation, self.professional):
            pairs.start_work(pair=Pair.objects.get(pk=self.second), by=self.professional)
            self.partner_invitation = pairs.invite_partner(
                pair=Pair.objects.get(pk=self.lonely[0]), name="Ilse", email="ilse@example.org", by=self.professional
            )
            sql("SELECT notify(%s, 'partner', 'test.news', NULL, %s)", self.professional.pk, uuid.uuid4())
            self.notice = Notice.objects.get()

    def _make_roster(self) -> None:
        address = Account.objects.get(pk=self.professional.pk).email or ""
        self.upload = world_roster.sent(
            self.organisation, self.lead,
            ("Ada Marsh", "ada@example.com", "", "citizen", "patient", "", f"{CANARY} pair", ""),
            ("Priya Professional", address, "", "professional", "clinician", "", f"{CANARY} pair", ""),
        )  # fmt: skip
        with inside(self.organisation, self.professional):
            self.proposal = sql("SELECT * FROM my_proposals()")[0][0]

    def _make_webhooks(self) -> None:
        self.webhook, _secret = world_webhooks.register(self.organisation, self.professional)
        self.quiet, _secret = world_webhooks.register(self.organisation, self.professional, topics=["proposal"])
        self.mine.draft(f"{CANARY} heard")
        with inside(self.organisation, self.professional):
            self.delivery = Delivery.objects.get()
            Delivery.objects.filter(pk=self.delivery.pk).update(state=Delivery.State.DELIVERED, tries=1)
            self.pair_event = Event.objects.get(pk=self.delivery.event_id)
        with inside(self.organisation, self.lead, Role.ROLLOUT_LEAD):
            self.event = Event.objects.filter(action="invitation.sent")[0]

    def browser(self, who: Member) -> Client:
        """One browser for each person, signed in here."""
        return self._browsers[who.pk]

    def calls(self) -> dict[str, Call]:
        """One successful call of every operation."""
        parts = (self._partners, self._work, self._showing, self._webhooks, self._leads, self._boards)
        found = {name: call for part in parts for name, call in part().items()}
        for calls in rooms.told("CALLS"):
            found |= calls(self)
        return found

    def as_partner(self, method: str, path: str, body: Any = None, status: int = 200) -> Call:
        """A call of the professional, whom the partner of another pair tries to follow."""
        return Call(self.professional, method, path, body, status, rival=self.rival)

    def _as_lead(self, method: str, path: str, body: Any = None, status: int = 200) -> Call:
        return Call(self.lead, method, path, body, status, Role.ROLLOUT_LEAD, rival=self.finance)

    def _partners(self) -> dict[str, Call]:
        call, pair, invitation = self.as_partner, self.mine.pair.pk, self.partner_invitation.pk
        new = {"title": "New", "kind": "clinician", "partner_name": "Pat", "partner_email": "pat@example.org"}
        guest = {"pair": str(self.lonely[1]), "name": "Pia", "email": "pia@example.org", "language": "en"}
        return {
            "me_retrieve": call("GET", "me/"),
            "me_partial_update": call("PATCH", "me/", {"name": "Priya P."}),
            "notices_list": call("GET", "notices/"),
            "notices_read": call("POST", f"notices/{self.notice.pk}/read/", status=204),
            "pairs_list": call("GET", "pairs/?stage=working&ordering=-title"),
            "pairs_retrieve": call("GET", f"pairs/{pair}/"),
            "pairs_create": call("POST", "pairs/", new, 201),
            "pairs_partial_update": call("PATCH", f"pairs/{pair}/", {"title": "Another"}),
            "pairs_pause": call("POST", f"pairs/{self.second}/pause/"),
            "pairs_resume": call("POST", f"pairs/{self.second}/resume/"),
            "pairs_leave": call("POST", f"pairs/{pair}/leave/", {"reason": "Mine", "hide": True}, 204),
            "seats_list": call("GET", f"seats/?pair={pair}"),
            "seats_retrieve": call("GET", f"seats/{self.seat.pk}/"),
            "partner_invitations_list": call("GET", "partner-invitations/"),
            "partner_invitations_create": call("POST", "partner-invitations/", guest, 201),
            "partner_invitations_resend": call("POST", f"partner-invitations/{invitation}/resend/"),
            "partner_invitations_revoke": call("POST", f"partner-invitations/{invitation}/revoke/"),
            "proposals_list": call("GET", "proposals/"),
            "proposals_accept": call("POST", f"proposals/{self.proposal}/accept/"),
            "pair_events_list": call("GET", f"pair-events/?pair={pair}"),
        }

    def _work(self) -> dict[str, Call]:
        call, pair = self.as_partner, str(self.mine.pair.pk)
        said = {
            **{name: str(value) for name, value in world_projects.content().values().items()},
            "higher_is_better": False, "pair": pair,
        }  # fmt: skip
        text = {"title": "Open late", "text": "On Tuesdays."}
        proposed, witness = f"decisions/{self.proposed.pk}/", {"name": "Wu", "email": "wu@example.org"}
        return {
            "shared_tasks_list": call("GET", "shared-tasks/"),
            "shared_tasks_retrieve": call("GET", f"shared-tasks/{pair}/"),
            "shared_tasks_update": call("PUT", f"shared-tasks/{pair}/", {"text": "Another"}),
            "shared_tasks_sign": call("POST", f"shared-tasks/{pair}/sign/", {"shown": self.task.content_hash}),
            "decisions_list": call("GET", f"decisions/?pair={pair}&state=agreed"),
            "decisions_retrieve": call("GET", proposed),
            "decisions_create": call("POST", "decisions/", {"pair": pair, **text}, 201),
            "decisions_partial_update": call("PATCH", proposed, {"text": "Otherwise"}),
            "decisions_propose": call("POST", f"decisions/{self.draft.pk}/propose/"),
            "decisions_sign": call("POST", f"{proposed}sign/", {"shown": self.proposed.content_hash}),
            "decisions_contest": call("POST", f"{proposed}contest/", {"reason": "Too late"}),
            "decisions_park": call("POST", f"{proposed}park/", {"revisit_on": "2190-01-01"}),
            "decisions_withdraw": call("POST", f"{proposed}withdraw/"),
            "decisions_reopen": call("POST", f"decisions/{self.contested.pk}/reopen/"),
            "decisions_supersede": call("POST", f"decisions/{self.agreed.pk}/supersede/", text, 201),
            "results_list": call("GET", f"results/?pair={pair}&direction=better"),
            "results_retrieve": call("GET", f"results/{self.result.pk}/"),
            "results_create": call("POST", "results/", said, 201),
            "results_partial_update": call("PATCH", f"results/{self.result.pk}/", {"place": "Ward 9"}),
            "results_add_point": call(
                "POST", f"results/{self.result.pk}/points/", {"on": str(world_projects.day(9)), "value": "21.5"}, 201
            ),
            "results_remove_point": call("DELETE", f"results/{self.result.pk}/points/{world_projects.day(20)}/"),
            "results_sign": call("POST", f"results/{self.result.pk}/sign/", {"shown": self.result.content_hash}),
            "results_disprove": call("POST", f"results/{self.claimed.pk}/disprove/"),
            "witnesses_list": call("GET", f"witnesses/?result={self.claimed.pk}"),
            "witnesses_create": call(
                "POST", "witnesses/", {"result": str(self.claimed.pk), "relation": "Knows", **witness}, 201
            ),
        }

    def _showing(self) -> dict[str, Call]:
        call, package, pair = self.as_partner, f"surfacings/{self.package.pk}/", str(self.mine.pair.pk)
        key = {"package_hash": self.package.package_hash, "is_free": True, "override_reason": "We want to"}
        board = {"audience": "board", "audience_id": str(self.board.body.pk)}
        picks = {"picks": [{"row_class": "people"}, {"row_class": "decision", "item_id": str(self.agreed.pk)}]}
        reader = (self.lead, "GET", Role.ROLLOUT_LEAD, self.finance)
        director = (self.board.director, "GET", Role.BOARD_MEMBER, self.other_director)
        return {
            "surfacings_list": call("GET", f"surfacings/?pair={pair}"),
            "surfacings_retrieve": call("GET", package),
            "surfacings_create": call("POST", "surfacings/", {"pair": pair, **board, **picks}, 201),
            "surfacings_open_from_start": call(
                "POST", "surfacings/open-from-start/", {"pair": str(self.second), "reason": "We are known"}, 201
            ),
            "surfacings_sign": call("POST", f"{package}sign/", key),
            "surfacings_withdraw": call("POST", f"{package}withdraw/"),
            "audiences_list": call("GET", "audiences/"),
            "offers_list": call("GET", f"offers/?pair={pair}"),
            "shown_pairs_list": _reading(*reader, "shown-pairs/"),
            "shown_pairs_retrieve": _reading(*director, f"shown-pairs/{self.shown.pair}/"),
            "report_retrieve": _reading(*reader, "report/?start=2026-01-01"),
            "packs_list": _reading(*reader, "packs/"),
            "packs_retrieve": _reading(*director, f"packs/{self.pack.pk}/"),
            "packs_pdf": _reading(*director, f"packs/{self.pack.pk}/pdf/"),
        }

    def _webhooks(self) -> dict[str, Call]:
        call, one = self.as_partner, f"webhooks/{self.webhook.pk}/"
        new = {"name": "Ours", "url": "https://ours.example.org/in", "topics": ["decision", "result"]}
        return {
            "webhooks_list": call("GET", "webhooks/?ordering=name"),
            "webhooks_retrieve": call("GET", one),
            "webhooks_create": call("POST", "webhooks/", new, 201),
            "webhooks_partial_update": call("PATCH", one, {"name": "Another"}),
            "webhooks_destroy": call("DELETE", one, status=204),
            "webhooks_renew_secret": call("POST", f"{one}renew-secret/"),
            "webhooks_test": call("POST", f"{one}test/", status=201),
            "webhooks_pause": call("POST", f"{one}pause/"),
            "webhooks_resume": call("POST", f"{one}resume/"),
            "webhook_deliveries_list": call("GET", f"webhook-deliveries/?webhook={self.webhook.pk}"),
            "webhook_deliveries_again": call("POST", f"webhook-deliveries/{self.delivery.pk}/again/"),
            "pair_events_retrieve": call("GET", f"pair-events/{self.pair_event.pk}/"),
        }

    def _leads(self) -> dict[str, Call]:
        call, invitation, person = (
            self._as_lead,
            f"invitations/{self.invitation.pk}/",
            f"members/{self.facilitator.pk}/",
        )
        guest = {"name": "Gil", "email": "gil@example.org", "roles": ["sponsor"]}
        return {
            "members_list": call("GET", "members/?search=nora"),
            "members_retrieve": call("GET", person),
            "members_grant_office": call("POST", f"{person}grant-office/", {"role": "sponsor"}),
            "members_end_office": call("POST", f"{person}end-office/", {"role": "facilitator"}),
            "members_end": call("POST", f"{person}end/", status=204),
            "sites_list": call("GET", "sites/"),
            "invitations_list": call("GET", "invitations/"),
            "invitations_create": call("POST", "invitations/", guest, 201),
            "invitations_retrieve": call("GET", invitation),
            "invitations_partial_update": call("PATCH", invitation, {"name": "Inés"}),
            "invitations_resend": call("POST", f"{invitation}resend/"),
            "invitations_revoke": call("POST", f"{invitation}revoke/"),
            "roster_uploads_list": call("GET", "roster-uploads/"),
            "roster_uploads_retrieve": call("GET", f"roster-uploads/{self.upload.pk}/"),
            "proposed_pairs_list": call("GET", f"proposed-pairs/?upload={self.upload.pk}"),
            "events_list": call("GET", "events/"),
            "events_retrieve": call("GET", f"events/{self.event.pk}/"),
        }

    def _boards(self) -> dict[str, Call]:
        def call(method: str, path: str, body: Any = None, status: int = 200) -> Call:
            maker = self.board.secretary
            return Call(maker, method, path, body, status, Role.BOARD_SECRETARY, rival=self.other_secretary)

        board, start, end = f"boards/{self.board.body.pk}/", *map(str, world_governance.period())
        wanted = {"board": str(self.board.body.pk), "period_start": start, "period_end": end, "language": "fr"}
        place = {"member": str(self.other_director.pk), "kind": "citizen"}
        return {
            "boards_list": call("GET", "boards/"),
            "boards_retrieve": call("GET", board),
            "boards_create": self._as_lead("POST", "boards/", {"name": "A committee"}, 201),
            "boards_readers": call("GET", f"{board}readers/"),
            "boards_add_place": call("POST", f"{board}places/", place, 201),
            "boards_choose_sponsor": call("POST", f"{board}choose-sponsor/", {"sponsor": str(self.board.sponsor.pk)}),
            "boards_archive": call("POST", f"{board}archive/", status=204),
            "board_places_end": call("POST", f"board-places/{self.place.pk}/end/", status=204),
            "pack_requests_list": call("GET", "pack-requests/"),
            "pack_requests_retrieve": call("GET", f"pack-requests/{self.pack.pk}/"),
            "pack_requests_create": call("POST", "pack-requests/", wanted, 201),
            "pack_requests_retry": call("POST", f"pack-requests/{self.pack.pk}/retry/"),
        }


def _reading(who: Member, method: str, hat: str, rival: Member, path: str) -> Call:
    return Call(who, method, path, hat=hat, rival=rival)
