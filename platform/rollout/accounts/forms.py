"""The few things that signing in asks for."""

from __future__ import annotations

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.addresses import normal_address
from rollout.kernel.forms import Form, OwnMessages


class AddressField(forms.EmailField):
    """An e-mail address in its one spelling."""

    def to_python(self, value: str | None) -> str:
        return normal_address(str(super().to_python(value) or ""))


class SignInForm(OwnMessages, RequestLoginCodeForm):
    """Whose code shall be sent."""

    email = AddressField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={
            "required": _("Type your e-mail address."),
            "invalid": _("Type an e-mail address like name@example.org."),
            "max_length": _("This address is too long."),
        },
    )


def own_device_field() -> forms.BooleanField:
    """Whether to stay signed in for longer."""
    return forms.BooleanField(
        label=_("This is my own device"),
        required=False,
        help_text=_(
            "You stay signed in for 30 days instead of 12 hours. Leave it empty on a computer that others use."
        ),
    )


class CodeForm(OwnMessages, ConfirmLoginCodeForm):
    """The code from the e-mail, and whose device this is."""

    messages = {"code": {"required": _("Type the code from the e-mail.")}}

    own_device = own_device_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.help_text = _("Eight letters. Small or capital letters are the same.")
        code.widget.attrs.update(
            {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
        )
        code.widget.attrs["class"] = "nhsuk-input--width-10"


class AcceptForm(Form):
    """The privacy notice and the terms, accepted each for itself."""

    privacy = forms.BooleanField(
        label=_("I have read the privacy notice"),
        error_messages={"required": _("Tick that you have read the privacy notice.")},
    )
    terms = forms.BooleanField(
        label=_("I accept the terms of use"),
        error_messages={"required": _("Tick that you accept the terms of use.")},
    )
