"""The master, kept of a picture for other looks at it: its own bytes where they will do. Runs in the worker.

Keeping a file's bytes costs no decoding and no encoding, so nearly every photo and screenshot is
kept that way, without its metadata.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from bot.core.vision.views import Size
from bot.images.decoders.colours import is_srgb
from bot.images.decoders.encoder import encode
from bot.images.decoders.metadata import mark_turned, strip_jpeg, strip_png
from bot.images.decoders.scale import scale, upright
from bot.images.file_type import Format

MASTER_SIDE = 4_096  # pixels of the longest side
MASTER_BYTES = 8_000_000  # a file of more is written anew


@dataclass(frozen=True, kw_only=True, slots=True)
class Master:
    content: bytes
    size: Size  # upright


def make_master(
    picture: Image.Image, source: bytes, found: Format, *, size: Size, turn: int
) -> Master:
    """Keep the file without its metadata, or else write it anew, no larger than is of use.

    `picture` has been decoded before, so its bytes are known to be whole; `size` and `turn` are as
    its header had them.
    """
    if len(source) <= MASTER_BYTES:
        kept = _strip(picture, source, found, size=size, turn=turn)
        if kept is not None:
            return Master(content=kept, size=upright(size, turn))
    if found is not Format.JPEG:  # others were decoded at their full size
        return _write(picture, found, _bound(upright(size, turn)), turn)
    with Image.open(BytesIO(source), formats=[found]) as again:
        return _write(again, found, _halve(upright(size, turn)), turn)


def _strip(
    picture: Image.Image, source: bytes, found: Format, *, size: Size, turn: int
) -> bytes | None:
    if found is Format.JPEG:
        stripped = strip_jpeg(source, keeps_profile=True)
        return stripped if stripped is None or turn == 1 else mark_turned(stripped, turn)
    is_plain = turn == 1 and is_srgb(picture.info.get("icc_profile"))
    if found is Format.PNG and is_plain and max(size) <= MASTER_SIDE:
        return strip_png(source)
    return None


def _write(picture: Image.Image, found: Format, size: Size, turn: int) -> Master:
    content, _ = encode(scale(picture, size, turn), found)
    return Master(content=content, size=size)


def _bound(size: Size) -> Size:
    ratio = min(1.0, MASTER_SIDE / max(size))
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


def _halve(size: Size) -> Size:
    """To a size that a JPEG can be decoded at directly."""
    times = 1
    while max(size) > MASTER_SIDE * times and times < 8:
        times *= 2
    return max(1, -(-size[0] // times)), max(1, -(-size[1] // times))
