"""The files of a pair: only the two partners open them, and only as downloads."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel.uploads import MAX_BYTES
from tenants.pairs.views import OfPair, PairFormPage, SureAct
from tenants.projects.queries import results_for
from tenants.workplan import actions, forms, permissions, queries, rendering
from tenants.workplan.models import PairFile

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.kernel.forms import Form

PER_PAGE = 20


class FileList(PairFormPage):
    """The files, and a form for one more. `?result=` chooses the evidence of one result."""

    permission = permissions.KEEP_FILES
    form_class = forms.FileForm
    template = "workplan/files_page.html"
    read_as = PairFile

    def form(self, *args: Any, **kwargs: Any) -> Form:
        results = results_for(self.member, self.pair.pk).prefetch_related(None)
        return super().form(*args, results=results, **kwargs)

    def initial(self) -> dict[str, Any]:
        return {"result": self._result()}

    def save(self, typed: dict[str, Any]) -> str:
        sent = typed.pop("file")
        content = sent.read(MAX_BYTES + 1)  # one byte too many is enough to say no
        actions.files.upload(pair=self.pair, **typed, name=sent.name or "", content=content, by=self.member)
        messages.success(self.request, _("The file is uploaded. Only the two of you can open it."))
        return self.request.get_full_path()

    def _result(self) -> UUID | None:
        wanted = self.request.GET.get("result", "")
        known = results_for(self.member, self.pair.pk).values_list("pk", flat=True)
        return next((pk for pk in known if str(pk) == wanted), None)

    def more(self) -> dict[str, Any]:
        found = queries.files_for(self.member, self.pair.pk)
        result = self._result()
        if result is not None:
            found = found.filter(result_id=result)
        listed = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        names, mine = rendering.names_of(self.pair), self.sides.mine
        return {
            **super().more(),
            "lines": [
                {
                    "file": file,
                    "words": rendering.file_words(file, names),
                    "is_mine": mine is not None and file.uploaded_by_id == mine.pk,
                }
                for file in listed
            ],
            "listed": listed,
            "query": f"result={result}&" if result else "",
            "cancel_url": "",
        }


class FileDownload(OfPair):
    """One file, as a download and nothing else."""

    permission = permissions.READ_PLAN

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponseBase:
        return rendering.as_download(queries.one(queries.files_for(self.member, self.pair.pk), pk))


class FileTakeAway(SureAct):
    """Take one's own file away."""

    permission = permissions.KEEP_FILES
    template = "workplan/file_take_away_page.html"

    def asked(self) -> dict[str, Any]:
        file, mine = self.file, self.sides.mine
        if file.taken_away_at or mine is None or file.uploaded_by_id != mine.pk:
            raise Http404
        return {"file": file}

    @cached_property
    def file(self) -> PairFile:
        return queries.one(queries.files_for(self.member, self.pair.pk), self.kwargs["pk"])

    def act(self) -> str:
        actions.files.take_away(file=self.file, by=self.member)
        return _("The file is taken away. Your partner reads that it was here.")

    def back(self) -> str:
        return reverse("workplan:files", args=[self.pair.pk])
