"""The PDF kernel: what a screen reader finds, and what hostile text cannot do."""

from __future__ import annotations

import gc
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import weasyprint
from django.template import engines
from django.utils import translation
from django.utils.safestring import mark_safe

from rollout.kernel.pdf import INSTALL_COMMAND, Attachment, PdfFailed, render_pdf

ROOT = Path(__file__).resolve().parents[2]
THEME = ROOT / "theme"
PAPER = Path(__file__).with_name("board_paper.html").read_text()
FROZEN_AT = datetime(2026, 3, 27, 9, 30, tzinfo=UTC)
TITLE = "Collaborative Pairs: report to the board"
CHART_TEXT = "Line chart. The wait fell from 16 days in October to 9 days in March."
CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 160" role="img" font-family="Source Sans 3, sans-serif">'
    f"<title>{CHART_TEXT}</title>"
    '<line x1="40" y1="130" x2="400" y2="130" stroke="#4c5a64"/>'
    '<polyline points="50,30 120,45 190,60 260,85 330,100 390,110" fill="none" stroke="#12354a" stroke-width="2.5"/>'
    '<text x="50" y="22" font-size="12">16 days</text><text x="340" y="98" font-size="12">9 days</text>'
    '<text x="40" y="148" font-size="11">October</text><text x="365" y="148" font-size="11">March</text></svg>'
)
CONTENTS = [
    ("plain", "In plain words"),
    ("results", "Results"),
    ("relationship", "Relationship"),
    ("withheld", "What we are not showing and why"),
    ("annex-definitions", "Annex: how to check this paper"),
]
FIGURES = (
    Attachment("waits.csv", "Days from referral to first call", "text/csv", b"pair,days\r\nA,9\r\n"),
    Attachment("waits.json", "The same figures for machines", "application/json", b'{"A": 9}'),
)


def paper(*, rows: int = 6, language: str = "en", **words: Any) -> str:
    template = engines["django"].from_string(PAPER)
    context = {
        "paper": {
            "title": TITLE,
            "organisation": "North Riding Hospitals",
            "reference": "Snapshot 9f2c 41ab",
            "marking": "For the board only",
        },
        "contents": CONTENTS,
        "chart": mark_safe(CHART),
        "ask": "Agree to keep one hour a week free for each of the five pairs until September.",
        "quote": "We stopped asking who was right. We asked what the letter was for.",
        "facts": [
            ("Meeting", "Board of directors, 9 April 2026"),
            ("Purpose", "To decide"),
            ("Sponsor", "Chief nurse"),
            ("Authors", "Maya Osei (citizen) and Tom Reed (professional)"),
            ("Risk", "Protected time is lost in the summer months"),
            ("Equality impact", "People who do not use the phone get a letter or a visit"),
            ("Previous route", "Quality committee, 12 March 2026"),
        ],
        "rows": [(f"Pair {n}", 16 + n % 5, 9 + n % 3, None if n % 4 == 3 else -7) for n in range(1, rows + 1)],
        "fingerprint": "9f2c41ab" * 8,
    }
    with translation.override(language):
        return template.render(context | words)


def make(html: str, **changes: Any) -> bytes:
    arguments: dict[str, Any] = {
        "assets": THEME,
        "language": "en-GB",
        "title": TITLE,
        "author": "North Riding Hospitals",
        "keywords": ["board", "pairs"],
        "attachments": FIGURES,
        "created": FROZEN_AT,
    }
    return render_pdf(html=html, **(arguments | changes))


@pytest.fixture(scope="module")
def finished() -> bytes:
    return make(paper(rows=60))


@pytest.fixture
def document(finished: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(finished)) as opened:
        yield opened


