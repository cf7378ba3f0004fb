"""One instrument over time: each version apart, because other questions give other answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from rollout.kernel import charts
from rollout.kernel.dates import date_format
from tenants.instruments import reading
from tenants.instruments.definition import Scoring
from tenants.instruments.rendering import number, told_in, words_of
from tenants.instruments.written import LATELY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from rollout.kernel.charts import Figure
    from tenants.instruments.definition import Definition, Words
    from tenants.instruments.models import Answer, Round
    from tenants.instruments.queries import Definitions
    from tenants.instruments.rendering import Told
    from tenants.instruments.written import Written
    from tenants.members.models import Member
    from tenants.pairs.models import Pair


MOST_LINES = 4
"""More would not be told apart in a picture; the table has them all."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One round on its day."""

    day: str
    told: Told


@dataclass(frozen=True, slots=True)
class Trend:
    """One version of an instrument over time."""

    title: str
    version: int
    sentences: Sequence[str]
    figure: Figure | None = None
    columns: Sequence[object] = ()
    rows: Sequence[Sequence[object]] = field(default_factory=tuple)
    heard_columns: Sequence[object] = ()
    heard_rows: Sequence[Sequence[object]] = field(default_factory=tuple)


class WrittenLately(NamedTuple):
    """What the two have written for each other lately: a finding, and the numbers behind it."""

    sentence: str
    columns: Sequence[object]
    rows: Sequence[Sequence[object]]


def trends_of(
    rounds: Sequence[Round], answers: Mapping[UUID, Mapping[UUID, Answer]], known: Definitions, member: Member,
    pair: Pair,
) -> list[Trend]:  # fmt: skip
    """A trend for each version, the latest version first. Asks the database nothing."""
    found = []
    for version, of_version in groupby(rounds, key=lambda asked: asked.version):
        asked = list(of_version)
        definition = known.get((asked[0].code, version))
        if definition is None:
            continue
        moments = [
            Moment(date_format(one.ended_at or one.opened_at, "SHORT_DATE_FORMAT"), told)
            for one in asked
            if (told := told_in(one, answers.get(one.pk, {}), member, pair)).all
        ]
        if moments:
            found.append(_trend(definition, words_of(definition), moments))
    return found[::-1]


def _trend(definition: Definition, words: Words, moments: Sequence[Moment]) -> Trend:
    make = {Scoring.MEAN: _means, Scoring.BALANCE: _voices, Scoring.CHANGE: _power}.get(definition.scoring, _plain)
    return make(definition, words, moments)


def _means(definition: Definition, words: Words, moments: Sequence[Moment]) -> Trend:
    mine = [_score(definition, moment, is_mine=True) for moment in moments]
    partners = [_score(definition, moment, is_mine=False) for moment in moments]
    name = moments[-1].told.partner_name
    lines = [(_("You"), mine), *([(name, partners)] if any(value is not None for value in partners) else [])]
    sentences = _movement([fmean(_known(pair)) for pair in zip(mine, partners, strict=True) if _known(pair)])
    return _as_trend(definition, words, moments, lines, sentences)


def _score(definition: Definition, moment: Moment, *, is_mine: bool) -> float | None:
    said = moment.told.mine if is_mine else moment.told.partners
    found = reading.score(definition, said) if said else None
    return None if found is None else round(found, 1)


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _movement(means: Sequence[float]) -> list[str]:
    if len(means) < 2:
        return [_("There is one round so far. A second one shows which way it goes.")]
    words = {"first": number(means[0]), "last": number(means[-1])}
    return [_("It was %(first)s on average at first, and is %(last)s now.") % words]


def _voices(definition: Definition, words: Words, moments: Sequence[Moment]) -> Trend:
    """How evenly voices were shared over several meetings. One meeting alone says nothing."""
    both = [
        (moment, {one.item: one for one in reading.shared(definition, moment.told.mine, moment.told.partners)})
        for moment in moments
        if moment.told.mine and moment.told.partners
    ]
    shared = [(moment, items) for moment, items in both if items]
    name = moments[-1].told.partner_name
    heard = [
        (moment.day, *(_felt(said) for said in (moment.told.mine, moment.told.partners)))
        for moment in moments
        if any(said.felt_heard is not None for said in moment.told.all)
    ]
    more: dict[str, Any] = {"heard_columns": (_("Day"), _("You"), name), "heard_rows": tuple(heard)}
    if len(shared) < reading.ENOUGH_MEETINGS:
        sentence = _("Shares say something from %(needed)s meetings on. So far there are %(count)s.")
        said = sentence % {"needed": number(reading.ENOUGH_MEETINGS), "count": number(len(shared))}
        return Trend(words.title, definition.version, [said], **more)
    lines = [
        (words.items[key].name, [round(items[key].balance * 100) if key in items else None for _m, items in shared])
        for key in definition.items
    ]
    average = fmean(one.balance * 100 for _moment, items in shared for one in items.values())
    apart = fmean(one.gap for _moment, items in shared for one in items.values())
    sentences = [
        _("Over these meetings it was %(balance)s of 100 towards half and half.") % {"balance": number(average)},
        _("Your guesses lie %(gap)s apart on average.") % {"gap": number(apart)},
        _("It is about meetings, not about who is better. No single meeting has to be even."),
    ]
    trend = _as_trend(definition, words, [moment for moment, _items in shared], lines, sentences)
    columns = (*trend.columns, {"label": _("Guesses apart"), "number": True})
    rows = tuple(
        (*row, number(fmean(one.gap for one in items.values())))
        for row, (_moment, items) in zip(trend.rows, shared, strict=True)
    )
    return Trend(trend.title, trend.version, sentences, trend.figure, columns, rows, **more)


