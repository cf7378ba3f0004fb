"""Asking for help and giving it: letters with codes, helpers, half hours, and answers that count once confirmed."""

from __future__ import annotations

import json
import secrets
import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from rollout.accounts.limits import MINUTES, Limit, seconds_to_wait
from rollout.accounts.models import Account
from rollout.kernel import clock
from rollout.kernel.addresses import normal_address
from rollout.kernel.database import ask, ask_one, refusals
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from rollout.kernel.sealing import seal
from rollout.kernel.tenancy import here
from rollout.kernel.tokens import paper_code, token_for, trace_of
from tenants.assistance import permissions, queries
from tenants.assistance.models import AssistedEntry, AssistedSession, HelperChoice, LetterCode, ReadBackCode
from tenants.audit import actions as audit
from tenants.instruments.definition import Said, Scale
from tenants.instruments.queries import purpose
from tenants.members.models import Invitation
from tenants.members.permissions import INVITE_PARTNER
from tenants.pairs import actions as pairs
from tenants.pairs.queries import partner_invitations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tenants.members.models import Member
    from tenants.pairs.models import Pair

SHEET = 20
TYPED_CODE = {
    "address": Limit("letter.typed.address", 10, 10 * MINUTES),
    "organisation": Limit("letter.typed.organisation", 200, 10 * MINUTES),
}
READ_OUT = (Limit("read_back.session", 5, 30 * MINUTES), Limit("read_back.person", 20, 24 * 60 * MINUTES))
"""Reading out a code, right or wrong: in one half hour, and for one person in a day."""
OVER = {
    "session_is_over": _("This half hour is over. Start another one with the person."),
    "answered_meanwhile": _("The person has answered this already. Nothing was changed."),
    "no_codes_left": _("The person has no codes left. They make a new sheet first."),
    "round_is_over": _("This round is over. Look at it again."),
}
WRONG_CODE = _("This is not the code. Ask the person to read it out again.")
NOT_SIGNED = {
    **OVER,
    "wrong_code": WRONG_CODE,
    "text_changed": _("The text was changed. Read it out again, then ask for the code."),
    "wrong_state": _("This decision no longer waits for a key. Nothing was changed."),
    "signed_meanwhile": _("The person has signed this already. Nothing was changed."),
    "already_replaced": _("Another decision has already replaced the older one."),
}


@transaction.atomic
def make_letter(*, invitation: Invitation, by: Member) -> str:
    """A code for a letter, in place of the link of one's own open invitation. A code made before is dead."""
    require(by, INVITE_PARTNER)
    open_one = partner_invitations(by).filter(pk=invitation.pk).select_for_update(of=("self",)).first()
    if open_one is None or open_one.pair_id is None:
        raise NotPermitted(INVITE_PARTNER)
    LetterCode.objects.filter(invitation=open_one, used_at__isnull=True).delete()
    code = paper_code()
    made = LetterCode.objects.create(
        pair_id=open_one.pair_id, invitation=open_one, made_by=by, code_hash=trace_of_letter(code),
        made_at=clock.now(), expires_at=open_one.expires_at,
    )  # fmt: skip
    audit.record("invitation.letter_made", subject=made, pair=open_one.pair_id)
    return code


@transaction.atomic
def open_letter(*, code: str, address: str, organisation: UUID) -> str:
    """The secret part of the link that a letter's code stands for. Once.

    Nobody signs this: the letter is the way in. Raises DomainError: `unknown_code`, `tried_too_often`.
    """
    tries = [(TYPED_CODE["address"], address), (TYPED_CODE["organisation"], str(organisation))]
    if seconds_to_wait([(limit, who) for limit, who in tries if who]):
        raise DomainError("tried_too_often", _("That was tried too often. Wait a few minutes."), field="code")
    found = ask("use_letter_code", trace_of_letter(code))
    if not found:
        sentence = _("This code opens nothing. Look at the letter again. Each code opens once, and its time runs out.")
        raise DomainError("unknown_code", sentence, field="code")
    return token_for("invitation", *found[0])


