"""The part of the PDF kernel that needs the system's text libraries. Imported at the first document."""

from __future__ import annotations

import gc
import logging
import mimetypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse, URLFetchingError

from rollout.kernel import pdf

__all__ = ["Details", "LockedFetcher", "URLFetchingError", "render"]

# Its messages quote the text they are about, and that is people's own. Logs must not hold it.
logging.getLogger("weasyprint").propagate = False

VARIANT = "pdf/ua-1"
READABLE = frozenset({".css", ".ttf", ".otf", ".woff", ".woff2", ".png", ".jpg", ".svg"})
OUTWARD_LINKS = ("https://", "mailto:")

_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENDLESS = re.compile(r"\S{200,}")

# Fonts and the switched-off collector belong to the whole process, so documents take turns.
_one_at_a_time = threading.Lock()
_without_controls = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"}


@dataclass(frozen=True, slots=True)
class Details:
    """What the document says about itself, beside its pages."""

    language: str
    title: str
    author: str
    keywords: tuple[str, ...]
    attachments: tuple[pdf.Attachment, ...]
    created: datetime | None


class LockedFetcher(URLFetcher):
    """Reads style sheets, fonts and pictures of one folder. No network, no redirect, no other file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("file",), allow_redirects=False)
        self.folder = folder.resolve(strict=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        address = urlsplit(url)
        if address.scheme != "file" or address.netloc:
            raise URLFetchingError("only files of the assets folder may be read")
        path = Path(unquote(address.path)).resolve()
        if not path.is_relative_to(self.folder) or path.suffix not in READABLE:
            raise URLFetchingError("only files of the assets folder may be read")
        mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(path.as_uri(), path.read_bytes(), {"Content-Type": mime})


@dataclass(frozen=True, slots=True)
class Press:
    """What is costly to set up and the same for every document."""

    fetcher: LockedFetcher
    fonts: FontConfiguration
    styles: tuple[weasyprint.CSS, ...]


@lru_cache(maxsize=2)
def _press(assets: Path, sheets: tuple[tuple[Path, int], ...]) -> Press:
    fetcher = LockedFetcher(assets)
    fonts = FontConfiguration()
    styles = tuple(
        weasyprint.CSS(url=sheet.as_uri(), url_fetcher=fetcher, font_config=fonts) for sheet, _changed in sheets
    )
    return Press(fetcher, fonts, styles)


def render(*, html: str, assets: Path, details: Details) -> bytes:
    """See `rollout.kernel.pdf.render_pdf`."""
    folder = assets.resolve(strict=True)
    sheets = tuple((sheet, sheet.stat().st_mtime_ns) for sheet in sorted((folder / "print").glob("*.css")))
    html = _encodable(html)
    with _one_at_a_time, _collector_off():
        press = _press(folder, sheets)
        source = weasyprint.HTML(string=html, base_url=f"{folder.as_uri()}/", url_fetcher=press.fetcher)
        _tame_text(source.etree_element)
        document = source.render(font_config=press.fonts, stylesheets=list(press.styles), pdf_variant=VARIANT)
        _describe(document, details)
        _keep_safe_links(document)
        content: bytes = document.write_pdf(
            pdf_variant=VARIANT, pdf_identifier=sha256(html.encode()).hexdigest()[:32].encode()
        )
    return content


def _tame_text(root: Any) -> None:
    """Typed text may not turn its neighbours round, nor keep the layout searching for hours.

    Direction controls are dropped (scripts that run right to left do not need them), and endless
    words get places to break: finding one letter by letter takes quadratic time.
    """
    for element in root.iter():
        if element.tag in ("style", "script"):
            continue
        if element.text:
            element.text = _tame(element.text)
        if element.tail:
            element.tail = _tame(element.tail)


def _tame(text: str) -> str:
    return _ENDLESS.sub(_with_breaks, _DIRECTION_CONTROLS.sub("", text))


def _with_breaks(word: re.Match[str]) -> str:
    letters = word[0]
    return "\u200b".join(letters[start : start + 40] for start in range(0, len(letters), 40))


def _describe(document: weasyprint.Document, details: Details) -> None:
    """Replace whatever the HTML says about itself, attachments included, by what the caller says."""
    created = details.created or datetime.now(UTC)
    metadata = document.metadata
    metadata.title = _clean(details.title)
    metadata.lang = _clean(details.language)
    metadata.authors = [_clean(details.author)] if details.author else []
    metadata.keywords = [_clean(keyword) for keyword in details.keywords]
    metadata.description = metadata.generator = None
    metadata.created = metadata.modified = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata.attachments = [_embedded(attachment, created.astimezone(UTC)) for attachment in details.attachments]


def _embedded(attachment: pdf.Attachment, created: datetime) -> weasyprint.Attachment:
    @contextmanager
    def source() -> Iterator[tuple[BytesIO, None, None, str]]:
        yield BytesIO(attachment.content), None, None, attachment.mime

    embedded = weasyprint.Attachment(
        string=attachment.content,
        name=attachment.name,
        description=_clean(attachment.description),
        created=created,
        modified=created,
    )
    embedded.source = source()  # the stock source guesses the media type from the name
    return embedded


def _keep_safe_links(document: weasyprint.Document) -> None:
    """Inside the document, https and mail. A link that would attach or run something goes."""
    for page in document.pages:
        page.links = [link for link in page.links if _is_safe(kind=link[0], target=link[1])]


def _is_safe(*, kind: str, target: Any) -> bool:
    return kind == "internal" or (kind == "external" and str(target).lower().startswith(OUTWARD_LINKS))


def _clean(text: str) -> str:
    """Control characters would make the document's own description unreadable XML."""
    return _encodable(text).translate(_without_controls)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


@contextmanager
def _collector_off() -> Iterator[None]:
    """Layout makes millions of small objects that all live to the end: collecting meanwhile costs a quarter."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
