"""JPEG and PNG files without their metadata, the pixels untouched byte for byte.

Positions, cameras, names, thumbnails, second pictures and whatever is appended after the end go;
only what a decoder needs for the pixels stays.
"""

import re
import struct
import zlib

_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # not stuffing, fill or restart
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_JPEG_PLAIN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive
_JPEG_TABLES = frozenset({0xC4, 0xDB, 0xDD})  # Huffman, quantization, restart interval
_JPEG_KEPT = _JPEG_PLAIN_FRAMES | _JPEG_TABLES | {_SCAN, 0xE0, 0xEE}  # and JFIF, Adobe's transform
_PROFILE, _PROFILE_NAME = 0xE2, b"ICC_PROFILE\x00"

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND"},
)


def strip_jpeg(source: bytes, *, keeps_profile: bool = False) -> bytes | None:
    """Return the file with its picture only, or None where its structure is not a common one.

    `keeps_profile` keeps the description of its colours, which is about the screen or camera model.
    """
    kept = [source[:2]]
    at = 2
    while _JPEG_MARKER.match(source, at):
        kind = source[at + 1]
        if kind == _END:
            return b"".join([*kept, b"\xff\xd9"])
        end = at + 2 + int.from_bytes(source[at + 2 : at + 4], "big")
        if kind == _SCAN:
            following = _JPEG_MARKER.search(source, end)
            end = following.start() if following else len(source)
        is_profile = kind == _PROFILE and source.startswith(_PROFILE_NAME, at + 4)
        if kind in _JPEG_KEPT or (keeps_profile and is_profile):
            kept.append(source[at:end])
        elif not _is_jpeg_metadata(kind):
            return None
        at = end
    return None


def _is_jpeg_metadata(kind: int) -> bool:
    return 0xE0 <= kind <= 0xEF or kind == 0xFE


def mark_turned(jpeg: bytes, orientation: int) -> bytes:
    """Put EXIF that says how the picture is turned, and nothing else, at the file's beginning."""
    entry = struct.pack("<H", 1) + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0) + bytes(4)
    body = b"Exif\x00\x00" + b"II*\x00" + struct.pack("<I", 8) + entry
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def strip_png(source: bytes) -> bytes | None:
    """Return the file with its picture only, or None where it is cut, altered or has 16-bit samples."""
    if source[24:25] > b"\x08":
        return None
    kept = [_PNG_SIGNATURE]
    at = len(_PNG_SIGNATURE)
    while at + 12 <= len(source):
        end = at + 12 + int.from_bytes(source[at : at + 4], "big")
        kind = source[at + 4 : at + 8]
        if kind in _PNG_KEPT:
            # Pillow overlooks a wrong checksum of the pixels; a decoder at the endpoint may not.
            if zlib.crc32(source[at + 4 : end - 4]) != int.from_bytes(source[end - 4 : end], "big"):
                return None
            kept.append(source[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    return None
