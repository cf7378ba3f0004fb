"""What partners and witnesses type about the work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import DateField, Explained, Form
from tenants.projects.content import Terms
from tenants.projects.models import Decision, ResultClaim, Witness

Direction = ResultClaim.Direction


def long_text(label: Any, *, most: int, rows: int = 5, missing: Any = None, hint: Any = "") -> forms.CharField:
    """A text of several lines. Without `missing` it may stay empty."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=missing is not None,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing} if missing is not None else {},
    )


def number(label: Any, *, missing: Any, hint: Any = "") -> forms.DecimalField:
    """A number as people type it."""
    return forms.DecimalField(
        label=label,
        help_text=hint,
        max_digits=12,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "nhsuk-input--width-10"}),
        error_messages={
            "required": missing,
            "invalid": _("Type a number, for example 31."),
            "max_decimal_places": _("Type at most two digits after the point."),
        },
    )


class TaskForm(Form):
    """The shared task."""

    text = long_text(
        _("What do you want to change together?"),
        most=2000,
        rows=8,
        missing=_("Type what you want to change together."),
        hint=_("Say where, for whom, and how you will know. Both of you sign this text."),
    )


class DecisionForm(Form):
    """A decision: what it is called and what it says."""

    title = forms.CharField(
        label=_("What is it about?"),
        max_length=200,
        error_messages={"required": _("Type what the decision is about.")},
    )
    text = long_text(
        _("What do we decide?"),
        most=4000,
        rows=8,
        missing=_("Type what you decide."),
        hint=_("Write it so that both of you read the same thing in it a year from now."),
    )
    is_major = forms.BooleanField(
        label=_("This is a major decision"),
        help_text=_("Then both of you lay out options first: at least two, one or more from each of you."),
        required=False,
    )
    due_on = DateField(label=_("Decide by"), help_text=_("For example 27 3 2027."), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_major, due_on = cleaned.pop("is_major", False), cleaned.pop("due_on", None)
        cleaned["terms"] = Terms(kind=Decision.Kind.MAJOR if is_major else Decision.Kind.ORDINARY, due_on=due_on)
        return cleaned


class OptionForm(Form):
    """One way to go, and what speaks for and against it."""

    text = long_text(_("What could you do?"), most=1000, rows=3, missing=_("Type what you could do."))
    pros = long_text(_("What speaks for it?"), most=1000, rows=3)
    cons = long_text(_("What speaks against it?"), most=1000, rows=3)
    assumes = long_text(
        _("What must be true for it to work?"),
        most=1000,
        rows=3,
        hint=_("What you take for granted, so that your partner can look at it too."),
    )


class ContestForm(Form):
    """Why not, in one's own words."""

    reason = long_text(
        _("Why do you not agree?"),
        most=2000,
        missing=_("Type your reason in your own words."),
        hint=_("In your own words. Your partner reads this."),
    )


class ParkForm(Form):
    """Until when."""

    revisit_on = DateField(
        label=_("When do you look at it again?"),
        help_text=_("For example 27 3 2027."),
        error_messages={"required": _("Type the day when you look at it again.")},
    )


class ResultForm(Form):
    """What changed, or did not."""

    title = forms.CharField(
        label=_("What is the result called?"),
        max_length=200,
        error_messages={"required": _("Type what the result is called.")},
    )
    measure = forms.CharField(
        label=_("What do you measure?"),
        help_text=_("For example: days from the letter to the first visit."),
        max_length=200,
        error_messages={"required": _("Type what you measure.")},
    )
    unit = forms.CharField(
        label=_("In which unit?"),
        help_text=_("For example: days, people, per cent."),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10"}),
        error_messages={"required": _("Type the unit.")},
    )
    better = forms.ChoiceField(
        label=_("Which way is better?"),
        choices=[("higher", _("A higher number is better")), ("lower", _("A lower number is better"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which way is better.")},
    )
    baseline_value = number(_("Value at the start"), missing=_("Type the value at the start."))
    baseline_on = DateField(
        label=_("Date of the start value"), error_messages={"required": _("Type the date of the start value.")}
    )
    current_value = number(_("Value now"), missing=_("Type the value now."))
    current_on = DateField(
        label=_("Date of the value now"), error_messages={"required": _("Type the date of the value now.")}
    )
    direction = forms.ChoiceField(
        label=_("What happened?"),
        help_text=_("All three answers are results. Nobody is worse off for an honest one."),
        choices=[
            (Direction.BETTER, Direction.BETTER.label),
            (Direction.NO_CHANGE, Explained(Direction.NO_CHANGE.label, _("Also when the difference may be chance."))),
            (Direction.WORSE, Explained(Direction.WORSE.label, _("Others learn most from this."))),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    place = forms.CharField(
        label=_("Where?"),
        help_text=_("The ward, clinic, practice or part of town."),
        max_length=200,
        error_messages={"required": _("Type where.")},
    )
    evidence = long_text(_("How do you know?"), most=2000, missing=_("Type how you know."))
    side_effects = long_text(_("Side effects, good or bad"), most=2000, rows=3)
    not_achieved = long_text(_("What did you not achieve?"), most=2000, rows=3)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "better" in cleaned:
            cleaned["higher_is_better"] = cleaned.pop("better") == "higher"
        return cleaned


class PointForm(Form):
    """One dated value for the chart."""

    on = DateField(
        label=_("Date"),
        help_text=_("For example 27 3 2026."),
        error_messages={"required": _("Type the date of the value.")},
    )
    value = number(_("Value"), missing=_("Type the value."))


class WitnessForm(Form):
    """Somebody independent who knows."""

    name = forms.CharField(
        label=_("Name of the witness"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type the name of the witness.")},
    )
    email = forms.EmailField(
        label=_("E-mail address of the witness"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Type the e-mail address of the witness."),
            "invalid": _("Type an address like sam@example.org."),
        },
    )
    relation = forms.CharField(
        label=_("How do they know?"),
        help_text=_("For example: keeps the clinic's list, speaks for a patients' group."),
        max_length=200,
        error_messages={"required": _("Type how they know.")},
    )


class AnswerForm(Form):
    """The answer of a witness."""

    answer = forms.ChoiceField(
        label=_("Is this so, as far as you know?"),
        choices=[
            (Witness.Answer.CONFIRMED, _("Yes, I confirm it")),
            (Witness.Answer.DECLINED, _("No, or I do not want to confirm it")),
            (Witness.Answer.CANNOT_SAY, _("I cannot say")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
