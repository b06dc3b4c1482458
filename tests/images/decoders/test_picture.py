"""The worker's preparation of a picture, called in this process."""

import pytest
from PIL import Image, ImageCms

from bot.core.conversation.turns import LeftOutReason
from bot.images.decoders.picture import pick_frames
from tests.images.decoders.prepared import FORMATS, only, run, shown
from tests.pictures import (
    HEIC,
    UPRIGHT,
    animation,
    corners,
    gif_claiming,
    gif_growing,
    noisy,
    photo,
    photo_with_position,
    png_claiming,
    position_exif,
    quadrants,
    turned,
    write,
)


@pytest.fixture(autouse=True)
def _own_pixel_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)


@pytest.mark.parametrize("kind", FORMATS)
def test_picture_of_every_format_is_shown_as_it_is(kind: str) -> None:
    picture = shown(only(run(write(quadrants(), kind))))

    assert picture.size == (120, 80)
    assert corners(picture) == UPRIGHT


def test_heic_from_a_phone_held_upright_is_shown_upright() -> None:
    picture = shown(only(run(HEIC.read_bytes())))

    assert picture.size == (64, 96)
    assert corners(picture) == ["red", "red", "blue", "blue"]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_turned_picture_becomes_upright_and_loses_its_orientation_tag(
    kind: str, orientation: int
) -> None:
    picture = shown(only(run(turned(orientation, kind))))

    assert picture.size == (120, 80)
    assert corners(picture) == UPRIGHT
    assert 0x0112 not in picture.getexif()


