"""What people type about themselves and about those they invite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from rollout.accounts.actions import TOKEN_DAYS
from rollout.accounts.forms import own_device_field
from rollout.accounts.models import ApiToken
from rollout.kernel.addresses import normal_address
from rollout.kernel.forms import Form
from tenants.members.models import KINDS_OF_SIDE, OFFICES, PartnerKind, Role, Side, Site
from tenants.members.queries import sites_in_use


class NameAndAddress(Form):
    """Who somebody is and where the invitation goes."""

    name = forms.CharField(
        label=_("Full name"), max_length=200, error_messages={"required": _("Write the person's name.")}
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The invitation is sent there. The person signs in with this address."),
        error_messages={
            "required": _("Write the person's e-mail address."),
            "invalid": _("Write an e-mail address like name@example.org."),
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


class InviteForm(NameAndAddress):
    """A person to invite into the list of people."""

    roles = forms.MultipleChoiceField(
        label=_("Offices"),
        help_text=_("Leave empty for somebody who will be a partner only."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(role.value, role.label) for role in OFFICES],
        error_messages={"invalid_choice": _("Choose offices from the list.")},
    )
    site: forms.ModelChoiceField[Site] = forms.ModelChoiceField(
        label=_("Place"),
        queryset=None,
        required=False,
        empty_label=_("No place"),
        error_messages={"invalid_choice": _("Choose a place from the list.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the e-mail"),
        required=False,
        choices=[("", _("The organisation's language")), *settings.LANGUAGES],
        error_messages={"invalid_choice": _("Choose a language from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites_in_use()  # type: ignore[attr-defined]


class OfficeForm(Form):
    """An office to give to somebody."""

    role = forms.ChoiceField(
        label=_("Office"),
        error_messages={"required": _("Choose an office."), "invalid_choice": _("Choose an office from the list.")},
    )

    def __init__(self, *args: Any, held: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label) for role in OFFICES if role not in held
        ]


class NameForm(Form):
    """The name that others read."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        help_text=_("Write it as you want others to read it."),
        error_messages={"required": _("Write your name.")},
    )


class AcceptForm(Form):
    """What somebody who was invited by a partner brings to the pair."""

    kind = forms.ChoiceField(
        label=_("What describes you?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what describes you."),
            "invalid_choice": _("Choose what describes you from the list."),
        },
    )

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, PartnerKind(kind).label) for kind in KINDS_OF_SIDE[Side(side)]
        ]


class LetterAcceptForm(AcceptForm):
    """The same, of somebody who comes by letter and is signed in with it."""

    own_device = own_device_field()


class TokenForm(Form):
    """A key for one's own programs: what it is for, what it may do, and for how long."""

    name = forms.CharField(
        label=_("What is the key for?"),
        help_text=_("For example: the spreadsheet of our results. You will know it by this name."),
        max_length=100,
        error_messages={"required": _("Write what the key is for.")},
    )
    scope = forms.ChoiceField(
        label=_("What may the key do?"),
        widget=forms.RadioSelect,
        choices=[
            (ApiToken.Scope.READ, _("Read what you can read")),
            (ApiToken.Scope.WRITE, _("Read, and act in your name")),
        ],
        error_messages={
            "required": _("Choose what the key may do."),
            "invalid_choice": _("Choose what the key may do from the list."),
        },
    )
    hats = forms.MultipleChoiceField(
        label=_("In which of your hats?"),
        help_text=_("A key for an office works only while you hold that office."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one hat."),
            "invalid_choice": _("Choose hats from the list."),
        },
    )
    days = forms.TypedChoiceField(
        label=_("How long does it work?"),
        widget=forms.RadioSelect,
        coerce=int,
        error_messages={
            "required": _("Choose how long the key works."),
            "invalid_choice": _("Choose a number of days from the list."),
        },
    )

    def __init__(self, *args: Any, hats: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hats"].choices = [(hat, Role(hat).label) for hat in hats]  # type: ignore[attr-defined]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, ngettext_lazy("%(count)d day", "%(count)d days", days) % {"count": days}) for days in TOKEN_DAYS
        ]

    @property
    def scopes(self) -> list[str]:
        """Whoever may write may read."""
        return list(dict.fromkeys([ApiToken.Scope.READ.value, self.cleaned_data["scope"]]))
