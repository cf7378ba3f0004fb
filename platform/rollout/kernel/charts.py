"""Charts as small SVG text, the same on a page and in a PDF.

Pure functions of frozen data. Nothing is told by colour alone: every bar carries its number, every line its dash
pattern and its name, every segment its letter. Presentation attributes only, because the pages allow no inline style.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.formats import localize
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

WIDTH = 420
FONT = "Source Sans 3, Segoe UI, Arial, sans-serif"
SIZE = 17
SMALL = 16
LEADING = 20
ACROSS = 50
"""So many letters go beside each other. On a phone the drawing is scaled to four fifths, and is still read."""

_INK = "#1f2a30"
_QUIET = "#4b5a61"
_LINE = "#d9dedd"
_FILL = "#24505c"
_SERIES = (
    ("#24505c", "#ffffff"),
    ("#e3b04b", _INK),
    ("#7d9aa3", _INK),
    ("#8a3f5f", "#ffffff"),
    ("#e4e8e6", _INK),
)
_STROKES = (
    ("#24505c", ""),
    ("#8a3f5f", "7 4"),
    ("#8a5a00", "2 4"),
    ("#4b5a61", "10 3 2 3"),
)
_LETTERS = "ABCDE"
_AT_END = 15
"""So many letters fit beside the end of a line."""

Number = int | float
_End = tuple[float, list[str], str]
"""How high a line ends, what stands there, and its colour."""


@dataclass(frozen=True)
class Bar:
    """One bar. `value` None means that the number is not shown, which is not the same as zero."""

    label: str
    value: Number | None
    note: str = ""


@dataclass(frozen=True)
class StackedRow:
    """One stacked bar: a value for each series, in the order of the series."""

    label: str
    values: tuple[Number, ...]


@dataclass(frozen=True)
class Line:
    """One line of a run chart; None leaves a gap."""

    label: str
    values: tuple[Number | None, ...]


class StepState(Enum):
    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Step:
    """One step of a journey, with what is dated or missing under it."""

    label: str
    state: StepState
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart with the sentence that it shows and the table of its numbers, for components/figure.html."""

    svg: SafeString
    finding: str
    caption: str
    columns: tuple[object, ...]
    rows: tuple[tuple[object, ...], ...]
    source: str = ""


def horizontal_bar(bars: Sequence[Bar], *, title: str, description: str, unit: str = "") -> SafeString:
    """Bars under their labels, so that long labels stay readable on a phone."""
    longest = max((bar.value for bar in bars if bar.value is not None), default=0) or 1
    said = {bar: f"{localize(bar.value)} {unit}".strip() for bar in bars if bar.value is not None}
    room = min(320, WIDTH - 10 - 9 * max(map(len, said.values()), default=0))
    parts: list[str] = []
    y = 4
    for bar in bars:
        lines = _wrapped(bar.label, ACROSS)
        parts.append(_lines(lines, 0, y + SIZE))
        y += LEADING * len(lines) + 6
        if bar.value is None:
            parts.append(
                f'<rect x="0.5" y="{y}.5" width="110" height="21" fill="none" stroke="{_QUIET}"'
                ' stroke-dasharray="4 3"/>' + _text(8, y + 16, gettext("Not shown"), fill=_QUIET)
            )
        else:
            length = round(max(0, bar.value) / longest * room, 1)
            parts.append(
                f'<rect x="0" y="{y}" width="{max(length, 2)}" height="22" fill="{_FILL}"/>'
                + _text(max(length, 2) + 7, y + 16, said[bar], bold=True)
            )
        y += 22
        if bar.note:
            parts.append(_text(0, y + LEADING - 2, _wrapped(bar.note, ACROSS)[0], fill=_QUIET, size=SMALL))
            y += LEADING
        y += 14
    return _svg(parts, y, title=title, description=description)


