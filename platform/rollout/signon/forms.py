"""What an operator types about a sign-in service."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import Form
from rollout.signon.actions import Details
from rollout.signon.fetching import checked
from rollout.signon.refusing import Refused

_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


class NamesField(forms.CharField):
    """Names of hosts or domains, with blanks between them."""

    default_error_messages = {"names": _("Write names like example.org, with blanks between them.")}

    def to_python(self, value: Any) -> Any:
        names = sorted(set(str(super().to_python(value) or "").lower().replace(",", " ").split()))
        if not all(_NAME.fullmatch(name) for name in names):
            raise forms.ValidationError(self.error_messages["names"], code="names")
        return names

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


def _text(label: Any, needed: Any = None, *, longest: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=needed is not None,
        help_text=hint,
        error_messages={"required": needed} if needed else {},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ServiceForm(Form):
    """A sign-in service that speaks OpenID Connect."""

    name = _text(
        _("Name"),
        _("Give the name that people know."),
        longest=60,
        hint=_("People read it on the sign-in page, for example “Northmoor account”."),
    )
    issuer = _text(
        _("Address of the issuer"),
        _("Give the address of the issuer."),
        longest=300,
        hint=_("It starts with https. The service's description lies below it."),
    )
    client_id = _text(_("Client id"), _("Give the client id."), longest=200)
    client_secret = _text(
        _("Client secret"), longest=500, hint=_("We keep it sealed and never show it again. Empty means: as it is.")
    )
    domains = NamesField(
        label=_("Domains of e-mail addresses"),
        max_length=1000,
        help_text=_("The service may speak for people with these addresses alone, for example example.org."),
        error_messages={"required": _("Give at least one domain.")},
    )
    hosts = NamesField(
        label=_("Further hosts"),
        max_length=1000,
        required=False,
        help_text=_("Where the service's own description names other hosts than the issuer's."),
    )
    vouches = forms.BooleanField(
        label=_("It asks for a second step itself"),
        required=False,
        help_text=_("Then its word counts as the second step, when it says so for the very sign-in."),
    )
    strong_acr = _text(
        _("What it says then"), longest=200, hint=_("The value of acr. Empty means that amr holds “mfa”.")
    )
    is_on = forms.BooleanField(label=_("People can use it"), required=False, initial=True)

    def __init__(self, *args: Any, has_secret: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_secret = has_secret

    def clean_issuer(self) -> str:
        """An address of HTTPS, without a query."""
        issuer = str(self.cleaned_data["issuer"])
        try:
            checked(issuer, frozenset({urlsplit(issuer).hostname or ""}))
        except (Refused, ValueError):
            raise forms.ValidationError(_("Write an address that starts with https."), code="address") from None
        if "?" in issuer or not urlsplit(issuer).hostname:
            raise forms.ValidationError(_("Write an address that starts with https."), code="address")
        return issuer

    def clean_client_secret(self) -> str:
        """Needed once."""
        secret = str(self.cleaned_data["client_secret"])
        if not secret and not self._has_secret:
            raise forms.ValidationError(_("Give the client secret."), code="required")
        return secret

    @property
    def details(self) -> Details:
        """What was typed."""
        return Details(**self.cleaned_data)
