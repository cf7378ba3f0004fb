"""Keys under a text, in every answer that shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import Body, Text

if TYPE_CHECKING:
    from tenants.projects.models import Decision, ResultClaim, SharedTask


class KeyOut(serializers.Serializer[Any]):
    """One partner's signature under the present text."""

    seat = serializers.UUIDField(source="seat_id")
    signed_at = serializers.DateTimeField()
    assisted = serializers.BooleanField(source="is_helped")


@extend_schema_field(KeyOut(many=True))
class Keys(serializers.Field[Any, Any, Any, Any]):
    """The keys under the text as it stands. Keys under an older text count for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, row: SharedTask | Decision | ResultClaim) -> Any:
        present = [key for key in row.keys.all() if key.content_hash == row.content_hash]
        return KeyOut(sorted(present, key=lambda key: (key.signed_at, key.pk)), many=True).data


class SignIn(Body):
    """Which text the person has read: its `content_hash`. A key goes under that text and no other."""

    shown = Text(max_length=64)
