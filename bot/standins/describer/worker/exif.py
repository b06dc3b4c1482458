"""Camera and date from EXIF. The position is never read, only that there is one."""

import re
from typing import Final

from PIL import ExifTags, Image

from bot.standins.describer.findings import Exif

_LONGEST: Final = 60  # characters of a camera's name
_DATE: Final = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d)")


def read_exif(picture: Image.Image) -> Exif:
    """Damaged EXIF is none."""
    try:
        tags = picture.getexif()
        inner = tags.get_ifd(ExifTags.IFD.Exif)
        position = tags.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return Exif()
    taken = inner.get(ExifTags.Base.DateTimeOriginal) or tags.get(ExifTags.Base.DateTime)
    return Exif(
        camera=_camera(tags.get(ExifTags.Base.Make), tags.get(ExifTags.Base.Model)),
        taken=_date(taken),
        has_position=bool(position),
    )


def _camera(make: object, model: object) -> str:
    """Join maker and model; many models begin with the maker's name already."""
    maker, name = _clean(make), _clean(model)
    if maker and name.lower().startswith(maker.split()[0].lower()):
        maker = ""
    return f"{maker} {name}".strip()[:_LONGEST]


def _clean(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def _date(value: object) -> str:
    match = _DATE.match(value) if isinstance(value, str) else None
    if match is None or match[1] == "0000":
        return ""
    year, month, day, hour, minute = match.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}"
