"""Pages that anybody may open without leaving a trace: no session is read or made, no cookie is set.

They look the same for everybody on a host, so opening one says nothing about who did.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from rollout.kernel.views import Open


class Traceless(Open):
    """A view for which nobody is asked who they are. The middleware leaves session and person alone."""

    traceless: ClassVar[bool] = True


class Page(Traceless):
    """A page of text. `?language=` shows it in another language, without a cookie."""

    template_name: ClassVar[str]

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("language", "")
        language = wanted if wanted in dict(settings.LANGUAGES) else translation.get_language() or "en"
        with translation.override(language):
            response = render(request, self.template_name, self.context(request, language))
        response["Content-Language"] = language
        return response

    def context(self, request: HttpRequest, language: str) -> dict[str, Any]:
        # No language form and no messages: both would write a cookie or read a session.
        others = [code for code, _name in settings.LANGUAGES if code != language]
        return {"language_choices": (), "messages": (), "other_languages": others}


class Help(Page):
    """How to get help, in words for people who have never used this."""

    template_name = "pages/help_page.html"


class Worried(Page):
    """Where to turn in an emergency, for safeguarding, and for speaking up."""

    template_name = "pages/worried_page.html"

    def context(self, request: HttpRequest, language: str) -> dict[str, Any]:
        organisation: Any = getattr(request, "organisation", None)
        country = organisation.country if organisation else {"fr": "FR"}.get(language, "GB")
        return {**super().context(request, language), "country": country}


class PrivacyNotice(Page):
    """What we keep about people, who reads it and what they can ask for."""

    template_name = "pages/privacy_notice_page.html"

    def context(self, request: HttpRequest, language: str) -> dict[str, Any]:
        return {**super().context(request, language), "version": settings.TERMS_VERSION}


class Terms(Page):
    """What everybody agrees to."""

    template_name = "pages/terms_page.html"

    def context(self, request: HttpRequest, language: str) -> dict[str, Any]:
        return {**super().context(request, language), "version": settings.TERMS_VERSION}


class Accessibility(Page):
    """How far everybody can use this service, and how to say that something does not work."""

    template_name = "pages/accessibility_page.html"


class BrandCss(Traceless):
    """The organisation's colour as a style sheet."""

    caching: ClassVar[str] = "max-age=300"

    def get(self, request: HttpRequest) -> HttpResponse:
        organisation: Any = getattr(request, "organisation", None)
        text = ""
        if organisation is not None:
            text = f":root{{--brand:{organisation.brand_colour};--brand-text:{organisation.brand_text_colour}}}\n"
        return HttpResponse(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": self.caching})
