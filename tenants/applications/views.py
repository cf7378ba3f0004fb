"""The pages on which two people apply together."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.applications import actions, forms, permissions, policy, queries, rendering, requirements
from tenants.applications.models import Application, JointText, Kind, OwnText
from tenants.pairs.views import OfPair, PairAct, PairFormPage, SureAct
from tenants.projects.rendering import keys_of
from tenants.reflections import queries as reflections

if TYPE_CHECKING:
    from uuid import UUID


class ApplicationPage(OfPair):
    """What is there, what is missing, and exactly what both sign."""

    permission = permissions.READ_APPLICATION

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        application = queries.application_of(self.member, self.pair.pk)
        is_open = application is not None and application.state in policy.OPEN
        missing = requirements.missing(self.member, self.pair)
        is_draft = application is None or application.state != policy.State.SUBMITTED
        context: dict[str, Any] = {
            "pair": self.pair,
            "application": application,
            "is_open": is_open,
            "missing": missing if is_draft else [],
            "unmerged": is_draft and queries.unmerged_ambitions(self.pair.pk),
        }
        if application is not None:
            content = queries.content_of(application)
            context |= {
                "tag": rendering.state_tag(application),
                "lines": rendering.lines_of(content.parts, self.sides),
                "shown": content.hash,
                "keys": keys_of(cast("Any", application), self.sides),
                "may_talk": self.sides.are(application.citizen_seat_id, application.professional_seat_id),
            }
        return render(request, "applications/application_page.html", context)


class _OfKind(PairFormPage):
    """A page about one of the two things that each writes alone first."""

    permission = permissions.WRITE_APPLICATION
    kind: Kind = Kind.AMBITION

    @cached_property
    def texts(self) -> queries.Texts:
        if self.sides.mine is None:
            raise Http404
        return queries.texts_of(self.sides.mine, self.sides.partner, self.kind)

    def more(self) -> dict[str, Any]:
        back = reverse("applications:application", args=[self.pair.pk])
        return {**super().more(), "cancel_url": back, "kind": self.kind.value, "texts": self.texts}


class OwnPage(_OfKind):
    """What I write alone."""

    form_class = forms.OwnForm
    template = "applications/own_page.html"
    read_as = OwnText

    def initial(self) -> dict[str, Any]:
        return {"text": self.texts.mine.text} if self.texts.mine else {}

    def save(self, typed: dict[str, Any]) -> str:
        is_put_down = "put_down" in self.request.POST
        actions.write_own(pair=self.pair, kind=self.kind, text=typed["text"], is_put_down=is_put_down, by=self.member)
        if is_put_down:
            messages.success(self.request, _("It is put down. Your partner reads it when theirs is down too."))
        else:
            messages.success(self.request, _("It is saved. Only you can read it."))
        return reverse("applications:application", args=[self.pair.pk])


class JointPage(_OfKind):
    """Both texts side by side, and what comes of them."""

    form_class = forms.JointForm
    template = "applications/joint_page.html"
    read_as = JointText

    def initial(self) -> dict[str, Any]:
        return {"text": self.texts.joint.text} if self.texts.joint else {}

    def save(self, typed: dict[str, Any]) -> str:
        actions.write_joint(pair=self.pair, kind=self.kind, text=typed["text"], by=self.member)
        messages.success(self.request, _("It is saved. If one of you had signed, both sign again."))
        return reverse("applications:application", args=[self.pair.pk])


class HostPage(PairFormPage):
    """Where the two apply."""

    permission = permissions.WRITE_APPLICATION
    form_class = forms.HostForm
    template = "applications/host_page.html"
    read_as = Application

    def initial(self) -> dict[str, Any]:
        application = queries.application_of(self.member, self.pair.pk)
        if application is None or not application.host:
            return {}
        return {"host": str(application.system_id or forms.HERE)}

    def save(self, typed: dict[str, Any]) -> str:
        is_here = typed["host"] == forms.HERE
        actions.choose_host(
            pair=self.pair,
            host=Application.Host.ORGANISATION if is_here else Application.Host.SYSTEM,
            system=None if is_here else uuid.UUID(typed["host"]),
            by=self.member,
        )
        messages.success(self.request, _("It is saved. If one of you had signed, both sign again."))
        return reverse("applications:application", args=[self.pair.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "cancel_url": reverse("applications:application", args=[self.pair.pk])}


class _Act(PairAct):
    """An act on the pair's open application."""

    permission = permissions.SIGN_APPLICATION

    @property
    def application(self) -> Application:
        found = queries.application_of(self.member, self.pair.pk)
        if found is None:
            raise Http404
        return found

    def back(self) -> str:
        return reverse("applications:application", args=[self.pair.pk])


class Sign(_Act):
    """Sign exactly what was shown."""

    signs: ClassVar[bool] = True

    def act(self) -> str:
        shown = self.request.POST.get("shown", "")
        signed = actions.sign(application=self.application, shown=shown, by=self.member)
        if signed.submitted_at:
            return _("You have both signed. Your application is handed in.")
        return _("You have signed. Your partner can sign now.")


class Withdraw(_Act, SureAct):
    """Take back what was handed in."""

    template = "applications/withdraw_page.html"

    def asked(self) -> dict[str, Any]:
        if self.application.submitted_at is None:
            raise Http404
        return {}

    def act(self) -> str:
        actions.withdraw(application=self.application, by=self.member)
        return _("Your application is taken back. What you wrote is still here.")


class StartPage(OfPair):
    """How the two started, as it stood when they handed it in, beside how they see it now."""

    permission = permissions.READ_APPLICATION

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        start = queries.start_of(self.member, self.pair.pk)
        lines = rendering.start_lines(start.content, self.sides) if start else []
        now = reflections.last_written(self.member, self.pair.pk) if start else None
        told = {"pair": self.pair, "start": start, "lines": lines, "now": now}
        return render(request, "applications/start_page.html", told)