def written_lately(found: Mapping[UUID, Written], pair: Pair, member: Member) -> WrittenLately:
    """How much each of the two has written, as a sentence and a table."""
    seats = [seat for seat in pair.seats.all() if seat.pk in found]
    names = {seat.pk: _("You") if seat.member_id == member.pk else seat.member.name for seat in seats}
    whole = sum(one.characters for one in found.values())
    shares = {seat: round(100 * one.characters / whole) if whole else 0 for seat, one in found.items()}
    mine = next((shares[seat.pk] for seat in seats if seat.member_id == member.pk), 0)
    days = {"days": number(LATELY.days)}
    if whole:
        sentence = _("Of all that you two wrote here in the last %(days)s days, %(share)s of 100 characters are yours.")
    else:
        sentence = _("You two have written nothing here in the last %(days)s days.")
    columns = (_("Who"), *({"label": label, "number": True} for label in (_("Things"), _("Characters"), _("Of 100"))))
    rows = tuple(
        (names[seat.pk], number(found[seat.pk].items), number(found[seat.pk].characters), number(shares[seat.pk]))
        for seat in sorted(seats, key=lambda seat: seat.member_id != member.pk)
    )
    return WrittenLately(sentence % {**days, "share": number(mine)}, columns, rows if whole else ())


def _felt(said: object) -> str:
    felt = getattr(said, "felt_heard", None)
    return "" if felt is None else number(felt)


def _power(definition: Definition, words: Words, moments: Sequence[Moment]) -> Trend:
    """Which way power has moved, from three dated maps on."""
    maps = [reading.averaged(definition, moment.told.all) for moment in moments]
    changes = reading.change(definition, maps)
    lines: list[tuple[str, list[float | None]]] = [
        (words.items[key].name, [round(one[key], 1) if key in one else None for one in maps])
        for key in definition.items
    ]
    if changes is None:
        sentence = _("A change can be read from %(needed)s maps on. So far there are %(count)s.")
        sentences = [sentence % {"needed": number(reading.ENOUGH_MAPS), "count": number(len(maps))}]
    else:
        sentences = [_moved(words.items[key].name, by) for key, by in changes.items() if round(by)]
        sentences = sentences or [_("Nothing has moved since the first map.")]
    overall = [round(fmean(one.values()), 1) if one else None for one in maps]
    side = _("Patient, citizen or third-sector leader")
    trend = _as_trend(definition, words, moments, [(side, overall)], sentences)
    columns = (_("Day"), *({"label": label, "number": True} for label, _values in lines))
    rows = tuple(
        (moment.day, *("" if values[at] is None else number(values[at] or 0) for _label, values in lines))
        for at, moment in enumerate(moments)
    )
    return Trend(trend.title, trend.version, sentences, trend.figure, columns, rows)


def _moved(name: str, by: float) -> str:
    if by > 0:
        sentence = _("%(name)s: %(by)s of 100 have moved to the side of the patient, citizen or third-sector leader.")
    else:
        sentence = _("%(name)s: %(by)s of 100 have moved to the side of the professional.")
    return sentence % {"name": name, "by": number(abs(by))}


def _plain(definition: Definition, words: Words, moments: Sequence[Moment]) -> Trend:
    return Trend(words.title, definition.version, [_("These answers are not counted. Read them round by round.")])


def _as_trend(
    definition: Definition, words: Words, moments: Sequence[Moment],
    lines: Sequence[tuple[str, Sequence[float | None]]], sentences: Sequence[str],
) -> Trend:  # fmt: skip
    columns = (_("Day"), *({"label": label, "number": True} for label, _values in lines))
    rows = tuple(
        (moment.day, *("" if (value := values[at]) is None else number(value) for _label, values in lines))
        for at, moment in enumerate(moments)
    )
    figure = None
    if len(moments) > 1:
        drawn = [charts.Line(label, tuple(values)) for label, values in lines[:MOST_LINES]]
        finding = " ".join(sentences)
        svg = charts.run_chart(drawn, [one.day for one in moments], title=words.title, description=finding)
        figure = charts.Figure(svg, finding, words.title, columns, rows)
    return Trend(words.title, definition.version, sentences, figure, columns, rows)
