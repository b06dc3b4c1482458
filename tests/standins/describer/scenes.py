"""Pictures with known content, drawn here: what a describer must find in them, and must not."""

from collections.abc import Sequence
from hashlib import shake_128
from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]

TRACEBACK = (
    "Traceback (most recent call last):",
    '  File "main.py", line 12, in <module>',
    "    total = price / count",
    "ZeroDivisionError: division by zero",
)


def png(picture: Image.Image) -> bytes:
    return _write(picture, "PNG")


def jpeg(picture: Image.Image, exif: Image.Exif | None = None) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=88, exif=exif or Image.Exif())
    return buffer.getvalue()


def error_window(*, is_dark: bool) -> Image.Image:
    """A desktop window with an error, a button, and a line of small print."""
    ground, ink, bar = ((30, 31, 34), (219, 222, 225), (64, 68, 75))
    if not is_dark:
        ground, ink, bar = ((255, 255, 255), (32, 33, 36), (225, 228, 232))
    picture = Image.new("RGB", (900, 420), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 900, 44), fill=bar)
    _text(draw, (20, 10), "Update failed", 20, ink)
    _text(draw, (40, 90), "The update could not be installed.", 28, ink)
    _text(draw, (40, 150), "Error 0x80070057: the parameter is incorrect.", 24, (237, 66, 69))
    _text(draw, (40, 200), "Restart the computer and try again.", 22, ink)
    draw.rounded_rectangle((640, 330, 860, 385), 8, fill=(88, 101, 242))
    _text(draw, (708, 343), "Try again", 22, (255, 255, 255))
    return picture


def terminal() -> Image.Image:
    picture = Image.new("RGB", (1000, 300), (12, 12, 12))
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(("$ python main.py", *TRACEBACK, "$")):
        colour = (255, 105, 97) if "Error" in line else (204, 204, 204)
        _text(draw, (20, 18 + 44 * row), line, 26, colour)
    return picture


def bar_chart() -> Image.Image:
    picture = Image.new("RGB", (800, 520), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    _text(draw, (250, 20), "Messages per day", 32, (30, 30, 30))
    draw.line((90, 80, 90, 440), fill=(60, 60, 60), width=2)
    draw.line((90, 440, 760, 440), fill=(60, 60, 60), width=2)
    for step in range(1, 5):
        draw.line((90, 440 - 80 * step, 760, 440 - 80 * step), fill=(225, 225, 225))
        _text(draw, (40, 428 - 80 * step), str(50 * step), 20, (60, 60, 60))
    for number, (day, count) in enumerate(
        zip(["Mon", "Tue", "Wed", "Thu", "Fri"], BARS, strict=True)
    ):
        left = 130 + 125 * number
        draw.rectangle((left, 440 - count * 1.6, left + 70, 440), fill=(66, 133, 244))
        _text(draw, (left + 10, 455), day, 22, (60, 60, 60))
    return picture


BARS = (80, 120, 200, 150, 95)


def pie_chart() -> Image.Image:
    picture = Image.new("RGB", (700, 520), (250, 250, 250))
    draw = ImageDraw.Draw(picture)
    _text(draw, (200, 16), "Votes by party", 30, (30, 30, 30))
    start = -90.0
    shares = (("Apples 45%", 45, (220, 57, 18)), ("Pears 30%", 30, (255, 153, 0)))
    for row, (label, share, colour) in enumerate((*shares, ("Plums 25%", 25, (51, 102, 204)))):
        end = start + 3.6 * share
        draw.pieslice((80, 90, 460, 470), start, end, fill=colour)
        draw.rectangle((500, 200 + 50 * row, 524, 224 + 50 * row), fill=colour)
        _text(draw, (536, 198 + 50 * row), label, 24, (40, 40, 40))
        start = end
    return picture


def landscape() -> Image.Image:
    """Like a photo: a sky, a hill and a meadow, soft everywhere and with the noise of a sensor."""
    sky = Image.linear_gradient("L").resize((1200, 900))
    picture = Image.merge(
        "RGB",
        (
            sky.point(lambda value: 70 + value * 0.5),
            sky.point(lambda value: 130 + value * 0.35),
            sky.point(lambda value: 215 + value * 0.1),
        ),
    )
    draw = ImageDraw.Draw(picture)
    hill = [(0, 620), *((x, 520 + 60 * sin(x / 170) + 18 * sin(x / 41)) for x in range(0, 1201, 8))]
    draw.polygon([*hill, (1200, 900), (0, 900)], fill=(58, 96, 50))
    draw.polygon([(0, 700), (500, 660), (1200, 720), (1200, 900), (0, 900)], fill=(104, 140, 62))
    picture = picture.resize((640, 480)).filter(ImageFilter.GaussianBlur(3))
    return _with_noise(picture, strength=26)


def drawing() -> Image.Image:
    """A house under the sun, as a child paints it: flat colours, no text."""
    picture = Image.new("RGB", (800, 600), (176, 224, 250))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 430, 800, 600), fill=(92, 184, 92))
    draw.ellipse((620, 50, 740, 170), fill=(255, 221, 51), outline=(20, 20, 20), width=6)
    draw.rectangle((200, 260, 470, 480), fill=(240, 220, 180), outline=(20, 20, 20), width=6)
    draw.polygon([(170, 260), (335, 130), (500, 260)], fill=(200, 60, 50), outline=(20, 20, 20))
    draw.rectangle((300, 370, 370, 480), fill=(120, 72, 40), outline=(20, 20, 20), width=6)
    for ray in range(12):
        angle = ray * pi / 6
        near, far = (680 + 75 * cos(angle), 110 + 75 * sin(angle)), 105
        draw.line(
            (*near, 680 + far * cos(angle), 110 + far * sin(angle)), fill=(230, 170, 0), width=6
        )
    return picture.resize((400, 300))


