"""What partners type about working together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.dates import date_format
from rollout.kernel.forms import DateField, Form
from tenants.agreement.models import CommunicationNeed, ReviewAnswer, SharedLine
from tenants.agreement.needs import Kind
from tenants.projects.forms import long_text, number

YES, NO = "yes", "no"


class LineForm(Form):
    """One of the five lines. The page says which."""

    topic = forms.ChoiceField(
        label=_("Which of the five?"),
        choices=SharedLine.Topic.choices,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Go back and choose one of the five."),
            "invalid_choice": _("Go back and choose one of the five."),
        },
    )
    text = long_text(
        _("What do you both want to stand behind?"),
        most=1000,
        rows=6,
        missing=_("Type what you both want to stand behind."),
        hint=_("One or two sentences are enough. Both of you sign this text."),
    )


class ContestForm(Form):
    """Why not, in one's own words."""

    reason = long_text(
        _("What does not fit for you?"),
        most=2000,
        missing=_("Type in your own words what does not fit."),
        hint=_("In your own words. Your partner reads this."),
    )


class PrincipleForm(Form):
    """A principle: what it is called and what it means."""

    title = forms.CharField(
        label=_("What is the principle called?"),
        max_length=200,
        error_messages={"required": _("Type what the principle is called.")},
    )
    text = long_text(
        _("What does it mean for the two of you?"),
        most=2000,
        missing=_("Type what it means for the two of you."),
        hint=_("Say it so that you would notice when it is not kept."),
    )


class EndForm(Form):
    """Nothing to type: the page asks whether it is meant."""


class ReviewForm(Form):
    """Does it stay, or what is to change?"""

    answer = forms.ChoiceField(
        label=_("Does it still fit?"),
        choices=ReviewAnswer.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it still fits.")},
    )
    text = long_text(_("If you want a change: which one?"), most=1000, rows=4, hint=_("Your partner reads this."))


def _covered(label: Any, yes: Any, no: Any, missing: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[(YES, yes), (NO, no)],
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


class TimeForm(Form):
    """The hours of both sides."""

    since = DateField(
        label=_("From which day?"),
        help_text=_("For example 1 9 2026."),
        error_messages={"required": _("Type the day from which it holds.")},
    )
    hours_professional = number(
        _("Hours of the healthcare professional in a month"), missing=_("Type the hours of the professional.")
    )
    protected = _covered(
        _("Is this working time that the employer keeps free?"),
        _("Yes, it is protected"),
        _("No, it is not protected"),
        _("Choose whether the time is protected."),
    )
    hours_citizen = number(
        _("Hours of the patient, citizen or community side in a month"),
        missing=_("Type the hours of the patient, citizen or community side."),
    )
    paid = _covered(
        _("Is this time paid?"), _("Yes, it is paid"), _("No, it is not paid"), _("Choose whether the time is paid.")
    )


class HoursForm(Form):
    """The hours that I gave in one month."""

    month = forms.ChoiceField(label=_("Which month?"), choices=(), error_messages={"required": _("Choose the month.")})
    hours = number(
        _("How many hours did you give?"),
        missing=_("Type how many hours you gave."),
        hint=_("As you remember it. Half hours too, for example 6.5."),
    )
    covered = _covered(
        _("Were these hours protected or paid?"),
        _("Yes"),
        _("No"),
        _("Choose whether the hours were protected or paid."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["month"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _latest_months()


def _latest_months() -> list[tuple[str, str]]:
    this = clock.today().replace(day=1)
    found = []
    for back in range(12):
        year, index = divmod(this.year * 12 + this.month - 1 - back, 12)
        month = this.replace(year=year, month=index + 1)
        found.append((month.isoformat(), date_format(month, "YEAR_MONTH_FORMAT")))
    return found


class NeedForm(Form):
    """What helps, in one's own words where words are needed. The page says of which kind it is."""

    kind = forms.ChoiceField(
        label=_("What helps you?"),
        choices=CommunicationNeed.Kind.choices,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Go back and choose what helps you."),
            "invalid_choice": _("Go back and choose what helps you."),
        },
    )
    channel = forms.ChoiceField(
        label=_("How do you want to be reached?"),
        choices=CommunicationNeed.Channel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how to reach you.")},
    )
    detail = forms.CharField(label=_("Anything to add?"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = str(self["kind"].value() or "")
        if kind != Kind.CHANNEL:
            del self.fields["channel"]
        if kind in WORDS:
            label, missing = WORDS[Kind(kind)]
            field = self.fields["detail"]
            field.label, field.required = label, True
            field.error_messages["required"] = str(missing)


WORDS = {
    Kind.INTERPRETER: (_("For which language? Sign language too."), _("Type the language.")),
    Kind.OTHER: (_("What helps you? Say it in your own words."), _("Type what helps you.")),
}


class LookForm(Form):
    """Is it still right, and is it met?"""

    met = forms.ChoiceField(
        label=_("Do you get what you need?"),
        choices=CommunicationNeed.Met.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you get what you need.")},
    )
