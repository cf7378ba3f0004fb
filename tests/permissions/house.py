"""A world in which every address has something to show: built once, through the same doors as the product."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData

from governance.boards import actions as board_actions
from governance.boards.models import BoardMembership
from rollout.accounts import actions as accounts
from rollout.accounts import outbox
from rollout.accounts.models import Account, EntryCode
from rollout.identity import actions as identity
from rollout.identity import addresses, resets
from rollout.identity import queries as factors
from rollout.jobs.models import Job
from rollout.kernel import clock, files
from rollout.kernel.tenancy import PARTNER
from rollout.kernel.tokens import hashed, token_for
from rollout.leaving import actions as leaving
from rollout.leaving.queries import COLLECT
from rollout.organisations.actions import add_system
from rollout.organisations.models import Organisation
from rollout.signon import actions as signon
from rollout.signon import speaking
from rollout.signon.models import SignInService
from tenants.disclosure.models import EVERYBODY_IN_OFFICE, Audience
from tenants.members.models import Member, Notice, Role
from tenants.members.queries import HATS
from tenants.members.tasks import token_of
from tenants.pairs import actions as pair_actions
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions, witnesses
from tenants.projects.queries import witness_token
from tenants.roster import queries as rosters
from tenants.surfacing import actions as surfacing
from tenants.webhooks import actions as webhooks
from tenants.webhooks.models import TOPICS, Delivery
from tests import rooms, world, world_exports, world_governance, world_roster
from tests.rollout.signon.service import running
from tests.tenants.roster.files import row
from tests.world import inside, sql
from tests.world_accounts import operator
from tests.world_pairs import accepted
from tests.world_projects import Workshop, day, workshop
from tests.world_signon import details

if TYPE_CHECKING:
    from uuid import UUID

Things = dict[str, Any]
"""What addresses name and forms send, by a name that the doors use: ids, tokens and fingerprints."""

OWN, OTHER, ELSEWHERE = "own", "other", "elsewhere"
STATE = "s" * 43


@dataclass
class House:
    """Two organisations at work, the people of the first, and what each address can be asked about."""

    organisation: Organisation
    people: dict[str, Account | Member | None] = field(default_factory=dict)
    """Who knocks, by role."""
    things: dict[str, Things] = field(default_factory=dict)
    """The knocker's own things, somebody else's in the same organisation, and another organisation's."""
    partner_of_partner: Member | None = None


def of_a_pair(organisation: Organisation, title: str) -> tuple[Workshop, Things]:
    """A hidden pair with work in every state, as its professional meets it, and their other pairs."""
    shop = workshop(organisation, title)
    me, other = shop.partners
    accepted(me, other)
    task = shop.task()
    draft = shop.draft("A draft")
    proposed = shop.proposed("On the table", signed_by=(other,))
    parked = shop.proposed("Put aside")
    with inside(organisation, me):
        decisions.park(decision=parked, revisit_on=day(-30), by=me)
    agreed = shop.proposed("Agreed", signed_by=shop.partners)
    result = shop.result(title="A draft", points=[(day(30), Decimal(20))])
    claimed = shop.result(title="Signed by both", signed_by=shop.partners)
    with inside(organisation, me):
        witness = witnesses.ask(
            result=claimed, name="Wanda", email="wanda@example.org", relation="Keeps the list", by=me
        )
    confirmed, answered = shop.confirmed()
    sponsor = world.member(organisation, "Sol Sponsor", Role.SPONSOR)
    with inside(organisation, me):
        package = surfacing.propose(
            pair=shop.pair, audience=Audience.SPONSOR, audience_id=sponsor.pk, picks=[], by=me
        )  # fmt: skip
    working = _at_work(organisation, me, f"{title} at work")
    paused = _at_work(organisation, me, f"{title} at rest")
    free = world.founded(organisation, me, title=f"{title} with a free seat")
    inviting = world.founded(organisation, me, title=f"{title} that waits")
    with inside(organisation, me):
        pair_actions.pause(pair=paused.pair, by=me)
        invitation = pair_actions.invite_partner(
            pair=Pair.objects.get(pk=inviting), name="Iris Invited", email=f"{uuid.uuid4().hex}@example.net", by=me
        )
    return shop, {
        **in_rooms(shop),
        "pair": shop.pair.pk,
        "pair_working": working.pair.pk,
        "pair_paused": paused.pair.pk,
        "pair_free": free,
        "pair_inviting": inviting,
        "partner_invitation": invitation.pk,
        "task_hash": task.content_hash,
        "draft": draft.pk,
        "proposed": proposed.pk,
        "proposed_hash": proposed.content_hash,
        "parked": parked.pk,
        "agreed": agreed.pk,
        "result": result.pk,
        "value_on": day(30).isoformat(),
        "result_hash": result.content_hash,
        "claimed": claimed.pk,
        "confirmed": confirmed.pk,
        "witness_token": witness_token(witness.pk),
        "answered_token": answered,
        "package": package.pk,
        "package_hash": package.package_hash,
        "key": _key_of(me, organisation),
        "audience": f"{Audience.ORGANISATION}:{EVERYBODY_IN_OFFICE}",
    }


