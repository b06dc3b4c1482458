"""Draws the page's sample pictures: `python -m tests.browser.draw_samples`. Needs the DejaVu fonts."""

import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parents[2] / "bot" / "playground" / "page" / "samples"

_MONO, _SANS, _BOLD = "DejaVuSansMono.ttf", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
_ERROR = (
    ("$ python deploy.py --target harbour", "#8ab4f8"),
    ("Uploading 3 files ... done", "#c8ccd4"),
    ("Traceback (most recent call last):", "#c8ccd4"),
    ('  File "deploy.py", line 42, in <module>', "#c8ccd4"),
    ("    restart(settings['service'])", "#c8ccd4"),
    ("KeyError: 'service'", "#ff7b72"),
    ("$ ", "#8ab4f8"),
)
_SALES = (
    ("Mon", 34),
    ("Tue", 51),
    ("Wed", 46),
    ("Thu", 72),
    ("Fri", 95),
    ("Sat", 118),
    ("Sun", 88),
)


def draw_error() -> Image.Image:
    picture = Image.new("RGB", (960, 540), "#1e2127")
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(_MONO, 25)
    pen.rectangle((0, 0, 960, 54), fill="#2b2f38")
    for number, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        pen.ellipse((24 + number * 36, 18, 42 + number * 36, 36), fill=colour)
    pen.text((480, 27), "mia@lighthouse", font=font, fill="#9aa2af", anchor="mm")
    for line, (text, colour) in enumerate(_ERROR):
        pen.text((36, 92 + line * 56), text, font=font, fill=colour)
    return picture


def draw_chart() -> Image.Image:
    picture = Image.new("RGB", (960, 600), "#ffffff")
    pen = ImageDraw.Draw(picture)
    title, small = ImageFont.truetype(_BOLD, 34), ImageFont.truetype(_SANS, 23)
    pen.text((60, 36), "Visitors of the lighthouse", font=title, fill="#17202a")
    pen.text((60, 84), "one week in August", font=small, fill="#5d6673")
    for step in range(0, 121, 40):
        level = 510 - step * 3
        pen.line((110, level, 910, level), fill="#dfe3e8", width=2)
        pen.text((96, level), str(step), font=small, fill="#5d6673", anchor="rm")
    for number, (day, count) in enumerate(_SALES):
        left = 132 + number * 112
        colour = "#0f766e" if count == max(each for _, each in _SALES) else "#7cc4bb"
        pen.rounded_rectangle((left, 510 - count * 3, left + 76, 510), radius=8, fill=colour)
        pen.text(
            (left + 38, 510 - count * 3 - 18), str(count), font=small, fill="#17202a", anchor="mm"
        )
        pen.text((left + 38, 538), day, font=small, fill="#17202a", anchor="mm")
    return picture


def draw_sign() -> Image.Image:
    picture = Image.new("RGB", (960, 640), "#a9cfe8")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 460, 960, 640), fill="#7d9a63")
    pen.ellipse((690, 50, 820, 180), fill="#fff2b8")
    for left in (250, 680):
        pen.rectangle((left, 330, left + 30, 600), fill="#6b4f3a")
    pen.rounded_rectangle(
        (110, 110, 850, 400), radius=26, fill="#14532d", outline="#f4f1e4", width=9
    )
    big, middle = ImageFont.truetype(_BOLD, 74), ImageFont.truetype(_SANS, 44)
    pen.text((480, 190), "HARBOUR", font=big, fill="#f4f1e4", anchor="mm")
    pen.text((480, 275), "Ferry to the island", font=middle, fill="#f4f1e4", anchor="mm")
    pen.text((480, 340), "daily 9:30 and 14:15", font=middle, fill="#f7d774", anchor="mm")
    return picture


def draw_drawing() -> Image.Image:
    picture = Image.new("RGB", (900, 640), "#fbf7ec")
    pen = ImageDraw.Draw(picture)
    sea = [(x, 500 + 12 * math.sin(x / 34)) for x in range(0, 901, 6)]
    pen.polygon([*sea, (900, 640), (0, 640)], fill="#9cc9de")
    pen.polygon(
        ((470, 520), (520, 420), (700, 400), (860, 470), (900, 520), (900, 560), (470, 545)),
        fill="#b89b78",
    )
    pen.polygon(
        ((610, 415), (640, 170), (720, 170), (750, 415)), fill="#ffffff", outline="#3b3b3b", width=5
    )
    for top, bottom in ((222, 276), (330, 384)):
        pen.polygon(
            tuple(
                (680 + side * (40 + (y - 170) * 0.122), y)
                for y, side in ((top, -1), (top, 1), (bottom, 1), (bottom, -1))
            ),
            fill="#d9433f",
        )
    pen.rectangle((646, 118, 714, 170), fill="#ffe08a", outline="#3b3b3b", width=5)
    pen.polygon(((636, 118), (724, 118), (680, 70)), fill="#d9433f", outline="#3b3b3b", width=5)
    pen.polygon(((640, 140), (120, 60), (120, 210)), fill="#fff3c4")
    pen.polygon(
        ((150, 500), (380, 500), (340, 556), (190, 556)), fill="#7a4e2d", outline="#3b3b3b", width=5
    )
    pen.line((262, 500, 262, 300), fill="#3b3b3b", width=7)
    pen.polygon(((272, 310), (272, 480), (372, 480)), fill="#f08a4b", outline="#3b3b3b", width=5)
    pen.polygon(((252, 330), (252, 480), (176, 480)), fill="#f5b78a", outline="#3b3b3b", width=5)
    for left, top in ((430, 130), (500, 180), (390, 210)):
        pen.arc((left, top, left + 34, top + 24), 190, 350, fill="#3b3b3b", width=4)
        pen.arc((left + 32, top, left + 66, top + 24), 190, 350, fill="#3b3b3b", width=4)
    return picture


DRAWN: dict[str, Callable[[], Image.Image]] = {
    "error": draw_error,
    "chart": draw_chart,
    "sign": draw_sign,
    "drawing": draw_drawing,
}


def main() -> None:
    for name, draw in DRAWN.items():
        picture = draw().quantize(128, dither=Image.Dither.NONE)
        picture.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
