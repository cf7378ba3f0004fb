"""What people type when they look back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import DateField, Form
from tenants.projects.forms import long_text
from tenants.reflections.models import PairReflection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenants.pairs.models import Pair

LONGEST = 20_000


class ReflectionForm(Form):
    """One's own reflection."""

    text = long_text(
        _("What do you want to think about?"),
        most=LONGEST,
        rows=14,
        missing=_("Type what you want to keep."),
        hint=_("Leave out names, dates of birth and numbers of patients. “A man in his fifties” is enough."),
    )
    anyway = forms.BooleanField(label=_("I have looked at it. Save it as it is"), required=False)


class Quote(Form):
    """A passage, and who may read it: `reader` names that field."""

    passage = long_text(
        _("Which passage?"),
        most=4000,
        rows=6,
        missing=_("Copy a passage from your reflection into this box."),
        hint=_("Copy it from the text above, word for word."),
    )
    reader: ClassVar[str]

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.reader].choices = list(choices)  # type: ignore[attr-defined]


def _one_reader() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Who may read it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may read it.")},
    )


class PassageForm(Quote):
    """A passage, and the pair whose partner may read it."""

    reader = "pair"
    pair = _one_reader()


class ShowForm(Quote):
    """A passage, and the facilitator who may read it."""

    reader = "facilitator"
    facilitator = _one_reader()
    signed = forms.CharField(
        label=_("How do you want to sign it?"),
        max_length=100,
        required=False,
        help_text=_("Your name, another word, or nothing: then the facilitator does not learn whose words these are."),
        error_messages={"max_length": _("Sign it with 100 letters or fewer.")},
    )


class PlanForm(Form):
    """The day of the next reflection together."""

    on = DateField(
        label=_("On which day?"),
        help_text=_("For example 27 3 2027. Either of you can move it later."),
        error_messages={"required": _("Type the day.")},
    )


class PartForm(Form):
    """One's own part of a reflection together."""

    text = long_text(
        _("Your part"),
        most=4000,
        rows=10,
        missing=_("Type your part."),
        hint=_("How is it going between us? What went well, what was hard, what do I need?"),
    )


class JointForm(Form):
    """What the pair says together."""

    text = long_text(
        _("What do you say together?"),
        most=8000,
        rows=10,
        missing=_("Type what you say together."),
        hint=_("Short is fine. Both of you sign this text."),
    )


class MissedForm(Form):
    """Why a time to reflect did not happen, and when the next one is."""

    reason = forms.ChoiceField(
        label=_("What came in between?"),
        help_text=_("Nobody counts this, and nobody else reads it."),
        choices=PairReflection.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came in between.")},
    )
    next_on = DateField(
        label=_("Which other day?"),
        help_text=_("For example 27 3 2027."),
        error_messages={"required": _("Type another day.")},
    )


class LearningForm(Form):
    """One row of the learning chart."""

    text = long_text(_("What have you learnt?"), most=1000, rows=3, missing=_("Type what you have learnt."))
    evidence = long_text(
        _("How do you know?"),
        most=2000,
        rows=3,
        missing=_("Type how you know."),
        hint=_("What you saw, heard or measured."),
    )
    changed = long_text(
        _("What changed because of it?"), most=2000, rows=3, hint=_("Leave it empty if nothing has changed yet.")
    )


class ShareForm(Form):
    """One sentence for somebody outside."""

    audience = forms.CharField(
        label=_("Whom do you want to tell?"),
        help_text=_("Name them, for example: the ward managers’ meeting in May."),
        max_length=200,
        error_messages={"required": _("Type whom you want to tell.")},
    )
    sentence = long_text(
        _("What exactly do you tell them?"),
        most=1000,
        rows=4,
        missing=_("Type what you tell them."),
        hint=_("Both of you sign these very words."),
    )


def pairs_to_choose(pairs: Sequence[tuple[Pair, str]]) -> list[tuple[str, str]]:
    """The partners of one's pairs as choices."""
    return [(str(pair.pk), f"{name} ({pair.title})") for pair, name in pairs]
