"""Forms as people meet them: every field has a label, every mistake says in plain words what to do."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

_typed: ContextVar[QueryDict | None] = ContextVar("typed", default=None)


@contextmanager
def filled_with(typed: QueryDict | None) -> Iterator[None]:
    """Every form that is shown unsent in here starts with what was typed into it before."""
    before = _typed.set(typed)
    try:
        yield
    finally:
        _typed.reset(before)


_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "nhsuk-checkboxes__input"),
    (forms.CheckboxSelectMultiple, ""),
    (forms.RadioSelect, ""),
    (forms.MultiWidget, ""),
    (forms.Select, "nhsuk-select"),
    (forms.Textarea, "nhsuk-textarea"),
    (forms.FileInput, "nhsuk-file-upload"),
    (Input, "nhsuk-input"),
)


class BoundField(forms.BoundField):
    """A field on the page: knows its classes, where its error link leads, and whether it may stay empty."""

    @property
    def marked_optional(self) -> bool:
        """Whether the label says "(optional)". A single tick box says it by itself."""
        return not self.field.required and not self.is_hidden and not isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def first_id(self) -> str:
        """The element that a link in the error summary jumps to."""
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label or self.auto_id

    @property
    def kind(self) -> str:
        """The shape that the field template draws: tick, choices, date or plain."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "tick"
        if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return "choices"
        return "date" if isinstance(widget, DateBoxes) else "plain"

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        shown = widget or self.field.widget
        if shown.is_hidden:
            return built
        ours = next((name for kind, name in _CLASSES if isinstance(shown, kind)), "")
        if ours and self.errors and "__" not in ours:
            ours = f"{ours} {ours}--error"
        classes = " ".join(filter(None, (ours, shown.attrs.get("class", ""))))
        if classes:
            built["class"] = classes
        return built


class Renderer(TemplatesSetting):
    """Draws forms with the templates of this repository (templates/django/forms)."""

    bound_field_class = BoundField


class OwnMessages(forms.BaseForm):
    """Mix-in for any form, also one of a library: `messages` gives each field its own words.

    A form with a required field that would answer with Django's stock sentence cannot be built.
    """

    messages: ClassVar[Mapping[str, Mapping[str, Text]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            _give_plain_words(field)
        for name, words in self.messages.items():
            if name in self.fields:
                self.fields[name].error_messages.update({code: str(text) for code, text in words.items()})
        if silent := fields_without_own_words(self.fields):
            raise ImproperlyConfigured(
                f"{type(self).__qualname__}: no error message of its own for {', '.join(silent)}"
            )

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        typed, name = _typed.get(), self.add_prefix(field_name)
        if typed is None or self.is_bound or not self._was_typed(typed) or isinstance(field, forms.FileField):
            return super().get_initial_for_field(field, field_name)
        return field.widget.value_from_datadict(typed, {}, name)

    def _was_typed(self, typed: QueryDict) -> bool:
        names = {self.add_prefix(name) for name in self.fields}
        return any(name in names or re.sub(r"_[0-9]+$", "", name) in names for name in typed)


class Form(OwnMessages, forms.Form):
    """The base of every form. Each required field states its own `error_messages["required"]`."""


class ModelForm(OwnMessages, forms.ModelForm):  # type: ignore[type-arg]
    """As Form, for a form whose fields come from a model: give the words in `messages`."""


_PLAIN_WORDS = {
    "max_length": _("Use no more than %(limit_value)s characters."),
    "null_characters_not_allowed": _("This text holds a sign that cannot be kept. Type it again."),
    "invalid_choice": _("“%(value)s” cannot be chosen here. Choose another answer."),
    "invalid_list": _("Choose one of the answers that are offered."),
}


def _give_plain_words(field: forms.Field) -> None:
    """What can go wrong in any field says in plain words what to do, unless the field has words of its own."""
    stock = {
        code: text for kind in type(field).__mro__ for code, text in getattr(kind, "default_error_messages", {}).items()
    }
    for code, text in _PLAIN_WORDS.items():
        if str(field.error_messages.get(code, "")) in ("", str(stock.get(code, ""))):
            field.error_messages[code] = text


def fields_without_own_words(fields: Mapping[str, forms.Field]) -> list[str]:
    """Names of the required fields that would say "This field is required."."""
    stock = str(forms.Field.default_error_messages["required"])
    return [
        name
        for name, field in fields.items()
        if field.required and not field.disabled and str(field.error_messages["required"]) == stock
    ]


@dataclass(frozen=True)
class Explained:
    """A choice with a line of explanation under it: use it as the label in `choices`."""

    label: Text
    hint: Text

    def __str__(self) -> str:
        return str(self.label)


class DateBoxes(forms.MultiWidget):
    """Day, month and year in three boxes, in the order that people here write them."""

    template_name = "django/forms/widgets/date_boxes.html"
    parts: ClassVar[tuple[tuple[str, Text, int], ...]] = (
        ("day", _("Day"), 2),
        ("month", _("Month"), 2),
        ("year", _("Year"), 4),
    )

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(
                attrs={
                    "inputmode": "numeric",
                    "maxlength": length,
                    "autocomplete": "off",
                }
            )
            for name, _label, length in self.parts
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: date | None) -> list[str | int]:
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for box, (_name, label, length) in zip(context["widget"]["subwidgets"], self.parts, strict=True):
            wrong = " nhsuk-input--error" if "aria-invalid" in box["attrs"] else ""
            box["attrs"]["class"] = f"nhsuk-input nhsuk-date-input__input nhsuk-input--width-{length}{wrong}"
            box["label"] = label
        return context


class DateField(forms.Field):
    """A date typed in three boxes. Says which part is missing, and when there is no such day."""

    widget = DateBoxes
    default_error_messages: ClassVar[dict[str, Any]] = {
        "day": _("The date must have a day."),
        "month": _("The date must have a month."),
        "year": _("The date must have a year of four digits."),
        "invalid": _("The date must be a real day, for example 27 3 2026."),
    }

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value
        parts = [str(part or "").strip() for part in value]
        if not any(parts):
            return None
        for (name, _label, length), part in zip(DateBoxes.parts, parts, strict=True):
            if not part or (length == 4 and len(part) != 4):
                raise ValidationError(self.error_messages[name], code=name)
        try:
            day, month, year = (int(part) for part in parts)
            return date(year, month, day)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


@dataclass(frozen=True)
class Mistake:
    """One line of the error summary: what is wrong and the id of the place to put it right."""

    text: str
    target: str


def mistakes(forms_on_page: Iterable[forms.BaseForm | None]) -> Sequence[Mistake]:
    """All mistakes of the forms on a page in reading order; those of a whole form have no target."""
    found: list[Mistake] = []
    for form in forms_on_page:
        if form is None or not form.is_bound or not form.errors:
            continue
        found += [Mistake(str(text), "") for text in form.non_field_errors()]
        for bound in form:
            target = bound.first_id if isinstance(bound, BoundField) and not bound.is_hidden else ""
            found += [Mistake(str(text), target) for text in bound.errors]
    return found