@transaction.atomic
def name_helper(
    *, pair: Pair, helper: Member | None = None, address: str = "", blind: bool = False, by: Member
) -> HelperChoice:
    """Let a facilitator help, or whoever signs in with this address. Without a trace for the partner.

    `blind` means that the helper types numbers and reads no question. Whoever is never a helper (the partner, and
    whoever leads, sponsors, sits on a board or pays) can be named, and nothing follows: so nobody is told who is what.
    """
    seat = pairs.own_seat(pair.pk, by, permissions.ASK_FOR_HELP)
    if (helper is None) == (not address.strip()):
        raise DomainError("one_helper", _("Choose a facilitator, or type one address."), field="address")
    return HelperChoice.objects.create(
        pair=pair, seat=seat, member=by, helper=helper, address=normal_address(address) if address.strip() else "",
        blind=blind, named_at=clock.now(),
    )  # fmt: skip


@transaction.atomic
def end_helper(*, choice: HelperChoice, by: Member) -> None:
    """Take it back. A half hour with this helper ends with it. Taking it back twice is harmless."""
    require(by, permissions.ASK_FOR_HELP)
    if choice.member_id != by.pk:
        raise NotPermitted(permissions.ASK_FOR_HELP)
    HelperChoice.objects.filter(pk=choice.pk, ended_at__isnull=True).update(ended_at=clock.now())
    for session in queries.live(by).filter(seat_id=choice.seat_id, person_id=by.pk):
        ask_one("end_assisted_session", session.pk)


@transaction.atomic
def make_codes(*, by: Member) -> Sequence[tuple[int, str]]:
    """A new sheet of codes to read out, each good once. This is the only time that anybody sees them."""
    require(by, permissions.ASK_FOR_HELP)
    type(by).objects.select_for_update(of=("self",)).filter(pk=by.pk).first()
    ReadBackCode.objects.all().delete()
    made, told = [], []
    for number in range(1, SHEET + 1):
        pk, digits = uuid.uuid4(), f"{secrets.randbelow(1_000_000):06d}"
        made.append(
            ReadBackCode(pk=pk, member=by, number=number, code_hash=_trace(pk, digits), made_at=clock.now())
        )  # fmt: skip
        told.append((number, digits))
    ReadBackCode.objects.bulk_create(made)
    return told


@transaction.atomic
def recognise(*, by: Member) -> None:
    """Let whoever was named by the address with which they sign in see who named them. Nobody else learns of it."""
    require(by, permissions.HELP)
    address = Account.objects.values_list("email", flat=True).get(pk=by.pk)
    ask_one("recognise_helper", here().vouch(normal_address(address or "")))


@transaction.atomic
def start(*, seat_id: UUID, confidential: bool, by: Member) -> AssistedSession:
    """Begin half an hour with somebody who named the helper. The helper signs confidentiality first.

    Refused to whoever was not named, sits or sat in the pair, or manages; and while another half hour is going on.
    """
    require(by, permissions.HELP)
    if not confidential:
        raise DomainError("not_confidential", _("Sign that you keep it to yourself."), field="confidential")
    pk = uuid.uuid4()
    one = _("Another half hour is going on, yours or the person’s. End it first.")
    with refusals({"one_at_a_time": one, "not_permitted": NotPermitted(permissions.HELP).message}):
        ask_one("start_assisted_session", pk, seat_id)
    return AssistedSession.objects.get(pk=pk)


@transaction.atomic
def end(*, session: AssistedSession, by: Member) -> None:
    """End a half hour, by the helper or by the person. What was not confirmed is gone. Ending it twice is harmless."""
    require(by, permissions.HELP)
    ask_one("end_assisted_session", session.pk)


