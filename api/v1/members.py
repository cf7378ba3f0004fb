"""Oneself, the list of people, places, invitations by rollout leads, and notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Address, Body, Text
from api.filters import Filter
from api.operations import Operations
from api.permissions import READ_ME
from api.schema import operation
from rollout.kernel.tenancy import PARTNER, here
from tenants.members import actions, permissions, queries
from tenants.members.models import OFFICES, Invitation, Member, Notice, Site

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


_OFFICES = [(role.value, role.label) for role in OFFICES]


class OrganisationPart(serializers.Serializer[Any]):
    """The organisation whose address was asked."""

    slug = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()


class MeOut(serializers.ModelSerializer[Member]):
    """The person who asks, and the hats that they may wear."""

    hats = serializers.SerializerMethodField()
    capacity = serializers.SerializerMethodField()
    organisation = serializers.SerializerMethodField()

    class Meta:
        model = Member
        fields = ("id", "name", "hats", "capacity", "organisation", "joined_at")
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_hats(self, member: Member) -> list[str]:
        return [PARTNER, *map(str, member.held_roles)]

    def get_capacity(self, member: Member) -> str:
        return here().capacity

    @extend_schema_field(OrganisationPart)
    def get_organisation(self, member: Member) -> Any:
        return OrganisationPart(self.context["request"]._request.organisation).data


class NameIn(Body):
    """The name that others read."""

    name = Text(max_length=200)


class Me(Operations):
    """Oneself."""

    serializer_class = MeOut
    permissions = {"retrieve": READ_ME, "partial_update": permissions.USE_HOME}

    @operation(gives=MeOut)
    def retrieve(self, request: Request) -> Response:
        """Who I am here, and which hats I may wear."""
        return self.shown(self.member)

    @operation(takes=NameIn, gives=MeOut)
    def partial_update(self, request: Request) -> Response:
        """Change the name that others read."""
        self.refuse_changed(self.member)
        actions.rename_me(**self.said(NameIn), by=self.member)
        self.member.refresh_from_db(fields=["name"])
        return self.shown(self.member)


class SiteOut(serializers.ModelSerializer[Site]):
    """A place of the organisation."""

    class Meta:
        model = Site
        fields = ("id", "name")
        read_only_fields = fields


class Sites(Operations):
    """The organisation's places."""

    serializer_class = SiteOut
    permissions = {"list": permissions.INVITE_PEOPLE}
    orderings = ("name",)

    @operation(gives=SiteOut(many=True))
    def list(self, request: Request) -> Response:
        """The places that are in use."""
        return self.page_of(queries.sites_in_use())


class MemberOut(serializers.ModelSerializer[Member]):
    """A person in the list of people, with the offices that they hold."""

    offices = serializers.ListField(child=serializers.CharField(), source="held_roles", read_only=True)

    class Meta:
        model = Member
        fields = ("id", "name", "site", "offices", "joined_at")
        read_only_fields = fields


class OfficeIn(Body):
    """An office."""

    role = serializers.ChoiceField(choices=_OFFICES)


class Members(Operations):
    """The list of people, for rollout leads. Who joined for a pair alone is not in it."""

    serializer_class = MemberOut
    permissions = {
        "list": permissions.READ_PEOPLE,
        "retrieve": permissions.READ_PEOPLE,
        "grant_office": permissions.GRANT_OFFICE,
        "end_office": permissions.END_OFFICE,
        "end": permissions.END_MEMBERSHIP,
    }
    filters = {
        "search": Filter(Text(max_length=100), "", "Words that the name or the place contains."),
        "site": Filter(serializers.UUIDField(), "site_id", "One place."),
    }
    orderings = ("name", "-joined_at")

    def _person(self) -> Member:
        return self.found(queries.people_listed(self.member))

    @operation(gives=MemberOut(many=True))
    def list(self, request: Request) -> Response:
        """The people in the list."""
        return self.page_of(queries.people_listed(self.member, self.asked("search") or ""))

    @operation(gives=MemberOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One person in the list."""
        return self.shown(self._person())

    @operation(takes=OfficeIn, gives=MemberOut, refuses=["no_address"])
    @action(detail=True, methods=["post"], url_path="grant-office")
    def grant_office(self, request: Request, pk: UUID) -> Response:
        """Give somebody in the list an office; giving it twice is harmless."""
        actions.grant_office(member=self._person(), role=self.said(OfficeIn)["role"], by=self.member)
        return self.shown(self._person())

    @operation(takes=OfficeIn, gives=MemberOut, refuses=["own_office"])
    @action(detail=True, methods=["post"], url_path="end-office")
    def end_office(self, request: Request, pk: UUID) -> Response:
        """Take one office from somebody in the list, at once."""
        actions.end_office(member=self._person(), role=self.said(OfficeIn)["role"], by=self.member)
        return self.shown(self._person())

    @operation(status=204, refuses=["own_membership"])
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: UUID) -> Response:
        """End somebody's membership at once, with every office that they hold."""
        actions.end_membership(member=self._person(), by=self.member)
        return Response(status=204)


class InvitationOut(serializers.ModelSerializer[Invitation]):
    """An invitation into the list of people. Refusing and not answering look the same."""

    state = serializers.ChoiceField(choices=["open", "expired", "revoked", "accepted"], read_only=True)

    class Meta:
        model = Invitation
        fields = ("id", "name", "email", "language", "roles", "site", "state", "sends", "sent_at", "expires_at")
        read_only_fields = fields


class InvitationIn(Body):
    """Somebody to invite."""

    name = Text(max_length=200)
    email = Address(max_length=254)
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=_OFFICES), default=list, max_length=len(OFFICES)
    )
    site = serializers.UUIDField(default=None, allow_null=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="", allow_blank=True)


