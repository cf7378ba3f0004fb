"""Turns a finished page of HTML into a PDF that people and screen readers can read.

The machinery is loaded at the first document, not at start-up: a machine without the system
packages still runs everything else, and callers offer the HTML page instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from rollout.kernel.errors import DomainError

INSTALL_COMMAND = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MIME = re.compile(r"[a-z]+/[a-z0-9.+-]+")


class PdfUnavailable(DomainError):
    """This machine lacks the libraries that draw text. The HTML page has the same content."""

    def __init__(self) -> None:
        super().__init__(
            "pdf_unavailable",
            _("PDF files cannot be made on this machine yet. Whoever runs it can mend this with: %(command)s")
            % {"command": INSTALL_COMMAND},
            status=503,
        )


class PdfFailed(DomainError):
    """The content could not be laid out on pages. The HTML page has the same content."""

    def __init__(self) -> None:
        super().__init__(
            "pdf_failed", _("This PDF could not be made. You can read the same content as a page."), status=500
        )


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the PDF, such as the figures of its tables as CSV."""

    name: str
    description: str
    mime: str
    content: bytes

    def __post_init__(self) -> None:
        if not _FILE_NAME.fullmatch(self.name):
            raise ValueError("an attachment needs a plain file name")
        if not _MIME.fullmatch(self.mime):
            raise ValueError("an attachment needs a media type")


def render_pdf(
    *,
    html: str,
    assets: Path,
    language: str,
    title: str,
    attachments: Sequence[Attachment] = (),
    author: str = "",
    keywords: Sequence[str] = (),
    created: datetime | None = None,
) -> bytes:
    """The pages of `html` as one PDF, tagged to PDF/UA-1, in one language.

    `assets` is the only folder that may be read; its `print/*.css` are the style sheets. Nothing is
    ever fetched from anywhere else, whatever the text says. `created` is the time written into the
    document; the same input and time give the same bytes. One document at a time per process, with
    no limit of its own on time and memory: the caller sets both.
    Raises `PdfUnavailable` without the system packages, `PdfFailed` for content that defies layout.
    """
    names = [attachment.name for attachment in attachments]
    if len(set(names)) != len(names):
        raise ValueError("two attachments have the same name")
    try:
        from rollout.kernel.pdf import engine
    except OSError as missing_library:
        raise PdfUnavailable from missing_library
    try:
        return engine.render(
            html=html,
            assets=assets,
            details=engine.Details(
                language=language,
                title=title,
                author=author,
                keywords=tuple(keywords),
                attachments=tuple(sorted(attachments, key=lambda attachment: attachment.name)),
                created=created,
            ),
        )
    except (RecursionError, engine.URLFetchingError) as cause:  # nested too deep; something outside was asked for
        raise PdfFailed from cause