def stacked_bar(rows: Sequence[StackedRow], series: Sequence[str], *, title: str, description: str) -> SafeString:
    """Rows split into at most five parts; a letter ties each part to the key above the bars."""
    if len(series) > len(_LETTERS) or any(len(row.values) != len(series) for row in rows):
        raise ValueError("a stacked bar has at most five series, and each row a value for each of them")
    parts: list[str] = []
    y = 4
    for letter, label, (fill, ink) in zip(_LETTERS, series, _SERIES, strict=False):
        parts.append(
            f'<rect x="0.5" y="{y}.5" width="22" height="20" fill="{fill}" stroke="{_INK}" stroke-width="0.5"/>'
            + _text(11, y + 16, letter, fill=ink, anchor="middle", bold=True)
            + _text(31, y + 16, _wrapped(label, ACROSS - 4)[0])
        )
        y += 26
    y += 8
    widest = max((sum(row.values) for row in rows), default=0) or 1
    for row in rows:
        lines = _wrapped(row.label, ACROSS)
        parts.append(_lines(lines, 0, y + SIZE))
        y += LEADING * len(lines) + 6
        x = 0.0
        for letter, value, (fill, ink) in zip(_LETTERS, row.values, _SERIES, strict=False):
            if value <= 0:
                continue
            length = value / widest * 360
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="26" fill="{fill}" stroke="#ffffff"/>')
            said = f"{letter} {localize(value)}"
            if length >= 9 * len(said) + 6:
                parts.append(_text(x + length / 2, y + 18, said, fill=ink, anchor="middle"))
            elif length >= 14:
                parts.append(_text(x + length / 2, y + 18, letter, fill=ink, anchor="middle"))
            x += length
        parts.append(_text(x + 7, y + 18, str(localize(sum(row.values))), bold=True))
        y += 44
    return _svg(parts, y, title=title, description=description)


def run_chart(
    lines: Sequence[Line],
    moments: Sequence[str],
    *,
    title: str,
    description: str,
    unit: str = "",
    level: tuple[str, Number] | None = None,
) -> SafeString:
    """Values over time, with dash patterns and the name of each line at its end.

    `level` draws a dotted line to compare with, under its own name: a target, or the value at the start.
    """
    if len(lines) > len(_STROKES) or any(len(line.values) != len(moments) for line in lines):
        raise ValueError("a run chart has at most four lines, and each a value or None for each moment")
    known = [value for line in lines for value in line.values if value is not None]
    top = _ceiling(max([*known, level[1] if level else 0], default=0))
    left, right, head, foot = 50, 290, 34 if unit else 14, 224 if unit else 204

    def across(index: int) -> float:
        return left + (right - left) * (index / (len(moments) - 1) if len(moments) > 1 else 0.5)

    def up(value: Number) -> float:
        return foot - (foot - head) * max(0, value) / top

    parts = [
        f'<path d="M{left} {up(mark):.1f}H{right}" stroke="{_LINE}"/>'
        + _text(left - 7, up(mark) + 5, _number(mark), fill=_QUIET, size=SMALL, anchor="end")
        for mark in (0, top / 2, top)
    ]
    if unit:
        parts.append(_text(0, 14, unit, fill=_QUIET, size=SMALL))
    step = max(1, math.ceil(len(moments) / 3))
    for index, moment in enumerate(moments):
        if index % step == 0:
            parts.append(
                _text(
                    across(index),
                    foot + 20,
                    moment,
                    fill=_QUIET,
                    size=SMALL,
                    anchor="middle",
                )
            )
    ends: list[_End] = []
    if level is not None:
        y = up(level[1])
        parts.append(f'<path d="M{left} {y:.1f}H{right}" stroke="{_QUIET}" stroke-dasharray="1 3"/>')
        ends.append((y, _ending(level[0], level[1]), _QUIET))
    for line, (stroke, dashes) in zip(lines, _STROKES, strict=False):
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        for stretch in _stretches(line.values):
            path = "L".join(f"{across(index):.1f} {up(value):.1f}" for index, value in stretch)
            parts.append(f'<path d="M{path}" fill="none" stroke="{stroke}" stroke-width="2.5"{dashed}/>')
            parts += [
                f'<circle cx="{across(index):.1f}" cy="{up(value):.1f}" r="3.5" fill="{stroke}"/>'
                for index, value in stretch
            ]
        last = next((value for value in reversed(line.values) if value is not None), None)
        if last is not None:
            ends.append((up(last), _ending(line.label, last), stroke))
    parts += [
        f"{_lines(label, right + 9, y + 5, fill=stroke, bold=True, size=SMALL, leading=17)}"
        for y, label, stroke in _spread(ends, head, foot)
    ]
    return _svg(parts, foot + 28, title=title, description=description)


