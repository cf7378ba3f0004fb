"""What is asked: the form of an instrument, made from its definition, and what is typed around it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import DateField, Form
from tenants.instruments.definition import HUNDRED, LINE_LENGTH, Definition, Said, Scale, read
from tenants.instruments.models import Round

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenants.instruments.definition import ItemWords, Words

AID, FELT_HEARD, KEEP = "aid", "felt_heard", "keeps_sealed"


class InstrumentForm(Form):
    """The questions of one instrument in the reader's language. `said()` is what was answered.

    Fields are called `item_<key>` and, where a line of one's own words may follow, `line_<key>`. With
    `felt_heard_first` an instrument about voices asks how heard somebody felt, unless they choose shares.
    """

    def __init__(
        self, definition: Definition, *args: Any, language: str | None = None, felt_heard_first: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.definition = definition
        words = definition.in_language(language or get_language())
        self.base_fields = fields_of(definition, words)  # type: ignore[misc]  # each definition has its own
        super().__init__(*args, **kwargs)
        if felt_heard_first and definition.felt_heard:
            self.fields[AID].initial = True
            self.order_fields([AID, FELT_HEARD])

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
        return said_in(self.definition, self.cleaned_data)

    def keeps_sealed(self) -> bool:
        """Whether the author wants to keep the answer sealed."""
        return bool(self.cleaned_data.get(KEEP))

    @staticmethod
    def initial_of(said: Said, *, keeps_sealed: bool) -> dict[str, Any]:
        """An answer that was given before, as the form shows it."""
        told: dict[str, Any] = {f"item_{key}": value for key, value in said.values.items()}
        told |= {f"line_{key}": line for key, line in said.lines.items()}
        if said.felt_heard is not None:
            told[FELT_HEARD] = said.felt_heard
        return {**told, AID: said.felt_heard is not None, KEEP: keeps_sealed}


def said_in(definition: Definition, typed: Mapping[str, Any]) -> Said:
    """The answers in what was typed into a form of this definition and is valid."""
    if typed.get(AID):
        return Said(felt_heard=int(typed[FELT_HEARD]))
    is_coded = definition.scale == Scale.CODES
    values = {key: typed[f"item_{key}"] for key in definition.items}
    lines = {key: typed.get(f"line_{key}", "") for key in definition.items} if definition.has_lines else {}
    return Said(
        {key: value if is_coded else int(value) for key, value in values.items()},
        {key: line for key, line in lines.items() if line},
    )


def fields_of(definition: Definition, words: Words) -> dict[str, forms.Field]:
    """The form fields of a definition, in their order: for the page, and for whoever helps somebody to answer."""
    fields: dict[str, forms.Field] = {}
    if definition.felt_heard:
        fields[AID] = forms.BooleanField(
            label=_("An interpreter or a communication aid was with us"),
            help_text=_("Then shares of talking say little. Answer only “I felt heard”."),
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


class RoundForm(Form):
    """A new round: which instrument, at which occasion, about what, open until when."""

    instrument = forms.ChoiceField(
        label=_("What do you want to ask?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want to ask.")},
    )
    occasion = forms.ChoiceField(
        label=_("Which occasion is it?"),
        help_text=_("There is one start. It stays beside everything that comes later."),
        choices=Round.Occasion.choices,
        initial=Round.Occasion.REGULAR,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the occasion.")},
    )
    about = forms.CharField(
        label=_("What is it about?"),
        help_text=_("For example a conversation or a meeting. Your partner reads this."),
        max_length=200,
        required=False,
    )
    closes_on = DateField(
        label=_("Open until the end of"),
        help_text=_("For example 27 3 2026. Whoever has not answered then is not named."),
        required=False,
    )

    def __init__(self, *args: Any, instruments: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"].choices = instruments  # type: ignore[attr-defined]  # a ChoiceField


class RemarkForm(Form):
    """Some words after both have answered."""

    text = forms.CharField(
        label=_("What do you want to add?"),
        help_text=_("The answers stay as they are. Your partner reads this."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Type what you want to add.")},
    )


LONGEST_DEFINITION, MOST_PROBLEMS = 60_000, 20


class DefinitionForm(Form):
    """An instrument as data."""

    content = forms.CharField(
        label=_("The definition"),
        help_text=_("As JSON. Begin with one that is there, and give it a new code or the next version."),
        max_length=LONGEST_DEFINITION,
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false"}),
        error_messages={"required": _("Paste the definition.")},
    )

    def clean_content(self) -> Any:
        try:
            content = json.loads(self.cleaned_data["content"])
        except json.JSONDecodeError as error:
            sentence = _("This is no JSON: look at line %(line)s, sign %(column)s.")
            raise ValidationError(sentence % {"line": error.lineno, "column": error.colno}) from None
        except (RecursionError, ValueError):
            raise ValidationError(
                _("This is no definition: it is nested too deeply, or a number is too long.")
            ) from None
        definition, problems = read(content)
        if definition is None:
            raise ValidationError(problems[:MOST_PROBLEMS])
        self.definition = definition
        return content
