"""Made-up content for the style guide: every component once, so that a change of the look can be looked at."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from rollout.kernel import charts
from rollout.kernel.forms import DateField, Explained, Form


class SampleForm(Form):
    """One field of each kind."""

    name = forms.CharField(
        label=_("What is it called?"),
        help_text=_("A few words that both of you would use."),
        error_messages={"required": _("Type what it is called.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        error_messages={
            "required": _("Type an e-mail address."),
            "invalid": _("Type an address like sam@example.org."),
        },
    )
    text = forms.CharField(label=_("What changed?"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    day = DateField(
        label=_("When did it begin?"),
        help_text=_("For example 27 3 2026."),
        error_messages={"required": _("Type the date when it began.")},
    )
    free = forms.ChoiceField(
        label=_("Are you free to say no?"),
        choices=[
            ("yes", Explained(_("Yes"), _("Nothing bad follows for me if I do not sign."))),
            ("no", Explained(_("No"), _("Your signature is then not recorded. Nobody is told."))),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    items = forms.MultipleChoiceField(
        label=_("What do you want to show?"),
        choices=[("task", _("The shared task")), ("decisions", _("Decisions")), ("results", _("Results"))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing to show.")},
    )
    site = forms.ChoiceField(
        label=_("Site"), choices=[("", "—"), ("n", "Northgate"), ("h", "Hill Street")], required=False
    )
    file = forms.FileField(label=_("File"), required=False)
    own_device = forms.BooleanField(label=_("This is my own device"), required=False)


def content() -> dict[str, Any]:
    """The context of templates/styleguide.html."""
    signed = datetime(2026, 3, 27, 9, 30, tzinfo=UTC)
    return {
        "form": SampleForm({"day_day": "31", "day_month": "2", "day_year": "2026", "email": "sam"}),
        "summary": [
            {"key": "Shared task", "value": "Shorter waits for a first appointment\nat the heart clinic"},
            {"key": "Begun", "value": date(2026, 3, 27), "url": "#main", "action": "Change"},
        ],
        "columns": ["Person", "Site", {"label": "Meetings", "number": True}, "State"],
        "rows": [
            [{"text": "Amara Osei", "url": "#main"}, "Northgate", 12, {"tag": "Signed", "colour": "green"}],
            [{"text": "Tomasz Lewandowski-Featherstone", "url": "#main"}, "Hill Street", 3, {"tag": "Invited"}],
        ],
        "keys": [
            {"name": "Amara Osei", "side": "Patient partner", "signed_at": signed, "is_you": True},
            {"name": "Dr Rhys Bevan", "side": "Professional partner", "signed_at": None},
        ],
        "todo": [
            {
                "title": "Sign the decision “Evening clinics”",
                "url": "#main",
                "detail": "Rhys has signed. It waits for you.",
                "tag": "Waiting for you",
                "tag_colour": "yellow",
            },
            {"title": "Write down your first result", "url": "#main", "detail": "Due on 3 April 2026"},
        ],
        "crumbs": [{"label": "Home", "url": "#main"}, {"label": "Decisions", "url": "#main"}],
        "page": Paginator(range(95), 10).page(4),
        "figures": figures(),
    }


def figures() -> list[charts.Figure]:
    """One figure for each kind of chart."""
    weeks = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
    waits = (31, 30, 26, None, 21, 18)
    again = (14, 15, 12, 11, 9, 9)
    sites = (charts.Bar("Northgate", 14), charts.Bar("Hill Street community hospital", 9), charts.Bar("Quay", None))
    states = (charts.StackedRow("Northgate", (6, 5, 3)), charts.StackedRow("Hill Street", (2, 1, 6)))
    steps = (
        charts.Step("Partners have found each other", charts.StepState.DONE, "14 January 2026"),
        charts.Step("Both have signed a shared task", charts.StepState.DONE, "2 February 2026"),
        charts.Step("Working together, with a first decision", charts.StepState.NOW, "Missing: a second decision"),
        charts.Step("Results that others confirm", charts.StepState.AHEAD),
    )
    return [
        charts.Figure(
            svg=charts.run_chart(
                (charts.Line("First visit", waits), charts.Line("Follow-up", again)),
                weeks,
                title="Days people wait, January to June",
                description="Waiting for a first visit fell from 31 to 18 days, for a follow-up from 14 to 9.",
                unit="days",
                level=("Target", 20),
            ),
            finding="People wait 13 days less for a first visit than in January.",
            caption="Days people wait",
            columns=("Month", {"label": "First visit", "number": True}, {"label": "Follow-up", "number": True}),
            rows=tuple(
                (week, "—" if first is None else first, more)
                for week, first, more in zip(weeks, waits, again, strict=True)
            ),
            source="Source: clinic list, read on 1 July 2026",
        ),
        charts.Figure(
            svg=charts.horizontal_bar(
                sites,
                title="Meetings by site",
                description="Northgate 14, Hill Street 9, Quay is not shown.",
                unit="meetings",
            ),
            finding="Most meetings took place at Northgate.",
            caption="Meetings by site",
            columns=("Site", {"label": "Meetings", "number": True}),
            rows=tuple((bar.label, "Not shown" if bar.value is None else bar.value) for bar in sites),
        ),
        charts.Figure(
            svg=charts.stacked_bar(
                states,
                ("Agreed", "Waiting for a signature", "Drafts"),
                title="Decisions by site and state",
                description="Northgate: 6 agreed, 5 waiting, 3 drafts. Hill Street: 2 agreed, 1 waiting, 6 drafts.",
            ),
            finding="Northgate has agreed on three times as many decisions as Hill Street.",
            caption="Decisions by site and state",
            columns=("Site", *({"label": label, "number": True} for label in ("Agreed", "Waiting", "Drafts"))),
            rows=tuple((row.label, *row.values) for row in states),
        ),
        charts.Figure(
            svg=charts.journey_strip(
                steps, title="Where we are", description="Two steps are done, the third is under way, one is ahead."
            ),
            finding="Two of four steps are done.",
            caption="Steps",
            columns=("Step", "State", "Note"),
            rows=tuple((step.label, step.state.value, step.note) for step in steps),
        ),
    ]
