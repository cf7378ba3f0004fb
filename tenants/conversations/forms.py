"""Writing to one's partner, and choosing what comes by e-mail."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import Form
from tenants.conversations.models import NewsChoice


class MessageForm(Form):
    """A few words."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Type your message.")},
    )


class NewsForm(Form):
    """Whether and when."""

    how = forms.ChoiceField(
        label=_("When do you want an e-mail?"),
        choices=NewsChoice.How,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose when you want an e-mail.")},
    )
    reflect_weeks = forms.TypedChoiceField(
        label=_("Do you want a reminder to write for yourself?"),
        help_text=_("It stands on your home page, and comes by e-mail as you choose above. Nobody else learns of it."),
        choices=NewsChoice.Every,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often you want a reminder.")},
    )