class CorrectionIn(Body):
    """A name or an address that was wrong."""

    name = Text(max_length=200, required=False)
    email = Address(max_length=254, required=False)


class Invitations(Operations):
    """Invitations into the list of people, for rollout leads."""

    serializer_class = InvitationOut
    permissions = dict.fromkeys(
        ("list", "create", "retrieve", "partial_update", "resend", "revoke"), permissions.INVITE_PEOPLE
    )
    orderings = ("expires_at", "name", "sent_at")

    def _invitation(self) -> Invitation:
        return self.found(queries.invitation_of_leads(self.member))

    @operation(gives=InvitationOut(many=True))
    def list(self, request: Request) -> Response:
        """The invitations that nobody has answered, those that run out first come first."""
        return self.page_of(queries.invitations_of_leads(self.member))

    @operation(takes=InvitationIn, gives=InvitationOut, status=201, refuses=["already_invited"])
    def create(self, request: Request) -> Response:
        """Invite somebody by e-mail into the list of people."""
        said = self.said(InvitationIn)
        if said["site"] and (site := queries.sites_in_use().filter(pk=said["site"]).first()) is None:
            raise Http404
        said["site"] = site if said["site"] else None
        return self.shown(actions.invite(**said, by=self.member), status=201)

    @operation(gives=InvitationOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One invitation, whatever became of it."""
        return self.shown(self._invitation())

    @operation(
        takes=CorrectionIn, gives=InvitationOut, refuses=["already_accepted", "already_revoked", "sent_too_often"]
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Mend the name or the address; another address gets a new link."""
        held = self._invitation()
        self.refuse_changed(held)
        said = {"name": held.name, "email": held.email, **self.said(CorrectionIn)}
        return self.shown(actions.correct(invitation=held, **said, by=self.member))

    @operation(gives=InvitationOut, refuses=["already_accepted", "already_revoked", "sent_too_often"])
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: UUID) -> Response:
        """Send the e-mail again with a new link; the old one is dead."""
        return self.shown(actions.resend(invitation=self._invitation(), by=self.member))

    @operation(gives=InvitationOut, refuses=["already_accepted"])
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: UUID) -> Response:
        """Take the invitation back; doing it twice is harmless."""
        return self.shown(actions.revoke(invitation=self._invitation(), by=self.member))


class NoticeOut(serializers.Serializer[Any]):
    """A line that waits for one person in one hat."""

    id = serializers.UUIDField()
    capacity = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField(help_text="The page that it is about; empty where there is none.")
    made_at = serializers.DateTimeField()


class Notices(Operations):
    """What waits for the person in the hat that they wear."""

    serializer_class = NoticeOut
    permissions = {"list": permissions.READ_NOTICES, "read": permissions.READ_NOTICES}

    @operation(gives=NoticeOut(many=True))
    def list(self, request: Request) -> Response:
        """The notices that were not put away, the newest first."""
        return self.page_of_list(queries.notices_for(self.member), key="-made_at")

    @operation(status=204)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: UUID) -> Response:
        """Put a notice away."""
        actions.read_notice(notice=get_object_or_404(Notice, pk=pk), by=self.member)
        return Response(status=204)
