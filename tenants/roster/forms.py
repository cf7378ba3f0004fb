"""A roster file, and one row of it."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from rollout.kernel.forms import Form
from tenants.roster.parsing import MAX_FILE_BYTES


class UploadForm(Form):
    """The roster as a file. Its size is looked at before it is read."""

    roster = forms.FileField(
        label=_("Roster file"),
        help_text=_("A CSV or Excel (.xlsx) file with one row for each person, up to 5 MB and 10,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={
            "required": _("Choose a roster file."),
            "empty": _("The file is empty. Choose the file again, or start from the template."),
            "invalid": _("The file did not arrive. Choose it again."),
            "missing": _("The file did not arrive. Choose it again."),
            "max_length": _("The name of the file is too long. Give it a shorter one."),
        },
        max_length=200,
    )

    def clean_roster(self) -> UploadedFile[bytes]:
        """Refuse what is too large to be a roster."""
        uploaded: UploadedFile[bytes] = self.cleaned_data["roster"]
        if (uploaded.size or 0) > MAX_FILE_BYTES:
            raise ValidationError(_("The file is larger than 5 MB. Split the roster into several files."), "too_large")
        return uploaded
