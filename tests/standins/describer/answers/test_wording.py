"""Facts in words."""

from bot.standins.describer.answers.wording import codes, exif, shape
from bot.standins.describer.findings import Code, Exif
from bot.standins.describer.worker.measurements import measure_picture
from tests.standins.describer import scenes

SIZES = ((300, 100), (200, 150), (100, 100), (150, 200), (100, 300))


def test_exif_that_pretends_is_made_harmless() -> None:
    text = exif(Exif(camera="@everyone **X**", taken="2025-99-99T00:00"))

    assert "@everyone" not in text
    assert "**" not in text


def test_link_in_a_code_is_named_and_not_made_clickable() -> None:
    text = codes([Code(format="QR Code", text="https://example.org/`x`")])

    assert "a QR code in it that leads to `https://example.org/'x'`" in text
    assert "not opened" in text


def test_shape_is_named_by_its_sides() -> None:
    shapes = [shape(measure_picture(scenes.png(scenes.blank(size=size)))) for size in SIZES]

    assert shapes == [
        *("much wider than high", "wider than high", "square"),
        *("higher than wide", "much higher than wide"),
    ]
