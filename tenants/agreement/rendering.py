"""How working together stands, in words and pictures, for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.kernel import clock
from rollout.kernel.charts import Figure, Line, run_chart
from rollout.kernel.dates import date_format
from tenants.agreement import policy, queries
from tenants.agreement.models import STANDING, HoursGiven, NeedShare, SharedLine, State, TimeAgreement
from tenants.agreement.needs import CHANGES, Kind
from tenants.agreement.policy import Act
from tenants.members.models import Side
from tenants.pairs.rendering import Tag
from tenants.projects.rendering import Keys
from tenants.projects.rendering import keys_of as _keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tenants.agreement.models import (
        CommunicationNeed,
        LineReason,
        Principle,
        PrincipleVersion,
        Review,
    )
    from tenants.pairs.models import Pair
    from tenants.pairs.queries import Sides

MONTHS = 12
_COLOURS = {
    State.BLANK: "grey",
    State.PROPOSED: "yellow",
    State.CONTESTED: "orange",
    State.AGREED: "green",
    State.FORMER: "yellow",
    State.WITHDRAWN: "grey",
    State.REPLACED: "grey",
}
HINTS = {
    SharedLine.Topic.PURPOSE: gettext_lazy("Why do we do this together?"),
    SharedLine.Topic.AMBITION: gettext_lazy("How far do we want to get?"),
    SharedLine.Topic.LEADERSHIP: gettext_lazy("How do we lead together, each in our own way?"),
    SharedLine.Topic.OWNERSHIP: gettext_lazy("What belongs to both of us?"),
    SharedLine.Topic.RESPONSIBILITY: gettext_lazy(
        "What does each of us answer for, and what do we answer for together?"
    ),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text that two people sign, ready to show: how it stands, who has signed, and what can be done."""

    row: Any
    tag: Tag
    note: str
    keys: Keys
    may_sign: bool
    shows_keys: bool


def text_of(row: Any, sides: Sides, table: policy.Table) -> Text:
    """A line, a wording of a principle or a time agreement. Asks the database nothing."""
    keys = _keys_of(row, sides)
    return Text(
        row=row,
        tag=Tag(str(State(row.state).label), _COLOURS[State(row.state)]),
        note=_note(row),
        keys=keys,
        may_sign=policy.may(table, row.state, Act.SIGN) and not keys.mine,
        shows_keys=row.state in queries.OPEN or row.state == State.AGREED,
    )


def _note(row: Any) -> str:
    if row.state == State.FORMER:
        return _("Agreed with %(name)s. Sign it again, both of you.") % {"name": row.agreed_with.member.name}
    if row.state == State.AGREED:
        return _("Agreed on %(date)s.") % {"date": date_format(row.agreed_at, "DATE_FORMAT")}
    if row.state == State.CONTESTED:
        return _("Talk about it. Then write it again, or put it forward as it is.")
    if row.state == State.WITHDRAWN:
        words = _("No longer agreed since %(date)s. You can write it again when you are ready.")
        return words % {"date": date_format(row.ended_at, "DATE_FORMAT")}
    return ""


@dataclass(frozen=True, slots=True)
class Card:
    """One of the five, written or blank."""

    topic: str
    title: str
    hint: str
    text: Text | None
    may_contest: bool


def canvas(lines: Iterable[SharedLine], sides: Sides) -> list[Card]:
    """All five, in their order, whether they are written or not."""
    written = {line.topic: line for line in lines}
    return [card_of(topic, written.get(topic), sides) for topic in SharedLine.Topic]


def card_of(topic: str, line: SharedLine | None, sides: Sides) -> Card:
    """One of the five."""
    known = SharedLine.Topic(topic)
    return Card(
        topic=known.value,
        title=str(known.label),
        hint=str(HINTS[known]),
        text=text_of(line, sides, policy.LINE) if line else None,
        may_contest=line is not None and policy.may(policy.LINE, line.state, Act.CONTEST),
    )


def reason_lines(reasons: Iterable[LineReason], line: SharedLine, pair: Pair) -> list[dict[str, Any]]:
    """Why a line is contested, each partner in their own words; and whether the text is another one now."""
    names = {seat.pk: seat.member.name for seat in pair.seats.all()}
    return [
        {
            "name": names.get(reason.seat_id, ""),
            "text": reason.text,
            "given_at": reason.given_at,
            "is_earlier": reason.content_hash != line.content_hash,
        }
        for reason in reasons
    ]


def standing(principle: Principle) -> PrincipleVersion | None:
    """The wording that both signed once and that stands."""
    return next((version for version in principle.versions.all() if version.state in STANDING), None)


