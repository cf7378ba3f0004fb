"""The one kind of refusal that the product's rules make."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class DomainError(Exception):
    """A rule said no. The web shows `message` beside the form, the API answers `{"code", "detail"}`.

    `code` is stable and in English; `message` is a translated sentence that says how to mend it;
    `field` names the form field it belongs to, if it belongs to one.
    """

    def __init__(self, code: str, message: str | _StrPromise, *, status: int = 409, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.field = field


class NotPermitted(DomainError):
    """The actor's hat does not allow this act. Nobody learns more than that."""

    def __init__(self, permission: str) -> None:
        from django.utils.translation import gettext_lazy as _

        super().__init__("not_permitted", _("This is not something you can do here."), status=404)
        self.permission = permission


class OutsideOrganisation(RuntimeError):
    """Code touched an organisation's data without being inside that organisation."""
