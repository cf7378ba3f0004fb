"""The people around the projects."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Day, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.pairs import queries as pairs
from tenants.workplan import permissions, queries
from tenants.workplan.actions import stakeholders as actions
from tenants.workplan.actions.stakeholders import PersonContent, content_of
from tenants.workplan.models import Stakeholder, StakeholderContact, Who

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class ContactOut(serializers.ModelSerializer[StakeholderContact]):
    """That one of the two spoke with somebody."""

    class Meta:
        model = StakeholderContact
        fields = ("id", "seat", "on", "text", "noted_at")
        read_only_fields = fields


class PersonOut(serializers.ModelSerializer[Stakeholder]):
    """Somebody around a project."""

    contacts = ContactOut(many=True, read_only=True)

    approacher = serializers.CharField(read_only=True)  # empty until there is one

    class Meta:
        model = Stakeholder
        fields = (
            "id", "pair", "name", "organisation", "interest", "influence", "stance", "needs", "added_by", "added_at",
            "approacher", "approacher_named_by", "approacher_named_at", "approacher_agreed_at", "contacts",
        )  # fmt: skip
        read_only_fields = fields


class PersonContentIn(Body):
    """What the two know of somebody."""

    name = Text(max_length=200)
    organisation = Text(max_length=200, allow_blank=True, default="")
    interest = serializers.ChoiceField(choices=Stakeholder.Level.choices)
    influence = serializers.ChoiceField(choices=Stakeholder.Level.choices)
    stance = serializers.ChoiceField(choices=Stakeholder.Stance.choices, default=Stakeholder.Stance.UNKNOWN.value)
    needs = Text(max_length=1000, allow_blank=True, default="")


class PersonIn(PersonContentIn):
    """Somebody new."""

    pair = serializers.UUIDField()


class PersonChangeIn(PersonContentIn):
    """What is to be said instead. What is left out stays."""

    def get_fields(self) -> Any:
        fields = super().get_fields()
        for field in fields.values():
            field.required, field.default = False, serializers.empty
        return fields


class ApproacherIn(Body):
    """Who of the two speaks with them."""

    who = serializers.ChoiceField(choices=Who.choices)


class PersonConfirmIn(Body):
    """Who was named when the person looked."""

    shown = serializers.ChoiceField(choices=Who.choices)


class ContactIn(Body):
    """When, and what came of it."""

    on = Day()
    text = Text(max_length=1000)


class Stakeholders(Operations):
    """The people around the projects of the person's pairs."""

    serializer_class = PersonOut
    permissions = {
        "list": permissions.READ_PLAN,
        "retrieve": permissions.READ_PLAN,
        **dict.fromkeys(
            ("create", "partial_update", "destroy", "name_approacher", "confirm_approacher", "note_contact",
             "remove_contact"),
            permissions.WRITE_PLAN,
        ),
    }  # fmt: skip
    filters = {"pair": Filter(serializers.UUIDField(), "pair_id", "One pair.")}
    orderings = ("name", "added_at")

    def _person(self) -> Stakeholder:
        return self.found(queries.people_for(self.member))

    @operation(gives=PersonOut(many=True))
    def list(self, request: Request) -> Response:
        """The people around the projects of my pairs."""
        return self.page_of(queries.people_for(self.member))

    @operation(gives=PersonOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One of them, with what came of it."""
        return self.shown(self._person())

    @operation(takes=PersonIn, gives=PersonOut, status=201, refuses=["too_many_people"])
    def create(self, request: Request) -> Response:
        """Put somebody on the list."""
        said = self.said(PersonIn)
        pair = pairs.pair_for(self.member, said.pop("pair"))
        return self.shown(actions.add(pair=pair, content=PersonContent(**said), by=self.member), status=201)

    @operation(takes=PersonChangeIn, gives=PersonOut)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change what is known of somebody; who speaks with them stays agreed."""
        held = self.found(self.held(queries.people_for(self.member)))
        self.refuse_changed(held)
        content = PersonContent(**{**asdict(content_of(held)), **self.said(PersonChangeIn)})
        actions.edit(person=held, content=content, by=self.member)
        return self.shown(self._person())

    @operation(status=204)
    def destroy(self, request: Request, pk: UUID) -> Response:
        """Take somebody off the list with every note about them."""
        actions.remove(person=self._person(), by=self.member)
        return Response(status=204)

    @operation(takes=ApproacherIn, gives=PersonOut)
    @action(detail=True, methods=["post"], url_path="name-approacher")
    def name_approacher(self, request: Request, pk: UUID) -> Response:
        """Say who speaks with somebody; it is agreed when the other one confirms it."""
        actions.name_approacher(person=self._person(), **self.said(ApproacherIn), by=self.member)
        return self.shown(self._person())

    @operation(takes=PersonConfirmIn, gives=PersonOut, refuses=["text_changed", "not_the_other"])
    @action(detail=True, methods=["post"], url_path="confirm-approacher")
    def confirm_approacher(self, request: Request, pk: UUID) -> Response:
        """Say yes to who was named."""
        actions.confirm_approacher(person=self._person(), **self.said(PersonConfirmIn), by=self.member)
        return self.shown(self._person())

    @operation(takes=ContactIn, gives=PersonOut, status=201, refuses=["date_is_ahead", "too_many_contacts"])
    @action(detail=True, methods=["post"], url_path="contacts")
    def note_contact(self, request: Request, pk: UUID) -> Response:
        """Note that one spoke with somebody, and what came of it."""
        actions.note_contact(person=self._person(), **self.said(ContactIn), by=self.member)
        return self.shown(self._person(), status=201)

    @operation(gives=PersonOut)
    @action(detail=True, methods=["delete"], url_path="contacts/<uuid:contact>")
    def remove_contact(self, request: Request, pk: UUID, contact: UUID) -> Response:
        """Take a note out again."""
        if not actions.remove(person=self._person(), contact=contact, by=self.member):
            raise Http404
        return self.shown(self._person())
