"""Pictures scaled to the size that is billed."""

import pytest
from PIL import Image

from tests.images.decoders.prepared import FORMATS, only, run, shown
from tests.pictures import (
    UPRIGHT,
    corners,
    photo,
    quadrants,
    write,
)


@pytest.mark.parametrize("kind", FORMATS)
def test_large_picture_of_every_format_is_scaled_as_billed(kind: str) -> None:
    frame = only(run(write(quadrants(1600, 1200), kind)))

    assert (frame.width, frame.height) == (1024, 768)
    assert corners(shown(frame)) == UPRIGHT


def test_large_turned_photo_is_scaled_by_its_upright_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    frame = only(run(write(photo(4000, 1000), "JPEG", exif=exif)))

    assert (frame.width, frame.height) == (512, 2048)


def test_huge_panorama_stays_a_strip_of_at_least_one_pixel() -> None:
    frame = only(run(write(photo(20_000, 200), "JPEG")))

    assert 0 < frame.width <= 2048
    assert 0 < frame.height < 200
    shown(frame)


def test_line_of_one_pixel_in_height_survives_scaling() -> None:
    frame = only(run(write(Image.new("RGB", (30_000, 1), (220, 20, 20)), "PNG")))

    assert frame.height == 1
