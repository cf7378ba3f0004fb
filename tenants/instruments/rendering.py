"""Rounds in words and pictures: a sentence first, then the numbers. Nothing here ranks anybody."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from rollout.kernel import charts
from rollout.kernel.dates import date_format
from rollout.kernel.files import csv_safe
from tenants.instruments import queries, reading
from tenants.instruments.definition import HUNDRED, Said, Scale, Scoring
from tenants.instruments.models import Round
from tenants.pairs.rendering import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from rollout.kernel.charts import Figure
    from rollout.kernel.files import Cell
    from tenants.instruments.definition import Definition, ItemWords, Words
    from tenants.instruments.models import Answer, Remark
    from tenants.instruments.queries import Definitions, HowWeAre
    from tenants.members.models import Member
    from tenants.pairs.models import Pair
    from tenants.pairs.queries import Sides

State = Round.State
NO_START = gettext_lazy("There is no start with the same questions to compare it with.")
_COLOURS = {State.OPEN: "yellow", State.REVEALED: "green", State.KEPT: "blue", State.CLOSED: "grey"}


def number(value: float) -> str:
    """A number with at most one digit after the point, as people here write it."""
    rounded = round(value, 1)
    return str(localize(int(rounded) if rounded == int(rounded) else rounded))


def words_of(definition: Definition) -> Words:
    """The texts of an instrument in the reader's language."""
    return definition.in_language(get_language())


@dataclass(frozen=True, slots=True)
class Sheet:
    """An instrument's texts in one language: for a preview, or for paper."""

    language: str
    title: str
    intro: str
    items: Sequence[ItemWords]
    codes: Sequence[str]


def sheet_of(definition: Definition, language: str) -> Sheet:
    """The texts of a definition in a language, its items in their order."""
    words = definition.in_language(language)
    items = [words.items[key] for key in definition.items]
    return Sheet(language, words.title, words.intro, items, [words.codes[code] for code in definition.codes])


def instrument_table(found: Iterable[Definition]) -> tuple[list[str], list[list[object]]]:
    """Every version of every instrument, with a way to begin a new one from it."""
    columns = [_("Instrument"), _("Name in the data"), _("Questions"), _("Languages"), _("Read by"), _("Licence")]
    add = reverse("instruments:add")
    rows: list[list[object]] = [
        [
            {"text": words_of(one).title, "url": f"{add}?from={one.code}.{one.version}"},
            f"{one.code} {one.version}",
            str(len(one.items)),
            ", ".join(one.words),
            _("Its author alone") if one.is_private else _("Both, at once"),
            one.licence,
        ]
        for one in sorted(found, key=lambda one: one.key)
    ]
    return columns, rows


def title_of(asked: Round, known: Definitions) -> str:
    """What people call the instrument of a round."""
    definition = known.get((asked.code, asked.version))
    return words_of(definition).title if definition else asked.code


def tag_of(asked: Round, *, answered: bool) -> Tag:
    """The state in words. Of the partner it tells nothing before both have answered."""
    state = queries.state_now(asked)
    if state == State.OPEN:
        return Tag(_("You have answered") if answered else _("The round is open"), _COLOURS[state])
    return Tag(str(state.label), _COLOURS[state])


