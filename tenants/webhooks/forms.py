"""What somebody types about a webhook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import Form
from rollout.kernel.outbound import LONGEST_ADDRESS
from tenants.webhooks.queries import topics_here


class WebhookForm(Form):
    """Where to, and about what."""

    name = forms.CharField(
        label=_("What is the webhook for?"),
        help_text=_("For example: our team's chat. You will know it by this name."),
        max_length=100,
        error_messages={"required": _("Write what the webhook is for.")},
    )
    url = forms.CharField(
        label=_("Address"),
        help_text=_("An HTTPS address of a program of yours, such as https://example.org/news."),
        max_length=LONGEST_ADDRESS,
        error_messages={"required": _("Write the address.")},
    )
    topics = forms.MultipleChoiceField(
        label=_("What should it hear of?"),
        help_text=_("It hears that something happened and when, never what was written."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one topic."),
            "invalid_choice": _("Choose topics from the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = [(topic.value, topic.label) for topic in topics_here()]  # type: ignore[attr-defined]
