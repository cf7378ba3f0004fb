"""What an operator types about an organisation, and where a visitor wants to go."""

from __future__ import annotations

import re
import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from rollout.kernel.colour import works_as_brand
from rollout.kernel.forms import Form
from rollout.organisations.models import Domain, Organisation, System, colour_validator, slug_validator

RESERVED = {"www", "api", "admin", "mail", "static", "help", "sign-in", "operator", "demo"}


class GoForm(Form):
    """An organisation by its address, or by the first word of it."""

    address = forms.CharField(
        label=_("Your organisation's address"),
        max_length=300,
        help_text=_("It stands in your invitation. The first word is enough."),
        error_messages={"required": _("Type your organisation's address.")},
    )

    def clean_address(self) -> str:
        """The host that is meant."""
        typed = self.cleaned_data["address"].strip().lower()
        name = re.split(r"[/:?#]", re.sub(r"^[a-z]+://", "", typed))[0].rstrip(".")
        if "." not in name:
            name = f"{name}.{settings.BASE_HOST}"
        found = Domain.objects.filter(domain=name).values_list("domain", flat=True).first()
        if found is None:
            raise forms.ValidationError(
                _("We do not know this address. Look at your invitation again."), code="unknown"
            )
        return str(found)


class OrganisationForm(Form):
    """A new organisation, as an operator asks for it."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Give the organisation's name.")}
    )
    slug = forms.CharField(
        label=_("First word of the address"),
        max_length=40,
        validators=[slug_validator],
        help_text=_("Small letters, digits and hyphens. It cannot be changed later."),
        error_messages={"required": _("Give the first word of the address.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Organisation.Kind.choices,
        widget=forms.RadioSelect,
        initial=Organisation.Kind.CARE,
        error_messages={"required": _("Choose the kind of organisation.")},
    )
    identifier_scheme = forms.CharField(
        label=_("Kind of identifier"), max_length=40, required=False, help_text=_("For example ODS, FINESS or SIRET.")
    )
    identifier = forms.CharField(label=_("Identifier"), max_length=40, required=False)
    country = forms.RegexField(
        label=_("Country"),
        regex=r"\A[A-Z]{2}\Z",
        initial="GB",
        help_text=_("Two capital letters, for example GB or FR."),
        error_messages={"required": _("Give the country."), "invalid": _("Give the country as two capital letters.")},
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, error_messages={"required": _("Choose a language.")}
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        initial="Europe/London",
        max_length=64,
        error_messages={"required": _("Give the time zone.")},
    )
    currency = forms.RegexField(
        label=_("Currency"),
        regex=r"\A[A-Z]{3}\Z",
        initial="GBP",
        help_text=_("Three capital letters, for example GBP or EUR."),
        error_messages={
            "required": _("Give the currency."),
            "invalid": _("Give the currency as three capital letters."),
        },
    )
    brand_colour = forms.CharField(
        label=_("Brand colour"),
        initial="#1d5c63",
        validators=[colour_validator],
        help_text=_("For example #1d5c63. Text on it becomes black or white, whichever is readable."),
        error_messages={"required": _("Give the brand colour.")},
    )

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug in RESERVED or Organisation.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("This address is taken. Choose another word."), code="taken")
        return slug

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("We do not know this time zone. An example is Europe/Paris."), code="unknown")
        return zone

    def clean_brand_colour(self) -> str:
        colour = str(self.cleaned_data["brand_colour"])
        if not works_as_brand(colour):
            raise forms.ValidationError(_("Links in this colour are hard to read. Choose a darker one."), code="pale")
        return colour

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if bool(fields.get("identifier")) != bool(fields.get("identifier_scheme")):
            self.add_error("identifier", _("Give both the identifier and its kind, or neither."))
        return fields


class SystemForm(Form):
    """A system of organisations."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Give the system's name.")})
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=System.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of system.")},
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if System.objects.filter(name=name).exists():
            raise forms.ValidationError(_("There is a system of this name already. Choose another name."), code="taken")
        return name


class JoinForm(Form):
    """An organisation that comes into a system."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        empty_label=_("Choose an organisation"),
        error_messages={
            "required": _("Choose an organisation."),
            "invalid_choice": _("This organisation is not in the list. Choose another one."),
        },
    )

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        outside = Organisation.objects.exclude(systems=system).exclude(status=Organisation.Status.CLOSED)
        field.queryset = outside.order_by("name")