def elements(node: Any) -> Iterator[Any]:
    """Every structure element below `node`, in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from elements(node.get("/K", pikepdf.Array()))


def tags(document: pikepdf.Pdf) -> list[Any]:
    return list(elements(document.Root.StructTreeRoot.K))


def outline(document: pikepdf.Pdf) -> list[tuple[int, str]]:
    def walk(items: Any, depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            yield depth, str(item.title)
            yield from walk(item.children, depth + 1)

    with document.open_outline() as opened:
        return list(walk(opened.root, 1))


def text_of(content: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


# What a screen reader finds


def test_the_document_is_tagged_and_names_its_language_and_title(document):
    assert bool(document.Root.MarkInfo.Marked) is True
    assert str(document.Root.Lang) == "en-GB"
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle) is True
    assert str(document.docinfo["/Title"]) == TITLE
    assert str(document.docinfo["/Author"]) == "North Riding Hospitals"
    assert str(document.docinfo["/CreationDate"]) == "D:20260327093000Z"


def test_the_document_says_which_standard_it_is_tagged_to(document):
    with document.open_metadata() as described:
        assert described["pdfuaid:part"] == "1"
        assert described["dc:title"] == TITLE
        assert described["dc:creator"] == ["North Riding Hospitals"]
        assert described["pdf:Keywords"] == "board, pairs"


def test_the_outline_lists_the_headings_in_order(document):
    assert outline(document) == [
        (1, TITLE),
        (2, "In plain words"),
        (3, "What changed"),
        (3, "What we need from you"),
        (2, "Contents"),
        (2, "Results"),
        (3, "Days from referral to first call"),
        (2, "Relationship"),
        (2, "What we are not showing and why"),
        (2, "Annex: how to check this paper"),
        (3, "Fingerprint of the snapshot"),
    ]


def test_headings_start_at_one_and_skip_no_level(document):
    levels = [int(str(tag.S)[2]) for tag in tags(document) if re.fullmatch(r"/H[1-6]", str(tag.S))]

    assert levels == [1, 2, 3, 3, 2, 2, 3, 2, 2, 2, 3]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_figure_is_described(document):
    figures = [tag for tag in tags(document) if str(tag.S) == "/Figure"]

    assert [str(figure.Alt) for figure in figures] == [CHART_TEXT]


def test_every_table_has_header_cells_on_every_page_it_covers(document):
    tables = [tag for tag in tags(document) if str(tag.S) == "/Table"]
    headers = [[str(tag.S) for tag in elements(table.K)].count("/TH") for table in tables]
    columns_and_rows = [7, 2]  # the cover's row headers, the contents' column headers

    assert headers[:2] == columns_and_rows
    assert len(headers) > 3, "sixty pairs need more than one page"
    assert sum(headers[2:]) == 60 + 4 * len(headers[2:])


def test_every_data_cell_points_to_its_headers(document):
    cells = [tag for tag in tags(document) if str(tag.S) == "/TD"]
    named = {bytes(tag.ID) for tag in tags(document) if str(tag.S) == "/TH"}

    assert len(cells) == 7 + 2 * len(CONTENTS) + 3 * 60
    assert all({bytes(header) for header in cell.A.Headers} <= named and len(cell.A.Headers) for cell in cells)


def test_every_annotation_is_a_described_link_inside_the_document(document):
    links = [link for page in document.pages for link in page.get("/Annots", [])]

    assert [str(link.Subtype) for link in links] == ["/Link"] * len(CONTENTS)
    assert all("/Dest" in link and "/StructParent" in link and str(link.Contents) for link in links)


def test_the_figures_travel_inside_the_document(document):
    carried = {name: document.attachments[name] for name in document.attachments}

    assert list(carried) == ["waits.csv", "waits.json"]
    for given in FIGURES:
        assert carried[given.name].description == given.description
        assert carried[given.name].get_file().mime_type == given.mime
        assert carried[given.name].get_file().read_bytes() == given.content


def test_fonts_are_embedded(document):
    fonts = [font for page in document.pages for font in page.Resources.Font.values()]
    descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]

    assert fonts
    assert all("/FontFile2" in descriptor or "/FontFile3" in descriptor for descriptor in descriptors)


# What a reader with eyes finds


def test_pages_are_numbered_and_the_contents_agree(finished):
    pages = text_of(finished).split("\f")[:-1]

    assert [re.search(r"Page (\d+) of (\d+)", page).groups() for page in pages] == [
        (str(number), str(len(pages))) for number in range(1, len(pages) + 1)
    ]
    listed = dict(re.findall(r"^\s*(\S.*\S)\s{2,}(\d+)$", next(page for page in pages if "Contents" in page), re.M))
    for _anchor, name in CONTENTS:
        assert name in pages[int(listed[name]) - 1]


def test_every_page_after_the_cover_repeats_title_organisation_and_marking(finished):
    cover, *others = text_of(finished).split("\f")[:-1]

    assert cover.count("North Riding Hospitals") == 1
    for page in others:
        head = page.strip().splitlines()[0]
        foot = page.strip().splitlines()[-1]
        assert head.split("  ")[0] == "North Riding Hospitals"
        assert head.endswith(TITLE)
        assert "For the board only" in foot
        assert "Snapshot 9f2c 41ab" in foot


def test_the_pages_are_a4(document):
    assert {tuple(round(float(edge)) for edge in page.mediabox) for page in document.pages} == {(0, 0, 595, 842)}


def test_the_same_input_gives_the_same_bytes(finished):
    assert make(paper(rows=60)) == finished


def test_what_the_html_says_about_itself_does_not_count():
    html = paper().replace(
        "<meta charset", '<meta name="author" content="Mallory"><meta name="generator" content="x"><meta charset'
    )
    with pikepdf.open(BytesIO(make(html, title="Line\x00break\x1b", language="fr"))) as opened:
        assert str(opened.docinfo["/Author"]) == "North Riding Hospitals"
        assert str(opened.docinfo["/Title"]) == "Linebreak"
        assert str(opened.Root.Lang) == "fr"
        assert "/Creator" not in opened.docinfo


# What hostile text cannot do


@dataclass
class Listener:
    address: str
    connections: int = 0


@contextmanager
def listening() -> Iterator[Listener]:
    """A web server that counts who calls, and sends everyone on to a file that exists."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        listener = Listener(f"http://127.0.0.1:{server.getsockname()[1]}")
        stop = threading.Event()

        def answer() -> None:
            while not stop.is_set():
                try:
                    caller, _address = server.accept()
                except TimeoutError:
                    continue
                listener.connections += 1
                caller.sendall(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\nContent-Length: 0\r\n\r\n")
                caller.close()

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield listener
        finally:
            time.sleep(0.1)
            stop.set()
            thread.join()


WAYS = {
    "picture": '<img src="{}">',
    "style sheet": '<link rel="stylesheet" href="{}">',
    "attachment": '<link rel="attachment" href="{}" title="x">',
    "attached link": '<a rel="attachment" href="{}">x</a>',
    "import": '<style>@import url("{}");</style>',
    "background": '<style>body { background: url("{}") }</style>',
    "font": '<style>@font-face { font-family: x; src: url("{}") } p { font-family: x }</style>',
    "colour profile": '<style>@color-profile --x { src: url("{}") }</style>',
    "style attribute": '<p style="background-image:url({});list-style-image:url({});content:url({})">x</p>',
    "border": '<p style="border-image:url({}) 1;border-style:solid">x</p>',
    "object": '<object data="{}"></object>',
    "embed": '<embed src="{}"><iframe src="{}"></iframe>',
    "drawing": '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><title>x</title>'
    '<image xlink:href="{}" href="{}" width="9" height="9"/><use href="{}#a"/><style>@import url("{}");</style></svg>',
    "base": '<base href="{}"><img src="x.png"><a href="x">x</a>',
    "refresh": '<meta http-equiv="refresh" content="0;url={}">',
}


def targets(address: str) -> list[str]:
    return [
        address,
        address.replace("http", "HTTP"),
        address.removeprefix("http:"),
        "file:///etc/hostname",
        "file://localhost/etc/hostname",
        f"file://{THEME}/../README.md",
        f"file://{THEME}/%2e%2e/README.md",
        "http://169.254.169.254/latest/meta-data/",
        "ftp://127.0.0.1/",
        "data:text/css,*{color:red}",
        "print/paper.css",
        "../../../../etc/hostname",
    ]


@pytest.mark.parametrize("way", WAYS)
def test_text_is_printed_as_it_was_typed_and_fetches_nothing(way):
    with listening() as listener:
        typed = WAYS[way].replace("{}", listener.address)
        content = make(paper(quote=typed, ask=typed, facts=[(typed, typed)]), attachments=())
        assert listener.connections == 0

    assert "".join(typed.split()) in "".join(text_of(content).split())
    with pikepdf.open(BytesIO(content)) as opened:
        assert len(opened.attachments) == 0


@pytest.mark.parametrize("way", WAYS)
def test_even_markup_of_our_own_cannot_fetch_or_attach(way):
    """As if escaping had been forgotten: the lock behind it holds by itself."""
    with listening() as listener:
        markup = "".join(WAYS[way].replace("{}", target) for target in targets(listener.address))
        try:
            content = make(paper(quote=mark_safe(markup)), attachments=())
        except PdfFailed:
            assert way == "colour profile"
            content = make(paper(), attachments=())
        assert listener.connections == 0

    with pikepdf.open(BytesIO(content)) as opened:
        assert len(opened.attachments) == 0
        annotations = [link for page in opened.pages for link in page.get("/Annots", [])]
        assert {str(annotation.Subtype) for annotation in annotations} == {"/Link"}
        assert all("/Dest" in annotation for annotation in annotations)
    assert Path("/etc/hostname").read_text().strip() not in text_of(content)


def test_the_listener_counts_when_nothing_is_locked():
    """Control: the same markup does call out with the stock fetcher."""
    with listening() as listener:
        weasyprint.HTML(string=f'<img src="{listener.address}/a.png">').write_pdf()
    assert listener.connections == 1


def test_the_fetcher_reads_one_folder_and_nothing_behind_a_symbolic_link(tmp_path):
    from rollout.kernel.pdf.engine import LockedFetcher

    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "own.css").write_text("p{}")
    (tmp_path / "assets" / "notes.txt").write_text("private")
    (tmp_path / "outside.css").write_text("q{}")
    (tmp_path / "assets" / "link.css").symlink_to(tmp_path / "outside.css")
    (tmp_path / "assets-too").mkdir()
    (tmp_path / "assets-too" / "near.css").write_text("q{}")
    fetcher = LockedFetcher(tmp_path / "assets")

    assert fetcher((tmp_path / "assets" / "own.css").as_uri()).read() == b"p{}"
    for refused in ("assets/link.css", "assets/notes.txt", "assets-too/near.css", "outside.css", "assets/none.css"):
        with pytest.raises(OSError, match=r"assets folder|No such file"):
            fetcher((tmp_path / refused).as_uri())
        with pytest.raises(OSError, match=r"assets folder|No such file"):
            fetcher.open((tmp_path / refused).as_uri())


