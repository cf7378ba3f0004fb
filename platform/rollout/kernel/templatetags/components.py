"""What the component templates need beyond Django's own tags."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django import forms, template
from django.core.paginator import Page

from rollout.kernel import forms as kernel_forms

register = template.Library()


class Column(NamedTuple):
    """A column of a table: its heading, and whether its cells are numbers."""

    label: object
    is_number: bool


class Cell(NamedTuple):
    column: Column
    value: Any


@register.filter
def columns(declared: Iterable[object]) -> list[Column]:
    """Columns given as plain headings or as {"label": …, "number": True}."""
    return [
        Column(entry.get("label", ""), bool(entry.get("number"))) if isinstance(entry, dict) else Column(entry, False)
        for entry in declared
    ]


@register.filter
def beside(row: Sequence[Any], declared: Iterable[object]) -> list[Cell]:
    """The cells of a row, each with its column, so that a card can name it."""
    return [Cell(column, value) for column, value in zip(columns(declared), row, strict=True)]


@register.filter
def mistakes(
    form: forms.BaseForm | Iterable[forms.BaseForm] | None,
) -> Sequence[kernel_forms.Mistake]:
    """The lines of the error summary for one form, or a list of the forms on a page; a page without a form has none."""
    if isinstance(form, forms.BaseForm):
        return kernel_forms.mistakes([form])
    return kernel_forms.mistakes(form) if isinstance(form, list | tuple) else ()


@register.filter
def nearby_pages(page: Page[Any]) -> list[int | str]:
    """Page numbers worth offering: the ends and those around this one."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
