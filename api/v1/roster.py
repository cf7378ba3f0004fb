"""Rosters as rollout leads read them, and the pairs that they propose as those read them to whom they are proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.members.models import PartnerKind, Side
from tenants.roster import actions, permissions, queries
from tenants.roster.models import RosterUpload

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class RosterUploadOut(serializers.ModelSerializer[RosterUpload]):
    """A roster file that was checked and kept."""

    rows = serializers.IntegerField(read_only=True)

    class Meta:
        model = RosterUpload
        fields = ("id", "file_name", "uploaded_by_id", "uploaded_at", "sent_at", "undone_at", "rows")
        read_only_fields = fields


class CountsOut(serializers.Serializer[Any]):
    """A roster in numbers of what leads themselves typed and sent."""

    people = serializers.IntegerField()
    kept = serializers.IntegerField()
    pairs = serializers.IntegerField()
    open = serializers.IntegerField()
    accepted = serializers.IntegerField()


class RosterUploadWithCountsOut(serializers.Serializer[Any]):
    """A roster file and how its invitations stand."""

    upload = RosterUploadOut()
    counts = CountsOut()


class RosterUploads(Operations):
    """The organisation's rosters."""

    serializer_class = RosterUploadOut
    permissions = {"list": permissions.READ_ROSTER, "retrieve": permissions.READ_ROSTER}
    orderings = ("-uploaded_at",)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return RosterUploadWithCountsOut if self.action == "retrieve" else RosterUploadOut

    @operation(gives=RosterUploadOut(many=True))
    def list(self, request: Request) -> Response:
        """The rosters, the newest first."""
        return self.page_of(queries.uploads(self.member))

    @operation(gives=RosterUploadWithCountsOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One roster, and how its invitations stand."""
        upload = self.found(queries.uploads(self.member))
        return self.shown({"upload": upload, "counts": queries.counts_of(upload)})


class ProposedPairOut(serializers.Serializer[Any]):
    """A proposed pair as its lead reads it. It reads `invited` until the pair itself opens."""

    label = serializers.CharField()  # type: ignore[assignment]  # a name of ours, not the field's
    names = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=["invited", "open", "not_shared", "taken_back"])
    pair_id = serializers.UUIDField(allow_null=True)


class ProposedPairs(Operations):
    """The pairs that a roster proposes."""

    serializer_class = ProposedPairOut
    permissions = {"list": permissions.READ_ROSTER}
    filters = {"upload": Filter(serializers.UUIDField(), "", "The roster.", required=True)}
    orderings = ("label",)

    @operation(gives=ProposedPairOut(many=True))
    def list(self, request: Request) -> Response:
        """The pairs that a roster proposes, and how far each has come into the open."""
        upload = queries.uploads(self.member).filter(pk=self.asked("upload")).first()
        if upload is None:
            raise Http404
        page = self.paginate_queryset(self.filter_queryset(queries.proposals_of(upload)))
        return self.page(queries.pair_lines(page or []))


class ProposalOut(serializers.Serializer[Any]):
    """A pair that is proposed to the person who asks."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a name of ours, not the field's
    shared_task = serializers.CharField(allow_blank=True)
    side = serializers.ChoiceField(choices=Side.choices)
    kind = serializers.ChoiceField(choices=PartnerKind.choices)
    other = serializers.CharField()
    since = serializers.DateTimeField()


class AcceptedOut(serializers.Serializer[Any]):
    """The pair that it has become."""

    pair = serializers.UUIDField()


class Proposals(Operations):
    """The pairs that are proposed to the person. Not answering is an answer that nobody sees."""

    serializer_class = ProposalOut
    permissions = {"list": permissions.ANSWER_PROPOSAL, "accept": permissions.ANSWER_PROPOSAL}

    @operation(gives=ProposalOut(many=True))
    def list(self, request: Request) -> Response:
        """The pairs that are proposed to me."""
        return self.page_of_list(queries.proposals_for(self.member), key="since")

    @operation(gives=AcceptedOut, refuses=["seat_taken"])
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: UUID) -> Response:
        """Say yes to a proposed pair; saying it twice is harmless."""
        if queries.proposal_for(self.member, pk) is None:
            raise Http404
        return Response({"pair": str(actions.accept_proposal(proposal=pk, by=self.member))})
