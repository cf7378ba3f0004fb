"""The one thing that erasure asks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import Form


class LeaveForm(Form):
    """That somebody means it."""

    sure = forms.BooleanField(
        label=_("I have read what happens, and I want it"),
        error_messages={"required": _("Tick that you have read what happens.")},
    )
