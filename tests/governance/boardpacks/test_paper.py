"""The paper itself: the same figures on the page and in the PDF, and what a screen reader finds in it."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from django.template.loader import get_template

from governance.boardpacks import rendering
from governance.boardpacks.snapshots import Snapshot, from_json
from rollout.kernel import clock
from tenants.disclosure.models import Audience
from tenants.members.models import Role, Site
from tenants.pairs.models import Pair
from tests import world_governance, world_surfacing
from tests.world import inside

pytestmark = pytest.mark.django_db


class Tables(HTMLParser):
    """The text of every cell of every table, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.inside = self.hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("th", "td"):
            self.inside += 1
            self.cells.append("")
        if tag == "span" and (self.hidden or ("aria-hidden", "true") in attrs):
            self.hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self.inside -= 1
        if tag == "span" and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if self.inside and not self.hidden:
            self.cells[-1] += data


def cells_of(html: str) -> list[str]:
    parser = Tables()
    parser.feed(html)
    return [" ".join(cell.split()) for cell in parser.cells]


def squeezed(text: str) -> str:
    """Text without any blank, as lines break anywhere."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


@pytest.fixture
def board(north):
    return world_governance.board(north)


def snapshot_of(board, pack) -> Snapshot:
    return from_json(Snapshot, pack.snapshot)


def pdf_of(board, pack) -> bytes:
    with rendering.as_of(pack.language, board.organisation.time_zone):
        content = rendering.pdf_of(snapshot_of(board, pack), pack.snapshot_sha)
    assert content is not None
    return content


def text_of(content: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def elements(node: Any):
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from elements(node.get("/K", pikepdf.Array()))


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_and_the_pdf_say_the_same(board, language):
    world_governance.shown_to(board)
    world_governance.shown_to(board, title="Walks after surgery")
    pack = world_governance.issued(board, language=language)
    with rendering.as_of(language, board.organisation.time_zone):
        paper = rendering.paper_of(snapshot_of(board, pack), pack.snapshot_sha)
        page = rendering.page_of(paper)
    printed = squeezed(text_of(pdf_of(board, pack)))
    cells = [cell for cell in cells_of(page) if cell]
    assert len(cells) > 60
    assert [cell for cell in cells if squeezed(cell) not in printed] == []
    for result in snapshot_of(board, pack).report.pairs[0].shown.results:
        with rendering.as_of(language, board.organisation.time_zone):
            assert squeezed(result.finding) in printed


def test_both_are_drawn_by_the_same_section_templates(board):
    twin, paper = (get_template(name).template.source for name in ("boardpacks/_paper.html", "boardpacks/pack.html"))
    for source in (twin, paper):
        assert "{% include part.template with paper=paper story=paper.story only %}" in source
        assert "<table" not in source


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pdf_is_tagged_and_names_its_language_and_title(board, language):
    world_governance.shown_to(board)
    pack = world_governance.issued(board, language=language)
    with opened(pdf_of(board, pack)) as document:
        assert bool(document.Root.MarkInfo.Marked) is True
        assert str(document.Root.Lang) == language
        assert board.body.name in str(document.docinfo["/Title"])
        with document.open_metadata() as described:
            assert described["pdfuaid:part"] == "1"


def test_headings_skip_no_level_and_the_outline_has_every_section(board):
    world_governance.shown_to(board)
    with opened(pdf_of(board, world_governance.issued(board))) as document:
        tags = list(elements(document.Root.StructTreeRoot.K))
        levels = [int(str(tag.S)[2]) for tag in tags if re.fullmatch(r"/H[1-6]", str(tag.S))]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        with document.open_outline() as outline:
            titles = [str(item.title) for item in outline.root[0].children]
    sections = [str(section.label) for section in (rendering.PLAIN, *rendering.PARTS, rendering.ANNEX)]
    assert [title for title in titles if title != "Contents"] == sections


def test_every_chart_is_described_by_its_sentence(board):
    world_governance.shown_to(board)
    with opened(pdf_of(board, world_governance.issued(board))) as document:
        figures = [str(tag.Alt) for tag in elements(document.Root.StructTreeRoot.K) if str(tag.S) == "/Figure"]
    assert figures == [
        "The journey of “Letters we can read”. Where it stands now: The organisation can see it."
        " Next: A board talked about it.",
        "Fewer calls about letters. Calls about letters in a week: from 40 to 22 calls. It got better.",
    ]


def test_the_figures_travel_inside_as_csv_and_json(board):
    world_governance.shown_to(board)
    with opened(pdf_of(board, world_governance.issued(board))) as document:
        carried = {name: document.attachments[name].get_file().read_bytes() for name in document.attachments}
    assert sorted(carried) == ["figures.csv", "figures.json"]
    rows = list(csv.reader(io.StringIO(carried["figures.csv"].decode("utf-8-sig"))))
    assert rows[0] == ["Pair", "What", "Date", "Value", "Unit"]
    assert ["Letters we can read", "Calls about letters in a week", "2026-03-02", "22.00", "calls"] in rows
    figures = json.loads(carried["figures.json"])
    assert [figure["code"] for figure in figures["figures"]] == ["PR3", "PR4", "RS1", "RS4"]
    assert figures["results"][0]["change_percent"] == "45"


def test_an_empty_pack_has_every_section_and_says_that_this_is_valid(board):
    pack = world_governance.issued(board)
    printed = squeezed(text_of(pdf_of(board, pack)))
    for section in (rendering.PLAIN, *rendering.PARTS, rendering.ANNEX):
        assert squeezed(str(section.label)) in printed
    assert squeezed("That is a valid answer.") in printed
    assert printed.count(squeezed("None consented:")) == 2


def test_the_place_of_a_pair_stands_in_the_pack(board, north):
    with inside(north, board.lead, Role.ROLLOUT_LEAD):
        site = Site.objects.create(name="Riverside Clinic")
    with clock.at(clock.now() - world_governance.COOLED):
        made = world_surfacing.pair_with_work(north)
        with inside(north, made.professional):
            Pair.objects.filter(pk=made.pair).update(site=site)
        world_surfacing.opened(made, audience=Audience.BOARD, audience_id=board.body.pk)
    snapshot = snapshot_of(board, world_governance.issued(board))
    assert snapshot.report.pairs[0].shown.site == "Riverside Clinic"


def test_text_that_people_typed_is_printed_as_text(board):
    title = '<script>alert("x")</script> & =cmd()'
    world_governance.shown_to(board, title=title)
    pack = world_governance.issued(board)
    with rendering.as_of("en", board.organisation.time_zone):
        page = rendering.page_of(rendering.paper_of(snapshot_of(board, pack), pack.snapshot_sha))
    assert "<script" not in page
    content = pdf_of(board, pack)
    assert squeezed(title) in squeezed(text_of(content))
    assert b"/JavaScript" not in content
