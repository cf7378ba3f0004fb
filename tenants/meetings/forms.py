"""Planning a meeting, answering, and what was said."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rollout.kernel.forms import DateField, Form
from tenants.meetings.models import MOST_TIMES, Meeting

LENGTHS = (
    (20, _("Twenty minutes")),
    (30, _("Half an hour")),
    (60, _("One hour")),
    (90, _("One hour and a half")),
    (120, _("Two hours")),
)

WHY_NOT_THEN = [
    choice for choice in Meeting.Reason.choices if choice[0] != Meeting.Reason.NOT_NEEDED
]  # fmt: skip
"""What moves a meeting or calls it off: no time, what one does not choose, something else."""

PURPOSES: dict[str, dict[str, Any]] = {
    "pause": {"minutes": 20, "agenda": _("Twenty minutes for the two of us: how we work together. No tasks.")},
}
"""What stands in the form already, by the word with which another page leads here."""


class ClockField(forms.TimeField):
    """A time of day as people type it."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%H:%M", "%H.%M", "%Hh%M", "%Hh"],
            error_messages={"invalid": _("Type a time of day, for example 14:30.")},
            widget=forms.TextInput(attrs={"class": "nhsuk-input--width-5", "autocomplete": "off"}),
            **kwargs,
        )


class PlanForm(Form):
    """Up to five times, and what the meeting is to be."""

    venue = forms.ChoiceField(
        label=_("Where do you meet?"),
        choices=Meeting.Venue,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where you meet.")},
    )
    place = forms.CharField(
        label=pgettext_lazy("of a meeting", "Place"),
        help_text=_("For example a room or an address."),
        max_length=200,
        required=False,
    )
    link = forms.CharField(
        label=_("Link to an online meeting"),
        help_text=_("It begins with https://."),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    minutes = forms.TypedChoiceField(
        label=_("How long?"),
        choices=LENGTHS,
        coerce=int,
        initial=60,
        error_messages={"required": _("Choose how long you meet.")},
    )
    agenda = forms.CharField(
        label=_("What do you want to talk about?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    access_needs = forms.CharField(
        label=_("What does either of you need to take part?"),
        help_text=_("For example a step-free room, breaks, or large print."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = {}
        for number in range(1, MOST_TIMES + 1):
            first = number == 1
            day, time = _("Day of your first choice"), _("Time of your first choice")
            fields[f"day_{number}"] = DateField(
                label=day if first else _("Day of time %(number)s") % {"number": number},
                help_text=_("For example 27 3 2027.") if first else "",
                required=first,
                error_messages={"required": _("Type the day of your first choice.")},
            )
            fields[f"time_{number}"] = ClockField(
                label=time if first else _("Time of day of time %(number)s") % {"number": number},
                help_text=_("For example 14:30.") if first else "",
                required=first,
            )
            fields[f"time_{number}"].error_messages["required"] = _("Type the time of your first choice.")
        self.fields = {**fields, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        walls = []
        for number in range(1, MOST_TIMES + 1):
            day, time = cleaned.pop(f"day_{number}", None), cleaned.pop(f"time_{number}", None)
            if day and time:
                walls.append(dt.datetime.combine(day, time))
            elif day and f"time_{number}" not in self.errors:
                self.add_error(f"time_{number}", _("Type the time for this day."))
            elif time and f"day_{number}" not in self.errors:
                self.add_error(f"day_{number}", _("Type the day for this time."))
        cleaned["walls"] = walls
        return cleaned


class AskForm(Form):
    """Why other times, if one wants to say."""

    words = forms.CharField(
        label=_("Which times suit you?"),
        help_text=_("In your own words. Your partner reads this."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DeclineForm(Form):
    """Why not."""

    reason = forms.ChoiceField(
        label=_("Why not?"),
        help_text=_("Your partner reads your answer. It counts nowhere."),
        choices=Meeting.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    words = forms.CharField(
        label=_("Do you want to say more?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class NotesForm(Form):
    """What was said."""

    text = forms.CharField(
        label=_("Notes"),
        help_text=_("Both of you read and change the same notes."),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


def why_not(hint: Any) -> forms.ChoiceField:
    """Why an agreed meeting does not take place at its time, if one wants to say."""
    return forms.ChoiceField(
        label=_("Why?"), help_text=hint, choices=WHY_NOT_THEN, widget=forms.RadioSelect, required=False
    )


class MoveForm(PlanForm):
    """Other times for an agreed meeting."""

    reason = why_not(_("Your partner reads your answer. You do not have to answer."))


class CancelForm(Form):
    """Why it does not take place."""

    reason = why_not(_("Your partner reads your answer. You do not have to answer. It counts nowhere."))
