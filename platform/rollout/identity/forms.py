"""What proving oneself asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.accounts.forms import AddressField, own_device_field
from rollout.kernel.forms import Form

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class AppForm(Form):
    """The first code of a new authenticator app."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=20,
        help_text=_("Six digits. The app shows a new code every half minute."),
        error_messages={"required": _("Type the code that the app shows."), "max_length": _("Type six digits.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "nhsuk-input--width-10"}
        ),
    )


class StepForm(Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("The code from your authenticator app, or one of your recovery codes."),
        error_messages={"required": _("Type a code."), "max_length": _("This is too long for a code.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "class": "nhsuk-input--width-20"}
        ),
    )


class MailedCodeForm(Form):
    """The code from an e-mail."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Eight letters. Small or capital letters are the same."),
        error_messages={
            "required": _("Type the code from the e-mail."),
            "max_length": _("This is too long for a code."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "class": "nhsuk-input--width-10"}
        ),
    )


class SheetCodeForm(Form):
    """The next code of one's sheet."""

    code = forms.CharField(
        label=_("The next code on your sheet"),
        max_length=40,
        help_text=_("Twelve letters and digits. Lines between them do not matter."),
        error_messages={
            "required": _("Type the next code on your sheet."),
            "max_length": _("This is too long for a code."),
        },
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "characters",
                "class": "nhsuk-input--width-20",
            }
        ),
    )


class SheetSignInForm(SheetCodeForm):
    """The next code of one's sheet, and whose device this is."""

    own_device = own_device_field()


class PasskeyForm(Form):
    """A passkey's name, and what the browser says about it."""

    name = forms.CharField(
        label=_("A name for this passkey"),
        max_length=60,
        help_text=_("So that you recognise it, for example “My phone”."),
        error_messages={"required": _("Give the passkey a name."), "max_length": _("Use 60 letters at most.")},
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("The browser did not make a passkey. Please try again."),
            "invalid": _("The browser did not make a passkey. Please try again."),
        },
    )


class UsePasskeyForm(Form):
    """What the browser says about a passkey that was used."""

    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("The passkey did not work. Please try again."),
            "invalid": _("The passkey did not work. Please try again."),
        },
    )


class RenameForm(Form):
    """Another name for a passkey."""

    name = forms.CharField(
        label=_("A name for this passkey"),
        max_length=60,
        error_messages={"required": _("Give the passkey a name."), "max_length": _("Use 60 letters at most.")},
    )


def _address(label: _StrPromise, empty: _StrPromise) -> AddressField:
    return AddressField(
        label=label,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={
            "required": empty,
            "invalid": _("Type an e-mail address like name@example.org."),
            "max_length": _("This address is too long."),
        },
    )


class AddressForm(Form):
    """A new address of one's own."""

    address = _address(_("New e-mail address"), _("Type your new e-mail address."))


class LostAddressForm(Form):
    """The address that somebody lost, or the number of who had none; and the address that they have now."""

    old = forms.CharField(
        label=_("The address of the account, or its number"),
        max_length=254,
        help_text=_("The number stands on the sheet of somebody who signs in without an e-mail address."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={
            "required": _("Type the address of the account, or its number."),
            "max_length": _("This address is too long."),
        },
    )
    new = _address(_("The new address"), _("Type the new address."))


class LostFactorsForm(Form):
    """The address of somebody who lost their second factors."""

    address = _address(_("The address of the account"), _("Type the address of the account."))
