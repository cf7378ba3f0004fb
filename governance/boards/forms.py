"""What is typed about boards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.boards.models import BoardMembership
from governance.boards.queries import can_sit_at_all
from rollout.kernel.forms import Form
from tenants.members.models import Role
from tenants.members.queries import holders_of

if TYPE_CHECKING:
    from tenants.members.models import Member


class BoardForm(Form):
    """A new board."""

    name = forms.CharField(
        label=_("Name of the board"),
        help_text=_("For example: Board of directors, or Quality committee."),
        max_length=200,
        error_messages={"required": _("Write the name of the board.")},
    )


class SeatForm(Form):
    """Somebody to sit on a board, and as what."""

    member: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("Person"),
        help_text=_("People stand here once they hold the office Board member or Board secretary."),
        queryset=None,
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose a person."), "invalid_choice": _("Choose a person from the list.")},
    )
    kind = forms.ChoiceField(
        label=_("Place on the board"),
        widget=forms.RadioSelect,
        choices=BoardMembership.Kind.choices,
        error_messages={"required": _("Choose a place."), "invalid_choice": _("Choose a place from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = can_sit_at_all()  # type: ignore[attr-defined]


class SponsorForm(Form):
    """The executive sponsor of a board."""

    sponsor: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("Executive sponsor"),
        help_text=_("Sponsors stand here. The executive sponsor reads everything that pairs show to this board."),
        queryset=None,
        required=False,
        empty_label=_("Nobody"),
        error_messages={"invalid_choice": _("Choose a sponsor from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sponsor"].queryset = holders_of(Role.SPONSOR)  # type: ignore[attr-defined]
