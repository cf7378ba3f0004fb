"""What a list can be narrowed by and sorted by: what the viewset names, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend

from api.pagination import Pages

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework import serializers
    from rest_framework.request import Request

ORDERING = "ordering"


@dataclass(frozen=True, slots=True)
class Filter:
    """One narrowing: how its value is read, which column it meets, and what it does in one plain sentence.

    Without a column the viewset asks for the value itself.
    """

    field: serializers.Field[Any, Any, Any, Any]
    column: str
    sentence: str
    required: bool = False


class Declared(BaseFilterBackend):
    """Reads the query of a list. A name that nobody declared is refused, so a typing error never shows everything."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        values = read_query(request, view)
        for name, value in values.items():
            if column := view.filters[name].column:
                queryset = queryset.filter(**{column: value})
        return queryset.order_by(*ordering_of(request, view))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        found = [
            {
                "name": name,
                "in": "query",
                "required": declared.required,
                "description": declared.sentence,
                "schema": _schema_of(declared),
            }
            for name, declared in view.filters.items()
        ]
        if view.orderings:
            words = [sign + name.lstrip("-") for name in view.orderings for sign in ("", "-")]
            found.append(
                {
                    "name": ORDERING,
                    "in": "query",
                    "description": f"How the list is sorted; without it, by `{view.orderings[0]}`.",
                    "schema": {"type": "string", "enum": words},
                }
            )
        return found


def read_query(request: Request, view: Any) -> dict[str, Any]:
    """The values of the declared filters. Raises ValidationError for names and values that mean nothing here."""
    filters: dict[str, Filter] = view.filters
    known = {*filters, Pages.cursor_parameter, Pages.limit_parameter, *([ORDERING] if view.orderings else [])}
    problems: dict[str, Any] = {
        name: [_("There is no such parameter here.")] for name in request.query_params if name not in known
    }
    values = {}
    for name, declared in filters.items():
        if name not in request.query_params:
            if declared.required:
                problems[name] = [_("Say which.")]
            continue
        try:
            values[name] = declared.field.run_validation(request.query_params[name])
        except ValidationError as problem:
            problems[name] = problem.detail
    if problems:
        raise ValidationError(problems)
    return values


def ordering_of(request: Request, view: Any) -> tuple[str, str]:
    """The column that sorts a list, and the id that breaks ties, in the same direction."""
    wanted = request.query_params.get(ORDERING, view.orderings[0])
    if wanted.removeprefix("-") not in {name.removeprefix("-") for name in view.orderings}:
        raise ValidationError({ORDERING: [_("This list cannot be sorted by that.")]})
    return wanted, "-id" if wanted.startswith("-") else "id"


def _schema_of(declared: Filter) -> dict[str, Any]:
    choices = getattr(declared.field, "choices", None)
    if choices:
        return {"type": "string", "enum": [str(value) for value in choices]}
    kinds = {"UUIDField": {"type": "string", "format": "uuid"}, "BooleanField": {"type": "boolean"}}
    return kinds.get(type(declared.field).__name__, {"type": "string"})
