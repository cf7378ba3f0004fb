"""How two partners show their pair: offers, audiences, packages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action

from api.fields import Body, Day, Text
from api.filters import Filter
from api.operations import Operations
from api.schema import operation
from api.v1.disclosure import ShownPairOut
from tenants.disclosure.models import Audience, RowClass
from tenants.disclosure.queries import Pick
from tenants.surfacing import actions, audiences, permissions, queries
from tenants.surfacing.models import Surfacing
from tenants.surfacing.policy import Standing

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

    from tenants.pairs.models import Pair

_MOST_PICKS = 200


class SurfacingOut(serializers.ModelSerializer[Surfacing]):
    """A package: what a pair would show, to whom, until when."""

    class Meta:
        model = Surfacing
        fields = (
            "id", "pair", "audience", "audience_id", "open_from_start", "reason", "package_hash", "state", "made_by",
            "made_at", "valid_to", "signed_at", "effective_from", "closed_at",
        )  # fmt: skip
        read_only_fields = fields


class AudienceOut(serializers.Serializer[Any]):
    """Somebody to whom a pair can show itself, and who reads there. Signing consents to exactly these."""

    audience = serializers.ChoiceField(choices=Audience.choices)
    audience_id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a name of ours, not the field's
    readers = serializers.ListField(child=serializers.CharField(), source="readers_in_words")


class SignatureOut(serializers.Serializer[Any]):
    """One partner's line under a package."""

    name = serializers.CharField()
    signed_at = serializers.DateTimeField(allow_null=True)
    is_you = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)


class PackageOut(serializers.Serializer[Any]):
    """A package as its two partners see it before and after they sign: exactly what its readers get."""

    surfacing = SurfacingOut()
    audience = AudienceOut()
    standing = serializers.ChoiceField(choices=[standing.value for standing in Standing])
    shown = ShownPairOut()
    signatures = SignatureOut(many=True)
    needs_reason = serializers.BooleanField()
    waits_first = serializers.BooleanField()
    may_sign = serializers.BooleanField()
    may_withdraw = serializers.BooleanField()


class PickIn(Body):
    """One thing to show: a class of rows, or one row of it."""

    row_class = serializers.ChoiceField(choices=RowClass.choices)
    item_id = serializers.UUIDField(default=None, allow_null=True)


class SurfacingIn(Body):
    """A package to make. The pair's title and place are always part of it."""

    pair = serializers.UUIDField()
    audience = serializers.ChoiceField(choices=Audience.choices)
    audience_id = serializers.UUIDField()
    picks = serializers.ListField(child=PickIn(), default=list, max_length=_MOST_PICKS)
    until = Day(default=None, allow_null=True, help_text="The last day on which it is shown.")


class OpenFromStartIn(Body):
    """Why a pair starts in the open."""

    pair = serializers.UUIDField()
    reason = Text(max_length=1000)


class AskForTimeIn(Body):
    """A sponsor to ask for the protected time that was agreed and not given."""

    pair = serializers.UUIDField()
    sponsor = serializers.UUIDField(help_text="The sponsor's member id, as the audiences name it.")
    text = Text(max_length=1000, help_text="What would help.")


class SurfacingSignIn(Body):
    """A key, given freely or not at all. Whoever is not free to say no has not signed, and nothing is kept of it."""

    package_hash = Text(max_length=64)
    is_free = serializers.BooleanField()
    override_reason = Text(max_length=1000, allow_blank=True, default="")
    contact = serializers.BooleanField(
        default=False, help_text="Not free: the facilitators may get in touch. They get the name and nothing else."
    )