def test_typed_text_cannot_turn_the_words_around_it():
    shown = text_of(make(paper(quote="pay \u202e001\u202c pounds \u2067x\u2069", rows=1)))

    assert "pay 001 pounds x" in shown


def test_only_plain_links_leave_the_document():
    links = [
        "https://example.org/a",
        "mailto:a@example.org",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://x.test/",
    ]
    quote = "".join(f'<a href="{link}">link</a> ' for link in links)
    with pikepdf.open(BytesIO(make(paper(quote=mark_safe(quote))))) as opened:
        annotations = [link for page in opened.pages for link in page.get("/Annots", [])]

    assert [str(link.A.URI) for link in annotations if "/A" in link] == links[:2]


# What a large or odd document does


BOMBS = {
    "many rows": lambda: paper(rows=1000),
    "a word of two hundred thousand letters": lambda: paper(quote="x" * 200_000),
    "a hundred thousand turns of direction": lambda: paper(quote="\u202ea\u2066b" * 50_000),
    "ten thousand marks on one letter": lambda: paper(quote="e" + "\u0301" * 10_000),
    "tables in tables": lambda: paper(quote=mark_safe("<table><tr><td>" * 200 + "x" + "</td></tr></table>" * 200)),
    "divs in divs": lambda: paper(quote=mark_safe("<div>" * 5000 + "x")),
    "huge letters": lambda: paper(quote=mark_safe('<p style="font-size:99999px">huge letters</p>')),
    "a grid that repeats": lambda: paper(
        quote=mark_safe('<div style="display:grid;grid-template-columns:repeat(9999,1fr)">x</div>')
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_in_time_or_fails_cleanly(bomb):
    started = time.monotonic()
    with suppress(PdfFailed):
        assert make(BOMBS[bomb]()).startswith(b"%PDF-1.7")
    assert time.monotonic() - started < 30
    assert make(paper()).startswith(b"%PDF-1.7"), "the next document is not harmed"


def test_the_collector_is_on_again_after_a_render():
    make(paper())

    assert gc.isenabled()


def test_two_threads_take_turns_and_get_their_own_document(finished):
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(make(paper(rows=60)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [finished, finished]


def test_two_attachments_with_one_name_are_refused():
    with pytest.raises(ValueError, match="same name"):
        make(paper(), attachments=[FIGURES[0], FIGURES[0]])


@pytest.mark.parametrize("name", ["", "../a.csv", "a/b.csv", ".hidden", 'a".csv', "a\n.csv", "é.csv"])
def test_an_attachment_needs_a_plain_name(name):
    with pytest.raises(ValueError, match="plain file name"):
        Attachment(name, "", "text/csv", b"")


def test_a_machine_without_the_text_libraries_says_what_to_install():
    program = (
        "import ctypes.util, sys, cffi\n"
        "cffi.FFI.dlopen = lambda *a, **k: (_ for _ in ()).throw(OSError('no pango'))\n"
        "import django\nfrom django.conf import settings\nsettings.configure(USE_I18N=False)\ndjango.setup()\n"
        "from pathlib import Path\nfrom rollout.kernel.pdf import PdfUnavailable, render_pdf\n"
        "try:\n    render_pdf(html='', assets=Path('.'), language='en', title='x')\n"
        "except PdfUnavailable as refusal:\n    print(refusal.status, refusal.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT / "platform"
    )

    last_line = done.stdout.splitlines()[-1]
    assert last_line.startswith("503 ")
    assert last_line.endswith(INSTALL_COMMAND)


def test_the_libraries_are_not_loaded_before_the_first_document():
    program = "import sys, rollout.kernel.pdf; print('weasyprint' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT / "platform"
    )

    assert done.stdout.strip() == "False"
