"""Kinds of pictures that are hard to tell."""

from PIL import ImageFilter

from bot.standins.describer.answers.description import introduce
from bot.standins.describer.worker.measurements import measure_picture
from tests.standins.describer import scenes
from tests.standins.describer.sample_findings import whole, with_lines


def test_soft_picture_is_neither_flat_nor_a_drawing() -> None:
    blurred = scenes.landscape().filter(ImageFilter.GaussianBlur(4)).resize((1000, 750))

    text = whole(with_lines(measure_picture(scenes.jpeg(blurred))))

    assert "flat colours" not in text
    assert "drawing" not in text
    assert "I can't tell" in text


def test_page_with_a_photo_is_neither_a_photo_nor_flat() -> None:
    page = scenes.blank(size=(900, 700))
    page.paste(scenes.landscape(), (40, 40))

    text = introduce(measure_picture(scenes.jpeg(page)))

    assert text.startswith("This picture is 900 × 700 pixels")
