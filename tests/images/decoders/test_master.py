"""The master that is kept of a picture for other looks: without metadata, and as much of it as is of use."""

import pytest
from PIL import Image, ImageCms

from bot.core.models.tokens import PatchRule
from bot.core.vision.picture_intent import Use
from bot.core.vision.views import Look, Region
from bot.images.decoders import master
from bot.images.decoders.picture import prepare
from bot.images.file_type import Format, sniff
from bot.images.protocol import Frame, Job, pack_look
from tests.pictures import (
    UPRIGHT,
    animation,
    corners,
    noisy,
    photo,
    photo_with_position,
    position_exif,
    quadrants,
    read,
    write,
)

pytestmark = pytest.mark.proof

PATCHES = PatchRule(budget=1536, multiplier=1.2)
USUAL = Look(rule=PATCHES)


def run(source: bytes, look: Look = USUAL, region: Region | None = None) -> tuple[Frame, ...]:
    found = sniff(source)
    assert isinstance(found, Format)
    result = prepare(
        Job(source=source, format=found, look=pack_look(look), max_pixels=50_000_000, region=region)
    )
    assert result.reason is None
    return result.frames


def only(source: bytes, look: Look = USUAL, region: Region | None = None) -> Frame:
    (frame,) = run(source, look, region)
    return frame


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_file_is_kept_as_it_is_without_its_metadata(kind: str) -> None:
    source = photo_with_position(kind, (2000, 1500))

    frame = only(source)

    assert frame.master_size == (2000, 1500)
    assert read(frame.master).tobytes() == read(source).tobytes()
    assert b"ecret" not in frame.master
    assert not read(frame.master).getexif()


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "BMP", "TIFF"])
def test_file_of_another_format_is_kept_as_jpeg_or_png(kind: str) -> None:
    frame = only(write(quadrants(2000, 1500), kind))

    picture = read(frame.master)
    assert picture.format in ("JPEG", "PNG")
    assert (picture.size, frame.master_size) == ((2000, 1500), (2000, 1500))
    assert corners(picture) == UPRIGHT


def test_turned_photo_keeps_its_turn_and_no_other_metadata() -> None:
    exif = position_exif()
    exif[0x0112] = 6
    turned = quadrants(2400, 1600).transpose(Image.Transpose.ROTATE_90)

    frame = only(write(turned, "JPEG", exif=exif))

    assert frame.master_size == (2400, 1600)
    assert dict(read(frame.master).getexif()) == {0x0112: 6}
    assert b"ecret" not in frame.master
    assert corners(read(only(frame.master).content)) == UPRIGHT


def test_colour_profile_of_a_photo_is_kept() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    source = write(photo(2000, 1500), "JPEG", icc_profile=profile)

    frame = only(source)

    assert read(frame.master).info["icc_profile"] == profile
    assert only(frame.master).content == frame.content


def test_picture_that_is_shown_whole_has_no_master() -> None:
    assert only(write(photo(800, 600), "JPEG")).master == b""


def test_picture_at_a_glance_is_kept_whole() -> None:
    frame = only(write(photo(800, 600), "JPEG"), Look(rule=PATCHES, use=Use.GLANCE))

    assert frame.width < 800
    assert frame.master_size == (800, 600)


def test_frames_of_an_animation_have_no_masters() -> None:
    assert {frame.master for frame in run(animation("GIF", 6, (2000, 1500)))} == {b""}


def test_huge_png_is_kept_no_larger_than_is_of_use() -> None:
    frame = only(write(quadrants(5000, 2500), "PNG"))

    assert frame.master_size == (4096, 2048)
    assert read(frame.master).size == (4096, 2048)


def test_heavy_photo_is_kept_at_half_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(master, "MASTER_BYTES", 1_000)

    frame = only(write(photo(5000, 3000), "JPEG"))

    assert frame.master_size == (2500, 1500)
    assert read(frame.master).size == (2500, 1500)


def test_master_that_can_not_be_made_leaves_the_picture_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(master, "strip_png", fail)

    frame = only(write(quadrants(2000, 1500), "PNG"))

    assert frame.master == b""
    assert corners(read(frame.content)) == UPRIGHT


def test_small_lettering_is_enlarged_before_it_is_sent() -> None:
    frame = only(write(quadrants(400, 300), "PNG"), Look(rule=PATCHES, use=Use.READ))

    assert (frame.width, frame.height) == (800, 600)
    assert read(frame.content).size == (800, 600)
    assert frame.master_size == (400, 300)


def test_view_within_a_cap_says_that_it_is_reduced() -> None:
    frame = only(write(noisy(1200, 900), "JPEG"), Look(rule=PATCHES, most_tokens=200))

    assert frame.is_reduced
    assert max(frame.width, frame.height) < 600


def test_part_of_a_picture_is_upright_and_not_scaled() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = quadrants(1200, 800).transpose(Image.Transpose.ROTATE_90)
    lower_right = Region(left=0.5, top=0.5)

    frame = only(write(turned, "JPEG", exif=exif), region=lower_right)

    picture = read(frame.content)
    assert picture.size == (600, 400)
    assert corners(picture) == ["yellow"] * 4
