"""A paper for one person, as a PDF in large print; where none can be made, the same as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from rollout.kernel import clock
from rollout.kernel.pdf import PdfFailed, PdfUnavailable, render_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping


def paper(template: str, context: Mapping[str, Any], *, title: str, name: str, author: str = "") -> HttpResponse:
    """What the template says, in the language that is in force. `name` is that of the file, without its ending."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    html = render_to_string(template, {**context, "title": title})
    try:
        content = render_pdf(
            html=html, assets=settings.ROOT / "theme", language=language, title=title, author=author,
            created=clock.now(),
        )  # fmt: skip
    except (PdfUnavailable, PdfFailed):
        return HttpResponse(html)
    file = {"Content-Disposition": f'attachment; filename="{name}-{language}.pdf"', "Content-Language": language}
    return HttpResponse(content, content_type="application/pdf", headers=file)