def journey_strip(steps: Sequence[Step], *, title: str, description: str) -> SafeString:
    """Steps from top to bottom: a tick for done, a ring with a dot for now, an empty ring for ahead, and the word."""
    words = {
        StepState.DONE: gettext("Done"),
        StepState.NOW: gettext("Now"),
        StepState.AHEAD: gettext("Not yet"),
    }
    parts: list[str] = []
    y = 18
    previous: tuple[int, StepState] | None = None
    for step in steps:
        if previous:
            start, state = previous
            dashes = "" if state is StepState.DONE else ' stroke-dasharray="3 4"'
            parts.append(f'<path d="M16 {start + 13}V{y - 13}" stroke="{_FILL}" stroke-width="2"{dashes}/>')
        parts.append(_mark(step.state, y))
        lines = _wrapped(step.label, 34)
        parts.append(_lines(lines, 42, y + 5, bold=step.state is StepState.NOW))
        parts.append(
            _text(
                WIDTH - 2,
                y + 5,
                words[step.state],
                fill=_QUIET,
                size=SMALL,
                anchor="end",
            )
        )
        previous = (y, step.state)
        y += LEADING * len(lines)
        if step.note:
            notes = _wrapped(step.note, 48)
            parts.append(_lines(notes, 42, y + 4, fill=_QUIET, size=SMALL))
            y += LEADING * len(notes)
        y += 24
    return _svg(parts, y - 14, title=title, description=description)


def _mark(state: StepState, y: int) -> str:
    if state is StepState.DONE:
        return (
            f'<circle cx="16" cy="{y}" r="12" fill="{_FILL}"/>'
            f'<path d="M10.5 {y}l4 4 7-8" fill="none" stroke="#ffffff" stroke-width="2.5"/>'
        )
    ring = f'<circle cx="16" cy="{y}" r="11" fill="#ffffff" stroke="{_FILL}" stroke-width="2"/>'
    return ring + (f'<circle cx="16" cy="{y}" r="5" fill="{_FILL}"/>' if state is StepState.NOW else "")


def _svg(parts: Sequence[str], height: float, *, title: str, description: str) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}"'
        ' height="{height}" font-family="{font}" font-size="{size}" fill="{ink}">'
        "<title>{title}</title><desc>{description}</desc>{parts}</svg>",
        width=WIDTH,
        height=math.ceil(height),
        font=FONT,
        size=SIZE,
        ink=_INK,
        title=title,
        description=description,
        parts=SafeString("".join(parts)),  # each was escaped where it was made  # nosec B703
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    fill: str = "",
    size: int = SIZE,
    anchor: str = "",
    bold: bool = False,
) -> str:
    attributes = "".join(
        (
            f' fill="{fill}"' if fill and fill != _INK else "",
            f' font-size="{size}"' if size != SIZE else "",
            f' text-anchor="{anchor}"' if anchor else "",
            ' font-weight="600"' if bold else "",
        )
    )
    return f'<text x="{x:g}" y="{y:g}"{attributes}>{escape(text)}</text>'


def _lines(
    lines: Sequence[str],
    x: float,
    y: float,
    *,
    fill: str = "",
    size: int = SIZE,
    bold: bool = False,
    leading: int = LEADING,
) -> str:
    return "".join(
        _text(x, y + index * leading, line, fill=fill, size=size, bold=bold) for index, line in enumerate(lines)
    )


def _wrapped(text: str, characters: int) -> list[str]:
    """At most two lines; SVG does not wrap by itself."""
    return textwrap.wrap(str(text), characters, max_lines=2, placeholder="…") or [""]


def _number(value: Number) -> str:
    return str(localize(int(value) if value == int(value) else round(value, 1)))


def _ceiling(value: Number) -> float:
    """The next round number (1, 2 or 5 times a power of ten), so that the axis has plain labels."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 10) if step * power >= value)


def _stretches(values: Sequence[Number | None]) -> list[list[tuple[int, Number]]]:
    """Runs of known values, so that a gap stays a gap."""
    found: list[list[tuple[int, Number]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append((index, value))
    return [stretch for stretch in found if stretch]


def _ending(name: str, value: Number) -> list[str]:
    """What stands at the end of a line, in at most two lines. The name is cut if it must be, the value never."""
    number = _number(value)
    whole = textwrap.wrap(f"{name} {number}", _AT_END)
    return whole if len(whole) <= 2 else [textwrap.shorten(str(name), _AT_END, placeholder="…"), number]


def _spread(ends: Sequence[_End], head: float, foot: float) -> list[_End]:
    """End labels moved apart so that none lies on another."""
    placed: list[_End] = []
    free = head
    for y, lines, stroke in sorted(ends):
        at = max(y, free)
        placed.append((at, lines, stroke))
        free = at + 17 * len(lines) + 3
    overflow = max(0.0, free - (foot + 30))
    return [(y - overflow, lines, stroke) for y, lines, stroke in placed]
