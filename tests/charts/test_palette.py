"""Colours and patterns that anybody can tell apart."""

import pytest

from bot.charts.palette import GROUND, HEAT, OTHERS_PAINT, QUIET, SERIES, TEXT


def luminance(colour: str) -> float:
    """By WCAG 2."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("paint", [*SERIES, OTHERS_PAINT], ids=lambda paint: paint.colour)
def test_every_colour_stands_out_from_the_ground(paint: object) -> None:
    assert contrast(paint.colour, GROUND) >= 4.5  # type: ignore[attr-defined]


@pytest.mark.parametrize("colour", [TEXT, QUIET])
def test_text_is_easily_read(colour: str) -> None:
    assert contrast(colour, GROUND) >= 7


def test_every_series_has_a_pattern_that_no_other_has() -> None:
    assert len({paint.pattern for paint in SERIES}) == len(SERIES)


def test_busier_hours_are_lighter_so_that_no_colour_is_needed() -> None:
    lightness = [luminance(colour) for colour in HEAT]

    assert lightness == sorted(lightness)
