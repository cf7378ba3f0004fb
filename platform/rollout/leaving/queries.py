"""What somebody may take along, and where they are known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from rollout.identity.queries import factors_of
from rollout.jobs.models import Job
from rollout.kernel.database import ask_one
from rollout.kernel.keeping import Fate, Keeping, Period, keeping_of, kept_models
from rollout.kernel.tenancy import in_organisation
from rollout.leaving.models import Erasure
from rollout.leaving.parts import Part, title_of
from rollout.organisations import hosts
from rollout.organisations.models import Organisation, SchemaState

if TYPE_CHECKING:
    from rollout.accounts.models import Account

COLLECT = "leaving.collect"
LETTER = "leaving.letter"
KEPT_FOR = Period.DOWNLOAD.value.length


@dataclass(frozen=True, slots=True)
class Download:
    """What one organisation keeps of a person, as far as it is ready to be fetched."""

    id: UUID
    organisation: str
    state: str
    until: datetime | None
    path: Path | None


def waiting_erasure(account: Account) -> Erasure | None:
    """The erasure that this person asked for and that still waits."""
    return Erasure.objects.filter(account=account, done_at__isnull=True, stopped_at__isnull=True).first()


def downloads_of(account: Account) -> list[Download]:
    """What was prepared for this person in the last week, by organisation. One without anything is left out."""
    rows = Job.objects.filter(person=account.pk, kind=COLLECT).exclude(state=Job.State.DONE, result_path="")
    found = [
        _download(job) for job in rows.select_related("organisation").order_by("organisation__name", "-created_at")
    ]
    return [download for download in found if download.until is None or download.until > timezone.now()]


def download_of(account: Account, job: UUID) -> Download | None:
    """One's own file that can be fetched now, or None."""
    found = next((download for download in downloads_of(account) if download.id == job), None)
    return found if found and found.path and found.path.is_file() else None


def _download(job: Job) -> Download:
    is_ready = job.state == Job.State.DONE and job.finished_at is not None
    return Download(
        id=job.pk,
        organisation=job.organisation.name,
        state=job.state,
        until=job.finished_at + KEPT_FOR if is_ready and job.finished_at else None,
        path=Path(settings.FILES_DIR, job.result_path) if is_ready else None,
    )


def organisations_at_work() -> list[Organisation]:
    """The organisations that are served, in the order of their names."""
    return list(_migrated().filter(status=Organisation.Status.ACTIVE).order_by("name"))


def every_organisation() -> list[Organisation] | None:
    """All there are, suspended and closed ones too; None while one of them is being updated."""
    found = list(_migrated().order_by("name"))
    return found if len(found) == Organisation.objects.count() else None


def _migrated() -> Any:
    ready = SchemaState.objects.filter(digest=hosts.expected_digest()).values("schema_name")
    return Organisation.objects.filter(schema_name__in=ready)


@contextmanager
def inside_as(account: Account, organisation: Organisation) -> Iterator[None]:
    """In an organisation as this very person, wearing no office."""
    with in_organisation(organisation.place(account.pk)):
        yield


def led_alone(account: Account) -> list[str]:
    """The names of the organisations that would have no rollout lead without this person."""
    names = []
    for organisation in organisations_at_work():
        with inside_as(account, organisation):
            if ask_one("leads_alone"):
                names.append(organisation.name)
    return names


def has_changed_mind_until(asked_at: datetime) -> datetime:
    """When an erasure that is asked for now is carried out."""
    return asked_at + timedelta(days=7)


def account_parts(account: Account) -> list[Part]:
    """Everything personal that the service keeps of an account, beside the organisations."""
    parts = [_part(model, keeping, account) for model, keeping in models_about(public=True)]
    names = [{"kind": str(factor.kind_name), "name": factor.name} for factor in factors_of(account) if factor.name]
    return [*parts, Part("mfa.Passkey", title_of("mfa.Passkey"), names)]


def models_about(*, public: bool) -> list[tuple[type[Model], Keeping]]:
    """The models that keep something about a person: the shared ones, or those of the organisations."""
    found = []
    for model in kept_models():
        is_public = model._meta.app_config.name not in settings.TENANT_APPS
        keeping = keeping_of(model)
        if is_public == public and keeping and keeping.fate != Fate.NOBODYS:
            found.append((model, keeping))
    return found


def _part(model: type[Model], keeping: Keeping, account: Account) -> Part:
    columns = [model._meta.get_field(name).attname for name in keeping.personal.split()]  # type: ignore[union-attr]
    rows = model._default_manager.filter(**{keeping.whose: account.pk}).order_by("pk").values(*columns)
    return Part(model._meta.label, title_of(model._meta.label), [dict(row) for row in rows])
