"""What people type to find a partner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rollout.kernel.addresses import normal_address
from rollout.kernel.forms import Explained, Form
from tenants.finder import queries
from tenants.finder.models import Time
from tenants.finder.policy import Act
from tenants.members.models import KINDS_OF_SIDE, Site
from tenants.workplan.models import Theme

KINDS = [(kind.value, Explained(kind.label, side.label)) for side, kinds in KINDS_OF_SIDE.items() for kind in kinds]
YES, NO = "yes", "no"


def _words(label: Any, missing: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": missing},
    )


def _some_of(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple)


def _site(label: Any, empty: Any) -> forms.ModelChoiceField[Site]:
    return forms.ModelChoiceField(
        label=label,
        queryset=Site.objects.none(),
        required=False,
        empty_label=empty,
        error_messages={"invalid_choice": _("Choose a place from the list.")},
    )


class _WithSite(Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.sites()


class ProfileForm(_WithSite):
    """What somebody says of themselves while they look for a partner."""

    kind = forms.ChoiceField(
        label=_("What are you?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you are.")},
    )
    brings = _words(
        _("What do you bring?"),
        _("Type what you bring."),
        _("What you have lived through, what you know, what you can do. Leave out your name."),
    )
    looks_for = _words(_("What do you look for?"), _("Type what you look for."))
    themes = _some_of(_("What would you like to change?"), Theme.choices)
    site = _site(_("Where?"), _("Not said"))
    place = forms.CharField(label=_("Where, in your own words"), required=False, max_length=200)
    times = _some_of(_("When could you meet?"), Time.choices)
    time_words = forms.CharField(label=_("When, in your own words"), required=False, max_length=200)
    is_on = forms.BooleanField(
        label=_("Let people who look for a partner read this"),
        help_text=_("You can switch it off at any time. While it is off, you do not see what others say."),
        required=False,
    )


class FilterForm(_WithSite):
    """Which people somebody would like to read about."""

    site = _site(_("Place"), _("Anywhere"))
    time = forms.ChoiceField(label=_("Time"), required=False, choices=[("", _("Any time")), *Time.choices])
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=[("", _("Anything")), *Theme.choices])


class AskForm(Form):
    """Why one would like to meet somebody."""

    motivation = _words(_("Why do you want to work in a pair?"), _("Type why you want to work in a pair."))
    fit = _words(_("Why could it fit between you two?"), _("Type why it could fit."))


class AnswerForm(Form):
    """What to say to somebody who would like to meet."""

    answer = forms.ChoiceField(
        label=_("What do you say?"),
        choices=[
            (Act.ACCEPT.value, Explained(_("Yes, let us meet"), _("You both read each other's name and address."))),
            (Act.NOT_YET.value, Explained(_("Not yet"), _("The other person reads “not yet”. You can still say yes."))),
            (
                Act.DECLINE.value,
                Explained(_("No"), _("Nobody is told. To the other person it looks as if you had not answered.")),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you say.")},
    )


class MeetingForm(Form):
    """When and where two people meet to find out."""

    meeting = forms.CharField(
        label=_("When and where do you meet?"),
        help_text=_("For example: Tuesday at three, in the library café."),
        max_length=300,
        error_messages={"required": _("Type when and where you meet.")},
    )


class ChooseForm(Form):
    """Whether one wants to be a pair."""

    choice = forms.ChoiceField(
        label=_("Do you want to be a pair?"),
        choices=[
            (YES, Explained(_("Yes"), _("When both of you say yes, your pair begins. Until then nobody is told."))),
            (NO, Explained(_("No"), _("The other person reads “not going further”, and no reason."))),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )


class AddressForm(Form):
    """Where the code for signing in goes."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Type your e-mail address."),
            "invalid": _("Type an address like sam@example.org."),
        },
    )

    def clean_email(self) -> str:
        """One spelling for one address, and none that only looks like another."""
        address = normal_address(self.cleaned_data["email"])
        if not address.isascii():
            raise ValidationError(
                _("This address holds letters that look like others or have accents. Type it again."), code="look_alike"
            )
        return address


class NameForm(Form):
    """Who comes in."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type your name.")},
    )