def test_broken_exif_is_passed_over() -> None:
    source = write(quadrants(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")

    assert corners(shown(only(run(source)))) == UPRIGHT


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_animation_gives_first_middle_and_last_frame_and_says_so(kind: str) -> None:
    result = run(animation(kind, 6))

    assert [frame.note for frame in result.frames] == [
        "frame 1 of 6, an animation",
        "frame 3 of 6, an animation",
        "frame 6 of 6, an animation",
    ]
    assert len({frame.content for frame in result.frames}) == 3


def test_animation_whose_frames_look_the_same_gives_one() -> None:
    frames = [quadrants() for _ in range(4)]
    source = write(
        frames[0], "PNG", save_all=True, append_images=[*frames[1:], photo(120, 80), quadrants()]
    )

    result = run(source)

    assert len(result.frames) == len({frame.content for frame in result.frames}) == 1


def test_long_animation_is_followed_as_far_as_the_budget_reaches() -> None:
    assert pick_frames(60, 100) == (0, 29, 59)
    assert pick_frames(2, 100) == (0, 1)
    assert pick_frames(1_000, 10_000_000) == (0, 7, 14)
    assert pick_frames(10, 10**12) == (0,)


def test_truncated_animation_shows_its_whole_frames() -> None:
    source = animation("GIF", 30, (200, 200))

    result = run(source[: len(source) * 2 // 3])

    assert result.reason is None
    assert result.frames[0].note.startswith("frame 1 of ")


def test_pages_of_a_tiff_give_the_first_and_a_note() -> None:
    pages = [quadrants(), photo(50, 50), photo(60, 60)]

    frame = only(run(write(pages[0], "TIFF", save_all=True, append_images=pages[1:])))

    assert frame.note == "page 1 of 3 of a document"
    assert corners(shown(frame)) == UPRIGHT


@pytest.mark.parametrize("share", [0.95, 0.5, 0.1])
@pytest.mark.parametrize("kind", FORMATS)
def test_truncated_file_is_damaged(kind: str, share: float) -> None:
    source = write(photo(200, 150), kind)

    assert run(source[: int(len(source) * share)]).reason is LeftOutReason.DAMAGED


@pytest.mark.parametrize("share", [0.95, 0.5])
def test_truncated_heic_is_damaged(share: float) -> None:
    source = HEIC.read_bytes()

    assert run(source[: int(len(source) * share)]).reason is LeftOutReason.DAMAGED


def test_png_with_a_wrong_checksum_is_written_anew() -> None:
    source = bytearray(write(quadrants(), "PNG"))
    source[-14] ^= 0xFF  # the last byte but one of the checksum of the pixels

    frame = only(run(bytes(source)))

    assert frame.content != bytes(source)
    assert corners(shown(frame)) == UPRIGHT


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(png_claiming(60_000, 60_000), id="png"),
        pytest.param(png_claiming(2**31 - 1, 2**31 - 1), id="png of the largest size"),
        pytest.param(gif_claiming(60_000, 60_000), id="gif"),
        pytest.param(gif_growing(60_000, 60_000), id="gif whose frame is larger than its screen"),
    ],
)
def test_file_announcing_too_many_pixels_is_refused_undecoded(source: bytes) -> None:
    assert run(source).reason is LeftOutReason.TOO_MANY_PIXELS


def test_picture_at_the_pixel_bound_is_read_and_none_above() -> None:
    source = write(quadrants(100, 80), "PNG")

    assert run(source, max_pixels=8_000).reason is None
    assert run(source, max_pixels=7_999).reason is LeftOutReason.TOO_MANY_PIXELS


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("size", [(320, 240), (1280, 960)])
def test_position_and_names_never_reach_the_model(kind: str, size: tuple[int, int]) -> None:
    frame = only(run(photo_with_position(kind, size)))

    picture = shown(frame)
    assert not picture.getexif()
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "srgb"}
    assert b"ecret" not in frame.content


def test_animated_png_with_a_position_loses_it_as_well() -> None:
    frames = [quadrants(), photo(120, 80)]
    source = write(frames[0], "PNG", save_all=True, append_images=frames[1:], exif=position_exif())

    assert all(not shown(frame).getexif() for frame in run(source).frames)


def test_white_lettering_on_transparency_stays_readable() -> None:
    picture = Image.new("RGBA", (200, 50), (0, 0, 0, 0))
    picture.paste((255, 255, 255, 255), (50, 10, 150, 40))

    flat = shown(only(run(write(picture, "PNG")))).convert("L")

    assert flat.getpixel((100, 25)) == pytest.approx(255, abs=2)
    assert flat.getpixel((5, 5)) == pytest.approx(51, abs=2)


def test_cmyk_photo_keeps_its_colours() -> None:
    frame = only(run(write(quadrants().convert("CMYK"), "JPEG", quality=95)))

    assert corners(shown(frame)) == UPRIGHT


def test_sixteen_bit_png_keeps_its_shades() -> None:
    picture = Image.new("I;16", (60, 20), 32_896)

    frame = only(run(write(picture, "PNG")))

    assert shown(frame).convert("L").getpixel((5, 5)) == pytest.approx(128, abs=1)


def test_palette_with_a_transparent_colour_is_flattened() -> None:
    picture = Image.new("P", (60, 40), 0)
    picture.putpalette([255, 0, 255, *RED_AND_REST])
    picture.paste(1, (20, 10, 40, 30))

    flat = shown(only(run(write(picture, "PNG", transparency=0)))).convert("RGB")

    assert flat.getpixel((2, 2)) == (255, 255, 255)
    assert flat.getpixel((30, 20)) == (220, 20, 20)


RED_AND_REST = [220, 20, 20] + [0] * 762


def test_photo_with_a_wide_profile_becomes_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    source = write(quadrants(), "JPEG", icc_profile=profile)

    assert "icc_profile" not in shown(only(run(source))).info


def test_single_pixel_is_a_picture() -> None:
    frame = only(run(write(Image.new("RGB", (1, 1), (220, 20, 20)), "PNG")))

    assert (frame.width, frame.height) == (1, 1)


def test_bytes_after_a_magic_number_are_damaged_and_never_raise() -> None:
    reasons = {
        run(head + noisy(20, 20).tobytes()).reason
        for head in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"II*\x00", b"RIFF....WEBP")
    }

    assert reasons <= {LeftOutReason.DAMAGED, LeftOutReason.TOO_MANY_PIXELS}
