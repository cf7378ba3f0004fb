import itertools
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.utils import translation
from django.utils.safestring import SafeString

from rollout.kernel import charts
from rollout.kernel.styleguide import figures

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>\"&'</script>"


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def bars(*values: float | None) -> SafeString:
    return charts.horizontal_bar(
        [charts.Bar(f"Bar {index}", value) for index, value in enumerate(values)], title="Bars", description="Some bars"
    )


HOSTILE_CHARTS: list[Callable[[], SafeString]] = [
    lambda: charts.horizontal_bar([charts.Bar(HOSTILE, 1, HOSTILE)], title=HOSTILE, description=HOSTILE, unit=HOSTILE),
    lambda: charts.stacked_bar([charts.StackedRow(HOSTILE, (1,))], [HOSTILE], title=HOSTILE, description=HOSTILE),
    lambda: charts.run_chart([charts.Line(HOSTILE, (1, 2))], [HOSTILE, "b"], title=HOSTILE, description=HOSTILE),
    lambda: charts.journey_strip(
        [charts.Step(HOSTILE, charts.StepState.NOW, HOSTILE)], title=HOSTILE, description=HOSTILE
    ),
]


@pytest.mark.parametrize("draw", HOSTILE_CHARTS)
def test_what_people_typed_is_escaped_in_every_chart(draw: Callable[[], SafeString]) -> None:
    svg = draw()

    ElementTree.fromstring(svg)
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.caption)
def test_every_chart_names_itself_needs_no_style_sheet_and_stays_small(figure: charts.Figure) -> None:
    root = ElementTree.fromstring(figure.svg)

    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.attrib["role"] == "img"
    assert root.attrib["font-family"].startswith("Source Sans 3")
    assert root.attrib["viewBox"].split()[2] == str(charts.WIDTH)
    assert not any("style" in element.attrib or "class" in element.attrib for element in root.iter())
    assert len(figure.svg) < 4096


def test_a_number_that_is_not_shown_does_not_look_like_zero() -> None:
    assert "Not shown" in texts(bars(3, None))
    assert "Not shown" not in texts(bars(3, 0))
    assert "0" in texts(bars(3, 0))


def test_bars_are_in_proportion() -> None:
    widths = [float(width) for width in re.findall(r'<rect x="0" y="\d+" width="([\d.]+)"', bars(10, 5))]

    assert widths == [320.0, 160.0]


def test_a_long_unit_takes_its_room_from_the_bar() -> None:
    svg = charts.horizontal_bar([charts.Bar("A", 14)], title="T", description="D", unit="conversations with families")
    found = re.search(r'width="([\d.]+)" height="22"', svg)

    assert found is not None
    assert float(found[1]) + 8 * len("14 conversations with families") <= charts.WIDTH


def test_charts_of_nothing_are_still_charts() -> None:
    for svg in (bars(), bars(None), charts.run_chart([], [], title="None", description="None")):
        root = ElementTree.fromstring(svg)
        assert root.tag.endswith("svg")
        assert [part.text for part in root[:2]] in (["Bars", "Some bars"], ["None", "None"])


def test_each_line_has_its_own_dashes_and_says_its_name_at_its_end() -> None:
    svg = charts.run_chart(
        [charts.Line("One", (1, 2)), charts.Line("Two", (1, 2)), charts.Line("Three", (1, 2))],
        ["a", "b"],
        title="Lines",
        description="Three lines",
    )
    strokes = re.findall(r'stroke-width="2.5"( stroke-dasharray="[^"]+")?/>', svg)
    ends = [text for text in texts(svg) if text in {"One 2", "Two 2", "Three 2"}]
    heights = [float(y) for y in re.findall(r'<text x="299" y="([\d.]+)"', svg)]

    assert len(set(strokes)) == 3
    assert sorted(ends) == ["One 2", "Three 2", "Two 2"]
    assert min(abs(one - other) for one, other in itertools.pairwise(heights)) >= 15


def test_a_long_name_is_cut_at_the_end_of_its_line_and_its_value_is_not() -> None:
    line = charts.Line("Dr Kwame Asante-Boyle", (4.8, 5.2))
    drawn = texts(charts.run_chart([line], ["a", "b"], title="Trust", description="It grew."))
    assert drawn[-2:] == ["Dr Kwame…", "5.2"]


def test_a_missing_value_breaks_the_line_instead_of_bridging_it() -> None:
    svg = charts.run_chart(
        [charts.Line("One", (1, 2, None, 3, 4))], ["a", "b", "c", "d", "e"], title="Gap", description="A gap"
    )

    assert svg.count('stroke-width="2.5"') == 2
    assert svg.count("<circle") == 4


def test_segments_are_tied_to_the_legend_by_letters() -> None:
    svg = charts.stacked_bar([charts.StackedRow("Row", (4, 6))], ["First", "Second"], title="S", description="S")

    assert texts(svg) == ["A", "First", "B", "Second", "Row", "A 4", "B 6", "10"]


def test_rows_that_do_not_fit_their_series_are_refused() -> None:
    with pytest.raises(ValueError, match="a value for each"):
        charts.stacked_bar([charts.StackedRow("Row", (1,))], ["First", "Second"], title="S", description="S")
    with pytest.raises(ValueError, match="each moment"):
        charts.run_chart([charts.Line("One", (1,))], ["a", "b"], title="L", description="L")


def test_a_step_says_its_state_in_words() -> None:
    svg = charts.journey_strip(
        [
            charts.Step("First", charts.StepState.DONE, "1 March"),
            charts.Step("Second", charts.StepState.NOW),
            charts.Step("Third", charts.StepState.AHEAD),
        ],
        title="Steps",
        description="Three steps",
    )

    assert texts(svg) == ["First", "Done", "1 March", "Second", "Now", "Third", "Not yet"]


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    with translation.override("fr"):
        assert "2,5" in texts(bars(2.5))
    with translation.override("en"):
        assert "2.5" in texts(bars(2.5))
