"""Names of people, who may ask to be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class NameField(_Text):
    """A person's name. The name of who was erased is empty, and reads everywhere as somebody who has left."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return _("Somebody who has left") if value == "" else value

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # the column is the same