def in_rooms(shop: Workshop) -> Things:
    """What the rooms of the workspace have made in a pair."""
    found: Things = {}
    for make in rooms.told("THINGS"):
        made = make(shop)
        assert not set(made) & set(found), f"two rooms name {sorted(set(made) & set(found))}"
        found |= made
    return found


def _key_of(somebody: Member, organisation: Organisation) -> UUID:
    """A key to the API that somebody made."""
    account = Account.objects.get(pk=somebody.pk)
    made, _secret = accounts.make_token(
        account=account,
        organisation=organisation.pk,
        name="Sheet",
        scopes=["read"],
        hats=[PARTNER],
        days=30,
        second_factor=None,
        by=account,
    )
    return made.pk


def _at_work(organisation: Organisation, professional: Member, title: str) -> Workshop:
    pair = world.founded(organisation, professional, title=title)
    citizen = world.joined(organisation, pair, professional, "Carl Citizen")
    with inside(organisation, professional):
        found = Pair.objects.get(pk=pair)
    made = Workshop(organisation, found, professional, citizen)
    made.task(signed_by=made.partners)
    return made


def of_offices(organisation: Organisation, partner: Member, board: world_governance.Board) -> Things:
    """What the people who hold offices work with: people, invitations, rosters, boards and packs."""
    lead = board.lead
    listed = world.member(organisation, "Lisa Listed", Role.FACILITATOR)
    director = world.member(organisation, "Dora Director", Role.BOARD_MEMBER)
    tag = uuid.uuid4().hex[:8]
    invitation = world_roster.invited(organisation, lead, "Ines Invited", email=f"ines.{tag}@example.net")
    # The partner is invited to another pair by a roster, together with somebody who has not come yet.
    address = Account.objects.get(pk=partner.pk).email
    draft = world_roster.stored(
        organisation, lead, row(name="Dan Draft", email=f"dan.{tag}@example.net"), name=f"draft-{tag}.csv"
    )
    sent = world_roster.sent(
        organisation, lead,
        row(name="Petra", email=address, side="professional", kind="clinician", pair="Waiting rooms"),
        row(name="Will Wait", email=f"will.{tag}@example.net", pair="Waiting rooms"),
        name=f"sent-{tag}.csv",
    )  # fmt: skip
    with inside(organisation, partner):
        proposal = rosters.proposals_for(partner)[0].id
    with inside(organisation, lead, Role.ROLLOUT_LEAD):
        row_of_draft = draft.people.get().pk
        second = board_actions.found(name=f"Quality {tag}", by=lead)
        board_actions.seat(
            body=second, member=board.secretary, kind=BoardMembership.Kind.SECRETARY, by=lead
        )  # fmt: skip
        place = BoardMembership.objects.get(body=board.body, member=board.director)
    waiting = world_governance.requested(board, language="fr")
    failed = world_governance.requested(_with_body(board, second), language="fr")
    Job.objects.filter(pk=failed.job_id).update(state=Job.State.FAILED)
    shown, _surfacing = world_governance.shown_to(board, f"Shown {tag}")
    pack = world_governance.issued(board, pdf=b"%PDF-1.7 paper").pk
    for reader, hat in board.readers():
        with inside(organisation, reader, hat):
            sql("SELECT notify(%s, %s, 'pack_ready', %s, %s)", reader.pk, hat, pack, uuid.uuid4())
    return {
        "invitation": invitation.pk,
        "invitation_token": token_of(invitation),
        "person": listed.pk,
        "upload_draft": draft.pk,
        "upload_sent": sent.pk,
        "row": row_of_draft,
        "proposal": proposal,
        "board": board.body.pk,
        "place": place.pk,
        "director": director.pk,
        "sponsor": board.sponsor.pk,
        "pack": pack,
        "pack_bare": world_governance.issued(_with_body(board, second)).pk,
        "pack_waiting": waiting.pk,
        "pack_failed": failed.pk,
        "shown": shown.pair,
        "export": world_exports.made(organisation, lead),
    }


def _with_body(board: world_governance.Board, body: Any) -> world_governance.Board:
    return world_governance.Board(
        board.organisation, body, board.lead, board.director, board.secretary, board.sponsor
    )  # fmt: skip


