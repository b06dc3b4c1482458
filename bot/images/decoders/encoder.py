"""Writing a prepared picture: as it came, as JPEG, or as PNG. Runs in the worker."""

from io import BytesIO

from PIL import Image

from bot.images.decoders.metadata import strip_jpeg, strip_png
from bot.images.file_type import Format

JPEG_QUALITY = 85
KEPT_BYTES = 1_000_000  # an original larger than this is written anew
FEW_COLOURS = 4_096  # what lettering with smooth edges has; photos have far more
PNG_MAY_COST = 1.25  # times the bytes of the JPEG: sharp edges are worth a little

_LOSSY = frozenset({Format.JPEG, Format.WEBP, Format.AVIF, Format.HEIF})
_KEPT_MODES = {Format.JPEG: ("L", "RGB"), Format.PNG: ("1", "L", "P", "RGB", "RGBA")}
_STRIP = {Format.JPEG: strip_jpeg, Format.PNG: strip_png}


def keep(source: bytes, found: Format, mode: str) -> tuple[bytes, str] | None:
    """Return the original pixels without metadata, where every endpoint can read them."""
    if mode not in _KEPT_MODES.get(found, ()):
        return None
    stripped = _STRIP[found](source)
    if stripped is None or len(stripped) > KEPT_BYTES:
        return None
    return stripped, f"image/{found}"


def encode(picture: Image.Image, found: Format) -> tuple[bytes, str]:
    """Write an L or RGB picture that was a file of format `found`, with no metadata at all."""
    jpeg = _write_jpeg(picture, keeps_colour_edges=found not in _LOSSY)
    if picture.getcolors(FEW_COLOURS) is not None:
        png = _write_png(picture)
        if len(png) <= len(jpeg) * PNG_MAY_COST:
            return png, "image/png"
    return jpeg, "image/jpeg"


def _write_jpeg(picture: Image.Image, *, keeps_colour_edges: bool) -> bytes:
    # Halved colour resolution smears red text on a dark ground; photos do not show it.
    subsampling = "4:4:4" if keeps_colour_edges else "4:2:0"
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=subsampling)
    return buffer.getvalue()


def _write_png(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "PNG", icc_profile=None, exif=None)
    return buffer.getvalue()
