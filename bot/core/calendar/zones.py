"""Time zones by their IANA names."""

from functools import lru_cache
from zoneinfo import ZoneInfo


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
