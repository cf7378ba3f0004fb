"""A pack in words: one paper out of one snapshot, drawn by the same section templates as page and as PDF."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.boardpacks.snapshots import Snapshot, sha_of
from governance.indicators.definitions import ALL, BY_CODE, SHOWN, Definition
from governance.indicators.rendering import SECTIONS, ReportStory, Section, story_of, unwelcome_results, who_in_words
from governance.indicators.report import change_of
from rollout.kernel.dates import date_format, day_of
from rollout.kernel.files import Cell, csv_safe
from rollout.kernel.pdf import Attachment, PdfFailed, PdfUnavailable, render_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tenants.disclosure.shown import ShownResult

COVER = Section("cover", _("Cover sheet"), "boardpacks/sections/cover.html")
PLAIN = Section("plain", _("In plain words"), "boardpacks/sections/plain.html")
ANNEX = Section("annex-check", _("Annex: how to check this paper"), "boardpacks/sections/annex.html")
_JOURNEY, _THEMES, _RESULTS, _DECISIONS, _WITHHELD = SECTIONS
PARTS = (
    _JOURNEY,
    Section(_THEMES.id, _THEMES.label, _THEMES.template, follows_on=True),
    _RESULTS,
    Section("relationship", _("How the partners get along"), "boardpacks/sections/relationship.html", follows_on=True),
    Section("learning", _("What we learned"), "boardpacks/sections/learning.html", follows_on=True),
    Section(_DECISIONS.id, _DECISIONS.label, _DECISIONS.template, follows_on=True),
    Section("money", _("Money"), "boardpacks/sections/money.html", follows_on=True),
    Section(_WITHHELD.id, _WITHHELD.label, _WITHHELD.template, follows_on=True),
)

WHOLE = (COVER, PLAIN, *PARTS, ANNEX)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one result taught: what went differently than hoped, in the pair's own words."""

    pair: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A pack ready to be drawn. The first four repeat on every printed sheet."""

    title: str
    organisation: str
    reference: str
    marking: str
    board: str
    period: str
    purpose: str
    ask: str
    facts: tuple[tuple[str, str], ...]
    plain: tuple[str, ...]
    findings: tuple[str, ...]
    story: ReportStory
    lessons: tuple[Lesson, ...]
    definitions: tuple[Definition, ...]
    population: str
    fingerprint: str
    anchor: str


@contextmanager
def as_of(language: str, time_zone: str) -> Iterator[None]:
    """The pack's own language, and the days of the organisation."""
    with translation.override(language), timezone.override(time_zone):
        yield


def paper_of(snapshot: Snapshot, sha: str) -> Paper:
    """The paper in the language in force, which must be the snapshot's."""
    story = story_of(snapshot.report)
    fingerprint = " ".join(sha[start : start + 8] for start in range(0, len(sha), 8))
    title = gettext("Collaborative Pairs board pack: %(board)s") % {"board": snapshot.board}
    return Paper(
        title=title,
        organisation=snapshot.organisation,
        reference=gettext("Snapshot %(mark)s") % {"mark": sha[:8]},
        marking=gettext("Only for: %(board)s") % {"board": snapshot.board},
        board=snapshot.board,
        period=story.period,
        purpose=gettext("To talk about it"),
        ask=_ask(snapshot),
        facts=_facts(snapshot, story),
        plain=_plain(snapshot),
        findings=tuple(
            result.finding for pair in snapshot.report.pairs for result in pair.shown.results if result.is_corroborated
        ),
        story=story,
        lessons=tuple(_lessons(snapshot)),
        definitions=ALL,
        population=str(SHOWN),
        fingerprint=fingerprint,
        anchor=snapshot.anchor,
    )


def _ask(snapshot: Snapshot) -> str:
    if snapshot.report.pairs:
        return gettext("Invite both partners of each pair to the meeting, and talk with them about what they show.")
    return gettext("Leave it to the pairs whether and when they show themselves.")


def _facts(snapshot: Snapshot, story: ReportStory) -> tuple[tuple[str, str], ...]:
    authors = "; ".join(
        gettext("%(who)s (%(pair)s)") % {"who": who_in_words(pair.shown).rstrip("."), "pair": pair.shown.title}
        for pair in snapshot.report.pairs
    )
    frozen_on = day_of(snapshot.frozen_at)
    return (
        (gettext("Meeting"), gettext("%(board)s, next meeting") % {"board": snapshot.board}),
        (gettext("Purpose"), gettext("To talk about it")),
        (gettext("Sponsor"), snapshot.sponsor or gettext("This board has no executive sponsor.")),
        (gettext("Authors"), authors or gettext("No pair shows itself to this board.")),
        (gettext("Period"), story.period),
        (gettext("As it stood on"), date_format(frozen_on) if frozen_on else ""),
    )


