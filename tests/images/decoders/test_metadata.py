import pytest
from PIL import Image

from bot.images.decoders.metadata import strip_jpeg, strip_png
from tests.pictures import (
    photo,
    photo_with_position,
    png_chunk,
    position_exif,
    quadrants,
    read,
    write,
)


def pixels(content: bytes) -> bytes:
    return read(content).tobytes()


@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_keeps_its_pixels_and_loses_position_comment_and_appendix(progressive: bool) -> None:
    source = write(
        photo(64, 48), "JPEG", exif=position_exif(), comment=b"secret", progressive=progressive
    )

    stripped = strip_jpeg(source + b"secret video behind the end")

    assert stripped is not None
    assert b"ecret" not in stripped
    assert b"Exif" not in stripped
    assert pixels(stripped) == pixels(source)


def test_jpeg_with_restart_markers_keeps_its_pixels() -> None:
    source = write(photo(64, 48), "JPEG", restart_marker_blocks=1)

    stripped = strip_jpeg(source)

    assert stripped is not None
    assert pixels(stripped) == pixels(source)


def test_jpeg_that_is_cut_is_not_stripped() -> None:
    assert strip_jpeg(write(photo(64, 48), "JPEG")[:-2]) is None


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"\xff\xd8", id="nothing follows"),
        pytest.param(b"\xff\xd8\xff\xc9\x00\x04ab\xff\xd9", id="arithmetic coding"),
        pytest.param(b"\xff\xd8\xff\xe0\xff\xffab", id="a length beyond the end"),
        pytest.param(b"\xff\xd8\xff\xe0\x00\x00" * 3, id="a length of nothing"),
    ],
)
def test_jpeg_of_an_uncommon_structure_is_not_stripped(source: bytes) -> None:
    assert strip_jpeg(source) is None


def test_png_keeps_its_pixels_and_loses_texts_and_position() -> None:
    plain = photo_with_position("PNG", (64, 48))
    source = plain[:33] + png_chunk(b"tEXt", b"Author\x00Jane Secret") + plain[33:]

    stripped = strip_png(source + b"secret zip behind the end")

    assert stripped is not None
    assert b"ecret" not in stripped
    assert b"eXIf" not in stripped
    assert pixels(stripped) == pixels(plain)


def test_png_with_a_palette_keeps_its_colours() -> None:
    source = write(photo(64, 48).quantize(16), "PNG")

    stripped = strip_png(source)

    assert stripped is not None
    assert read(stripped).convert("RGB").tobytes() == read(source).convert("RGB").tobytes()


def test_png_with_a_wrong_checksum_is_not_stripped() -> None:
    source = bytearray(write(quadrants(), "PNG"))
    source[-14] ^= 0xFF

    assert strip_png(bytes(source)) is None


def test_png_that_is_cut_is_not_stripped() -> None:
    assert strip_png(write(quadrants(), "PNG")[:-12]) is None


def test_png_of_sixteen_bits_is_not_stripped() -> None:
    assert strip_png(write(Image.new("I;16", (4, 4)), "PNG")) is None