def line_of(asked: Any, known: Definitions) -> dict[str, Any]:
    """A round in a list, with its occasion or what it is about."""
    tag = tag_of(asked, answered=asked.answered)
    detail = asked.about or asked.get_occasion_display()
    return {
        "title": title_of(asked, known),
        "url": reverse("instruments:round", args=[asked.pair_id, asked.pk]),
        "detail": f"{detail}, {date_format(asked.opened_at, 'DATE_FORMAT')}",
        "tag": tag.label,
        "tag_colour": tag.colour,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """The answers of a round as one of the two reads them: mine, my partner's where both are open, and their names."""

    mine: Said | None
    partners: Said | None
    partner_name: str

    @property
    def all(self) -> list[Said]:
        return [said for said in (self.mine, self.partners) if said is not None]


def told_in(asked: Round, answers: Mapping[UUID, Answer], member: Member, pair: Pair) -> Told:
    """Who answered what, out of the answers that may be read. Asks the database nothing."""
    seats = {seat.pk: seat for seat in pair.seats.all()}
    mine = partners = None
    name = ""
    for pk in filter(None, (asked.citizen_seat_id, asked.professional_seat_id)):
        answer, seat = answers.get(pk), seats.get(pk)
        if seat is not None and seat.member_id == member.pk:
            mine = queries.said_in(answer) if answer else None
        else:
            partners = queries.said_in(answer) if answer else None
            name = seat.member.name if seat else ""
    return Told(mine, partners, name or _("Your partner"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a round says: sentences, a picture of the numbers, and the table with the start beside it."""

    sentences: Sequence[str]
    figure: Figure | None = None
    columns: Sequence[object] = ()
    rows: Sequence[Sequence[object]] = ()
    lines: Sequence[Mapping[str, str]] = field(default_factory=tuple)

    @property
    def more(self) -> Sequence[str]:
        """The sentences that are not the finding of the picture."""
        return self.sentences[2:]


def reading_of(definition: Definition, told: Told, start: Told | None) -> Reading:
    """The answers that may be read, in words first."""
    words = words_of(definition)
    sentences = [*_findings(definition, words, told, start), *_felt_heard(told)]
    columns, rows = _table(definition, words, told, start)
    figure = _figure(definition, words, told, start, columns, rows, sentences)
    return Reading(sentences, figure, columns, rows, _lines(definition, words, told))


def _findings(definition: Definition, words: Words, told: Told, start: Told | None) -> list[str]:
    found: list[str] = []
    scores = [score for said in told.all if (score := reading.score(definition, said)) is not None]
    before = [score for said in (start.all if start else ()) if (score := reading.score(definition, said)) is not None]
    if scores and before:
        sentence = _("Now it is %(now)s of %(most)s on average. At the start it was %(start)s.")
        found.append(sentence % _numbers(now=fmean(scores), most=definition.most, start=fmean(before)))
    elif scores:
        sentence = _("It is %(now)s of %(most)s on average.")
        found.append(sentence % _numbers(now=fmean(scores), most=definition.most))
    if definition.scoring == Scoring.CHANGE:
        found += _power(definition, told, start)
    if told.mine is None or told.partners is None:
        return found
    if definition.scoring == Scoring.BALANCE:
        found += [
            _("%(name)s: %(balance)s of 100 towards half and half. Your guesses lie %(gap)s apart.")
            % {"name": words.items[one.item].name, **_numbers(balance=one.balance * 100, gap=one.gap)}
            for one in reading.shared(definition, told.mine, told.partners)
        ]
        return found
    gaps = reading.gaps(definition, told.mine, told.partners)
    if widest := reading.widest(gaps):
        sentence = _("You see “%(name)s” most differently: you say %(mine)s, %(partner)s says %(partners)s.")
        named = {"name": words.items[widest.item].name, "partner": told.partner_name}
        found.append(sentence % {**named, **_numbers(mine=widest.mine, partners=widest.partners)})
    elif gaps:
        found.append(_("You both gave the same answers."))
    return found


def _power(definition: Definition, told: Told, start: Told | None) -> list[str]:
    now = reading.averaged(definition, told.all)
    if not now:
        return []
    before = reading.averaged(definition, start.all) if start else {}
    sentence = _("Of 100, %(now)s lies on the side of the patient, citizen or third-sector leader, on average.")
    found = [sentence % _numbers(now=fmean(now.values()))]
    if before:
        found.append(_("At the start it was %(start)s.") % _numbers(start=fmean(before.values())))
    return found


def _felt_heard(told: Told) -> list[str]:
    found = []
    if told.mine and told.mine.felt_heard is not None:
        found.append(_("You felt heard: %(number)s of 5.") % _numbers(number=told.mine.felt_heard))
    if told.partners and told.partners.felt_heard is not None:
        sentence = _("%(name)s felt heard: %(number)s of 5.")
        found.append(sentence % {"name": told.partner_name, **_numbers(number=told.partners.felt_heard)})
    return found


def _numbers(**values: float) -> dict[str, str]:
    return {name: number(value) for name, value in values.items()}


def _table(
    definition: Definition, words: Words, told: Told, start: Told | None
) -> tuple[list[object], list[list[object]]]:
    """Item by item: mine, my partner's, how far apart, and the start."""
    sides = [(_("You"), told.mine), (told.partner_name, told.partners)]
    if start:
        sides += [(_("You at the start"), start.mine), (_("Your partner at the start"), start.partners)]
    shown = [(label, said) for label, said in sides if said is not None and said.values]
    is_gap = told.mine is not None and told.partners is not None and definition.scale != Scale.CODES
    gaps = {gap.item: gap.size for gap in reading.gaps(definition, told.mine or Said(), told.partners or Said())}
    columns: list[object] = [_("Question"), *({"label": label, "number": True} for label, _said in shown)]
    if is_gap and gaps:
        columns.append({"label": _("Apart"), "number": True})
    rows = []
    for key in definition.items:
        row: list[object] = [words.items[key].name]
        row += [_value(words, said.values.get(key)) for _label, said in shown]
        if is_gap and gaps:
            row.append(number(gaps[key]) if key in gaps else "")
        rows.append(row)
    return columns, rows if shown else []


def _value(words: Words, value: int | str | None) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, int) else words.codes.get(value, value)


def _figure(
    definition: Definition, words: Words, told: Told, start: Told | None, columns: Sequence[object],
    rows: Sequence[Sequence[object]], sentences: Sequence[str],
) -> Figure | None:  # fmt: skip
    now = reading.averaged(definition, told.all)
    if not now or definition.scale == Scale.CODES:
        return None
    before = reading.averaged(definition, start.all) if start else {}
    finding, title = " ".join(sentences[:2]), words.title
    if definition.scale in HUNDRED:
        series = (_("Patient, citizen or third-sector leader"), _("Professional"))
        bars = [
            charts.StackedRow(words.items[key].name, (round(value), 100 - round(value))) for key, value in now.items()
        ]
        svg = charts.stacked_bar(bars, series, title=title, description=finding)
    else:
        svg = charts.horizontal_bar(
            [
                charts.Bar(
                    words.items[key].name,
                    round(value, 1),
                    _("At the start: %(start)s") % _numbers(start=before[key]) if key in before else "",
                )
                for key, value in now.items()
            ],
            title=title,
            description=finding,
        )
    return charts.Figure(svg, finding, title, tuple(columns), tuple(map(tuple, rows)))


def _lines(definition: Definition, words: Words, told: Told) -> list[dict[str, str]]:
    sides = ((_("You"), told.mine), (told.partner_name, told.partners))
    return [
        {"item": words.items[key].name, "name": name, "text": said.lines[key]}
        for key in definition.items
        for name, said in sides
        if said is not None and key in said.lines
    ]


def remark_lines(remarks: Iterable[Remark], pair: Pair) -> list[dict[str, Any]]:
    """What the two added, with who and when."""
    names = {seat.pk: seat.member.name for seat in pair.seats.all()}
    return [{"name": names.get(one.seat_id, ""), "text": one.text, "made_at": one.made_at} for one in remarks]


def how_we_are(told: HowWeAre) -> str:
    """The last check-in in one sentence, for the home page."""
    words = {"on": date_format(told.read_at, "DATE_FORMAT"), **_numbers(now=told.now, most=told.most)}
    if told.at_start is None:
        sentence = _("Check-in of %(on)s: %(now)s of %(most)s on average.") % words
        return sentence if told.is_start else f"{sentence} {NO_START}"
    sentence = _("Check-in of %(on)s: %(now)s of %(most)s on average. At the start it was %(start)s.")
    return sentence % {**words, **_numbers(start=told.at_start)}


def helped_lines(answers: Iterable[Answer], helped: set[UUID], sides: Sides) -> list[str]:
    """Whose answer was typed by a helper, one's own first."""
    whose = {answer.seat_id for answer in answers if answer.pk in helped}
    found = [_("Your answer was typed with help.")] if sides.mine and sides.mine.pk in whose else []
    others = [seat.member.name for seat in (sides.partner, *sides.former) if seat and seat.pk in whose]
    return found + [_("The answer of %(name)s was typed with help.") % {"name": name} for name in others]


# One's own answers, to take along


def answers_csv(answers: Iterable[Answer]) -> bytes:
    """Answers that came with their rounds as a table, a line for each item."""
    rows: list[list[Cell]] = [["instrument", "version", "occasion", "about", "given_at", "item", "value", "line"]]
    for answer in answers:
        asked, said = answer.round, queries.said_in(answer)
        head: list[Cell] = [asked.code, asked.version, asked.occasion, asked.about, answer.given_at]
        rows += [[*head, key, value, said.lines.get(key, "")] for key, value in said.values.items()]
        if said.felt_heard is not None:
            rows.append([*head, "felt_heard", said.felt_heard, ""])
    return csv_safe(rows)


def answers_json(answers: Iterable[Answer], helped: set[UUID]) -> bytes:
    """The same as data: each answer as programs get it, with what was asked."""
    rows = []
    for answer in answers:
        asked, said = answer.round, queries.said_in(answer)
        rows.append(
            {
                "id": answer.pk, "pair": answer.pair_id, "round": answer.round_id, "seat": answer.seat_id,
                "instrument": asked.code, "version": asked.version, "occasion": asked.occasion, "about": asked.about,
                "keeps_sealed": answer.keeps_sealed, "given_at": timezone.localtime(answer.given_at).isoformat(),
                "values": said.values, "lines": said.lines, "felt_heard": said.felt_heard,
                "assisted": answer.pk in helped,
            }
        )  # fmt: skip
    return json.dumps(rows, default=str, ensure_ascii=False, indent=1).encode(errors="replace")
