"""What partners type about their project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import DateField, Explained, Form
from tenants.projects.forms import long_text, number
from tenants.projects.models import ResultClaim
from tenants.workplan.models import FrameSource, PairFile, Stakeholder, Theme, Who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

AHEAD = _("For example 27 3 2027.")
Level = Stakeholder.Level
Stance = Stakeholder.Stance


def short_text(label: Any, *, most: int, missing: Any = None, hint: Any = "") -> forms.CharField:
    """A text of one line. Without `missing` it may stay empty."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=missing is not None,
        error_messages={"required": missing} if missing is not None else {},
    )


def one_of(label: Any, choices: Any, *, missing: Any, hint: Any = "", required: bool = True) -> forms.ChoiceField:
    """One answer of a few."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=choices,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


def a_day(label: Any, *, missing: Any = None, hint: Any = AHEAD) -> DateField:
    """A day. Without `missing` it may stay empty."""
    errors = {"required": missing} if missing is not None else {}
    return DateField(label=label, help_text=hint, required=missing is not None, error_messages=errors)


class FrameForm(Form):
    """Aim, place and reasons. As long as it is a draft, each part may be missing."""

    aim = long_text(
        _("What do you want to change?"),
        most=1000,
        rows=3,
        hint=_("One thing that somebody else could check. For example: the wait for the first visit."),
    )
    how_much = short_text(_("By how much?"), most=200, hint=_("For example: from 40 days to 20."))
    by_when = a_day(_("By when?"))
    place = short_text(_("Where?"), most=200, hint=_("The site or the service: a ward, a clinic, a part of town."))
    theme = forms.ChoiceField(
        label=_("What is it mainly about?"),
        choices=Theme.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    whose_issue = long_text(_("Whose issue is it?"), most=1000, rows=3)
    how_we_know = long_text(_("How do you know?"), most=1000, rows=3)


class SourceForm(Form):
    """Who else says so."""

    kind = one_of(_("Who is it?"), FrameSource.Kind.choices, missing=_("Choose who it is."))
    name = short_text(
        _("Name"),
        most=200,
        missing=_("Type a name."),
        hint=_("A person, a group, a report. Name a patient only if they want it."),
    )
    says = long_text(_("What do they say?"), most=1000, rows=3)


class MeasureForm(Form):
    """What is measured, and where it stood at the start."""

    name = short_text(
        _("What do you measure?"),
        most=200,
        missing=_("Type what you measure."),
        hint=_("For example: days from the letter to the first visit."),
    )
    unit = short_text(
        _("In which unit?"), most=40, missing=_("Type the unit."), hint=_("For example: days, people, per cent.")
    )
    better = one_of(
        _("Which way is better?"),
        [("higher", _("A higher number is better")), ("lower", _("A lower number is better"))],
        missing=_("Choose which way is better."),
    )
    baseline_value = number(_("Value at the start"), missing=_("Type the value at the start."))
    baseline_on = a_day(_("Date of the start value"), missing=_("Type the date of the start value."), hint="")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "better" in cleaned:
            cleaned["higher_is_better"] = cleaned.pop("better") == "higher"
        return cleaned


class ValueForm(Form):
    """One dated value."""

    on = a_day(_("Date"), missing=_("Type the date of the value."), hint=_("For example 27 3 2026."))
    value = number(_("Value"), missing=_("Type the value."))


class NoteForm(Form):
    """What changed on a day."""

    on = a_day(_("Date"), missing=_("Type the date."), hint=_("For example 27 3 2026."))
    text = short_text(
        _("What changed here?"),
        most=300,
        missing=_("Type what changed."),
        hint=_("For example: the new letter went out."),
    )


class OfPartners(Form):
    """A form in which partners are chosen by name."""

    def __init__(self, *args: Any, people: Sequence[tuple[str, Any]] = Who.choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = [*people]


class TaskForm(OfPartners):
    """One line of the plan."""

    text = short_text(_("What is to be done?"), most=200, missing=_("Type what is to be done."))
    who = forms.ChoiceField(
        label=_("Who does it?"), choices=[], error_messages={"required": _("Choose who does it.")}
    )  # fmt: skip
    due_on = a_day(_("Until when?"))


class MilestoneForm(Form):
    """A point on the way."""

    text = short_text(_("What should be reached?"), most=200, missing=_("Type what should be reached."))
    due_on = a_day(_("Until when?"))


class PersonForm(Form):
    """Somebody around the project."""

    name = short_text(
        _("Name or role"),
        most=200,
        missing=_("Type a name or a role."),
        hint=_("A role is enough: the ward manager, the bus company."),
    )
    organisation = short_text(_("Organisation"), most=200)
    influence = one_of(_("How much can they move?"), Level.choices, missing=_("Choose how much they can move."))
    interest = one_of(_("How much does it matter to them?"), Level.choices, missing=_("Choose how much it matters."))
    stance = one_of(
        _("What do they think of it?"),
        [
            (
                value,
                Explained(label, _("That is a good reason to speak with them.")) if value == Stance.AGAINST else label,
            )
            for value, label in Stance.choices
        ],
        missing=_("Choose what they think of it."),
    )
    needs = long_text(_("What do they need from you?"), most=1000, rows=3)


class ApproachForm(OfPartners):
    """Who speaks with them."""

    who = forms.ChoiceField(
        label=_("Who of you speaks with them?"),
        choices=[],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who speaks with them.")},
    )


class ContactForm(Form):
    """That one spoke with somebody."""

    on = a_day(_("When did you speak?"), missing=_("Type the day."), hint=_("For example 27 3 2026."))
    text = long_text(_("What came of it?"), most=1000, rows=3, missing=_("Type what came of it."))


class FileForm(Form):
    """A file for the two partners."""

    title = short_text(_("What is it?"), most=200, missing=_("Type what it is."))
    kind = one_of(_("Which kind is it?"), PairFile.Kind.choices, missing=_("Choose which kind it is."))
    result = forms.ModelChoiceField(
        label=_("Is it evidence for a result?"),
        queryset=ResultClaim.objects.none(),
        required=False,
        empty_label=_("No, it is for the two of us"),
        widget=forms.Select,
        error_messages={"invalid_choice": _("This result cannot be chosen here. Choose another one.")},
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, PNG or JPEG, text, CSV, docx, xlsx or odt, up to 10 MB. Where a picture was taken and who wrote a"
            " document is removed. Names in comments and in tracked changes stay."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.txt,.csv,.docx,.xlsx,.odt"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose it again."),
            "invalid": _("The file did not arrive. Choose it again."),
            "missing": _("The file did not arrive. Choose it again."),
        },
    )

    def __init__(self, *args: Any, results: QuerySet[ResultClaim] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if results is not None:
            chosen = self.fields["result"]
            assert isinstance(chosen, forms.ModelChoiceField)
            chosen.queryset = results
