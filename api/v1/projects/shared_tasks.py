"""The shared task of each pair: one text, two keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Text
from api.operations import Operations
from api.schema import operation
from api.v1.projects.keys import Keys, SignIn
from tenants.pairs import queries as pairs
from tenants.pairs.actions import locked
from tenants.projects import permissions, queries
from tenants.projects.actions import shared_task as actions
from tenants.projects.models import SharedTask

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response


class SharedTaskOut(serializers.ModelSerializer[SharedTask]):
    """What two people want to change together, and who has signed it."""

    keys = Keys()

    class Meta:
        model = SharedTask
        fields = ("id", "pair", "text", "content_hash", "edited_by", "edited_at", "agreed_at", "keys")
        read_only_fields = fields


class SharedTaskIn(Body):
    """The text."""

    text = Text(max_length=2000)


class SharedTasks(Operations):
    """The shared tasks of the person's pairs, each under the id of its pair."""

    serializer_class = SharedTaskOut
    lookup_url_kwarg = "pair"
    permissions = {
        "list": permissions.READ_WORK,
        "retrieve": permissions.READ_WORK,
        "update": permissions.WRITE_TASK,
        "sign": permissions.SIGN_TASK,
    }
    orderings = ("edited_at",)
    signs = frozenset({"sign"})

    def _task(self) -> SharedTask:
        task = queries.shared_task_of(self.member, self.kwargs["pair"])
        if task is None:
            raise Http404
        return task

    @operation(gives=SharedTaskOut(many=True))
    def list(self, request: Request) -> Response:
        """The shared tasks of my pairs."""
        return self.page_of(queries.shared_tasks_for(self.member))

    @operation(gives=SharedTaskOut)
    def retrieve(self, request: Request, pair: UUID) -> Response:
        """The shared task of a pair."""
        return self.shown(self._task())

    @operation(takes=SharedTaskIn, gives=SharedTaskOut)
    def update(self, request: Request, pair: UUID) -> Response:
        """Write the shared task, or change it; a change clears both keys."""
        held = pairs.pair_for(self.member, pair)
        text = self.said(SharedTaskIn)["text"]
        if "If-Match" in request.headers:
            locked(held.pk, self.member, permissions.WRITE_TASK)
            self.refuse_changed(self._task())
        return self.shown(actions.write(pair=held, text=text, by=self.member))

    @operation(takes=SignIn, gives=SharedTaskOut, refuses=["text_changed"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pair: UUID) -> Response:
        """Sign the shared task that was read; with both keys it is agreed and the work begins."""
        return self.shown(actions.sign(task=self._task(), shown=self.said(SignIn)["shown"], by=self.member))