def _plain(snapshot: Snapshot) -> tuple[str, ...]:
    pairs = len(snapshot.report.pairs)
    if not pairs:
        return (
            gettext("No pair shows its work to this board in this period."),
            gettext("That is a valid answer. A pair decides by itself when it is ready."),
        )
    confirmed = sum(result.is_corroborated for pair in snapshot.report.pairs for result in pair.shown.results)
    return (
        gettext("A pair is a patient or citizen and a health professional who change something together, as equals."),
        ngettext(
            "%(count)s pair shows its work to this board.", "%(count)s pairs show their work to this board.", pairs
        )
        % {"count": pairs},
        ngettext(
            "%(count)s result was confirmed by somebody independent.",
            "%(count)s results were confirmed by somebody independent.",
            confirmed,
        )
        % {"count": confirmed},
    )


def _lessons(snapshot: Snapshot) -> Iterable[Lesson]:
    unwelcome = {result.id for result in unwelcome_results(snapshot.report)}
    for pair in snapshot.report.pairs:
        for result in pair.shown.results:
            lines = [result.finding] if result.id in unwelcome else []
            lines += [text for text in (result.not_achieved, result.side_effects) if text]
            if lines:
                yield Lesson(pair.shown.title, result.title, tuple(lines))


def page_of(paper: Paper) -> str:
    """The paper as the inside of a page: the HTML twin."""
    return render_to_string("boardpacks/_paper.html", {"paper": paper, "parts": WHOLE})


def labels(language: str) -> list[dict[str, str]]:
    """The table of contents of the page, in the pack's language."""
    with translation.override(language):
        return [{"id": section.id, "label": str(section.label)} for section in WHOLE]


def pdf_of(snapshot: Snapshot, sha: str) -> bytes | None:
    """The paper as a tagged PDF with its figures inside, or None where it cannot be made. The page is the same."""
    paper = paper_of(snapshot, sha)
    listed = [(section.id, section.label) for section in (PLAIN, *PARTS, ANNEX)]
    html = render_to_string(
        "boardpacks/pack.html",
        {"paper": paper, "plain": PLAIN, "parts": PARTS, "annex": ANNEX, "cover": COVER, "contents": listed},
    )
    try:
        return render_pdf(
            html=html,
            assets=settings.ROOT / "theme",
            language=snapshot.language,
            title=paper.title,
            author=snapshot.organisation,
            attachments=_attachments(snapshot),
            created=snapshot.frozen_at,
        )
    except (PdfUnavailable, PdfFailed):
        return None


def file_name(board: str, end: date, language: str) -> str:
    """What a downloaded pack is called."""
    return f"board-pack-{slugify(board) or 'board'}-{end:%Y-%m-%d}-{language}.pdf"


def _attachments(snapshot: Snapshot) -> tuple[Attachment, ...]:
    figures = [
        {
            "code": figure.code,
            "name": str(BY_CODE[figure.code].name),
            "value": None if figure.value is None else str(figure.value),
            "unit": str(BY_CODE[figure.code].unit),
            "numerator": figure.numerator,
            "denominator": figure.denominator,
        }
        for figure in snapshot.report.indicators
    ]
    results = [_as_figures(pair.shown.title, result) for pair in snapshot.report.pairs for result in pair.shown.results]
    period = snapshot.report.period
    content = {
        "board": snapshot.board,
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "figures": figures,
        "results": results,
    }
    return (
        Attachment(
            "figures.csv",
            gettext("The figures of this paper as a table"),
            "text/csv",
            csv_safe(_rows(figures, results)),
        ),
        Attachment(
            "figures.json",
            gettext("The figures of this paper for machines"),
            "application/json",
            json.dumps(content, ensure_ascii=False, indent=1).encode(),
        ),
    )


def _as_figures(pair: str, result: ShownResult) -> dict[str, Any]:
    change = change_of(result)
    return {
        "pair": pair,
        "result": result.title,
        "measure": result.measure,
        "unit": result.unit,
        "state": result.state,
        "change_percent": None if change is None else str(change),
        "values": [{"on": point.on.isoformat(), "value": str(point.value)} for point in result.series],
    }


def _rows(figures: list[dict[str, Any]], results: list[dict[str, Any]]) -> Iterable[list[Cell]]:
    yield [gettext("Pair"), gettext("What"), gettext("Date"), gettext("Value"), gettext("Unit")]
    for figure in figures:
        yield ["", figure["name"], "", figure["value"], figure["unit"]]
    for result in results:
        for value in result["values"]:
            yield [result["pair"], result["measure"], value["on"], value["value"], result["unit"]]


def sound(data: Any, sha: str) -> bool:
    """Whether a snapshot is still what was hashed."""
    return sha_of(data) == sha
