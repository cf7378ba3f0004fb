"""What is typed to ask for a pack."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import DateField, Form


class PackForm(Form):
    """A period and a language."""

    period_start = DateField(
        label=_("First day"),
        help_text=_("For example 1 1 2026."),
        error_messages={"required": _("Write the first day of the period.")},
    )
    period_end = DateField(
        label=_("Last day"),
        help_text=_("For example 31 3 2026."),
        error_messages={"required": _("Write the last day of the period.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the pack"),
        widget=forms.RadioSelect,
        choices=settings.LANGUAGES,
        error_messages={"required": _("Choose a language."), "invalid_choice": _("Choose a language from the list.")},
    )
