"""Colours by the names people use, decided in OKLCh: lightness, chroma and hue as the eye orders them.

https://bottosson.github.io/posts/oklab/
"""

from collections import Counter
from functools import lru_cache
from math import atan2, degrees, hypot
from typing import Final

from bot.standins.describer.findings import Shade

_GREYS: Final = ((0.17, "black"), (0.42, "dark grey"), (0.72, "grey"), (0.93, "light grey"))
_GREY_CHROMA: Final = 0.032
_VIVID_CHROMA: Final = 0.13
_SMALLEST_SHARE: Final = 0.06  # of a colour that is named
_SMALLEST_ACCENT: Final = 0.0015
_HUES: Final = (  # up to this hue in degrees
    (14.0, "pink"),
    (42.0, "red"),
    (82.0, "orange"),
    (116.0, "yellow"),
    (163.0, "green"),
    (215.0, "turquoise"),
    (288.0, "blue"),
    (332.0, "purple"),
    (361.0, "pink"),
)


def name_shades(counts: dict[tuple[int, int, int], int]) -> tuple[Shade, ...]:
    """Add up pixels by their colours' names; the most common first, rare ones left out."""
    total = sum(counts.values())
    named: Counter[str] = Counter()
    for rgb, count in counts.items():
        named[name_colour(*rgb)] += count
    return tuple(
        Shade(name=name, share=count / total)
        for name, count in named.most_common(4)
        if count >= total * _SMALLEST_SHARE
    )


def find_accents(
    counts: dict[tuple[int, int, int], int], shades: tuple[Shade, ...]
) -> tuple[str, ...]:
    """Name the vivid colours of areas too small to be among the shades, such as a red line of text."""
    total = sum(counts.values())
    vivid: Counter[str] = Counter()
    for rgb, count in counts.items():
        if hypot(*_to_oklab(*rgb)[1:]) >= _VIVID_CHROMA:
            vivid[_plain(name_colour(*rgb))] += count
    known = {_plain(shade.name) for shade in shades}
    found = [name for name, count in vivid.most_common() if count >= total * _SMALLEST_ACCENT]
    return tuple(name for name in found if name not in known)[:3]


@lru_cache(maxsize=40_000)
def name_colour(red: int, green: int, blue: int) -> str:
    """Name an sRGB colour, 0 to 255 each."""
    lightness, a, b = _to_oklab(red, green, blue)
    chroma = hypot(a, b)
    if lightness < 0.13 or chroma < _GREY_CHROMA * (0.5 + lightness / 2):
        return next((name for limit, name in _GREYS if lightness < limit), "white")
    hue = degrees(atan2(b, a)) % 360
    name = next(name for limit, name in _HUES if hue < limit)
    return _qualify(name, lightness, chroma)


def _qualify(name: str, lightness: float, chroma: float) -> str:
    if name in ("orange", "yellow", "red") and lightness > 0.74 and chroma < 0.1:
        return "cream" if lightness > 0.94 else "beige"
    if name == "orange":
        return _darker_orange(lightness, chroma)
    if name == "yellow":
        return "olive" if lightness < 0.7 else "yellow"
    if (name == "red" and lightness > 0.75) or (name == "purple" and lightness + chroma > 0.9):
        return "pink"
    return _shade(name, lightness, chroma)


def _shade(name: str, lightness: float, chroma: float) -> str:
    grey = "greyish " if chroma < 0.055 and lightness < 0.85 else ""
    if lightness < (0.45 if name in ("green", "turquoise") else 0.4):
        return f"dark {grey}{name}"
    is_light = lightness > 0.76 and chroma < 0.16 and name in ("green", "blue", "purple")
    return f"light {grey}{name}" if is_light else f"{grey}{name}"


def _darker_orange(lightness: float, chroma: float) -> str:
    if lightness < 0.36:
        return "dark brown"
    return "brown" if lightness < 0.62 or chroma < 0.09 else "orange"


def _plain(name: str) -> str:
    return name.removeprefix("dark ").removeprefix("light ").removeprefix("greyish ")


def _to_oklab(red: int, green: int, blue: int) -> tuple[float, float, float]:
    r, g, b = _LINEAR[red], _LINEAR[green], _LINEAR[blue]
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


_LINEAR: Final = tuple(_linear(value) for value in range(256))
