"""The forms with which a pair shows itself. Nothing is ticked beforehand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import DateField, Explained, Form
from tenants.surfacing.actions import REFUSALS

if TYPE_CHECKING:
    from tenants.disclosure.queries import Pick
    from tenants.surfacing.audiences import AudienceChoice
    from tenants.surfacing.queries import Offer

YES, NO = "yes", "no"


class ShowForm(Form):
    """To whom, what, until when."""

    audience = forms.ChoiceField(
        label=_("Who may see it?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who may see it."),
            "invalid_choice": _("This audience can no longer be chosen. Choose another."),
        },
    )
    items = forms.MultipleChoiceField(
        label=_("What else may they see?"),
        help_text=_("Your pair's title and place are always shown. Tick what else you want to show."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": REFUSALS["not_yours_to_show"]},
    )
    until = DateField(
        label=_("The last day on which it is shown"),
        help_text=_("For example 27 3 2027. Leave it empty for no end date."),
        required=False,
    )

    def __init__(self, *args: Any, choices: Sequence[AudienceChoice], offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices = {choice.value: choice for choice in choices}
        self._offers = {offer.value: offer for offer in offers}
        audience, items = self.fields["audience"], self.fields["items"]
        assert isinstance(audience, forms.ChoiceField)
        assert isinstance(items, forms.MultipleChoiceField)
        audience.choices = [
            (value, Explained(choice.label, _("Who reads it: %(readers)s.") % {"readers": choice.readers}))
            for value, choice in self._choices.items()
        ]
        items.choices = [(value, Explained(offer.label, offer.detail)) for value, offer in self._offers.items()]

    @property
    def chosen(self) -> AudienceChoice:
        """The audience that was chosen."""
        return self._choices[self.cleaned_data["audience"]]

    @property
    def picks(self) -> list[Pick]:
        """What was ticked."""
        return [self._offers[value].pick for value in self.cleaned_data["items"]]

    @property
    def valid_to(self) -> dt.datetime | None:
        """The last moment of the last day, where the pair is."""
        day: dt.date | None = self.cleaned_data["until"]
        return timezone.make_aware(dt.datetime.combine(day, dt.time.max)) if day else None


class OpenFromStartForm(Form):
    """Why a pair starts in the open."""

    reason = forms.CharField(
        label=_("Why do you want to start in the open?"),
        help_text=_("In your own words. Your partner reads it before signing."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": REFUSALS["start_reason_needed"],
            "max_length": _("Use no more than 1,000 characters."),
        },
    )


class AskForTimeForm(Form):
    """Which sponsor is asked, and for what."""

    audience = forms.ChoiceField(
        label=_("Which sponsor do you ask?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a sponsor."),
            "invalid_choice": _("This sponsor can no longer be chosen. Choose another."),
        },
    )
    text = forms.CharField(
        label=_("What would help?"),
        help_text=_("For example: somebody who covers one afternoon a week. Name nobody who is not one of you."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": REFUSALS["help_needed"],
            "max_length": _("Use no more than 1,000 characters."),
        },
    )

    def __init__(self, *args: Any, sponsors: Sequence[AudienceChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audience = self.fields["audience"]
        assert isinstance(audience, forms.ChoiceField)
        audience.choices = [
            (str(one.audience_id), Explained(one.label, _("Who reads it: %(readers)s.") % {"readers": one.readers}))
            for one in sponsors
        ]


class SignForm(Form):
    """A key, given freely or not at all."""

    package_hash = forms.CharField(
        max_length=64,
        widget=forms.HiddenInput,
        error_messages={"required": REFUSALS["package_changed"], "max_length": REFUSALS["package_changed"]},
    )
    is_free = forms.ChoiceField(
        label=_("Are you free to say no?"),
        help_text=_("Only you see this question. Your answer is not kept."),
        choices=[
            (YES, Explained(_("Yes, and I sign"), _("Nothing bad would follow for me if I did not sign."))),
            (NO, Explained(_("No"), _("Your signature is not recorded. Nobody is told. Every page stays as it is."))),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no."), "invalid_choice": _("Choose yes or no.")},
    )
    contact = forms.BooleanField(
        label=_("If no: please let the facilitators contact me. They get my name and e-mail address, nothing else."),
        required=False,
    )
    override_reason = forms.CharField(
        label=_("If yes: why do you want to show it without a confirmed result?"),
        help_text=_("No witness has confirmed a result yet. Each of you says in your own words why you go ahead."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": REFUSALS["reason_needed"],
            "max_length": _("Use no more than 1,000 characters."),
        },
    )

    def __init__(self, *args: Any, needs_reason: bool, has_facilitators: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["override_reason"]
        elif self.data.get("is_free") == NO:  # a reason is asked of those who sign, never of those who do not
            self.fields["override_reason"].required = False
        if not has_facilitators:
            del self.fields["contact"]

    @property
    def signs(self) -> bool:
        """Whether the person is free to say no, and signs."""
        return bool(self.cleaned_data["is_free"] == YES)

    @property
    def wants_contact(self) -> bool:
        """Whether the person ticked the box there and then, having said no."""
        return not self.signs and bool(self.cleaned_data.get("contact"))
