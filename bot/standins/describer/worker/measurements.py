"""Measures a picture with Pillow alone. Runs in the worker; about 0.1 s for a megapixel."""

from collections import Counter
from io import BytesIO
from typing import Final

from PIL import Image, ImageChops, ImageOps, ImageStat

from bot.standins.describer.findings import Measures, Texture, VisualStyle
from bot.standins.describer.worker.codes import find_codes
from bot.standins.describer.worker.colours import find_accents, name_shades
from bot.standins.describer.worker.exif import read_exif

MOST_PIXELS: Final = 50_000_000  # of a picture that is decoded at all
_MOST_FRAMES: Final = 1_000  # counted
_WORKING_SIDE: Final = (
    1_600  # pixels; larger pictures are measured at a whole fraction of their size
)
_SQUARE: Final = 8  # pixels; also JPEG's, so that its blocks don't look like edges
_FLAT: Final = 3  # steps of 255 between neighbours that no eye sees
_STRONG: Final = 48
_GROUND_COLOURS: Final = 6
_GROUND_BIN: Final = 1  # bits dropped: a sky's flat squares all differ a little, a window's don't
_BIN: Final = 3  # bits of each channel that are dropped for counting colours
_RUN: Final = 16  # pixels of a line that are looked at together
_LONG: Final = 0.25  # of the picture's side
_COLOUR_SIDE: Final = 200  # pixels


class NotAPicture(Exception):
    """The bytes can't be decoded."""


class PixelLimitExceeded(Exception):
    """More pixels than are decoded here."""


def open_picture(content: bytes) -> Image.Image:
    """Open, without decoding. Raises NotAPicture, PixelLimitExceeded."""
    Image.MAX_IMAGE_PIXELS = None  # the bound is ours
    try:
        picture = Image.open(BytesIO(content))
    except (OSError, ValueError, SyntaxError) as error:
        raise NotAPicture(str(error)) from error
    if picture.width * picture.height > MOST_PIXELS:
        raise PixelLimitExceeded(f"{picture.width} × {picture.height} pixels")
    return picture


def to_rgb(picture: Image.Image) -> Image.Image:
    """Decode, turn upright, and put what is transparent on white. Raises NotAPicture."""
    try:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if not upright.has_transparency_data:
            return upright.convert("RGB")
        layered = upright.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise NotAPicture(str(error)) from error
    ground = Image.new("RGBA", layered.size, (255, 255, 255, 255))
    return Image.alpha_composite(ground, layered).convert("RGB")


def measure_picture(content: bytes) -> Measures:
    """Raises NotAPicture, PixelLimitExceeded."""
    picture = open_picture(content)
    file_format, frames = picture.format or "", min(getattr(picture, "n_frames", 1), _MOST_FRAMES)
    exif = read_exif(picture)
    has_transparency = _shows_through(picture)
    rgb = to_rgb(picture)
    small = _reduce(rgb)
    texture = find_texture(small)
    counts = _count_colours(small)
    shades = name_shades(counts)
    return Measures(
        width=rgb.width,
        height=rgb.height,
        format=file_format,
        frames=frames,
        has_transparency=has_transparency,
        style=find_style(small, texture),
        shades=shades,
        accents=find_accents(counts, shades),
        lightness=_lightness(small),
        texture=texture,
        exif=exif,
        codes=find_codes(rgb),
    )


def find_style(picture: Image.Image, texture: Texture) -> VisualStyle:
    """Tell photo from graphic where the squares say so clearly."""
    extrema = picture.getextrema()
    if all(high - low <= _FLAT for low, high in _pairs(extrema)):
        return VisualStyle.BLANK
    if min(picture.size) < 4 * _SQUARE:
        return VisualStyle.MIXED
    if texture.ground >= 0.45 and texture.grainy < 0.12 and texture.smooth < 0.2:
        return VisualStyle.GRAPHIC
    if texture.grainy + texture.smooth >= 0.5 and texture.ground < 0.3:
        return VisualStyle.PHOTO
    return VisualStyle.MIXED


