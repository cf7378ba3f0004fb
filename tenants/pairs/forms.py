"""What partners type about their pair."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import Explained, Form
from tenants.members.models import KINDS_OF_SIDE, Site
from tenants.members.queries import sites_in_use

KINDS = [(kind.value, Explained(kind.label, side.label)) for side, kinds in KINDS_OF_SIDE.items() for kind in kinds]


class InviteForm(Form):
    """Who the partner is, and how to reach them."""

    name = forms.CharField(
        label=_("Your partner's name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type your partner's name.")},
    )
    email = forms.EmailField(
        label=_("Your partner's e-mail address"),
        help_text=_("A private address is better than one at work."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Type your partner's e-mail address, or tick that they have none."),
            "invalid": _("Type an address like sam@example.org."),
        },
    )
    by_letter = forms.BooleanField(
        label=_("They have no e-mail address: I give them a letter"),
        help_text=_("You print the letter afterwards. It has a code with which they come in."),
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language of the e-mail or letter"),
        choices=[(code, name) for code, name in settings.LANGUAGES],
        error_messages={"required": _("Choose the language of the e-mail or letter.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = not self.data.get("by_letter")


class FoundForm(InviteForm):
    """A new pair: what it is called, who I am in it, and whom I invite."""

    title = forms.CharField(
        label=_("What do you call your pair?"),
        help_text=_("A few words about what you want to change. You can change them later."),
        max_length=200,
        error_messages={"required": _("Type what you call your pair.")},
    )
    kind = forms.ChoiceField(
        label=_("What are you in this pair?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you are in this pair.")},
    )
    field_order = ["title", "kind", "name", "email", "by_letter", "language"]


class LeaveForm(Form):
    """Why somebody leaves, for themselves, and whether their own things are hidden first."""

    reason = forms.CharField(
        label=_("Your reason"),
        help_text=_("You need none. If you write one, only you can read it: it is in your download."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    hide = forms.BooleanField(
        label=_("Hide my things from my partner first"),
        help_text=_("For when you leave because something did you harm. You cannot come back without an invitation."),
        required=False,
    )


class RenameForm(Form):
    """Another title, and where the pair works."""

    title = forms.CharField(
        label=_("What do you call your pair?"),
        max_length=200,
        error_messages={"required": _("Type what you call your pair.")},
    )
    site = forms.ModelChoiceField(
        label=_("Where do you work together?"),
        help_text=_("Only the two of you see it, until you show your pair."),
        queryset=Site.objects.none(),
        required=False,
        empty_label=_("Not said"),
        error_messages={"invalid_choice": _("Choose a place from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = sites_in_use()
