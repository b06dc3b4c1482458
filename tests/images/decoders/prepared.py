"""Pictures as the worker prepares them, in this process."""

from PIL import Image

from bot.core.models.tokens import TileRule
from bot.core.vision.views import Look
from bot.images.decoders.picture import prepare
from bot.images.file_type import Format, sniff
from bot.images.protocol import Frame, Job, Result, pack_look
from tests.pictures import read

LOOK = pack_look(Look(rule=TileRule(base=85, per_tile=170)))  # shortest side 768, longest 2048
FORMATS = ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"]


def run(source: bytes, *, max_pixels: int = 50_000_000) -> Result:
    found = sniff(source)
    assert isinstance(found, Format)
    return prepare(Job(source=source, format=found, look=LOOK, max_pixels=max_pixels))


def only(result: Result) -> Frame:
    assert result.reason is None
    (frame,) = result.frames
    return frame


def shown(frame: Frame) -> Image.Image:
    picture = read(frame.content)
    assert picture.size == (frame.width, frame.height)
    assert f"image/{(picture.format or '').lower()}" == frame.media_type
    assert picture.mode in ("1", "L", "P", "RGB", "RGBA")
    return picture
