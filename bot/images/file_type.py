"""The type of a file, by its first bytes: names and content types are only claims."""

from enum import StrEnum

from bot.core.conversation.turns import LeftOutReason


class Format(StrEnum):
    """Formats that can be read: pictures, and files."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    GIF = "gif"
    AVIF = "avif"
    HEIF = "heif"
    BMP = "bmp"
    TIFF = "tiff"
    PDF = "pdf"
    TEXT = "text"


FILES = frozenset({Format.PDF, Format.TEXT})

_READABLE = {
    b"\x89PNG\r\n\x1a\n": Format.PNG,
    b"\xff\xd8\xff": Format.JPEG,
    b"GIF87a": Format.GIF,
    b"GIF89a": Format.GIF,
    b"II*\x00": Format.TIFF,
    b"MM\x00*": Format.TIFF,
    b"II+\x00": Format.TIFF,
    b"MM\x00+": Format.TIFF,
}
_OTHER_PICTURES = (
    b"8BPS",  # Photoshop
    b"\xff\x0a",  # JPEG XL, bare
    b"\x00\x00\x00\x0cJXL ",
    b"\x00\x00\x00\x0cjP  ",  # JPEG 2000
    b"\xff\x4f\xff\x51",
    b"\x00\x00\x01\x00",  # Windows icon
    b"\x00\x00\x02\x00",  # Windows cursor
    b"icns",
    b"DDS ",
    b"qoif",
    b"v/1\x01",  # OpenEXR
    b"#?RADIANCE",
    b"gimp xcf",
)
_BMP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)


def sniff(source: bytes, *, is_picture: bool = True) -> Format | LeftOutReason:
    """Find the format of a whole file, or the reason why it can't be read.

    `is_picture`: it claims to be one, and text in it is a web page that came in its place. Any
    other file may be text; the worker finds that out.
    """
    found = _sniff_picture(source)
    if isinstance(found, Format):
        return found
    if _is_pdf(source):
        return Format.PDF
    if is_picture:
        return found
    return Format.TEXT if source else LeftOutReason.EMPTY


def _is_pdf(source: bytes) -> bool:
    """Readers take a header within the first 1,024 bytes; text that speaks of one is no PDF."""
    head = source[:1024]
    if head.lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith(b"%PDF-"):
        return True
    return b"%PDF-" in head and b"startxref" in source[-2048:] and b"%%EOF" in source[-2048:]


def _sniff_picture(source: bytes) -> Format | LeftOutReason:
    if not source:
        return LeftOutReason.DAMAGED
    if (readable := _sniff_readable(source)) is not None:
        return readable
    if source[4:8] == b"ftyp":
        return _sniff_brands(source)
    if source.startswith(_OTHER_PICTURES) or _is_svg(source):
        return LeftOutReason.UNSUPPORTED
    return LeftOutReason.NOT_AN_IMAGE


def _sniff_readable(source: bytes) -> Format | None:
    if source[:4] == b"RIFF" and source[8:12] == b"WEBP":
        return Format.WEBP
    if source[:2] == b"BM" and int.from_bytes(source[14:18], "little") in _BMP_HEADER_SIZES:
        return Format.BMP
    return next((kind for start, kind in _READABLE.items() if source.startswith(start)), None)


def _sniff_brands(source: bytes) -> Format | LeftOutReason:
    """Tell AVIF, HEIF, camera raw and video apart: all are ISO media files and list their brands."""
    end = min(int.from_bytes(source[:4], "big"), 512)
    brands = {source[8:12]} | {source[at : at + 4] for at in range(16, end, 4)}
    if brands & _AVIF_BRANDS:
        return Format.AVIF
    if brands & _HEIF_BRANDS:
        return Format.HEIF
    return LeftOutReason.UNSUPPORTED if b"crx " in brands else LeftOutReason.NOT_AN_IMAGE


def _is_svg(source: bytes) -> bool:
    head = source[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<?xml", b"<svg", b"<!--", b"<!doctype svg")) and b"<svg" in head