def factors_of(somebody: Member) -> Things:
    """An authenticator app and a passkey of somebody."""
    account = Account.objects.get(pk=somebody.pk)
    sealed = identity.new_app_key()
    key = identity.app_key(sealed)
    earlier = format_hotp_value(hotp_value(key, int(time.time()) // 30 - 1))
    identity.add_app(account=account, sealed_key=sealed, code=earlier, by=account)
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(b"\0" * 16, uuid.uuid4().bytes, public)
    kept = {"credential": websafe_encode(bytes(attested)), "count": 0}
    identity.add_passkey(account=account, name="My phone", kept=kept, by=account)
    app, passkey = (factors.factors_of(account)[number].id for number in (0, 1))
    return {"app": app, "passkey": passkey, "app_key": key, "strong_address": account.email}


def notices(organisation: Organisation, recipients: dict[str, Member]) -> Things:
    """A notice for somebody in each hat."""
    found: Things = {}
    for hat, recipient in recipients.items():
        with inside(organisation, recipient, hat):
            about = uuid.uuid4()
            sql("SELECT notify(%s, %s, 'news', %s, %s)", recipient.pk, hat, about, uuid.uuid4())
            found[f"notice_{hat}"] = Notice.objects.get(subject_id=about).pk
    return found


def download_of(somebody: Member, organisation: Organisation) -> Things:
    """What was prepared for somebody to take along."""
    stored = files.store(settings.FILES_DIR / "test", f"{somebody.pk}.zip", b"PK")
    made = Job.objects.create(
        organisation=organisation, kind=COLLECT, key=str(somebody.pk), person=somebody.pk, capacity=PARTNER,
        state=Job.State.DONE, due_at=clock.now(), created_at=clock.now(), finished_at=clock.now(),
        result_path=str(stored.path.relative_to(settings.FILES_DIR)),
    )  # fmt: skip
    return {"download": made.pk}


def webhooks_of(organisation: Organisation, somebody: Member, hat: str) -> Things:
    """A webhook that works, one that is paused, and a message that arrived."""
    with inside(organisation, somebody, hat):
        topics = [TOPICS[hat][0].value]
        made, _secret = webhooks.register(name="News", url="https://news.example.org/", topics=topics, by=somebody)
        paused, _secret = webhooks.register(name="Old", url="https://old.example.org/", topics=topics, by=somebody)
        webhooks.pause(webhook=paused, by=somebody)
        sent = webhooks.send_test(webhook=made, by=somebody)
        Delivery.objects.filter(pk=sent.pk).update(state=Delivery.State.DELIVERED)
    return {f"webhook_{hat}": made.pk, f"webhook_paused_{hat}": paused.pk, f"delivery_{hat}": sent.pk}


def build() -> House:
    """Everything, committed."""
    north, south = (Organisation.objects.get(slug=slug) for slug in ("north", "south"))
    house = House(north)
    board = world_governance.board(north)
    others_board = world_governance.another_board(north)
    mine, own = of_a_pair(north, "Letters that patients can read")
    theirs, other = of_a_pair(north, "Waiting without pain")
    abroad_board = world_governance.board(south)
    abroad, elsewhere = of_a_pair(south, "Elsewhere")
    own |= of_offices(north, mine.professional, board)
    elsewhere |= of_offices(south, abroad.professional, abroad_board)
    other |= {
        "invitation": other["partner_invitation"],
        "person": theirs.citizen.pk,
        "shown": other["pair"],
        "proposal": _proposed_to(theirs.professional, board.lead),
        "board": others_board.body.pk,
        "export": world_exports.made(north, others_board.lead),
        "pack": world_governance.issued(others_board, pdf=b"%PDF-1.7 other").pk,
        "pack_bare": world_governance.issued(others_board, language="fr").pk,
        "pack_waiting": _requested_earlier(others_board),
    }
    other["pack_failed"] = other["pack_waiting"]
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        other["place"] = BoardMembership.objects.get(body=others_board.body, member=others_board.director).pk
    house.partner_of_partner = mine.citizen
    stranger = world.account("Stella Stranger")
    house.people = {
        "anonymous": None,
        "stranger": stranger,
        "plain": world.member(north, "Paula Plain"),
        PARTNER: mine.professional,
        Role.SPONSOR: board.sponsor,
        Role.BOARD_MEMBER: board.director,
        Role.BOARD_SECRETARY: board.secretary,
        Role.ROLLOUT_LEAD: board.lead,
        Role.FINANCE: world.member(north, "Fay Finance", Role.FINANCE),
        Role.FACILITATOR: world.member(north, "Fran Facilitator", Role.FACILITATOR),
        Role.PROVIDER_LEAD: world.member(north, "Pia Provider", Role.PROVIDER_LEAD),
        "operator": operator(),
    }
    people: dict[str, Any] = house.people
    own |= notices(north, {hat: people[hat] for hat in HATS})
    other |= notices(north, dict.fromkeys(HATS, theirs.professional))
    elsewhere |= notices(south, dict.fromkeys(HATS, abroad.professional))
    own["token_for_stranger"] = token_of(
        world_roster.invited(north, board.lead, "Stella Stranger", email=stranger.email)
    )
    own |= factors_of(people[Role.FACILITATOR])
    other |= factors_of(theirs.professional)
    plain = Account.objects.get(pk=people["plain"].pk)
    strong = Account.objects.get(pk=people[Role.FACILITATOR].pk)
    resets.ask_for_reset(address=strong.email or "", by=people["operator"])
    own["lost_address"] = Account.objects.get(pk=theirs.professional.pk).email
    own |= _sign_in_service(north, plain)
    other["connection"] = _connected(Account.objects.get(pk=people[PARTNER].pk))
    addresses.ask_for_change(old=plain.email or "", new="paula.found@example.net", by=people["operator"])
    own |= download_of(people["plain"], north)
    other |= download_of(theirs.professional, north)
    elsewhere |= download_of(abroad.professional, south)
    strong = Account.objects.get(pk=people[Role.FACILITATOR].pk)
    leaving.ask_to_be_forgotten(account=strong, by=strong)
    lead, second_lead = board.lead, world.member(north, "Second Lead", Role.ROLLOUT_LEAD)
    own |= webhooks_of(north, mine.professional, PARTNER) | webhooks_of(north, lead, Role.ROLLOUT_LEAD)
    other |= webhooks_of(north, theirs.professional, PARTNER) | webhooks_of(north, second_lead, Role.ROLLOUT_LEAD)
    elsewhere |= webhooks_of(south, abroad.professional, PARTNER)
    elsewhere |= webhooks_of(south, abroad_board.lead, Role.ROLLOUT_LEAD)
    house.things = {OWN: own | at_the_door(board.lead), OTHER: other, ELSEWHERE: elsewhere}
    return house


def _sign_in_service(organisation: Organisation, connected: Account) -> Things:
    """An organisation's own sign-in service, somebody who is connected, and somebody who comes for the first time."""
    speaking.forget()
    signon.configure(organisation=organisation, details=details(running().reset().issuer), by=operator())
    door = urlencode({"host": "north.localhost", "state": hashed(STATE), "next": "/"})
    return {
        "sign_on_slug": organisation.slug,
        "sign_on_door": f"/enter/?{door}",
        "sign_on_address": world.account("Fiona First").email,
        "connection": _connected(connected),
    }


def _connected(account: Account) -> UUID:
    service = SignInService.objects.get()
    return signon.connect(service=service, subject=uuid.uuid4().hex, account=account, by=account).pk


def _proposed_to(person: Member, lead: Member) -> UUID:
    organisation = Organisation.objects.get(slug="north")
    address = Account.objects.get(pk=person.pk).email
    world_roster.sent(
        organisation, lead,
        row(name="Theo", email=address, side="professional", kind="clinician", pair="Night care"),
        row(name="Nora Night", email="nora.night@example.net", pair="Night care"),
        name="other.csv",
    )  # fmt: skip
    with inside(organisation, person):
        return rosters.proposals_for(person)[0].id


def _requested_earlier(board: world_governance.Board) -> UUID:
    with clock.at(clock.now() - timedelta(days=1)):
        return world_governance.requested(board).pk


def at_the_door(somebody: Member) -> Things:
    """What the doors between hosts and the demo's pages ask for."""
    code = uuid.uuid4().hex
    EntryCode.objects.create(
        hash=hashed(code), account_id=somebody.pk, host="north.localhost", state_hash=hashed(STATE), parent="",
        started_at=clock.now(), expires_at=clock.now() + timedelta(hours=1),
    )  # fmt: skip
    outbox.Outbox().send_messages([EmailMultiAlternatives("Hello", "Text", "no-reply@example.org", ["a@example.org"])])
    failed = Job.objects.create(
        organisation=Organisation.objects.get(slug="south"), kind="test.work", key="failed", capacity="board",
        state=Job.State.FAILED, error="WentSilent", due_at=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    return {
        "care_system": add_system(name="Northmoor Care System", kind="care_system").pk,
        "failed_job": failed.pk,
        "entry_code": code,
        "slug": "south",
        "move": "suspend",
        "demo_token": token_for("demo", somebody.pk),
        "letter": outbox.messages()[0].id,
        "host": "north.localhost",
        "state_hash": hashed(STATE),
    }
