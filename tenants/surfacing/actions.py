"""Showing a pair: make a package, sign it with two keys, end it with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rollout.jobs import queue
from rollout.kernel import clock
from rollout.kernel.database import ask_one, refusals
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.permissions import require
from rollout.kernel.tenancy import settle
from tenants.agreement.queries import protected_time_lacking
from tenants.audit import actions as audit
from tenants.disclosure.models import EVERYBODY_IN_OFFICE, Audience, RowClass
from tenants.disclosure.queries import Pick
from tenants.members import queries as members
from tenants.members.models import Role
from tenants.pairs.models import Pair, Seat
from tenants.surfacing import audiences, policy, queries, tasks
from tenants.surfacing.models import SupportRequest, Surfacing, SurfacingItem, SurfacingKey
from tenants.surfacing.permissions import SHOW_PAIR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tenants.members.models import Member

REFUSALS: dict[str, str | _StrPromise] = {
    "closed": _("This is no longer open for signing."),
    "package_changed": _("Something in it has changed since it was made. End it and make it again."),
    "reason_needed": _("Type why you want to show it without a confirmed result."),
    "not_corroborated": _("Your confirmed result no longer stands. End this and make it again, each with a reason."),
    "ends_too_soon": _("This date comes before anybody could see it. Choose a later date, or none."),
    "unknown_audience": _("This audience can no longer be chosen. Make it again for somebody else."),
    "two_keys_needed": _("This needs the signatures of both partners."),
    "already_open": _("You have already made one for this audience. Sign it, or end it first."),
    "already_shown": _("Your pair is already shown in the organisation."),
    "not_yours_to_show": _("One of the things you ticked can no longer be shown. Look at the list again."),
    "partner_missing": _("Your pair needs both partners before it can show itself."),
    "task_not_agreed": _("Sign your shared task together first. Starting in the open shows it."),
    "start_reason_needed": _("Type why you want to start in the open."),
    "help_needed": _("Type what would help."),
    "nothing_lacks": _("In the months that you counted, no protected time is missing. Note the hours first."),
}
_FIELDS = {
    "reason_needed": "override_reason",
    "ends_too_soon": "until",
    "not_yours_to_show": "items",
    "unknown_audience": "audience",
    "already_open": "audience",
    "start_reason_needed": "reason",
    "help_needed": "text",
}


@transaction.atomic
def propose(
    *,
    pair: Pair | UUID,
    audience: str,
    audience_id: UUID,
    picks: Iterable[Pick],
    valid_to: datetime | None = None,
    by: Member,
) -> Surfacing:
    """Make a package for one audience. Nobody sees anything before both partners have signed it.

    The pair's title and place are always part of it. Raises DomainError: partner_missing,
    unknown_audience, not_yours_to_show, already_open, ends_too_soon.
    """
    locked, seat = _locked(pair, by)
    if not any(choice == (audience, audience_id) for choice in _audiences()):
        raise _refusal("unknown_audience")
    wanted = {Pick(RowClass.PAIR), *picks}
    if not wanted <= {Pick(RowClass.PAIR), *(offer.pick for offer in queries.offers_of(locked))}:
        raise _refusal("not_yours_to_show")
    return _made(locked, seat, audience, audience_id, wanted, valid_to=valid_to)


@transaction.atomic
def propose_open_from_start(*, pair: Pair | UUID, reason: str, by: Member) -> Surfacing:
    """Make the package with which a pair starts in the open: title, place, names and shared task, for the organisation.

    Raises DomainError: partner_missing, start_reason_needed, task_not_agreed, already_shown, already_open.
    """
    locked, seat = _locked(pair, by)
    if not reason.strip():
        raise _refusal("start_reason_needed")
    if not queries.may_open_from_start(locked):
        raise _refusal("already_shown")
    wanted = {Pick(RowClass.PAIR), Pick(RowClass.PEOPLE), Pick(RowClass.TASK)}
    if Pick(RowClass.TASK) not in {offer.pick for offer in queries.offers_of(locked)}:
        raise _refusal("task_not_agreed")
    return _made(locked, seat, Audience.ORGANISATION, EVERYBODY_IN_OFFICE, wanted, reason=reason.strip())


@transaction.atomic
def ask_for_time(*, pair: Pair | UUID, sponsor: UUID, text: str, by: Member) -> Surfacing:
    """Ask one sponsor for the protected time that was agreed and not given: a request, and the package that shows it.

    The sponsor reads nothing before both partners have signed, and then the pair's title and place, and the request.
    Raises DomainError: help_needed, nothing_lacks, partner_missing, unknown_audience, already_open.
    """
    locked, seat = _locked(pair, by)
    if not text.strip():
        raise _refusal("help_needed")
    lacks = protected_time_lacking(by, locked.pk)
    if lacks is None:
        raise _refusal("nothing_lacks")
    if (Audience.SPONSOR, sponsor) not in _audiences():
        raise _refusal("unknown_audience")
    asked = SupportRequest.objects.create(
        pair=locked,
        first_month=lacks.first_month,
        last_month=lacks.last_month,
        hours_agreed=lacks.agreed,
        hours_given=lacks.given,
        text=text.strip(),
        written_by=seat,
        written_at=clock.now(),
    )
    audit.record("surfacing.support_requested", subject=asked, pair=locked.pk)
    return _made(locked, seat, Audience.SPONSOR, sponsor, {Pick(RowClass.PAIR), Pick(RowClass.SUPPORT, asked.pk)})


@transaction.atomic
def sign(
    *, surfacing: Surfacing | UUID, package_hash: str, is_free: bool, override_reason: str = "", by: Member
) -> Surfacing:
    """Add one partner's key to the package that the page showed; the second key opens it.

    A person who is not free to say no has not signed: nothing is recorded, and every page stays as it was.
    Signing twice is harmless; both signing at the same moment opens it once. Raises DomainError: closed,
    package_changed, reason_needed, not_corroborated, ends_too_soon, unknown_audience.
    """
    found = _own(surfacing, by)
    pair, seat = _locked(found.pair_id, by)
    if not is_free:
        return found
    found.refresh_from_db()
    around, package = queries.circumstances_of(pair, found), queries.package_of(found)
    key = policy.Key(seat.side, package_hash, override_reason.strip())
    if any(given.side == key.side for given in package.keys):
        return found
    if code := policy.refusal_to_sign(package, key, around):
        raise _refusal(code)
    # Not `pairs.signing`: a key may carry a reason, and the database itself opens a package with the second one.
    with refusals(REFUSALS):
        SurfacingKey.objects.create(
            pair=pair,
            surfacing=found,
            seat=seat,
            package_hash=package_hash,
            override_reason=key.reason if policy.needs_reason(package, around) else "",
            signed_at=clock.now(),
        )
        opened = ask_one("open_surfacing", found.pk)
        settle()
    audit.record("surfacing.signed", subject=found, pair=pair.pk)
    if opened:
        audit.record("surfacing.opened", subject=found, pair=pair.pk, audience=found.audience)
    found.refresh_from_db()
    return found


@transaction.atomic
def withdraw(*, surfacing: Surfacing | UUID, by: Member) -> Surfacing:
    """End a package at once, with one key: before, during and after the cooling-off. Ending it twice is harmless."""
    found = _own(surfacing, by)
    pair, _seat = _locked(found.pair_id, by)
    if ask_one("close_surfacing", found.pk):
        audit.record("surfacing.withdrawn", subject=found, pair=pair.pk)
    found.refresh_from_db()
    return found


@transaction.atomic
def ask_for_contact(*, by: Member) -> None:
    """Ask the facilitators to get in touch, because the person ticked it. Nothing is kept where a partner reads."""
    require(by, SHOW_PAIR)
    for facilitator in members.holders_of(Role.FACILITATOR):
        if facilitator.pk != by.pk:
            queue.enqueue(tasks.CONTACT, facilitator.pk, period=f"{by.pk.hex}-{clock.today():%y%m%d}")


def _refusal(code: str) -> DomainError:
    return DomainError(code, REFUSALS[code], field=_FIELDS.get(code))


def _own(surfacing: Surfacing | UUID, by: Member) -> Surfacing:
    pk = surfacing.pk if isinstance(surfacing, Surfacing) else surfacing
    found = queries.surfacings_of(by).filter(pk=pk).first()
    if found is None:
        raise NotPermitted(SHOW_PAIR)
    return found


def _locked(pair: Pair | UUID, by: Member) -> tuple[Pair, Seat]:
    # The pair's row is the lock that keys, withdrawals and departures share: taken before anything points at it.
    pk = pair.pk if isinstance(pair, Pair) else pair
    locked = Pair.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    require(by, SHOW_PAIR, locked)
    seat = Seat.objects.filter(pair_id=pk, member=by, left_at__isnull=True).first()
    if locked is None or seat is None:
        raise NotPermitted(SHOW_PAIR)
    return locked, seat


def _audiences() -> list[tuple[str, UUID]]:
    return [(choice.audience, choice.audience_id) for choice in audiences.choices()]


def _made(
    pair: Pair,
    seat: Seat,
    audience: str,
    audience_id: UUID,
    wanted: Iterable[Pick],
    *,
    valid_to: datetime | None = None,
    reason: str = "",
) -> Surfacing:
    if Seat.objects.filter(pair=pair, left_at__isnull=True).count() < 2:
        raise _refusal("partner_missing")
    if Surfacing.objects.filter(
        pair=pair, audience=audience, audience_id=audience_id, state=Surfacing.State.OPEN
    ).exists():
        raise _refusal("already_open")
    if code := policy.refusal_of_date(audience, valid_to, queries.circumstances_of(pair)):
        raise _refusal(code)
    made = Surfacing.objects.create(
        pair=pair,
        audience=audience,
        audience_id=audience_id,
        open_from_start=bool(reason),
        reason=reason,
        made_by=seat,
        made_at=clock.now(),
        valid_to=valid_to,
    )
    SurfacingItem.objects.bulk_create(
        SurfacingItem(pair=pair, surfacing=made, row_class=pick.row_class, item_id=pick.item_id) for pick in wanted
    )
    made.package_hash = str(ask_one("package_hash_of", made.pk))
    made.save(update_fields=["package_hash"])
    audit.record("surfacing.proposed", subject=made, pair=pair.pk, audience=audience)
    return made
