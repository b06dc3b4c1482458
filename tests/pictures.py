"""Real pictures for tests: every format, and what goes wrong with each."""

import struct
import zlib
from hashlib import shake_128
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

HEIC = Path(__file__).parent / "images" / "files" / "sample.heic"

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 200, 20), (20, 20, 220), (230, 220, 20)

_STORED_AS = {  # how upright pixels are stored so that the EXIF orientation turns them back
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def write(picture: Image.Image, kind: str, **options: Any) -> bytes:
    quick = {"AVIF": {"speed": 10}, "WEBP": {"method": 0}}.get(kind, {})
    buffer = BytesIO()
    picture.save(buffer, kind, **(quick | options))
    return buffer.getvalue()


def read(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def quadrants(width: int = 120, height: int = 80) -> Image.Image:
    """Red, green; blue, yellow: turned or mirrored in any way, it shows."""
    picture = Image.new("RGB", (width, height), RED)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), fill=BLUE)
    draw.rectangle((width // 2, height // 2, width, height), fill=YELLOW)
    return picture


def corners(picture: Image.Image) -> list[str]:
    """Name the colours of the four quarters, from the top left, row by row."""
    rgb = picture.convert("RGB")
    left, right = rgb.width // 4, rgb.width * 3 // 4
    top, bottom = rgb.height // 4, rgb.height * 3 // 4
    names = {RED: "red", GREEN: "green", BLUE: "blue", YELLOW: "yellow"}
    found = []
    for point in ((left, top), (right, top), (left, bottom), (right, bottom)):
        seen = rgb.getpixel(point)
        assert isinstance(seen, tuple)
        nearest = min(
            names, key=lambda name: sum(abs(a - b) for a, b in zip(name, seen, strict=True))
        )
        found.append(names[nearest])
    return found


UPRIGHT = ["red", "green", "blue", "yellow"]


def turned(orientation: int, kind: str = "JPEG", **options: Any) -> bytes:
    """Give a file that shows `quadrants()` once its EXIF orientation is obeyed."""
    picture = quadrants()
    if orientation in _STORED_AS:
        picture = picture.transpose(_STORED_AS[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return write(picture, kind, exif=exif, **options)


def photo(width: int, height: int) -> Image.Image:
    """Smooth, colourful and never the same twice in a row, like a photo; no chance in it."""
    fractal = Image.effect_mandelbrot((256, 256), (-2, -1.5, 1, 1.5), 60)
    layers = [fractal, Image.radial_gradient("L"), Image.linear_gradient("L")]
    small = Image.merge("RGB", [layer.resize((256, 256)) for layer in layers])
    return small.resize((width, height), Image.Resampling.BICUBIC)


def screenshot(width: int, height: int) -> Image.Image:
    """A window with lines of text."""
    picture = Image.new("RGB", (width, height), (30, 31, 34))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, 28), fill=(70, 73, 84))
    for line, y in enumerate(range(40, height - 12, 14)):
        colour = ((220, 221, 222), (240, 71, 71), (114, 218, 137))[line % 3]
        draw.text(
            (12, y),
            f"{line:04} error: expected a value, found nothing at line {line * 7} " * 4,
            fill=colour,
        )
    return picture


def animation(kind: str, count: int, size: tuple[int, int] = (60, 40)) -> bytes:
    """A bar that moves; every frame differs from the others."""
    frames = []
    for index in range(count):
        frame = Image.new("RGB", size, BLUE)
        left = index * size[0] // count
        ImageDraw.Draw(frame).rectangle((left, 0, left + 4, size[1]), fill=YELLOW)
        frames.append(frame)
    return write(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, loop=0)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that announces any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(bytes(1000)))
        + png_chunk(b"IEND", b"")
    )


def gif_claiming(width: int, height: int) -> bytes:
    """A small GIF whose screen, and whose only frame, are of any size."""
    size = struct.pack("<HH", width, height)
    head = b"GIF89a" + size + b"\x80\x00\x00" + bytes([0, 0, 0, 255, 255, 255])
    return head + b"\x2c\x00\x00\x00\x00" + size + b"\x00\x02\x02\x44\x01\x00\x3b"


def gif_growing(width: int, height: int) -> bytes:
    """A GIF of 1 × 1 whose frame is far larger than its screen."""
    whole = bytearray(gif_claiming(width, height))
    whole[6:10] = struct.pack("<HH", 1, 1)
    return bytes(whole)


def endless_gif(count: int) -> bytes:
    """So many frames that only counting them takes long: about 12 bytes and 20 µs each."""
    frame = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    head = b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes([0, 0, 0, 255, 255, 255])
    return head + frame * count + b"\x3b"


def position_exif() -> Image.Exif:
    """EXIF as a phone writes it: the maker, the owner's name, and where the photo was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Secretphone"
    exif[0xA430] = "Jane Secret"
    position = exif.get_ifd(0x8825)
    position[1], position[2] = "N", (52.0, 31.0, 12.0)
    position[3], position[4] = "E", (13.0, 24.0, 18.0)
    return exif


def photo_with_position(kind: str, size: tuple[int, int] = (320, 240)) -> bytes:
    return write(photo(*size), kind, exif=position_exif())


def noisy(width: int, height: int) -> Image.Image:
    """Incompressible, and the same each time."""
    return Image.frombytes("RGB", (width, height), shake_128(b"noise").digest(width * height * 3))
