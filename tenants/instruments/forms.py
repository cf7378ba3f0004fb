"""What is asked: the form of an instrument, made from its definition, and what is typed around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import Form
from tenants.instruments.definition import HUNDRED, LINE_LENGTH, Definition, Said, Scale

if TYPE_CHECKING:
    from tenants.instruments.definition import ItemWords, Words

AID, FELT_HEARD, KEEP = "aid", "felt_heard", "keeps_sealed"


class InstrumentForm(Form):
    """The questions of one instrument in the reader's language. `said()` is what was answered.

    Fields are called `item_<key>` and, where a line of one's own words may follow, `line_<key>`.
    """

    def __init__(self, definition: Definition, *args: Any, language: str | None = None, **kwargs: Any) -> None:
        self.definition = definition
        words = definition.in_language(language or get_language())
        self.base_fields = fields_of(definition, words)  # type: ignore[misc]  # each definition has its own
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.definition.felt_heard:
            has_aid = cleaned.get(AID)
            for name in [name for name in self.errors if name.startswith("item_") and has_aid]:
                del self.errors[name]
            if has_aid and not cleaned.get(FELT_HEARD) and FELT_HEARD not in self.errors:
                self.add_error(FELT_HEARD, _("Choose a number from 1 to 5."))
        return cleaned

    def said(self) -> Said:
        """The answers, once the form is valid."""
        told = self.cleaned_data
        if told.get(AID):
            return Said(felt_heard=int(told[FELT_HEARD]))
        is_coded = self.definition.scale == Scale.CODES
        values = {key: told[f"item_{key}"] for key in self.definition.items}
        lines = {key: told.get(f"line_{key}", "") for key in self.definition.items} if self.definition.has_lines else {}
        return Said(
            {key: value if is_coded else int(value) for key, value in values.items()},
            {key: line for key, line in lines.items() if line},
        )

    def keeps_sealed(self) -> bool:
        """Whether the author wants to keep the answer sealed."""
        return bool(self.cleaned_data.get(KEEP))

    @staticmethod
    def initial_of(said: Said, *, keeps_sealed: bool) -> dict[str, Any]:
        """An answer that was given before, as the form shows it."""
        told: dict[str, Any] = {f"item_{key}": value for key, value in said.values.items()}
        told |= {f"line_{key}": line for key, line in said.lines.items()}
        if said.felt_heard is not None:
            told |= {AID: True, FELT_HEARD: said.felt_heard}
        return {**told, KEEP: keeps_sealed}


def fields_of(definition: Definition, words: Words) -> dict[str, forms.Field]:
    """The form fields of a definition, in their order: for the page, and for whoever helps somebody to answer."""
    fields: dict[str, forms.Field] = {}
    if definition.felt_heard:
        fields[AID] = forms.BooleanField(
            label=_("An interpreter or a communication aid was with us"),
            help_text=_("Then shares of talking say little. Answer only “I felt heard” at the end."),
            required=False,
        )
    for key in definition.items:
        item = words.items[key]
        fields[f"item_{key}"] = _item(definition, item, words)
        if definition.has_lines:
            fields[f"line_{key}"] = forms.CharField(
                label=_("A line about it: %(name)s") % {"name": item.name}, required=False, max_length=LINE_LENGTH
            )
    if definition.felt_heard:
        fields[FELT_HEARD] = forms.ChoiceField(
            label=_("I felt heard"),
            help_text=_("1 is not at all, 5 is fully. It is never mixed with the shares."),
            choices=[(number, str(number)) for number in range(1, 6)],
            widget=forms.RadioSelect,
            required=False,
        )
    if definition.may_keep_sealed:
        fields[KEEP] = forms.BooleanField(
            label=_("Keep mine sealed, also when both have answered"),
            help_text=_("Then each of you reads only their own. You can open yours later."),
            required=False,
        )
    return fields


def _item(definition: Definition, item: ItemWords, words: Words) -> forms.Field:
    label = item.text or item.name
    if definition.scale in HUNDRED:
        number = _("Type a number from 0 to 100.")
        return forms.IntegerField(
            label=label,
            min_value=0,
            max_value=100,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-4"}),
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), number),
        )
    if definition.scale == Scale.CODES:
        choices: list[tuple[Any, Any]] = [(code, words.codes[code]) for code in definition.codes]
    else:
        choices = [(number, _end(definition, item, number)) for number in range(definition.least, definition.most + 1)]
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages={"required": definition.missing()}
    )


def _end(definition: Definition, item: ItemWords, number: int) -> str:
    ends = {definition.least: item.low, definition.most: item.high}
    return f"{number}: {ends[number]}" if number in ends else str(number)
