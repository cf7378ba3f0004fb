"""Why somebody does not come in through a sign-in service. People read one sentence; the log gets the reason."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rollout.kernel.errors import DomainError


class Refused(DomainError):
    """The service's answer is not good enough. `code` says why, and names nobody."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, _("The answer of the sign-in service was not right."), status=400, field="issuer")
