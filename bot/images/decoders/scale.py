"""An open picture brought to a size, upright and in colours that every viewer knows. Runs in the worker.

The order matters for time and memory: decode at a reduced size where the format can, scale, and
only then turn upright and convert what is small by now.
"""

from PIL import Image

from bot.core.vision.views import Region, Size
from bot.images.decoders.colours import flatten, to_srgb, to_working_mode
from bot.images.file_type import Format

ORIENTATION = 0x0112  # the EXIF tag
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset({5, 6, 7, 8})
_TURNED_BY_DECODER = frozenset({Format.TIFF, Format.HEIF})


def find_turn(picture: Image.Image, found: Format) -> int:
    """The EXIF orientation that is still to be obeyed; 1: none."""
    if found in _TURNED_BY_DECODER:
        return 1
    try:
        orientation = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - malformed EXIF raises anything, and says nothing of the pixels
        picture.load()
        return 1
    return orientation if orientation in _TURNS else 1


def upright(size: Size, turn: int) -> Size:
    """The size of a picture once it is turned; and the other way round."""
    return size[::-1] if turn in _SIDEWAYS else size


def scale(picture: Image.Image, size: Size, turn: int) -> Image.Image:
    """Decode to L or RGB in sRGB at that upright size."""
    box = upright(size, turn)
    profile = picture.info.get("icc_profile")
    picture.draft("RGB", box)  # lets a JPEG decode at a half, a quarter or an eighth
    picture.load()
    small = to_working_mode(picture)
    if small.size != box:
        small = small.resize(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _turn(to_srgb(flatten(small), profile), turn)


def crop(picture: Image.Image, region: Region, turn: int) -> Image.Image:
    """Decode to L or RGB in sRGB, and only that part of the upright picture."""
    profile = picture.info.get("icc_profile")
    picture.load()
    whole = _turn(to_working_mode(picture), turn)
    return to_srgb(flatten(whole.crop(region.box(whole.size))), profile)


def _turn(picture: Image.Image, turn: int) -> Image.Image:
    return picture.transpose(_TURNS[turn]) if turn in _TURNS else picture
