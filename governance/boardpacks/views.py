"""Pages of packs: asking for one, waiting for it, reading it, and the homes of board members and secretaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from governance.boardpacks import actions, queries, rendering
from governance.boardpacks.forms import PackForm
from governance.boardpacks.models import BoardPack
from governance.boardpacks.permissions import FIND_PACKS, MAKE_PACKS, READ_PACKS, USE_BOARD_HOME, USE_SECRETARY_HOME
from governance.boardpacks.snapshots import Snapshot, from_json
from governance.boards.queries import boards_managed, readers_of
from governance.hats import MAKERS, READERS, address
from governance.indicators.queries import lately
from rollout.kernel import files, readers
from rollout.kernel.errors import DomainError
from rollout.kernel.pdf import PdfUnavailable
from rollout.kernel.views import Guarded
from tenants.members.models import Role
from tenants.members.queries import notices_for

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

REFRESH_SECONDS = 3
REFRESHES = 60
"""How often the page asks again by itself without JavaScript: about five minutes, then the reader decides."""


class BoardHome(Guarded):
    """What needs a board member now: the packs to read, and the report."""

    permission = USE_BOARD_HOME
    capacity = Role.BOARD_MEMBER

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request,
            "boardpacks/board_home_page.html",
            {
                "notices": notices_for(self.member),
                "papers": queries.papers_for(self.member),
                "report_url": address("indicators:report"),
            },
        )


class MadePacks(Guarded):
    """The packs of the boards that somebody makes papers for, and the way to a new one."""

    permission = MAKE_PACKS
    template_name = "boardpacks/packs_page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        boards = boards_managed(self.member)
        return render(
            request,
            self.template_name,
            {
                "notices": notices_for(self.member),
                "boards": [{"body": body, "new_url": address("boardpacks:pack-new", body.pk)} for body in boards],
                "packs": [_line(pack) for pack in queries.packs_made_by(self.member)],
                "boards_url": address("boards:boards"),
                "report_url": address("indicators:report"),
            },
        )


class SecretaryHome(MadePacks):
    """What needs a board secretary now."""

    permission = USE_SECRETARY_HOME
    capacity = Role.BOARD_SECRETARY
    template_name = "boardpacks/secretary_home_page.html"


def _line(pack: Any) -> dict[str, Any]:
    if pack.state == BoardPack.State.READY:
        state, colour = _("Ready"), "green"
    elif pack.job_state == actions.FAILED:
        state, colour = _("Could not be made"), "red"
    else:
        state, colour = _("Being made"), "blue"
    return {
        "title": pack.body.name,
        "period": queries.period_of(pack),
        "language": dict(settings.LANGUAGES)[pack.language],
        "state": state,
        "colour": colour,
        "url": address(
            "boardpacks:pack" if pack.state == BoardPack.State.READY else "boardpacks:pack-progress", pack.pk
        ),
    }


class PackNew(Guarded):
    """Asking for a pack of one board. Who will read it stands beside the form, by name."""

    permission = MAKE_PACKS

    def get(self, request: HttpRequest, body: UUID) -> HttpResponse:
        period = lately()
        form = PackForm(initial={"period_start": period.start, "period_end": period.end, "language": get_language()})
        return self.page(form, body)

    def post(self, request: HttpRequest, body: UUID) -> HttpResponse:
        board = get_object_or_404(boards_managed(self.member), pk=body)
        form = PackForm(request.POST)
        if form.is_valid():
            try:
                pack = actions.request_pack(body=board, **form.cleaned_data, by=self.member)
            except DomainError as refusal:
                form.add_error(refusal.field, refusal.message)
            else:
                ready = pack.state == BoardPack.State.READY
                return redirect(address("boardpacks:pack" if ready else "boardpacks:pack-progress", pack.pk))
        return self.page(form, body)

    def page(self, form: PackForm, body: UUID) -> HttpResponse:
        board = get_object_or_404(boards_managed(self.member), pk=body)
        return render(
            self.request,
            "boardpacks/pack_new_page.html",
            {
                "form": form,
                "body": board,
                "people": readers_of(board),
                "readers": readers.readers_of(BoardPack),
                "cancel_url": address("boardpacks:packs"),
            },
        )


class PackProgress(Guarded):
    """How far the making of a pack is. The page asks again by itself until it is done."""

    permission = MAKE_PACKS

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        pack = get_object_or_404(queries.packs_made_by(self.member), pk=pk)
        progress = queries.progress(pack)
        ready = pack.state == BoardPack.State.READY
        waiting = not ready and progress.state != actions.FAILED
        asked = request.GET.get("again", "0")
        again = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else REFRESHES
        return render(
            request,
            "boardpacks/progress_page.html",
            {
                "pack": pack,
                "period": queries.period_of(pack),
                "progress": progress,
                "ready": ready,
                "failed": not ready and not waiting,
                "refresh": REFRESH_SECONDS if waiting else "",
                "again": again + 1 if waiting and again < REFRESHES else None,
                "pack_url": address("boardpacks:pack", pack.pk),
                "retry_url": address("boardpacks:pack-retry", pack.pk),
                "back_url": address("boardpacks:packs"),
            },
        )


class PackRetry(Guarded):
    """Trying again to make a pack."""

    permission = MAKE_PACKS

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        pack = get_object_or_404(queries.packs_made_by(self.member), pk=pk)
        if actions.retry(pack=pack, by=self.member):
            messages.success(request, _("The pack is being made again."))
        return redirect(address("boardpacks:pack-progress", pack.pk))


class PackDraw(Guarded):
    """Drawing the PDF of an issued pack that has no file."""

    permission = MAKE_PACKS

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        pack = _issued(pk)
        if not has_file(pack):
            actions.draw_again(pack=pack, by=self.member)
            messages.success(request, _("The PDF is being made. Open this page again in a minute."))
        return redirect(address("boardpacks:pack", pack.pk))


class PackForAnybody(Guarded):
    """The address of a pack that readers give each other: it leads to the one in the hat that reads most.

    Whether there is such a pack is said there: a hat sees what it may see, and this page has none on.
    """

    permission = FIND_PACKS

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        hat = next((hat for hat in reversed(READERS) if hat in self.member.held_roles), None)
        if hat is None:
            raise Http404
        return redirect(address("boardpacks:pack", pk, hat=hat))


class PackPage(Guarded):
    """An issued pack as a page: the same words and figures as its PDF. Opening it is noted."""

    permission = READ_PACKS

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        pack = _issued(pk)
        slips = list(pack.slips.all())
        snapshot = from_json(Snapshot, pack.snapshot)
        with rendering.as_of(pack.language, request.organisation.time_zone):  # type: ignore[attr-defined]
            paper = rendering.paper_of(snapshot, pack.snapshot_sha)
            inside = rendering.page_of(paper)
        actions.note_reading(pack=pack, by=self.member)
        return render(
            request,
            "boardpacks/pack_page.html",
            {
                "pack": pack,
                "title": paper.title,
                "inside": inside,
                "sections": rendering.labels(pack.language),
                "slips": slips,
                "is_sound": rendering.sound(pack.snapshot, pack.snapshot_sha),
                "pdf_url": address("boardpacks:pack-pdf", pack.pk) if has_file(pack) else "",
                "no_pdf": PdfUnavailable().message,
                "draw_url": address("boardpacks:pack-draw", pack.pk) if self.capacity in MAKERS else "",
                "readings": queries.readings_of(pack) if self.capacity in MAKERS else None,
                "home_url": HOMES[Role(self.capacity)],
            },
        )


class PackPdf(Guarded):
    """An issued pack as a PDF file."""

    permission = READ_PACKS

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        pack = _issued(pk)
        if not has_file(pack):
            messages.error(request, _("The PDF is not here. This page has the same content."))
            return redirect(address("boardpacks:pack", pack.pk))
        actions.note_reading(pack=pack, by=self.member)
        return FileResponse(
            (files.home() / pack.pdf_path).open("rb"),
            as_attachment=True,
            filename=rendering.file_name(pack.body.name, pack.period_end, pack.language),
            content_type="application/pdf",
        )


HOMES = {
    Role.SPONSOR: "indicators:sponsor-home",
    Role.BOARD_MEMBER: "boardpacks:board-home",
    Role.BOARD_SECRETARY: "boardpacks:secretary-home",
    Role.ROLLOUT_LEAD: "boardpacks:packs-rollout-lead",
}


def has_file(pack: BoardPack) -> bool:
    """Whether the PDF lies where it should."""
    return bool(pack.pdf_path) and (files.home() / pack.pdf_path).is_file()


def _issued(pk: UUID) -> BoardPack:
    found = BoardPack.objects.select_related("body").filter(pk=pk, state=BoardPack.State.READY).first()
    if found is None:
        raise Http404
    return found