def find_texture(picture: Image.Image) -> Texture:
    """Sort the squares of 8 × 8 pixels by what changes inside them."""
    light = picture.convert("L")
    beside = ImageChops.difference(light, _shift(light, 1, 0))
    below = ImageChops.difference(light, _shift(light, 0, 1))
    change = ImageChops.lighter(beside, below)
    moved = _shares(change, _FLAT)
    sharp = _shares(change, _STRONG)
    colours = list(_pixels(picture.reduce(_SQUARE)))
    flat = Counter(
        tuple(channel >> _GROUND_BIN for channel in colour)
        for colour, share in zip(colours, moved, strict=True)
        if share <= 2
    )
    ground = sum(count for _, count in flat.most_common(_GROUND_COLOURS))
    grainy = sum(
        share >= 96 and edge <= 26 for share, edge in zip(moved, sharp, strict=True)
    )  # weak changes in three pixels of eight
    total = len(moved)
    return Texture(
        ground=round(ground / total, 3),
        smooth=round((flat.total() - ground) / total, 3),
        grainy=round(grainy / total, 3),
        sharp=round(sum(edge > 13 for edge in sharp) / total, 3),
        across=_count_lines(below),
        down=_count_lines(beside.transpose(Image.Transpose.TRANSPOSE)),
    )


def _count_lines(change: Image.Image) -> int:
    """Count straight lines across: neighbouring rows with a long run of change are one line."""
    if change.width < 2 * _RUN:
        return 0
    edges = change.point(lambda value: 255 if value > _FLAT * 2 else 0)
    cells = edges.reduce((_RUN, 1))
    needed = max(2, int(cells.width * _LONG))
    content = cells.tobytes()
    runs = b"\xff" * needed
    lines, was_line = 0, False
    for row in range(cells.height):
        is_line = runs in content[row * cells.width : (row + 1) * cells.width]
        lines += is_line and not was_line
        was_line = is_line
    return lines


def _shift(picture: Image.Image, right: int, down: int) -> Image.Image:
    """Move the content, repeating the first column or row, so that the rim shows no change."""
    moved = picture.copy()
    moved.paste(picture, (right, down))
    return moved


def _shares(change: Image.Image, limit: int) -> bytes:
    """Give for each square the share of pixels that change by more than `limit`, in 255ths."""
    return change.point(lambda value: 255 if value > limit else 0).reduce(_SQUARE).tobytes()


def _reduce(picture: Image.Image) -> Image.Image:
    factor = max(1, -(-max(picture.size) // _WORKING_SIDE))
    return picture.reduce(factor) if factor > 1 else picture


def _count_colours(picture: Image.Image) -> dict[tuple[int, int, int], int]:
    """Count colours in bins; without smoothing, which would invent colours between two."""
    sample = picture.copy()
    if max(sample.size) > _COLOUR_SIDE:
        ratio = _COLOUR_SIDE / max(sample.size)
        size = (max(1, round(sample.width * ratio)), max(1, round(sample.height * ratio)))
        sample = sample.resize(size, Image.Resampling.NEAREST)
    half = 1 << (_BIN - 1)
    binned = Counter(tuple(channel >> _BIN for channel in colour) for colour in _pixels(sample))
    return {
        (red << _BIN | half, green << _BIN | half, blue << _BIN | half): count
        for (red, green, blue), count in binned.items()
    }


def _lightness(picture: Image.Image) -> float:
    return round(ImageStat.Stat(picture.convert("L")).mean[0] / 255, 3)


def _shows_through(picture: Image.Image) -> bool:
    if not picture.has_transparency_data:
        return False
    try:
        alpha = picture.convert("RGBA").getchannel("A")
    except (OSError, ValueError, SyntaxError) as error:
        raise NotAPicture(str(error)) from error
    low, _ = alpha.getextrema()
    return isinstance(low, int) and low < 250


def _pixels(picture: Image.Image) -> list[tuple[int, int, int]]:
    content = picture.tobytes()
    return list(zip(content[::3], content[1::3], content[2::3], strict=True))


def _pairs(extrema: object) -> list[tuple[int, int]]:
    assert isinstance(extrema, tuple)  # noqa: S101 - of a picture with several channels
    return list(extrema)
