"""Time zones: by their IANA names, and as people type them. `names` are those of this machine."""

import difflib
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

# Letters name several zones at once, or one without its summer time; a place names one.
_ROWS: Final = (
    ("CET CEST MET MEST", "Europe/Berlin Europe/Paris Europe/Warsaw"),
    ("MEZ MESZ", "Europe/Berlin Europe/Vienna Europe/Zurich"),
    ("WET WEST", "Europe/Lisbon Atlantic/Canary"),
    ("EET EEST", "Europe/Athens Europe/Helsinki Europe/Kyiv"),
    ("GMT", "Europe/London Europe/Dublin Africa/Accra"),
    ("BST GB", "Europe/London"),
    ("MSK", "Europe/Moscow"),
    ("TRT", "Europe/Istanbul"),
    ("EST EDT ET EST5EDT", "America/New_York America/Toronto America/Jamaica"),
    ("CST CDT CT CST6CDT", "America/Chicago America/Mexico_City Asia/Shanghai"),
    ("MST MDT MT MST7MDT", "America/Denver America/Phoenix"),
    ("PST PDT PT PST8PDT", "America/Los_Angeles America/Vancouver"),
    ("AKST AKDT", "America/Anchorage"),
    ("HST", "Pacific/Honolulu"),
    ("AST ADT", "America/Halifax America/Puerto_Rico Asia/Riyadh"),
    ("NST NDT", "America/St_Johns"),
    ("BRT", "America/Sao_Paulo"),
    ("ART", "America/Argentina/Buenos_Aires"),
    ("IST", "Asia/Kolkata Asia/Jerusalem Europe/Dublin"),
    ("PKT", "Asia/Karachi"),
    ("SGT", "Asia/Singapore"),
    ("HKT", "Asia/Hong_Kong"),
    ("JST", "Asia/Tokyo"),
    ("KST ROK", "Asia/Seoul"),
    ("PRC", "Asia/Shanghai"),
    ("WIB", "Asia/Jakarta"),
    ("ICT", "Asia/Bangkok Asia/Ho_Chi_Minh"),
    ("AEST AEDT", "Australia/Sydney Australia/Brisbane"),
    ("ACST ACDT", "Australia/Adelaide Australia/Darwin"),
    ("AWST", "Australia/Perth"),
    ("NZST NZDT NZ", "Pacific/Auckland"),
    ("SAST", "Africa/Johannesburg"),
    ("WAT", "Africa/Lagos"),
    ("EAT", "Africa/Nairobi"),
)
_PLACES: Final = {
    letters: tuple(places.split()) for row, places in _ROWS for letters in row.split()
}
_LETTERS: Final = re.compile(r"[A-Z][A-Z0-9+:-]*|[+-]\d.*")  # also "UTC+1", "+01:00"
_NO_ZONES: Final = frozenset({"localtime", "Factory"})
_LONGEST: Final = 100  # characters typed that are worth a look
_MOST_NEAR: Final = 3


class UnknownZone(ValueError):
    """The text names no time zone, or several. `is_short`: it is letters, or an offset."""

    def __init__(self, text: str, nearest: tuple[str, ...], *, is_short: bool = False) -> None:
        super().__init__(f"`{text}` is no time zone")
        self.text = text
        self.nearest = nearest  # IANA names; the likeliest first
        self.is_short = is_short


@lru_cache(maxsize=256)
def find_zone(name: str) -> ZoneInfo | None:
    """None where no zone has that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):  # no name; one that is not there; a folder's
        return None


def zone_or(default: ZoneInfo, name: str | None) -> ZoneInfo:
    """The zone of that name; `default` where none is named, or none is known by it."""
    return (find_zone(name) if name else None) or default


def find_zone_name(typed: str, names: Collection[str]) -> str:
    """Find the IANA name of "Europe/Berlin", "europe/berlin" or "Berlin". Raises UnknownZone."""
    text = "_".join(typed.split())
    upper = text.upper()
    if _LETTERS.fullmatch(upper) and (upper in _PLACES or _has_offset(upper)):
        raise UnknownZone(typed, _stand_for(upper, names), is_short=True)
    meant = _meant(text, names)
    if len(meant) != 1:
        raise UnknownZone(typed, meant[:_MOST_NEAR] or _nearest(text, names))
    return meant[0]


def suggest_zone_names(typed: str, names: Collection[str], *, most: int) -> tuple[str, ...]:
    """The zone that is typed; those that begin so, by their place or whole; those that contain it."""
    text = "_".join(typed.split()).lower()
    places = _stand_for(text.upper(), names) or _meant(text, names)
    known = _known(names)
    begin = [
        name for name in known if name.lower().startswith(text) or _place(name).startswith(text)
    ]
    contain = [name for name in known if text in name.lower()]
    return tuple(dict.fromkeys((*places, *begin, *contain)))[:most]


def _meant(text: str, names: Collection[str]) -> tuple[str, ...]:
    """The one zone of that name; else all that have a place of that name."""
    if text.upper() == "UTC":
        return ("UTC",)
    found = [name for name in _known(names) if text.lower() in (name.lower(), _place(name))]
    exact = [name for name in found if name.lower() == text.lower()]
    return tuple(exact if len(exact) == 1 else found)


def _known(names: Iterable[str]) -> list[str]:
    """Without what is no place and no offset, such as "CET"."""
    return sorted(
        name for name in names if name not in _NO_ZONES and not (name.isupper() and "/" not in name)
    )


def _place(name: str) -> str:
    return name.rpartition("/")[2].lower()


def _has_offset(upper: str) -> bool:
    return any(character in "+-0123456789" for character in upper)


def _stand_for(upper: str, names: Collection[str]) -> tuple[str, ...]:
    return tuple(place for place in _PLACES.get(upper, ()) if place in names)


def _nearest(text: str, names: Iterable[str]) -> tuple[str, ...]:
    by_word: dict[str, str] = {}
    for name in _known(names):
        by_word.setdefault(_place(name), name)
        by_word[name.lower()] = name
    near = difflib.get_close_matches(text[:_LONGEST].lower(), by_word, n=_MOST_NEAR, cutoff=0.6)
    return tuple(dict.fromkeys(by_word[word] for word in near))
