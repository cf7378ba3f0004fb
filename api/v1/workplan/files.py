"""The files of pairs. What the page takes is taken here as well, written as base64 in JSON."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from rollout.kernel.uploads import MAX_BYTES
from tenants.pairs import queries as pairs
from tenants.projects.queries import result_for
from tenants.workplan import permissions, queries
from tenants.workplan.actions import files as actions
from tenants.workplan.models import PairFile
from tenants.workplan.rendering import as_download

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response


class FileOut(serializers.ModelSerializer[PairFile]):
    """A file of a pair. One that was taken away tells when."""

    class Meta:
        model = PairFile
        fields = (
            "id", "pair", "title", "kind", "result", "file_name", "media_type", "size", "sha", "uploaded_by",
            "uploaded_at", "taken_away_at",
        )  # fmt: skip
        read_only_fields = fields


class Content(Text):
    """Bytes, written as base64."""

    default_error_messages = {"base64": _("Write the content as base64.")}

    def to_internal_value(self, data: Any) -> Any:
        try:
            return b64decode(super().to_internal_value(data), validate=True)
        except (binascii.Error, ValueError):
            self.fail("base64")


class FileIn(Body):
    """A file of at most 10 MB, with what it is."""

    pair = serializers.UUIDField()
    title = Text(max_length=200)
    kind = serializers.ChoiceField(choices=PairFile.Kind.choices)
    result = serializers.UUIDField(allow_null=True, default=None)
    name = Text(max_length=200)
    content = Content()


class Files(Operations):
    """The files of the person's pairs."""

    serializer_class = FileOut
    permissions = {
        **dict.fromkeys(("list", "retrieve", "content"), permissions.READ_PLAN),
        **dict.fromkeys(("create", "take_away"), permissions.KEEP_FILES),
    }
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "result": Filter(serializers.UUIDField(), "result_id", "The evidence of one result."),
    }
    orderings = ("-uploaded_at", "title")
    most_bytes = {"create": settings.API_BODY_BYTES + MAX_BYTES // 3 * 4}

    def _file(self) -> PairFile:
        return self.found(queries.files_for(self.member))

    @operation(gives=FileOut(many=True))
    def list(self, request: Request) -> Response:
        """The files of my pairs, the newest first."""
        return self.page_of(queries.files_for(self.member))

    @operation(gives=FileOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """What is known of one file."""
        return self.shown(self._file())

    @operation(
        takes=FileIn,
        gives=FileOut,
        status=201,
        refuses=["too_many_files", "file_empty", "file_too_large", "file_not_safe", "file_damaged", "file_locked",
                 "too_many_pixels"],
    )  # fmt: skip
    def create(self, request: Request) -> Response:
        """Upload a file of at most 10 MB; it is looked at by its content."""
        said = self.said(FileIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        wanted = said.pop("result")
        result = result_for(self.member, pair.pk, wanted) if wanted else None
        return self.shown(actions.upload(pair=pair, result=result, **said, by=self.member), status=201)

    @operation(gives={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: UUID) -> Any:
        """The file itself, as a download."""
        response = as_download(self._file())
        response["Content-Type"] = "application/octet-stream"  # a program saves it, whatever it is
        return response

    @operation(gives=FileOut, refuses=["not_your_file"])
    @action(detail=True, methods=["post"], url_path="take-away")
    def take_away(self, request: Request, pk: UUID) -> Response:
        """Take one's own file away; the partner reads that it was here."""
        return self.shown(actions.take_away(file=self._file(), by=self.member))
