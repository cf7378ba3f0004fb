"""How long a row is kept, whose it is, and which of its fields are about a person.

Every model of every app says `keeping = Keeping(…)`, those of other people's apps by `declare`. Each field stands
in exactly one of `personal`, `withheld` and `plain`: one that stands in none stops the house with its name.
`docs/data.md` is written from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Span:
    """How long, in words, why, and which of the hourly chores carry it out where a clock decides."""

    words: str
    why: str
    days: float | None = None
    removed_by: str = ""

    @property
    def length(self) -> timedelta:
        """The length, for who carries it out."""
        if self.days is None:
            raise ValueError(f"no clock ends this: {self.words}")
        return timedelta(days=self.days)


class Period(Enum):
    """The periods for which things are kept: a closed set. Those with days are carried out every hour."""

    INSTALLATION = Span("As long as the service runs here", "it makes the service work and is about nobody")
    ACCOUNT = Span("As long as the account", "without it the person could not sign in")
    SESSION = Span(
        "Until the session ends, after 30 days at most", "a browser stays signed in for so long", 30, "sessions"
    )
    TYPED = Span("30 minutes", "its person may sign in again in this time, and go on where they were", 1 / 48, "typed")
    DAY = Span("One day after it has run out", "it is good for a moment only", 1, "momentary")
    SETTLED = Span(
        "30 days after it is settled", "for so long a mistake can still be looked into", 30, "settled in_organisations"
    )
    LETTER = Span("30 days", "the demo and a developer's machine send no letters: they lie in a folder", 30, "letters")
    DOWNLOAD = Span("7 days after it is made", "then the person has fetched it", 7, "downloads")
    MEMBERSHIP = Span(
        "As long as the membership, and 30 days", "so long can a person fetch what is theirs", 30, "in_organisations"
    )
    NEWS = Span(
        "12 months, and at most 30 days after the membership has ended", "it tells one person what is new", 365,
        "in_organisations",
    )  # fmt: skip
    UNANSWERED = Span(
        "12 months after it ran out unanswered; as long as the organisation once it is answered",
        "who was invited and never came is nobody's business for longer", 365, "in_organisations",
    )  # fmt: skip
    PAIR = Span("As long as the organisation is here", "it belongs to both partners, and to those who come after")
    ORGANISATION = Span("As long as the organisation is here", "it is the organisation's own record")
    RECORD = Span("As long as the organisation or the service is here", "what was done stays provable; ids only")


class Fate(Enum):
    """What becomes of a person's rows when they ask for erasure."""

    NOBODYS = "is nobody's"
    REMOVED = "removed"
    EMPTIED = "emptied: the row stays with its id"
    UNSHARED = "removed while nobody else has signed it; else it stays, without the name"
    SHARED = "stays with the partner, without the name"
    STAYS = "stays, and leads to nobody: only ids point at the emptied account"


@dataclass(frozen=True, slots=True)
class Keeping:
    """The declaration of one model. Names of fields are written behind each other with blanks.

    `personal` fields are about a person and in their download. `withheld` ones are about a person and not in it:
    `why` says the reason. `plain` ones are about nobody. `whose` is the way from a row to the id of its person.
    """

    period: Period
    personal: str = ""
    plain: str = ""
    withheld: str = ""
    why: str = ""
    whose: str = ""
    fate: Fate = Fate.NOBODYS
    but: Mapping[str, Period] = field(default_factory=dict)
    """Fields that are kept for another period than the row."""

    @property
    def named(self) -> list[str]:
        """Every field that is spoken of, as often as it is."""
        return [*self.personal.split(), *self.withheld.split(), *self.plain.split()]

    def period_of(self, name: str) -> Period:
        """How long a field is kept."""
        return self.but.get(name, self.period)

    def kind_of(self, name: str) -> str:
        """Whether a field is "personal", "withheld" or "plain"; empty when nothing is said of it."""
        groups = {"personal": self.personal, "withheld": self.withheld, "plain": self.plain}
        return next((kind for kind, names in groups.items() if name in names.split()), "")


_declared: dict[str, Keeping] = {}


def declare(label: str, keeping: Keeping) -> None:
    """Classify a model of an app that is not ours."""
    _declared[label] = keeping


def keeping_of(model: type[Model]) -> Keeping | None:
    """What a model says about keeping its rows, or None."""
    found: Keeping | None = vars(model).get("keeping") or _declared.get(model._meta.label)
    return found


def kept_models() -> list[type[Model]]:
    """Every model with a table of its own, whoever wrote it."""
    ours = [config for config in apps.get_app_configs() if config.name in settings.INSTALLED_APPS]
    return [
        model
        for config in ours
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def fields_of(model: type[Model]) -> list[str]:
    """The names of the columns of a model, in their order."""
    return [field.name for field in model._meta.concrete_fields]


def mistakes() -> list[str]:
    """Fields that are not classified, or twice, and names that are no field: each as one sentence with its name."""
    found = []
    for model in kept_models():
        label, keeping, fields = model._meta.label, keeping_of(model), fields_of(model)
        named = keeping.named if keeping else []
        found += [f"{label}.{name} is not classified." for name in fields if name not in named]
        found += [f"{label}.{name} is classified twice." for name in sorted(set(named)) if named.count(name) > 1]
        if keeping:
            unknown = {*named, *keeping.but} - set(fields)
            found += [f"{label}.{name} is classified and is no field." for name in sorted(unknown)]
            if keeping.withheld and not keeping.why:
                found.append(f"{label} does not say why {keeping.withheld} is withheld.")
            if bool(keeping.whose) == (keeping.fate == Fate.NOBODYS):
                found.append(f"{label} does not say whose it is, or what becomes of it on erasure.")
    return found


@checks.register(checks.Tags.models)
def every_field_is_classified(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """`makemigrations`, `check` and start-up stop at a field of which nobody says how long it is kept."""
    hint = "Name it in the model's keeping = Keeping(…), or in declare(…) for an app that is not ours."
    return [checks.Error(sentence, hint=hint, id="keeping.E001") for sentence in mistakes()]
