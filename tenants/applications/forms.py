"""What partners type to apply together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import Form
from tenants.applications import queries
from tenants.applications.models import Application
from tenants.projects.forms import long_text

HERE = Application.Host.ORGANISATION.value


class OwnForm(Form):
    """What somebody writes alone."""

    text = long_text(_("In your own words"), most=4000, rows=8, missing=_("Type what you want to say."))


class JointForm(Form):
    """What two people make of it."""

    text = long_text(_("What do you say together?"), most=4000, rows=8, missing=_("Type what you say together."))


class HostForm(Form):
    """Where two people apply."""

    host = forms.ChoiceField(
        label=_("Where do you apply?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose where you apply: to this organisation, or to a system that it belongs to."),
            "invalid_choice": _("Choose where you apply: to this organisation, or to a system that it belongs to."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["host"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (HERE, queries.organisation_here().name),
            *((str(system.pk), system.name) for system in queries.systems_here()),
        ]
