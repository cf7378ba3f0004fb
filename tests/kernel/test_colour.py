import pytest

from rollout.kernel import colour


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_agrees_with_published_ratios_in_both_directions(one: str, other: str, ratio: float) -> None:
    assert colour.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert colour.contrast(other, one) == pytest.approx(ratio, abs=0.01)


def test_text_on_a_dark_colour_is_white_and_on_a_light_one_is_ink() -> None:
    assert colour.readable_text_on("#24505c") == colour.PAPER
    assert colour.readable_text_on("#ffe04d") == colour.INK


@pytest.mark.parametrize("value", ["", "24505c", "#24505", "#24505c;", "#24505g", "red", "#24505c\n"])
def test_anything_but_six_hexadecimal_digits_is_no_colour(value: str) -> None:
    assert not colour.is_colour(value)
    assert not colour.works_as_brand(value)
    with pytest.raises(ValueError, match="not a colour"):
        colour.contrast(value, "#ffffff")


def test_a_brand_colour_must_be_readable_as_a_link() -> None:
    assert colour.works_as_brand("#24505C")
    assert not colour.works_as_brand("#ffb81c")


def test_a_colour_that_fails_only_on_the_page_background_is_refused() -> None:
    grey = "#767676"

    assert colour.contrast(grey, colour.PAPER) >= colour.MINIMUM_TEXT_CONTRAST
    assert not colour.works_as_brand(grey)