def waiting(principle: Principle) -> PrincipleVersion | None:
    """The wording that waits for both keys."""
    return next((version for version in principle.versions.all() if version.state == State.PROPOSED), None)


def leading(principle: Principle) -> PrincipleVersion:
    """The wording under which a principle is listed: what stands, else what waits, else the newest."""
    return standing(principle) or waiting(principle) or principle.versions.all()[0]


def state_of(principle: Principle) -> str:
    """How a principle stands: as its leading wording does."""
    return leading(principle).state


def principle_line(principle: Principle, sides: Sides) -> dict[str, Any]:
    """A principle in the list."""
    version = leading(principle)
    text = text_of(version, sides, policy.VERSION)
    detail = text.note
    if is_due(version):
        detail = _("You have not looked at it together since %(date)s.") % {
            "date": date_format(version.looked_at, "DATE_FORMAT")  # type: ignore[attr-defined]
        }
    return {
        "title": version.title,
        "url": reverse("agreement:principle", args=[principle.pair_id, principle.pk]),
        "detail": detail,
        "tag": text.tag.label,
        "tag_colour": text.tag.colour,
    }


def is_due(version: PrincipleVersion) -> bool:
    """Whether an agreed wording from `queries.versions_for` was not looked at for too long."""
    looked_at = getattr(version, "looked_at", None)
    return version.state == State.AGREED and looked_at is not None and looked_at < queries.due_before()


def review_lines(reviews: Iterable[Review]) -> list[dict[str, Any]]:
    """Looks at a principle with what each said."""
    return [
        {
            "opened_at": review.opened_at,
            "is_closed": review.closed_at is not None,
            "answers": [
                {"name": answer.seat.member.name, "answer": answer.get_answer_display(), "text": answer.text}
                for answer in review.answers.all()
            ],
        }
        for review in reviews
    ]


def time_rows(agreement: TimeAgreement) -> list[dict[str, Any]]:
    """What a time agreement says, for components/summary_list.html."""
    hours = _("%(hours)s hours in a month")
    protected = _("protected working time") if agreement.is_protected else _("not protected")
    paid = _("paid") if agreement.is_paid else _("not paid")
    told = (
        (Side.PROFESSIONAL, agreement.hours_professional, protected),
        (Side.CITIZEN, agreement.hours_citizen, paid),
    )
    return [
        {"key": _("Since"), "value": date_format(agreement.since, "DATE_FORMAT")},
        *(
            {"key": str(side.label), "value": f"{hours % {'hours': localize(number.normalize())}}, {how}"}
            for side, number, how in told
        ),
    ]


def figures_of(agreements: Sequence[TimeAgreement], given: Sequence[HoursGiven]) -> list[Figure]:
    """Agreed and given hours, month by month, one picture for each side. Nothing is judged."""
    months = _months(agreements, given)
    if not months:
        return []
    return [_figure(side, months, agreements, given) for side in (Side.CITIZEN, Side.PROFESSIONAL)]


def _months(agreements: Sequence[TimeAgreement], given: Sequence[HoursGiven]) -> list[date]:
    this = clock.today().replace(day=1)
    begun = [agreement.since.replace(day=1) for agreement in agreements if agreement.agreed_at is not None]
    known = [month for month in (*begun, *(one.month for one in given)) if month <= this]
    if not known:
        return []
    count = min(MONTHS, (this.year - min(known).year) * 12 + this.month - min(known).month + 1)
    return [policy.back(this, index) for index in reversed(range(count))]


