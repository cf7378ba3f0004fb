"""What is typed about help: a letter's code, whom to name, numbers, and the code that is read out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import Explained, Form
from tenants.assistance.queries import HEARD, ends_of, numbers_of
from tenants.assistance.rendering import labels_of
from tenants.instruments.definition import LINE_LENGTH, Scale
from tenants.instruments.forms import KEEP
from tenants.members.models import Member

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tenants.assistance.queries import Helped, ToEnter
    from tenants.instruments.definition import Definition, Said


class LetterForm(Form):
    """The code of a letter."""

    code = forms.CharField(
        label=_("The code in your letter"),
        help_text=_("Twelve letters and digits. Lines between them do not matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "nhsuk-input--width-20"}),
        error_messages={"required": _("Type the code in your letter.")},
    )


class HelperForm(Form):
    """Who may help, and whether they may read."""

    helper: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("A facilitator"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("Nobody from this list"),
        error_messages={"invalid_choice": _("Choose somebody from the list.")},
    )
    address = forms.EmailField(
        label=_("Or somebody whom you trust: the address with which they sign in here"),
        help_text=_("Not your partner, and nobody who leads, sponsors, decides on a board or pays. They cannot help."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Type an address like sam@example.org.")},
    )
    blind = forms.BooleanField(
        label=_("My helper may not read the questions"),
        help_text=_(
            "Then they see the numbers 1, 2, 3 and type what you say. You have the questions on paper."
            " They see no decisions."
        ),
        required=False,
    )

    def __init__(self, *args: Any, facilitators: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["helper"].queryset = facilitators  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors and bool(typed.get("helper")) == bool(typed.get("address")):
            self.add_error("address", _("Choose a facilitator, or type one address."))
        return typed


class StartForm(Form):
    """With whom, and the helper's signature."""

    seat = forms.ChoiceField(
        label=_("Whom do you help?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whom you help.")},
    )
    confidential = forms.BooleanField(
        label=_("I keep to myself what I hear and read. I type what the person says, and nothing else."),
        error_messages={"required": _("Sign that you keep it to yourself.")},
    )

    def __init__(self, *args: Any, people: Sequence[Helped], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keypad = _("You see numbers, and no question. The person has the questions on paper.")
        self.fields["seat"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (str(one.seat_id), Explained(one.name, keypad) if one.blind else one.name) for one in people
        ]


class NumbersForm(Form):
    """One number for each item, in the order of the paper form. In the keypad mode an item is its number alone.

    Where the instrument takes them, a line of the person's own words may follow each, and a tick keeps it sealed.
    """

    def __init__(self, asked: ToEnter, *args: Any, blind: bool, language: str, **kwargs: Any) -> None:
        definition = asked.definition
        least, most = HEARD if asked.felt_heard else ends_of(definition)
        between = _("A number from %(least)s to %(most)s.") % {"least": least, "most": most}
        hint = between if blind or definition.scale != Scale.CODES else _codes(definition, language)
        fields: dict[str, forms.Field] = {}
        for place, text in enumerate(labels_of(asked, language), start=1):
            fields[f"number_{place}"] = forms.IntegerField(
                label=_("Number %(place)s") % {"place": place} if blind else f"{place}. {text}",
                help_text=hint,
                min_value=least,
                max_value=most,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-4"}),
                error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), between),
            )
            if definition.has_lines and not blind:
                fields[f"line_{place}"] = forms.CharField(
                    label=_("A line in their own words to number %(place)s") % {"place": place},
                    required=False,
                    max_length=LINE_LENGTH,
                )
        if definition.may_keep_sealed:
            fields[KEEP] = forms.BooleanField(
                label=_("The person keeps it sealed, also when both have answered"), required=False
            )
        self.base_fields = fields  # type: ignore[misc]  # each definition has its own
        super().__init__(*args, **kwargs)

    def typed(self) -> dict[str, Any]:
        """What was typed, in its order, once the form is valid."""
        return {
            "numbers": [value for name, value in self.cleaned_data.items() if name.startswith("number_")],
            "lines": [value for name, value in self.cleaned_data.items() if name.startswith("line_")],
            "keeps_sealed": self.cleaned_data.get(KEEP, False),
        }

    @staticmethod
    def initial_of(asked: ToEnter, said: Said, *, keeps_sealed: bool) -> dict[str, Any]:
        """What was typed before, as the form shows it."""
        told: dict[str, Any] = {f"number_{place}": n for place, n in enumerate(numbers_of(asked, said), start=1)}
        told |= {f"line_{place}": said.lines.get(key, "") for place, key in enumerate(asked.keys, start=1)}
        return {**told, KEEP: keeps_sealed}


def _codes(definition: Definition, language: str) -> str:
    words = definition.in_language(language)
    return " · ".join(f"{number}: {words.codes[code]}" for number, code in enumerate(definition.codes, start=1))


class ReadBackForm(Form):
    """The code that the person reads out."""

    code = forms.CharField(
        label=_("The six digits"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "nhsuk-input--width-10"}),
        error_messages={"required": _("Type the six digits that the person reads out.")},
    )
