"""The shared task: read and sign, write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.pairs.views import OfPair, PairAct, PairFormPage
from tenants.projects import actions, forms, permissions, queries, rendering
from tenants.projects.models import SharedTask

if TYPE_CHECKING:
    from uuid import UUID


class TaskPage(OfPair):
    """The exact text, who has signed it, and the button to sign."""

    permission = permissions.READ_WORK

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        task = queries.shared_task_of(self.member, self.pair.pk)
        if task is None:
            return HttpResponseRedirect(reverse("projects:task-write", args=[self.pair.pk]))
        keys = rendering.keys_of(task, self.sides)
        return render(request, "projects/task_page.html", {"pair": self.pair, "task": task, "keys": keys})


class TaskWrite(PairFormPage):
    """Write the shared task, or change it."""

    permission = permissions.WRITE_TASK
    form_class = forms.TaskForm
    template = "projects/task_write_page.html"
    read_as = SharedTask

    def initial(self) -> dict[str, Any]:
        task = queries.shared_task_of(self.member, self.pair.pk)
        return {"text": task.text} if task else {}

    def save(self, typed: dict[str, Any]) -> str:
        actions.shared_task.write(pair=self.pair, text=typed["text"], by=self.member)
        messages.success(self.request, _("Your shared task is saved. Now both of you sign it."))
        return reverse("projects:task", args=[self.pair.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "task": queries.shared_task_of(self.member, self.pair.pk)}


class TaskSign(PairAct):
    """Sign the text that was shown."""

    permission = permissions.SIGN_TASK
    signs: ClassVar[bool] = True

    def act(self) -> str:
        task = queries.shared_task_of(self.member, self.pair.pk)
        if task is None:
            raise Http404
        task = actions.shared_task.sign(task=task, shown=self.request.POST.get("shown", ""), by=self.member)
        if task.agreed_at:
            return _("You have both signed. Your shared task is agreed.")
        return _("You have signed. Your partner can sign now.")

    def back(self) -> str:
        return reverse("projects:task", args=[self.pair.pk])
