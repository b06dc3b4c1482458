import pytest
from PIL import Image, ImageCms, ImageDraw

from bot.images.decoders.colours import (
    DARK_GREY,
    WHITE,
    choose_ground,
    flatten,
    to_srgb,
    to_working_mode,
)


def lettering(colour: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGBA", (60, 20), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((10, 5, 50, 15), fill=(*colour, 255))
    return picture


@pytest.mark.parametrize(
    ("colour", "ground"),
    [
        ((0, 0, 0), WHITE),
        ((200, 30, 30), WHITE),
        ((128, 128, 128), WHITE),
        ((255, 255, 255), DARK_GREY),
        ((245, 245, 230), DARK_GREY),
    ],
)
def test_transparent_picture_gets_a_contrasting_ground(
    colour: tuple[int, int, int], ground: tuple[int, int, int]
) -> None:
    flat = flatten(lettering(colour))

    assert flat.mode == "RGB"
    assert flat.getpixel((0, 0)) == ground
    assert flat.getpixel((30, 10)) == colour


def test_picture_with_nothing_visible_is_white() -> None:
    assert choose_ground([0] * 256) == WHITE


def test_opaque_picture_with_an_alpha_channel_just_loses_it() -> None:
    working = to_working_mode(Image.new("RGBA", (3, 3), (1, 2, 3, 255)))

    assert working.mode == "RGB"
    assert working.getpixel((1, 1)) == (1, 2, 3)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("1", "L"),
        ("L", "L"),
        ("LA", "RGBA"),
        ("P", "RGB"),
        ("PA", "RGBA"),
        ("RGB", "RGB"),
        ("RGBA", "RGBA"),
        ("CMYK", "CMYK"),
        ("YCbCr", "RGB"),
        ("HSV", "RGB"),
        ("I", "L"),
        ("F", "L"),
        ("I;16", "L"),
        ("I;16B", "L"),
    ],
)
def test_every_mode_becomes_one_that_can_be_scaled(mode: str, expected: str) -> None:
    assert to_working_mode(Image.new(mode, (4, 4), 0)).mode == expected


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    picture = Image.new("I;16", (3, 1))
    for x, value in enumerate((0, 32_896, 65_535)):
        picture.putpixel((x, 0), value)

    working = to_working_mode(picture)

    assert [working.getpixel((x, 0)) for x in range(3)] == [0, 128, 255]


def test_values_without_a_fixed_white_are_stretched() -> None:
    picture = Image.new("F", (3, 1))
    for x, value in enumerate((-2.0, 0.0, 2.0)):
        picture.putpixel((x, 0), value)

    working = to_working_mode(picture)

    assert [working.getpixel((x, 0)) for x in range(3)] == [0, 127, 255]


def test_colours_of_another_space_are_converted() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    lab = Image.new("LAB", (4, 4), (255, 128, 128))

    assert to_srgb(lab, profile).getpixel((0, 0)) == pytest.approx((255, 255, 255), abs=3)


@pytest.mark.parametrize("profile", [None, b"", b"nonsense"])
def test_missing_or_broken_profile_leaves_the_colours(profile: bytes | None) -> None:
    assert to_srgb(Image.new("RGB", (1, 1), (9, 8, 7)), profile).getpixel((0, 0)) == (9, 8, 7)


def test_srgb_profile_leaves_the_picture_as_it_is() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Image.new("RGB", (1, 1), (9, 8, 7))

    assert to_srgb(picture, profile) is picture