@transaction.atomic
def enter(
    *, session: AssistedSession, round_id: UUID, numbers: Sequence[int], lines: Sequence[str] = (),
    keeps_sealed: bool = False, by: Member,
) -> AssistedEntry:  # fmt: skip
    """Type in what the person says: a number for each item, in the order of the paper form. It does not count yet.

    `lines` are their own words to each, in the same order, where the instrument takes some and the helper may read.
    Where only “I felt heard” is asked, there is one number.
    """
    require(by, permissions.HELP)
    live = queries.live_as_helper(by, session.pk)
    asked = queries.round_to_enter(by, live, round_id)
    if live.blind and any(lines):
        raise DomainError("no_lines", _("Here you type numbers alone, and no words."))
    if keeps_sealed and not asked.definition.may_keep_sealed:
        raise DomainError("cannot_keep_sealed", _("This is read by both of you as soon as both have answered."))
    said = asked.definition.checked(_said(asked, numbers, lines))
    text = json.dumps({"values": dict(said.values), "lines": dict(said.lines), "felt_heard": said.felt_heard})
    with refusals(OVER):
        if asked.entry is not None:
            entry = AssistedEntry.objects.get(pk=asked.entry)
            entry.sealed, entry.keeps_sealed, entry.entered_at = (
                seal(text, purpose(entry.pk)), keeps_sealed, clock.now(),
            )  # fmt: skip
            entry.save(update_fields=["sealed", "keeps_sealed", "entered_at"])
            return entry
        pk = uuid.uuid4()
        return AssistedEntry.objects.create(
            pk=pk, pair_id=session.pair_id, session=session, round_id=round_id, sealed=seal(text, purpose(pk)),
            keeps_sealed=keeps_sealed, entered_at=clock.now(),
        )  # fmt: skip


def _said(asked: queries.ToEnter, numbers: Sequence[int], lines: Sequence[str]) -> Said:
    """What was typed by position, as an answer."""
    if asked.felt_heard:
        one = numbers[0] if len(numbers) == 1 and not any(lines) else 0
        return Said(felt_heard=one)
    definition, values = asked.definition, dict[str, int | str]()
    for key, number in zip(asked.keys, numbers, strict=False):
        coded = definition.scale == Scale.CODES
        values[key] = definition.codes[number - 1] if coded and 0 < number <= len(definition.codes) else number
    return Said(values, {key: line for key, line in zip(asked.keys, lines, strict=False) if line})


@transaction.atomic
def confirm(*, entry: AssistedEntry, said: str, by: Member) -> str:
    """Make an entry count, with the code that the person reads out. The round's state afterwards.

    Five tries in a half hour. Raises DomainError: `wrong_code`, `tried_too_often`, `no_codes_left`,
    `session_is_over`, `answered_meanwhile`, `round_is_over`.
    """
    require(by, permissions.HELP)
    trace = _read_out(queries.live_as_helper(by, entry.session_id), said)
    with refusals({**OVER, "wrong_code": WRONG_CODE}):
        return str(ask_one("confirm_assisted_entry", entry.pk, trace))


@transaction.atomic
def sign_decision(*, session: AssistedSession, decision: UUID, shown: str, said: str, by: Member) -> str:
    """Put the person's key under the text that was read to them, with the code that they read out.

    The decision's state afterwards: with the second key it stands. Same tries as for what is typed. Raises DomainError:
    `wrong_code`, `tried_too_often`, `no_codes_left`, `session_is_over`, `text_changed`, `wrong_state`,
    `signed_meanwhile`, `already_replaced`.
    """
    require(by, permissions.HELP)
    trace = _read_out(queries.live_as_helper(by, session.pk), said)
    with refusals(NOT_SIGNED):
        return str(ask_one("sign_with_read_back", session.pk, uuid.uuid4(), decision, shown, trace))


def trace_of_letter(code: str) -> str:
    """What the table knows of a letter's code, however it is typed."""
    return trace_of("assistance.letter", code)


def _read_out(session: AssistedSession, said: str) -> str:
    """What the table knows of the code that is next, as it was said; each try counts, right or wrong."""
    whose = (str(session.pk), str(session.person_id))
    if seconds_to_wait(list(zip(READ_OUT, whose, strict=True))):
        sentence = _("The code was wrong too often. End this half hour, and start another one later.")
        raise DomainError("tried_too_often", sentence, field="code")
    code = next(iter(ask("next_read_back", session.pk)), None)
    if code is None:
        raise DomainError("no_codes_left", OVER["no_codes_left"], field="code")
    return _trace(code[0], _digits(said))


def _trace(code: UUID, digits: str) -> str:
    return salted_hmac("rollout.assistance.read_back", f"{code}|{digits}", algorithm="sha256").hexdigest()


def _digits(said: str) -> str:
    return "".join(sign for sign in said if sign.isdigit())
