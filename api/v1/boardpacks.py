"""Board packs: asking for one, following its making, reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day
from api.operations import Operations
from api.schema import operation
from governance.boardpacks import actions, permissions, queries, rendering
from governance.boardpacks.models import BoardPack, CorrectionSlip
from governance.boards.queries import boards_managed
from rollout.kernel import files

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response


class PackOut(serializers.ModelSerializer[BoardPack]):
    """An issued pack."""

    board = serializers.UUIDField(source="body_id", read_only=True)
    board_name = serializers.CharField(source="body.name", read_only=True)

    class Meta:
        model = BoardPack
        fields = (
            "id", "board", "board_name", "period_start", "period_end", "language", "ready_at", "snapshot_sha",
            "pdf_sha",
        )  # fmt: skip
        read_only_fields = fields


class SlipOut(serializers.ModelSerializer[CorrectionSlip]):
    """A note on an issued pack: something in it is no longer updated."""

    class Meta:
        model = CorrectionSlip
        fields = ("number", "made_at")
        read_only_fields = fields


class PackContentOut(PackOut):
    """An issued pack with everything that it says."""

    slips = SlipOut(many=True, read_only=True)
    snapshot = serializers.SerializerMethodField()
    is_sound = serializers.SerializerMethodField()

    class Meta(PackOut.Meta):
        fields = (*PackOut.Meta.fields, "slips", "snapshot", "is_sound")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_snapshot(self, pack: BoardPack) -> Any:
        return pack.snapshot

    def get_is_sound(self, pack: BoardPack) -> bool:
        return bool(rendering.sound(pack.snapshot, pack.snapshot_sha))


class Packs(Operations):
    """The issued packs of the boards that the person reads for."""

    serializer_class = PackOut
    permissions = dict.fromkeys(("list", "retrieve", "pdf"), permissions.READ_PACKS)
    orderings = ("-ready_at",)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return PackContentOut if self.action == "retrieve" else PackOut

    @operation(gives=PackOut(many=True))
    def list(self, request: Request) -> Response:
        """The packs that I may read, the newest first."""
        return self.page_of(queries.packs_for(self.member))

    @operation(gives=PackContentOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One pack with everything that it says; that it was opened is noted."""
        pack = self.found(queries.packs_for(self.member).defer(None))
        actions.note_reading(pack=pack, by=self.member)
        return self.shown(pack)

    @operation(gives={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def pdf(self, request: Request, pk: UUID) -> Any:
        """The same pack as a PDF file; that it was opened is noted."""
        pack = self.found(queries.packs_for(self.member))
        path = files.home() / pack.pdf_path
        if not pack.pdf_path or not path.is_file():
            raise Http404
        actions.note_reading(pack=pack, by=self.member)
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=rendering.file_name(pack.body.name, pack.period_end, pack.language),
            content_type="application/pdf",
        )


class PackRequestOut(serializers.ModelSerializer[BoardPack]):
    """A pack that was asked for, and how far its making is."""

    board = serializers.UUIDField(source="body_id", read_only=True)
    board_name = serializers.CharField(source="body.name", read_only=True)
    making = serializers.SerializerMethodField()

    class Meta:
        model = BoardPack
        fields = (
            "id", "board", "board_name", "period_start", "period_end", "language", "state", "requested_at", "ready_at",
            "making",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=["queued", "running", "done", "failed"]))
    def get_making(self, pack: Any) -> str:
        return str(getattr(pack, "job_state", None) or "queued")


class PackIn(Body):
    """A board, a period and a language."""

    board = serializers.UUIDField()
    period_start = Day()
    period_end = Day()
    language = serializers.ChoiceField(choices=settings.LANGUAGES)


class PackRequests(Operations):
    """The packs of the boards that the person makes papers for."""

    serializer_class = PackRequestOut
    permissions = dict.fromkeys(("list", "retrieve", "create", "retry"), permissions.MAKE_PACKS)
    orderings = ("-requested_at",)

    def _pack(self, pk: UUID | None = None) -> BoardPack:
        if pk is not None:
            return queries.packs_made_by(self.member).get(pk=pk)
        return self.found(queries.packs_made_by(self.member))

    @operation(gives=PackRequestOut(many=True))
    def list(self, request: Request) -> Response:
        """The packs that were asked for, the newest first."""
        return self.page_of(queries.packs_made_by(self.member))

    @operation(gives=PackRequestOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """How far the making of a pack is."""
        return self.shown(self._pack())

    @operation(takes=PackIn, gives=PackRequestOut, status=201, refuses=["period_reversed", "period_in_future"])
    def create(self, request: Request) -> Response:
        """Ask for the papers of a board about a period; asking again leads to the same pack."""
        said = self.said(PackIn)
        board = boards_managed(self.member).filter(pk=said.pop("board")).first()
        if board is None:
            raise Http404
        pack = actions.request_pack(body=board, **said, by=self.member)
        return self.shown(self._pack(pack.pk), status=201)

    @operation(gives=PackRequestOut)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: UUID) -> Response:
        """Try again to make a pack that could not be made."""
        actions.retry(pack=self._pack(), by=self.member)
        return self.shown(self._pack())
