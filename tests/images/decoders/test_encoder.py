"""Prepared pictures as they are written: as they came, as JPEG, or as PNG."""

import pytest
from PIL import Image

from bot.core.models.tokens import PatchRule
from bot.core.vision.views import Look
from bot.images.decoders.picture import prepare
from bot.images.file_type import Format
from bot.images.protocol import Job, pack_look
from tests.images.decoders.prepared import only, run, shown
from tests.pictures import (
    noisy,
    photo,
    position_exif,
    read,
    screenshot,
    write,
)

PATCHES = pack_look(Look(rule=PatchRule(budget=1536, multiplier=1.0)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_small_upright_file_keeps_its_pixels_bit_for_bit(kind: str) -> None:
    source = write(photo(300, 200), kind, exif=position_exif())

    frame = only(run(source))

    assert read(frame.content).tobytes() == read(source).tobytes()
    assert frame.media_type == f"image/{kind.lower()}"


def test_screenshot_with_an_opaque_alpha_channel_is_unchanged() -> None:
    source = write(screenshot(640, 400).convert("RGBA"), "PNG")

    frame = only(run(source))

    assert read(frame.content).tobytes() == read(source).tobytes()


def test_strip_longer_than_a_jpeg_can_be_is_shrunk() -> None:
    source = write(Image.new("RGB", (70_000, 2), (220, 20, 20)), "PNG")

    frame = only(
        prepare(Job(source=source, format=Format.PNG, look=PATCHES, max_pixels=50_000_000))
    )

    assert frame.width <= 16_384
    assert frame.height in (1, 2)
    shown(frame)


def test_flat_bitmap_becomes_a_small_png_with_its_exact_colours() -> None:
    source = write(screenshot(640, 400), "BMP")

    frame = only(run(source))

    assert frame.media_type == "image/png"
    assert shown(frame).convert("RGB").tobytes() == screenshot(640, 400).tobytes()


def test_photo_saved_as_bitmap_becomes_a_jpeg() -> None:
    assert only(run(write(photo(400, 300), "BMP"))).media_type == "image/jpeg"


def test_heavy_png_within_size_is_written_anew_as_jpeg() -> None:
    source = write(noisy(760, 760), "PNG")

    frame = only(run(source))

    assert len(source) > 1_000_000
    assert frame.media_type == "image/jpeg"
