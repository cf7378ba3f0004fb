import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string

from rollout.kernel.forms import DateField, Form, Mistake, OwnMessages, mistakes
from rollout.kernel.styleguide import SampleForm, content

COMPLETE: dict[str, Any] = {
    "name": "Evening clinics",
    "email": "sam@example.org",
    "day_day": "27",
    "day_month": "3",
    "day_year": "2026",
    "free": "yes",
    "items": ["task"],
}


class Birthday(Form):
    day = DateField(label="Day", error_messages={"required": "Type the day."})


def date_error(day: str, month: str, year: str) -> list[str]:
    form = Birthday({"day_day": day, "day_month": month, "day_year": year})
    return [mistake.text for mistake in mistakes([form])]


def test_a_complete_form_is_accepted() -> None:
    form = SampleForm(COMPLETE)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == date(2026, 3, 27)


def test_a_required_field_without_words_of_its_own_cannot_be_built() -> None:
    class Silent(Form):
        name = forms.CharField()
        note = forms.CharField(required=False)

    with pytest.raises(ImproperlyConfigured, match=r"Silent.*: no error message of its own for name$"):
        Silent()


def test_a_form_of_a_library_gets_words_through_messages() -> None:
    class Theirs(forms.Form):
        code = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Code"}))

    class Ours(OwnMessages, Theirs):
        messages = {"code": {"required": "Type the code."}}

    assert Ours({}).errors["code"] == ["Type the code."]
    assert "placeholder" not in str(Ours())
    assert Theirs({}).errors["code"] != ["Type the code."]


def test_no_answer_of_an_empty_form_is_a_stock_sentence() -> None:
    assert "This field is required" not in str(SampleForm({}).errors)
    assert set(SampleForm({}).errors) == {"name", "email", "day", "free", "items"}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("", "", ""), "Type the day."),
        (("", "3", "2026"), "The date must have a day."),
        (("27", "", "2026"), "The date must have a month."),
        (("27", "3", ""), "The date must have a year of four digits."),
        (("27", "3", "26"), "The date must have a year of four digits."),
        (("31", "2", "2026"), "The date must be a real day, for example 27 3 2026."),
        (("x", "2", "2026"), "The date must be a real day, for example 27 3 2026."),
        (("1", "1", "0000"), "The date must be a real day, for example 27 3 2026."),
    ],
)
def test_a_wrong_date_says_which_part_is_wrong(parts: tuple[str, str, str], message: str) -> None:
    assert date_error(*parts) == [message]


def test_a_date_shows_what_was_typed_and_what_was_saved() -> None:
    again = str(Birthday({"day_day": "31", "day_month": "2", "day_year": "2026"}))
    saved = str(Birthday(initial={"day": date(2026, 3, 27)}))

    assert re.findall(r'value="(\d+)"', again) == ["31", "2", "2026"]
    assert re.findall(r'value="(\d+)"', saved) == ["27", "3", "2026"]


def test_hints_and_errors_are_tied_to_their_field() -> None:
    html = str(SampleForm({}))

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert html.count("<fieldset") == 3
    assert 'aria-describedby="id_day_helptext id_day_error"' in html
    assert 'aria-describedby="id_free_0_hint"' in html


def test_every_control_has_a_label_and_every_reference_a_target() -> None:
    html = str(SampleForm({}))
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', html))
    controls = set(re.findall(r'<(?:input|select|textarea)[^>]*?\bid="([^"]+)"', html))

    assert controls == labelled
    assert {each for refs in re.findall(r'aria-describedby="([^"]+)"', html) for each in refs.split()} <= ids
    assert len(ids) == len(re.findall(r'\bid="', html))


def test_the_summary_lists_every_mistake_in_order_and_leads_to_a_control() -> None:
    form = SampleForm({})

    assert mistakes([form]) == [
        Mistake("Type what it is called.", "id_name"),
        Mistake("Type an e-mail address.", "id_email"),
        Mistake("Type the date when it began.", "id_day_0"),
        Mistake("Choose yes or no.", "id_free_0"),
        Mistake("Choose at least one thing to show.", "id_items_0"),
    ]
    assert all(f'id="{mistake.target}"' in str(form) for mistake in mistakes([form]))


def test_a_mistake_of_the_whole_form_is_in_the_summary_without_a_link() -> None:
    form = Birthday({"day_day": "27", "day_month": "3", "day_year": "2026"})
    form.add_error(None, "Somebody was faster.")
    html = render_to_string("components/error_summary.html", {"form": form})

    assert "<li>Somebody was faster.</li>" in html
    assert "Somebody was faster." not in str(form)


def test_there_is_no_summary_without_a_mistake() -> None:
    for form in (None, SampleForm(), SampleForm(COMPLETE)):
        assert render_to_string("components/error_summary.html", {"form": form}).strip() == ""


def test_what_may_stay_empty_says_so_and_a_tick_box_does_not() -> None:
    html = str(SampleForm())

    assert html.count("(optional)") == 3
    assert SampleForm()["own_device"].marked_optional is False  # type: ignore[attr-defined]


def test_what_people_typed_comes_back_escaped() -> None:
    html = str(SampleForm({"name": '"><script>'}))

    assert "<script>" not in html
    assert "&quot;&gt;&lt;script&gt;" in html


def test_the_style_guide_renders_every_component_without_inline_style_or_script() -> None:
    html = render_to_string("styleguide.html", content())

    assert "<title>Error: Style guide – Collaborative Pairs</title>" in html
    assert html.index("There is a problem") < html.index("<h1>")
    assert not re.search(r'\sstyle="|<style|\son\w+="|<script(?![^>]*\bsrc=)', html)
    assert not re.search(r'(?:src|href)="https?:', html)