def sign() -> Image.Image:
    """A road sign in a photo: big letters, noise around them."""
    picture = _with_noise(Image.new("RGB", (1000, 750), (120, 140, 150)), strength=60)
    picture = picture.filter(ImageFilter.GaussianBlur(2))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle(
        (150, 180, 850, 560), 40, fill=(0, 92, 58), outline=(240, 240, 240), width=12
    )
    _text(draw, (260, 225), "CITY CENTRE", 72, (245, 245, 245))
    _text(draw, (290, 330), "Harbour 3 km", 64, (245, 245, 245))
    _text(draw, (330, 435), "EXIT 12", 76, (255, 214, 0))
    return _with_noise(picture.resize((640, 480)), strength=14)


def document() -> Image.Image:
    picture = Image.new("RGB", (850, 440), (252, 252, 250))
    draw = ImageDraw.Draw(picture)
    _text(draw, (90, 80), "Rental agreement", 40, (20, 20, 20))
    for row, line in enumerate(AGREEMENT):
        _text(draw, (90, 170 + 44 * row), line, 22, (30, 30, 30))
    return picture


AGREEMENT = (
    "This agreement is made between the landlord and the tenant.",
    "1. The flat is rented from 1 March 2026 for two years.",
    "2. The rent is 840 euros a month, due on the third day.",
    "3. The deposit is two months of rent.",
)


def icon() -> Image.Image:
    picture = Image.new("RGB", (32, 32), (255, 255, 255))
    ImageDraw.Draw(picture).ellipse((4, 4, 27, 27), fill=(220, 30, 30))
    return picture


def blank(colour: Colour = (255, 255, 255), size: tuple[int, int] = (640, 480)) -> Image.Image:
    return Image.new("RGB", size, colour)


def chat_window() -> Image.Image:
    """A dark chat, with text that would call everyone and break the markup."""
    picture = Image.new("RGB", (900, 360), (49, 51, 56))
    draw = ImageDraw.Draw(picture)
    rows = (("ada", "Hello @everyone, please read this"), ("bo", "**free** ``` nitro [here](http)"))
    for number, (name, words) in enumerate(rows):
        top = 50 + 130 * number
        draw.ellipse((30, top, 90, top + 60), fill=(88, 101, 242))
        _text(draw, (110, top), name, 26, (242, 243, 245))
        _text(draw, (110, top + 36), words, 26, (219, 222, 225))
    return picture


def with_exif(*, has_position: bool = True) -> bytes:
    """A photo as a camera writes it, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "FUJIFILM", "X-T5"
    exif.get_ifd(0x8769)[0x9003] = "2025:08:17 19:42:03"
    if has_position:
        position = exif.get_ifd(0x8825)
        position[1], position[2] = "N", (52.0, 31.0, 12.0)
        position[3], position[4] = "E", (13.0, 24.0, 18.0)
    return jpeg(landscape(), exif)


def _write(picture: Image.Image, kind: str) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def _text(
    draw: ImageDraw.ImageDraw, at: Sequence[float], words: str, size: int, colour: Colour
) -> None:
    draw.text((at[0], at[1]), words, fill=colour, font=ImageFont.load_default(size))


def _with_noise(picture: Image.Image, *, strength: int) -> Image.Image:
    """Add the same noise each time, to every channel alike."""
    width, height = picture.size
    grains = shake_128(b"noise").digest(width * height)
    noise = Image.frombytes("L", (width, height), grains).point(
        lambda value: value * strength / 255 + 128 - strength / 2
    )
    return ImageChops.add(picture, Image.merge("RGB", (noise,) * 3), offset=-128)