def _figure(
    side: Side, months: Sequence[date], agreements: Sequence[TimeAgreement], given: Sequence[HoursGiven]
) -> Figure:
    held = [policy.held_in(month, agreements) for month in months]
    agreed = [_hours_of(agreement, side) for agreement in held]
    own = [one for one in given if one.seat.side == side]
    counted = [_sum(one.hours for one in own if one.month == month) for month in months]
    covered = [_sum(one.hours for one in own if one.month == month and one.is_covered) for month in months]
    names = [date_format(month, "YEAR_MONTH_FORMAT") for month in months]
    both = [(a, c) for a, c in zip(agreed, counted, strict=True) if a is not None and c is not None]
    words = (
        _("%(side)s: %(given)s hours given and %(agreed)s hours agreed, in the months that have both.")
        if both
        else _("%(side)s: no month has both agreed and given hours yet.")
    )
    finding = words % {
        "side": side.label,
        "given": localize(_plain(sum(c for _a, c in both))),
        "agreed": localize(_plain(sum(a for a, _c in both))),
    }
    title = _("Hours in a month: %(side)s") % {"side": side.label}
    lines = (Line(_("As agreed"), tuple(agreed)), Line(_("Given"), tuple(counted)))
    covered_word = _("Of these paid") if side == Side.CITIZEN else _("Of these protected")
    return Figure(
        svg=run_chart(lines, [f"{month:%m/%y}" for month in months], title=title, description=finding,
                      unit=_("hours")),
        finding=finding,
        caption=title,
        columns=(
            _("Month"),
            {"label": _("As agreed"), "number": True},
            {"label": _("Given"), "number": True},
            {"label": covered_word, "number": True},
        ),
        rows=tuple(
            (name, *(_("none noted") if value is None else localize(value) for value in values))
            for name, *values in zip(names, agreed, counted, covered, strict=True)
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimeOfSide:
    """The hours of one side over the months shown: agreed and given, each with what of it is paid or protected."""

    side: Side
    agreed_covered: float
    agreed_open: float
    given_covered: float
    given_open: float


def time_of_sides(agreements: Sequence[TimeAgreement], given: Sequence[HoursGiven]) -> list[TimeOfSide]:
    """Both sides beside each other. What is not paid or protected is given all the same, and shown as such."""
    months = _months(agreements, given)
    found = []
    for side in (Side.CITIZEN, Side.PROFESSIONAL) if months else ():
        held = [agreement for month in months if (agreement := policy.held_in(month, agreements))]
        planned = [(_is_covered(agreement, side), _hours_of(agreement, side) or 0) for agreement in held]
        actual = [(one.is_covered, one.hours) for one in given if one.seat.side == side and one.month in months]
        sums = [_plain(sum(n for is_so, n in rows if is_so is covered))
                for rows in (planned, actual) for covered in (True, False)]  # fmt: skip
        found.append(TimeOfSide(side, *sums))
    return found


def time_in_words(sides: Sequence[TimeOfSide]) -> dict[str, Any]:
    """The same in a sentence for each side, and as a table."""
    sentences = {
        Side.CITIZEN: _("%(side)s: %(covered)s of the hours given were paid, and %(open)s were not."),
        Side.PROFESSIONAL: _("%(side)s: %(covered)s of the hours given were protected, and %(open)s were not."),
    }
    return {
        "sentences": [
            sentences[one.side]
            % {"side": one.side.label, "covered": localize(one.given_covered), "open": localize(one.given_open)}
            for one in sides
        ],
        "columns": [
            _("Side"),
            {"label": _("Agreed, paid or protected"), "number": True},
            {"label": _("Agreed, not paid or protected"), "number": True},
            {"label": _("Given, paid or protected"), "number": True},
            {"label": _("Given, not paid or protected"), "number": True},
        ],
        "rows": [
            [str(one.side.label),
             *(localize(n) for n in (one.agreed_covered, one.agreed_open, one.given_covered, one.given_open))]
            for one in sides
        ],
    }  # fmt: skip


def _is_covered(agreement: TimeAgreement, side: Side) -> bool:
    return agreement.is_paid if side == Side.CITIZEN else agreement.is_protected


def _hours_of(agreement: TimeAgreement | None, side: Side) -> float | None:
    if agreement is None:
        return None
    return _plain(agreement.hours_citizen if side == Side.CITIZEN else agreement.hours_professional)


def _sum(values: Iterable[Any]) -> float | None:
    found = list(values)
    return _plain(sum(found)) if found else None


def _plain(number: Any) -> float:
    """A number for a picture and its table: 4 and 6.5, never 4.0."""
    return int(number) if number == int(number) else round(float(number), 2)


def need_words(need: CommunicationNeed) -> str:
    """A need as its person and their partner read it."""
    if need.kind == Kind.CHANNEL:
        words = _("Reach me: %(how)s") % {"how": need.get_channel_display().lower()}
        return f"{words} ({need.detail})" if need.detail else words
    if need.kind == Kind.OTHER:
        return need.detail
    label = need.get_kind_display()
    return f"{label}: {need.detail}" if need.detail else label


def access_line(shares: Iterable[NeedShare]) -> list[tuple[str, str]]:
    """Whose access needs a meeting has to prepare for: name and words, from `queries.access_needs`."""
    return [(share.seat.member.name, need_words(share.need)) for share in shares]


def own_needs(needs: Iterable[CommunicationNeed], pair: Pair) -> list[dict[str, Any]]:
    """What one noted oneself, with what each changes, and whether this partner sees it."""
    return [
        {
            "need": need,
            "words": need_words(need),
            "changes": CHANGES[Kind(need.kind)].words,
            "is_shared": any(share.pair_id == pair.pk for share in need.shares.all()),
            "is_due": need.look_again_on <= clock.today(),
        }
        for need in needs
    ]
