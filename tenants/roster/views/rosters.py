"""From a file to a check page, to invitations, and to what became of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded
from tenants.members.forms import NameAndAddress
from tenants.members.models import Role
from tenants.roster import actions, parsing, permissions, queries
from tenants.roster.forms import UploadForm
from tenants.roster.models import RosterPerson, RosterUpload
from tenants.roster.parsing.columns import HEADINGS

PROBLEMS_SHOWN = 200
LINES_ON_A_PAGE = 50
TEMPLATES = {
    "csv": (parsing.template_csv, "text/csv; charset=utf-8"),
    "xlsx": (parsing.template_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class _Lead(Guarded):
    permission = permissions.READ_ROSTER
    capacity = Role.ROLLOUT_LEAD

    def _upload(self, pk: UUID) -> RosterUpload:
        return get_object_or_404(queries.uploads(self.member), pk=pk)


class Template(_Lead):
    """An empty roster to fill in."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        make, content_type = TEMPLATES[kind]
        return HttpResponse(
            make(), content_type, headers={"Content-Disposition": f'attachment; filename="roster.{kind}"'}
        )


class RosterUploadPage(_Lead):
    """Choose a file. With one problem anywhere nothing is saved, and every problem is shown."""

    permission = permissions.UPLOAD_ROSTER

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, UploadForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form)
        uploaded = form.cleaned_data["roster"]
        roster = actions.check(file_name=uploaded.name, content=uploaded.read(), by=self.member)
        if not roster.ok:
            count = len(roster.problems)
            form.add_error(
                "roster",
                ngettext(
                    "There is %(count)d problem in this file. Nothing was saved.",
                    "There are %(count)d problems in this file. Nothing was saved.",
                    count,
                )
                % {"count": count},
            )
            return self._page(request, form, roster)
        if queries.upload_of(roster.digest) is not None:
            messages.info(request, _("This file was uploaded before. Here is what it became."))
        upload = actions.store(file_name=uploaded.name, roster=roster, by=self.member)
        return redirect("roster:upload", upload.pk)

    def _page(self, request: HttpRequest, form: UploadForm, roster: parsing.ParsedRoster | None = None) -> HttpResponse:
        problems = roster.problems if roster else ()
        headings = HEADINGS.get((get_language() or "en").partition("-")[0], HEADINGS["en"])
        context = {
            "form": form,
            "readers": readers_of(RosterUpload),
            "problems": [
                (
                    problem.row,
                    headings[parsing.Column(problem.column)] if problem.column else "",
                    problem.message,
                )
                for problem in problems[:PROBLEMS_SHOWN]
            ],
            "problem_count": len(problems),
            "shown": PROBLEMS_SHOWN,
            "page": Paginator(queries.uploads(self.member), LINES_ON_A_PAGE).get_page(request.GET.get("page")),
        }
        return render(request, "roster/upload_new_page.html", context)


class RosterPage(_Lead):
    """One roster: before sending what would happen, afterwards how each invitation stands."""

    def get(self, request: HttpRequest, upload: UUID) -> HttpResponse:
        found = self._upload(upload)
        people = Paginator(queries.people_of(found), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
        pairs = queries.pair_lines_of(people)
        context = {
            "upload": found,
            "counts": queries.counts_of(found),
            "page": people,
            "people": [(row, _state(row), pairs[row.proposal_id] if row.proposal_id else None) for row in people],
        }
        return render(request, "roster/upload_page.html", context)


class ProposedPairs(_Lead):
    """The pairs that a roster proposes: invited, open, or not shared. No more is known here."""

    def get(self, request: HttpRequest, upload: UUID) -> HttpResponse:
        found = self._upload(upload)
        page = Paginator(queries.proposals_of(found), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
        context = {"upload": found, "page": page, "lines": queries.pair_lines(list(page))}
        return render(request, "roster/proposed_pairs_page.html", context)


class RosterSend(_Lead):
    """The second step: the invitations go out."""

    permission = permissions.SEND_ROSTER

    def post(self, request: HttpRequest, upload: UUID) -> HttpResponse:
        found = self._upload(upload)
        try:
            sent = actions.send(upload=found, by=self.member)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(
                request,
                ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", sent)
                % {"count": sent},
            )
        return redirect("roster:upload", found.pk)


class RosterDiscard(_Lead):
    """Throw away a roster that was not sent."""

    permission = permissions.SEND_ROSTER

    def post(self, request: HttpRequest, upload: UUID) -> HttpResponse:
        found = self._upload(upload)
        try:
            actions.discard(upload=found, by=self.member)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return redirect("roster:upload", found.pk)
        messages.success(request, _("The roster was thrown away. Nobody was told of it."))
        return redirect("roster:upload-new")


class RosterUndo(_Lead):
    """Take back what nobody accepted yet, after a page that says so."""

    permission = permissions.SEND_ROSTER

    def get(self, request: HttpRequest, upload: UUID) -> HttpResponse:
        found = self._upload(upload)
        if not found.sent_at or found.undone_at:
            return redirect("roster:upload", found.pk)
        return render(request, "roster/undo_page.html", {"upload": found, "counts": queries.counts_of(found)})

    def post(self, request: HttpRequest, upload: UUID) -> HttpResponse:
        found = self._upload(upload)
        try:
            taken_back = actions.undo(upload=found, by=self.member)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(
                request,
                ngettext("%(count)d invitation was taken back.", "%(count)d invitations were taken back.", taken_back)
                % {"count": taken_back},
            )
        return redirect("roster:upload", found.pk)


class RowCorrect(_Lead):
    """Mend one row of a roster that was not sent; after sending, its invitation."""

    permission = permissions.SEND_ROSTER

    def get(self, request: HttpRequest, upload: UUID, person: UUID) -> HttpResponse:
        row = self._row(upload, person)
        now = row.invitation or row
        return self._page(request, row, NameAndAddress(initial={"name": now.name, "email": now.email}))

    def post(self, request: HttpRequest, upload: UUID, person: UUID) -> HttpResponse:
        row = self._row(upload, person)
        form = NameAndAddress(request.POST)
        if form.is_valid():
            try:
                actions.correct(person=row, **form.cleaned_data, by=self.member)
            except DomainError as refusal:
                if refusal.status == 404:
                    raise Http404 from refusal
                form.add_error(refusal.field, str(refusal.message))
            else:
                messages.success(request, _("The row was corrected."))
                return redirect("roster:upload", upload)
        return self._page(request, row, form)

    def _row(self, upload: UUID, person: UUID) -> RosterPerson:
        return get_object_or_404(queries.people_of(self._upload(upload)), pk=person)

    def _page(self, request: HttpRequest, row: RosterPerson, form: NameAndAddress) -> HttpResponse:
        context = {"row": row, "form": form, "readers": readers_of(RosterPerson)}
        return render(request, "roster/row_correct_page.html", context)


def _state(row: RosterPerson) -> str:
    """How a row stands: kept, new, or the state of its invitation."""
    if row.invitation is not None:
        return row.invitation.state
    return "standing" if row.is_standing else "new"  # type: ignore[attr-defined]
