"""Applying together: what each wrote alone, what both made of it, and the application that both sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.projects.keys import Keys, SignIn
from rollout.organisations.models import System
from tenants.applications import actions, permissions, queries
from tenants.applications.models import Application, JointText, Kind, OwnText
from tenants.pairs import queries as pairs

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

_OF_PAIR = {
    "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
    "kind": Filter(serializers.ChoiceField(choices=Kind.choices), "kind", "One kind."),
}


class OwnTextOut(serializers.ModelSerializer[OwnText]):
    """What one of the two wrote alone."""

    class Meta:
        model = OwnText
        fields = ("id", "pair", "seat", "kind", "text", "saved_at", "put_down_at")
        read_only_fields = fields


class ApplicationTextIn(Body):
    """A text of one kind in one pair."""

    pair = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    text = Text(max_length=4000)


class OwnTextIn(ApplicationTextIn):
    """What I write alone, and whether I put it down."""

    is_put_down = serializers.BooleanField()


class OwnTexts(Operations):
    """What the person wrote alone, and what a partner did once both have put theirs down."""

    serializer_class = OwnTextOut
    permissions = {"list": permissions.READ_APPLICATION, "create": permissions.WRITE_APPLICATION}
    filters = _OF_PAIR
    orderings = ("saved_at",)

    @operation(gives=OwnTextOut(many=True))
    def list(self, request: Request) -> Response:
        """What each wrote alone, as far as I can read it."""
        return self.page_of(queries.own_texts_for(self.member))

    @operation(takes=OwnTextIn, gives=OwnTextOut, status=201, refuses=["both_wrote", "no_partner"])
    def create(self, request: Request) -> Response:
        """Write alone; writing again replaces it, until both have put theirs down."""
        said = self.said(OwnTextIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.write_own(pair=pair, **said, by=self.member), status=201)


class JointTextOut(serializers.ModelSerializer[JointText]):
    """What the two made of what each wrote alone."""

    class Meta:
        model = JointText
        fields = ("id", "pair", "kind", "citizen_text", "professional_text", "text", "edited_by", "edited_at")
        read_only_fields = fields


class JointTexts(Operations):
    """What the person and their partners made of what each wrote alone."""

    serializer_class = JointTextOut
    permissions = {"list": permissions.READ_APPLICATION, "create": permissions.WRITE_APPLICATION}
    filters = _OF_PAIR
    orderings = ("edited_at",)

    @operation(gives=JointTextOut(many=True))
    def list(self, request: Request) -> Response:
        """What we wrote together."""
        return self.page_of(queries.joint_texts_for(self.member))

    @operation(
        takes=ApplicationTextIn, gives=JointTextOut, status=201, refuses=["not_both", "start_stays", "no_partner"]
    )
    def create(self, request: Request) -> Response:
        """Write together; a change clears both keys under the application."""
        said = self.said(ApplicationTextIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.write_joint(pair=pair, **said, by=self.member), status=201)


class ContentOut(serializers.Serializer[Any]):
    """Word for word what both sign. Null is what is not there yet; `sources` is a list of kind, name and words."""

    parts = serializers.DictField(child=serializers.JSONField(allow_null=True))
    hash = serializers.CharField()


class ApplicationLineOut(serializers.ModelSerializer[Application]):
    """The application of a pair."""

    keys = Keys()

    host = serializers.CharField(read_only=True)  # empty until there is one

    class Meta:
        model = Application
        fields = (
            "id", "pair", "state", "host", "system_id", "host_name", "begun_at", "submitted_at", "closed_at", "keys",
        )  # fmt: skip
        read_only_fields = fields


class ApplicationOut(ApplicationLineOut):
    """The application of a pair, with exactly what both sign: its hash is what `sign` wants to be shown."""

    content = serializers.SerializerMethodField()

    class Meta(ApplicationLineOut.Meta):
        fields = (*ApplicationLineOut.Meta.fields, "content")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    @extend_schema_field(ContentOut)
    def get_content(self, application: Application) -> Any:
        return ContentOut(queries.content_of(application)).data


class HostIn(Body):
    """Where the two apply: to their organisation, or to a system that it belongs to."""

    pair = serializers.UUIDField()
    host = serializers.ChoiceField(choices=Application.Host.choices)
    system = serializers.UUIDField(default=None, allow_null=True)


class Applications(Operations):
    """The applications of the person's pairs."""

    serializer_class = ApplicationOut
    permissions = {
        "list": permissions.READ_APPLICATION,
        "retrieve": permissions.READ_APPLICATION,
        "create": permissions.WRITE_APPLICATION,
        "sign": permissions.SIGN_APPLICATION,
        "withdraw": permissions.SIGN_APPLICATION,
    }
    filters = {"pair": _OF_PAIR["pair"]}
    orderings = ("-begun_at",)
    signs = frozenset({"sign"})

    def get_serializer_class(self) -> type[ApplicationLineOut]:
        return ApplicationLineOut if self.action == "list" else ApplicationOut

    def _application(self) -> Application:
        return self.found(queries.applications_for(self.member))

    @operation(gives=ApplicationLineOut(many=True))
    def list(self, request: Request) -> Response:
        """The applications of my pairs, the newest first."""
        return self.page_of(queries.applications_for(self.member))

    @operation(gives=ApplicationOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One application, with exactly what both sign."""
        return self.shown(self._application())

    @operation(takes=HostIn, gives=ApplicationOut, status=201, refuses=["no_host", "no_partner", "wrong_state"])
    def create(self, request: Request) -> Response:
        """Choose where we apply; begins the application, or changes the one that is being written."""
        said = self.said(HostIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.choose_host(pair=pair, **said, by=self.member), status=201)

    @operation(takes=SignIn, gives=ApplicationOut, refuses=["wrong_state", "not_ready", "text_changed"])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign exactly what was read; the second key hands the application in and locks it."""
        return self.shown(actions.sign(application=self._application(), **self.said(SignIn), by=self.member))

    @operation(gives=ApplicationOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """Take back what was handed in."""
        return self.shown(actions.withdraw(application=self._application(), by=self.member))


class SystemOut(serializers.ModelSerializer[System]):
    """A system of organisations."""

    class Meta:
        model = System
        fields = ("id", "name", "kind")
        read_only_fields = fields


class Systems(Operations):
    """The systems to which this organisation belongs."""

    serializer_class = SystemOut
    permissions = {"list": permissions.READ_APPLICATION}
    orderings = ("name",)

    @operation(gives=SystemOut(many=True))
    def list(self, request: Request) -> Response:
        """Where a pair of this organisation can apply besides the organisation itself."""
        return self.page_of(queries.systems_here())
