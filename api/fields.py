"""What bodies are made of: nothing that nobody asked for, and days that lie in this age."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from rollout.kernel.addresses import normal_address

MOST_NAMED = 20
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Body(serializers.Serializer[Any]):
    """What a request may say. A name that is not in the list is refused, so nobody believes that it did something."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))[:MOST_NAMED]):
            raise serializers.ValidationError({name: [_("There is no such field here.")] for name in unknown})
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day of the twentieth to the twenty-second century."""

    default_error_messages = {"far": _("Choose a day between 1900 and 2199.")}

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        found = super().to_internal_value(value)
        if not FIRST_DAY <= found <= LAST_DAY:
            self.fail("far")
        return found


class Moment(serializers.DateTimeField):
    """A moment of the twentieth to the twenty-second century."""

    default_error_messages = {"far": _("Choose a day between 1900 and 2199.")}

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ssZ")
        try:
            found = super().to_internal_value(value)
        except OverflowError:
            self.fail("far")
        if not FIRST_DAY < found.date() < LAST_DAY:
            self.fail("far")
        return found


class Address(serializers.EmailField):
    """An e-mail address in its one spelling."""

    default_error_messages = {
        "look_alike": _("This address holds letters that look like others or have accents. Type it again.")
    }

    def to_internal_value(self, data: Any) -> str:
        address = normal_address(super().to_internal_value(data))
        if not address.isascii():
            self.fail("look_alike")
        return address


class Text(serializers.CharField):
    """Words. A number or a yes is not one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Number(serializers.DecimalField):
    """A number with at most two digits after the point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **kwargs)
