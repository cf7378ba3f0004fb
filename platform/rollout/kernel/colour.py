"""Colours that people can read: contrast as WCAG 2.2 defines it."""

import re

INK = "#1f2a30"
PAPER = "#ffffff"
PAGE_BACKGROUND = "#f4f5f2"
MINIMUM_TEXT_CONTRAST = 4.5

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(value: str) -> bool:
    """Whether the text is a colour written as # and six hexadecimal digits."""
    return _HEX.fullmatch(value) is not None


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_text_on(background: str) -> str:
    """White or ink, whichever is easier to read on this background."""
    return max((PAPER, INK), key=lambda text: contrast(text, background))


def works_as_brand(colour: str) -> bool:
    """Whether an organisation may use the colour: links in it stay readable on the page and on cards."""
    return is_colour(colour) and all(
        contrast(colour, behind) >= MINIMUM_TEXT_CONTRAST for behind in (PAPER, PAGE_BACKGROUND)
    )


def _luminance(colour: str) -> float:
    """Relative luminance by the formula of WCAG 2.2 (sRGB)."""
    if not is_colour(colour):
        raise ValueError(f"not a colour of the form #rrggbb: {colour!r}")
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
