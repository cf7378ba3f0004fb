"""Adding an instrument, or a new version of one. What is added never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from rollout.kernel.permissions import require
from tenants.audit import actions as audit
from tenants.instruments import permissions
from tenants.instruments.definition import read
from tenants.instruments.models import Instrument
from tenants.instruments.shipping import shipped

if TYPE_CHECKING:
    from tenants.members.models import Member

TAKEN = _("This version is there already and never changes. Give yours the next version number.")


@transaction.atomic
def publish(*, content: Any, by: Member) -> Instrument:
    """Add one version of an instrument for the whole organisation, at once and for good.

    Raises DomainError: `no_instrument` for what cannot be read, `version_taken` for a version that is there.
    """
    require(by, permissions.PUBLISH_INSTRUMENT)
    definition, problems = read(content)
    if definition is None:
        raise DomainError("no_instrument", " ".join(problems[:10]), field="content")
    if definition.key in shipped():
        raise DomainError("version_taken", TAKEN, field="content")
    try:
        with transaction.atomic():
            made = Instrument.objects.create(
                code=definition.code, version=definition.version, content=content, made_at=clock.now()
            )
    except IntegrityError:
        raise DomainError("version_taken", TAKEN, field="content") from None
    audit.record("instrument.published", subject=made, code=definition.code, version=definition.version)
    return made
