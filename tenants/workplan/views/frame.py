"""Aim and reasons: read and sign, write, name who else says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.views import OfPair, PairAct, PairFormPage
from tenants.projects.rendering import keys_of
from tenants.workplan import actions, forms, permissions, policy, queries, rendering
from tenants.workplan.actions.frame import MISSING
from tenants.workplan.content import FrameContent, content_of
from tenants.workplan.models import FrameSource, ProjectFrame

if TYPE_CHECKING:
    from uuid import UUID


class FramePage(OfPair):
    """What is signed, what is still missing, who has signed."""

    permission = permissions.READ_PLAN

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        frame = queries.frame_of(self.member, self.pair.pk)
        context: dict[str, Any] = {"pair": self.pair, "frame": frame}
        if frame is not None:
            sources = list(frame.sources.all())
            lacks = policy.missing(frame, [source.kind for source in sources])
            context |= {
                "tag": rendering.frame_tag(frame),
                "sources": sources,
                "lacks": [MISSING[name] for name in lacks],
                "keys": keys_of(frame, self.sides),
            }
        return render(request, "workplan/frame_page.html", context)


class OfFrame(PairFormPage):
    """A form about the project."""

    permission = permissions.WRITE_FRAME

    def frame_url(self) -> str:
        return reverse("workplan:frame", args=[self.pair.pk])

    def more(self) -> dict[str, Any]:
        frame = queries.frame_of(self.member, self.pair.pk)
        return {**super().more(), "frame": frame, "cancel_url": self.frame_url()}


class FrameWrite(OfFrame):
    """Write aim, place and reasons, or change them."""

    form_class = forms.FrameForm
    template = "workplan/frame_write_page.html"
    read_as = ProjectFrame

    def initial(self) -> dict[str, Any]:
        frame = queries.frame_of(self.member, self.pair.pk)
        return content_of(frame).values() if frame else {"place": self.pair.site.name if self.pair.site else ""}

    def save(self, typed: dict[str, Any]) -> str:
        actions.frame.write(pair=self.pair, content=FrameContent(**typed), by=self.member)
        messages.success(self.request, _("The aim and the reasons are saved."))
        return self.frame_url()


class FrameSources(OfFrame):
    """Name who else says so."""

    form_class = forms.SourceForm
    template = "workplan/frame_source_page.html"
    read_as = FrameSource

    def save(self, typed: dict[str, Any]) -> str:
        actions.frame.add_source(pair=self.pair, **typed, by=self.member)
        messages.success(self.request, _("The source is added."))
        return self.frame_url()


class FrameAct(PairAct):
    """One act on the project."""

    permission = permissions.WRITE_FRAME

    def back(self) -> str:
        return reverse("workplan:frame", args=[self.pair.pk])


class SourceRemove(FrameAct):
    """Take a source out."""

    def act(self) -> str:
        frame = queries.frame_of(self.member, self.pair.pk)
        source = queries.one(FrameSource.objects.filter(frame=frame), self.kwargs["pk"])
        actions.frame.remove_source(pair=self.pair, source=source.pk, by=self.member)
        return _("The source is taken out.")


class FrameSign(FrameAct):
    """Sign what was shown."""

    permission = permissions.SIGN_FRAME
    signs: ClassVar[bool] = True

    def act(self) -> str:
        frame = actions.frame.sign(pair=self.pair, shown=self.request.POST.get("shown", ""), by=self.member)
        if frame.state == ProjectFrame.State.ACTIVE:
            return _("You have both signed. Your project is active.")
        return _("You have signed. Your partner can sign now.")
