"""What partners type about how they work together. There is no field for what the other did."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.kernel import clock
from rollout.kernel.forms import DateField, Form
from tenants.projects.forms import long_text
from tenants.relationship.models import (
    Assumption,
    DifferenceItem,
    HardConversation,
    SnapBack,
    TimeReason,
)
from tenants.relationship.models.written import WORDS

HOURS = {"morning": 9, "afternoon": 14, "evening": 20}
PARTS = [("morning", _("In the morning")), ("afternoon", _("In the afternoon")), ("evening", _("In the evening"))]
EXAMPLE = _("For example 27 3 2026.")


def radios(label: Any, choices: Any, *, missing: Any = None, hint: Any = "") -> forms.ChoiceField:
    """One of a few. Without `missing` none of them has to be chosen."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=choices,
        required=missing is not None,
        widget=forms.RadioSelect,
        error_messages={"required": missing} if missing is not None else {},
    )


def minutes(label: Any) -> forms.IntegerField:
    """How many minutes of a day."""
    wrong = _("Type a whole number of minutes, from 0 to 1440.")
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=1440,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-5"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
    )


def moment_of(day: Any, part: str) -> datetime:
    """A day and a part of it as a moment; of today never one that is still to come."""
    found = timezone.make_aware(datetime.combine(day, time(HOURS[part])))
    return min(found, clock.now()) if day == clock.today() else found


class MendForm(Form):
    """When it felt mended."""

    mended_day = DateField(
        label=_("On which day did it feel mended?"),
        help_text=EXAMPLE,
        error_messages={"required": _("Type the day when it felt mended.")},
    )
    mended_part = radios(
        _("At what time of that day?"), PARTS, missing=_("Choose the time of the day when it felt mended.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("mended_day") and cleaned.get("mended_part"):
            cleaned["mended_at"] = moment_of(cleaned["mended_day"], cleaned["mended_part"])
        return cleaned


class SnapBackForm(Form):
    """A moment, what set it off, and what one did oneself."""

    day = DateField(
        label=_("On which day was it?"),
        help_text=EXAMPLE,
        error_messages={"required": _("Type the day.")},
    )
    part = radios(_("At what time of the day?"), PARTS, missing=_("Choose the time of the day."))
    trigger = radios(_("What set it off?"), SnapBack.Trigger.choices, missing=_("Choose what set it off."))
    own_default = radios(
        _("What did you do yourself?"),
        SnapBack.Default.choices,
        missing=_("Choose what you did yourself."),
        hint=_("Only you can say this about yourself, and only about yourself."),
    )
    intensity = forms.TypedChoiceField(
        label=_("How strong was it?"),
        coerce=int,
        choices=[(1, _("1: hardly")), (2, "2"), (3, "3"), (4, "4"), (5, _("5: very strong"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how strong it was.")},
    )
    words = long_text(_("In your own words"), most=WORDS)
    mended_day = DateField(
        label=_("If it feels mended: since which day?"),
        help_text=_("You can add this later."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, part, mended = cleaned.get("day"), cleaned.get("part"), cleaned.get("mended_day")
        if day and part:
            cleaned["moment"] = moment_of(day, part)
        if mended:
            cleaned["mended_at"] = moment_of(mended, "evening")
        return cleaned


class DifferenceForm(Form):
    """A line of where two people differ."""

    kind = radios(_("What is it about?"), DifferenceItem.Kind.choices, missing=_("Choose what it is about."))
    text = long_text(
        _("In your own words"),
        most=WORDS,
        missing=_("Type it in your own words."),
        hint=_("Write about yourself: what you see, need or fear."),
    )
    not_for_restating = forms.BooleanField(
        label=_("Not for restating: it is enough that my partner reads it"), required=False
    )


class RestateForm(Form):
    """What one understood."""

    text = long_text(
        _("What did you understand?"),
        most=WORDS,
        missing=_("Type what you understood."),
        hint=_("In your own words. You do not have to agree."),
    )


class CorrectForm(Form):
    """What it is instead."""

    correction = long_text(_("What is it instead?"), most=WORDS, missing=_("Type what it is instead."))


class AssumptionForm(Form):
    """What is taken for granted, and how to find out."""

    text = long_text(_("What do you assume?"), most=WORDS, rows=3, missing=_("Type what you assume."))
    test = long_text(_("How do you test it?"), most=WORDS, rows=3, missing=_("Type how you test it."))
    due_on = DateField(
        label=_("By when?"), help_text=EXAMPLE, error_messages={"required": _("Type the day by which you test it.")}
    )


class CloseForm(Form):
    """What came out."""

    result = radios(_("What came out?"), Assumption.Result.choices, missing=_("Choose what came out."))
    evidence = long_text(_("What did you see?"), most=WORDS, missing=_("Type what you saw."))
    seen_by = forms.CharField(
        label=_("Who saw it?"),
        max_length=200,
        error_messages={"required": _("Type who saw it.")},
    )


class ConversationForm(Form):
    """Before a hard conversation."""

    title = forms.CharField(
        label=_("What is the conversation about?"),
        max_length=200,
        error_messages={"required": _("Type what the conversation is about.")},
    )
    tags = forms.MultipleChoiceField(
        label=_("What makes it hard?"),
        choices=HardConversation.Tag.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    before = long_text(
        _("Your notes from before"),
        most=WORDS,
        missing=_("Type your notes from before."),
        hint=_("What do you want to understand? What do you fear? What will you ask?"),
    )


class AfterForm(Form):
    """After a hard conversation."""

    learned = long_text(_("What did you learn?"), most=WORDS, missing=_("Type what you learned."))
    after = long_text(_("Your notes from after"), most=WORDS)


class ExperimentForm(Form):
    """Something to try."""

    attempt = long_text(_("What will you try?"), most=WORDS, rows=3, missing=_("Type what you will try."))
    limit = long_text(
        _("When will you stop?"),
        most=WORDS,
        rows=3,
        missing=_("Type when you will stop."),
        hint=_("Keep it so small that it may fail."),
    )


class FinishForm(Form):
    """What came of it."""

    happened = long_text(_("What happened?"), most=WORDS, missing=_("Type what happened."))


class MinutesForm(Form):
    """How a day was used."""

    on = DateField(label=_("Which day?"), help_text=EXAMPLE, error_messages={"required": _("Type the day.")})
    task = minutes(_("Minutes on the task"))
    relationship = minutes(_("Minutes on how you work together"))


class SprintForm(Form):
    """Until when the task comes first."""

    ends_on = DateField(
        label=_("What is the last day of the sprint?"),
        help_text=_("Six weeks at most. Both of you agree, and one of you can end it."),
        error_messages={"required": _("Type the last day of the sprint.")},
    )


class WhyForm(Form):
    """Why there was no time."""

    first = radios(_("Why?"), TimeReason.First.choices, missing=_("Choose a reason."))
    second = radios(
        _("If you chose “No time”: what stands behind it?"),
        [choice for choice in TimeReason.Second.choices if choice[0] != TimeReason.Second.NOT_SAID],
        hint=_("You do not have to answer. Illness, caring and other limits are never asked about."),
    )