class Surfacings(Operations):
    """The packages of the person's pairs."""

    serializer_class = SurfacingOut
    permissions = dict.fromkeys(
        ("list", "retrieve", "create", "open_from_start", "ask_for_time", "sign", "withdraw"), permissions.SHOW_PAIR
    )
    filters = {
        "pair": Filter(serializers.UUIDField(), "pair_id", "One pair."),
        "state": Filter(serializers.ChoiceField(choices=Surfacing.State.choices), "state", "One state."),
    }
    orderings = ("-made_at",)
    signs = frozenset({"sign"})
    forgotten = frozenset({"sign"})

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return SurfacingOut if self.action == "list" else PackageOut

    def _surfacing(self) -> Surfacing:
        return self.found(queries.surfacings_of(self.member))

    def _package(self, surfacing: Surfacing, status: int = 200) -> Response:
        return self.shown(queries.package_view(surfacing, self.member), status=status)

    @operation(gives=SurfacingOut(many=True))
    def list(self, request: Request) -> Response:
        """The packages of my pairs, the newest first."""
        return self.page_of(queries.surfacings_of(self.member))

    @operation(gives=PackageOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Exactly what the audience of a package sees or would see, who that is, and who has signed."""
        return self._package(self._surfacing())

    @operation(
        takes=SurfacingIn,
        gives=PackageOut,
        status=201,
        refuses=["partner_missing", "unknown_audience", "not_yours_to_show", "already_open", "ends_too_soon"],
    )
    def create(self, request: Request) -> Response:
        """Make a package for one audience; nobody sees anything before both partners have signed it."""
        said = self.said(SurfacingIn)
        made = actions.propose(
            pair=own_pair(self, said["pair"]),
            audience=said["audience"],
            audience_id=said["audience_id"],
            picks=[Pick(pick["row_class"], pick["item_id"]) for pick in said["picks"]],
            valid_to=_end_of(said["until"]),
            by=self.member,
        )
        return self._package(made, 201)

    @operation(
        takes=OpenFromStartIn,
        gives=PackageOut,
        status=201,
        refuses=["partner_missing", "task_not_agreed", "already_shown", "already_open"],
    )
    @action(detail=False, methods=["post"], url_path="open-from-start")
    def open_from_start(self, request: Request) -> Response:
        """Make the package with which a pair starts in the open."""
        said = self.said(OpenFromStartIn)
        pair = own_pair(self, said["pair"])
        return self._package(actions.propose_open_from_start(pair=pair, reason=said["reason"], by=self.member), 201)

    @operation(
        takes=AskForTimeIn,
        gives=PackageOut,
        status=201,
        refuses=["nothing_lacks", "partner_missing", "unknown_audience", "already_open"],
    )
    @action(detail=False, methods=["post"], url_path="ask-for-time")
    def ask_for_time(self, request: Request) -> Response:
        """Ask one sponsor for the protected time that was agreed and not given, as a package for both keys."""
        said = self.said(AskForTimeIn)
        said["pair"] = own_pair(self, said["pair"])
        return self._package(actions.ask_for_time(**said, by=self.member), 201)

    @operation(
        takes=SurfacingSignIn,
        gives=PackageOut,
        refuses=["closed", "package_changed", "reason_needed", "not_corroborated", "ends_too_soon", "unknown_audience"],
    )
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign the package that was read; the second key opens it after the time to think it over."""
        said = self.said(SurfacingSignIn)
        wants_contact = said.pop("contact") and not said["is_free"]
        signed = actions.sign(surfacing=self._surfacing(), **said, by=self.member)
        if wants_contact:
            actions.ask_for_contact(by=self.member)
        return self._package(signed)

    @operation(gives=PackageOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """End a package at once, with one key; doing it twice is harmless."""
        return self._package(actions.withdraw(surfacing=self._surfacing(), by=self.member))


class Audiences(Operations):
    """Whom a pair can show itself to now."""

    serializer_class = AudienceOut
    permissions = {"list": permissions.SHOW_PAIR}

    @operation(gives=AudienceOut(many=True))
    def list(self, request: Request) -> Response:
        """Whom a pair can show itself to, and who reads there."""
        return self.page_of_list(audiences.choices(), key="label", identity="value")


class OfferOut(serializers.Serializer[Any]):
    """One thing that a pair can show besides its title and place."""

    row_class = serializers.ChoiceField(choices=RowClass.choices, source="pick.row_class")
    item_id = serializers.UUIDField(allow_null=True, source="pick.item_id")
    label = serializers.CharField()  # type: ignore[assignment]  # a name of ours, not the field's
    detail = serializers.CharField(allow_blank=True)


class Offers(Operations):
    """What a pair can show."""

    serializer_class = OfferOut
    permissions = {"list": permissions.SHOW_PAIR}
    filters = {"pair": Filter(serializers.UUIDField(), "", "The pair.", required=True)}

    @operation(gives=OfferOut(many=True))
    def list(self, request: Request) -> Response:
        """What one of my pairs can show now."""
        return self.page_of_list(queries.offers_of(own_pair(self, self.asked("pair"))), key="value", identity="value")


def own_pair(view: Operations, pk: UUID) -> Pair:
    """One of the person's own pairs. A hidden one and a missing one are the same."""
    pair = queries.pairs_of(view.member).filter(pk=pk).first()
    if pair is None:
        raise Http404
    return pair


def _end_of(day: dt.date | None) -> dt.datetime | None:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max)) if day else None
