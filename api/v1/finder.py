"""Looking for a partner: what one says oneself, what others say, and introductions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.fields import Body, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from tenants.finder import actions, permissions, queries, rendering
from tenants.finder.models import Introduction, Profile, Time
from tenants.members.models import PartnerKind
from tenants.workplan.models import Theme

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

MOST_OFFERS = 1000
MOST_WORDS = 1000


class ProfileOut(serializers.ModelSerializer[Profile]):
    """What one says oneself. The side follows from the kind."""

    class Meta:
        model = Profile
        fields = (
            "id", "is_on", "side", "kind", "brings", "looks_for", "themes", "site", "place", "times", "time_words",
            "changed_at",
        )  # fmt: skip
        read_only_fields = fields


class ProfileIn(Body):
    """What one brings and looks for, and whether others who look may read it."""

    is_on = serializers.BooleanField()
    kind = serializers.ChoiceField(choices=PartnerKind.choices)
    brings = Text(max_length=MOST_WORDS)
    looks_for = Text(max_length=MOST_WORDS)
    themes = serializers.ListField(
        child=serializers.ChoiceField(choices=Theme.choices), default=list, max_length=len(Theme)
    )
    site = serializers.UUIDField(default=None, allow_null=True)
    place = Text(max_length=200, default="", allow_blank=True)
    times = serializers.ListField(
        child=serializers.ChoiceField(choices=Time.choices), default=list, max_length=len(Time)
    )
    time_words = Text(max_length=200, default="", allow_blank=True)


class Profiles(Operations):
    """What the person says of themselves while they look for a partner: one, or none."""

    serializer_class = ProfileOut
    permissions = dict.fromkeys(("list", "create"), permissions.LOOK)
    orderings = ("changed_at",)

    @operation(gives=ProfileOut(many=True))
    def list(self, request: Request) -> Response:
        """What I say of myself."""
        return self.page_of(Profile.objects.all())

    @operation(takes=ProfileIn, gives=ProfileOut, status=201)
    def create(self, request: Request) -> Response:
        """Say what I bring and look for; saying it again replaces what I said."""
        said = self.said(ProfileIn)
        is_on, site = said.pop("is_on"), said.pop("site")
        if site is not None and (site := queries.sites().filter(pk=site).first()) is None:
            raise Http404
        words = actions.Words(site=site, **said)
        return self.shown(actions.write_profile(words=words, is_on=is_on, by=self.member), status=201)


class FinderOfferOut(serializers.Serializer[Any]):
    """What somebody says who looks for a partner too, without the name."""

    id = serializers.UUIDField()
    side = serializers.CharField()
    kind = serializers.CharField()
    brings = serializers.CharField()
    looks_for = serializers.CharField()
    themes = serializers.ListField(child=serializers.CharField())
    site = serializers.UUIDField(allow_null=True)
    place = serializers.CharField()
    times = serializers.ListField(child=serializers.CharField())
    time_words = serializers.CharField()


class Offers(Operations):
    """People on the other side who look for a partner too."""

    serializer_class = FinderOfferOut
    permissions = {"list": permissions.LOOK}
    filters = {
        "site": Filter(serializers.UUIDField(), "", "One place."),
        "time": Filter(serializers.ChoiceField(choices=Time.choices), "", "When they could meet."),
        "theme": Filter(serializers.ChoiceField(choices=Theme.choices), "", "What they would like to change."),
    }

    @operation(gives=FinderOfferOut(many=True))
    def list(self, request: Request) -> Response:
        """People I could ask, in an order of my own that ranks nobody; empty while my own words are off."""
        found = queries.offers_to(
            self.member, site=self.asked("site"), time=self.asked("time") or "", theme=self.asked("theme") or "",
            amount=MOST_OFFERS,
        )  # fmt: skip
        return self.page_of_list(found, key="turn")


class OtherOut(serializers.Serializer[Any]):
    """The other person: the name and the address are empty until both may meet, the offer is null while it is off."""

    name = serializers.CharField()
    email = serializers.CharField()
    offer = FinderOfferOut(allow_null=True)


class IntroductionOut(serializers.ModelSerializer[Introduction]):
    """One person would like to meet another."""

    is_mine = serializers.SerializerMethodField(help_text="Whether I asked.")
    has_lapsed = serializers.SerializerMethodField(help_text="Whether nobody answered in time.")
    other = serializers.SerializerMethodField()

    class Meta:
        model = Introduction
        fields = (
            "id", "state", "has_lapsed", "is_mine", "motivation", "fit", "asked_at", "lapses_at", "accepted_at",
            "closed_at", "meeting", "other",
        )  # fmt: skip
        read_only_fields = fields

    def get_is_mine(self, introduction: Introduction) -> bool:
        return self._other(introduction).is_mine

    def get_has_lapsed(self, introduction: Introduction) -> bool:
        return rendering.has_lapsed(introduction)

    @extend_schema_field(OtherOut)
    def get_other(self, introduction: Introduction) -> Any:
        return OtherOut(self._other(introduction)).data

    def _other(self, introduction: Introduction) -> queries.Other:
        return self.context["others"][introduction.pk]  # type: ignore[no-any-return]


class AskIn(Body):
    """Whom I would like to meet, why, and why it could fit."""

    profile = serializers.UUIDField()
    motivation = Text(max_length=MOST_WORDS)
    fit = Text(max_length=MOST_WORDS)


class MeetingIn(Body):
    """When and where the two meet."""

    meeting = Text(max_length=300)


_ACTS = ("accept", "not_yet", "decline", "withdraw", "plan", "say_yes", "say_no")


class Introductions(Operations):
    """Whom the person would like to meet, and who would like to meet them."""

    serializer_class = IntroductionOut
    permissions = {
        "list": permissions.LOOK,
        "retrieve": permissions.LOOK,
        **dict.fromkeys(("create", *_ACTS), permissions.MEET),
    }
    orderings = ("-asked_at",)

    def get_serializer_context(self) -> dict[str, Any]:
        # Read anew for each answer: an act may have told each who the other is.
        return {**super().get_serializer_context(), "others": queries.others(self.member)}

    def _introduction(self) -> Introduction:
        return self.found(queries.introductions_of(self.member))

    @operation(gives=IntroductionOut(many=True))
    def list(self, request: Request) -> Response:
        """Whom I asked, and who asked me, the newest first."""
        return self.page_of(queries.introductions_of(self.member))

    @operation(gives=IntroductionOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One introduction."""
        return self.shown(self._introduction())

    @operation(takes=AskIn, gives=IntroductionOut, status=201, refuses=["too_many_asked"])
    def create(self, request: Request) -> Response:
        """Say that I would like to meet somebody."""
        return self.shown(actions.ask_to_meet(**self.said(AskIn), by=self.member), status=201)

    @operation(gives=IntroductionOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: UUID) -> Response:
        """Say yes to a meeting; both read each other's name and address."""
        actions.accept(introduction=self._introduction(), by=self.member)
        return self.shown(self._introduction())

    @operation(gives=IntroductionOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"], url_path="not-yet")
    def not_yet(self, request: Request, pk: UUID) -> Response:
        """Say that now is not the time; I can still say yes."""
        actions.not_yet(introduction=self._introduction(), by=self.member)
        return self.shown(self._introduction())

    @operation(status=204, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: UUID) -> Response:
        """Do not want to meet; nobody is told, and it is gone from my list."""
        actions.decline(introduction=self._introduction(), by=self.member)
        return Response(status=204)

    @operation(gives=IntroductionOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """Take back what I asked."""
        actions.withdraw(introduction=self._introduction(), by=self.member)
        return self.shown(self._introduction())

    @operation(takes=MeetingIn, gives=IntroductionOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: UUID) -> Response:
        """Note when and where we meet."""
        meeting = self.said(MeetingIn)["meeting"]
        actions.plan_meeting(introduction=self._introduction(), meeting=meeting, by=self.member)
        return self.shown(self._introduction())

    @operation(gives=IntroductionOut, refuses=["wrong_state", "gone"])
    @action(detail=True, methods=["post"], url_path="say-yes")
    def say_yes(self, request: Request, pk: UUID) -> Response:
        """Want to be a pair; when both do, it is there under the radar."""
        actions.say_yes(introduction=self._introduction(), by=self.member)
        return self.shown(self._introduction())

    @operation(gives=IntroductionOut, refuses=["wrong_state"])
    @action(detail=True, methods=["post"], url_path="say-no")
    def say_no(self, request: Request, pk: UUID) -> Response:
        """Do not want to be a pair; the other reads that it goes no further, and no reason."""
        actions.say_no(introduction=self._introduction(), by=self.member)
        return self.shown(self._introduction())


class RegistrationOut(serializers.Serializer[Any]):
    """Whether people may come in by themselves, and since when."""

    is_open = serializers.BooleanField()
    opened_at = serializers.DateTimeField(allow_null=True)


class RegistrationIn(Body):
    """Whether people may come in by themselves."""

    is_open = serializers.BooleanField()


class Registrations(Operations):
    """Whether people come in by themselves to look for a partner. It does not say who came."""

    serializer_class = RegistrationOut
    permissions = dict.fromkeys(("retrieve", "partial_update"), permissions.OPEN_REGISTRATION)

    def _now(self) -> dict[str, Any]:
        opened = queries.open_registration(self.member)
        return {"is_open": opened is not None, "opened_at": opened.opened_at if opened else None}

    @operation(gives=RegistrationOut)
    def retrieve(self, request: Request) -> Response:
        """Whether people may come in by themselves now."""
        return self.shown(self._now())

    @operation(takes=RegistrationIn, gives=RegistrationOut)
    def partial_update(self, request: Request) -> Response:
        """Let people come in by themselves, or nobody else; who is here stays."""
        self.refuse_changed(self._now())
        move = actions.open_registration if self.said(RegistrationIn)["is_open"] else actions.close_registration
        move(by=self.member)
        return self.shown(self._now())
