"""QR and bar codes, by zxing-cpp where it is installed. Runs in the worker."""

from typing import Final

from PIL import Image

from bot.standins.describer.findings import Code

_MOST: Final = 8
_LONGEST: Final = 2_000  # characters of one code
_FIRST_TRY_SIDE: Final = 1_600  # pixels


def find_codes(picture: Image.Image) -> tuple[Code, ...] | None:
    """Return what is found, in no order; None where the library is missing."""
    try:
        import zxingcpp
    except ImportError:
        return None
    light = picture.convert("L")
    light.thumbnail((_FIRST_TRY_SIDE, _FIRST_TRY_SIDE))
    found = zxingcpp.read_barcodes(light)
    codes = (Code(format=_name(each.format), text=each.text[:_LONGEST]) for each in found[:_MOST])
    return tuple(dict.fromkeys(codes))


def _name(kind: object) -> str:
    """Name a format as people do; the library prints "QR Code" or "EAN-13"."""
    return str(kind).rpartition(".")[2]
