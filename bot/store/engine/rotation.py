"""Which of several backups stay: the newest, and everything that Glimpse has not made."""

import re
from pathlib import Path
from typing import Final

_STAMP: Final = r"\d{8}T\d{6}Z"
_HEADERS: Final = {".db": b"SQLite format 3\0", ".dump": b"PGDMP"}


def backups_in(folder: Path, suffix: str) -> list[Path]:
    """Backups that got their names in `folder`, oldest first; `suffix` is `.db` or `.dump`."""
    return _find(folder, rf"glimpse-{_STAMP}{re.escape(suffix)}", _HEADERS[suffix])


def upgrade_copies(file: Path) -> list[Path]:
    """Copies of `file` that upgrades have made, oldest first."""
    name = rf"{re.escape(file.name)}\.backup-\w+-({_STAMP})"
    found = _find(file.parent, name, _HEADERS[".db"])
    return sorted(found, key=lambda each: each.name.rpartition("-")[2])


def delete_older(backups: list[Path], *, keep: int) -> list[Path]:
    """Delete all but the newest `keep`; returns what is gone. One that can't be deleted stays."""
    gone = []
    for each in backups[:-keep]:
        try:
            each.unlink(missing_ok=True)
        except OSError:
            continue
        gone.append(each)
    return gone


def _find(folder: Path, name: str, header: bytes) -> list[Path]:
    """Files of that name and that content: a link, or a note with such a name, is somebody else's."""
    named = sorted(each for each in folder.iterdir() if re.fullmatch(name, each.name))
    return [each for each in named if not each.is_symlink() and has_header(each, header)]


def has_header(file: Path, header: bytes) -> bool:
    """Whether a file begins so; what can't be read does not."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(header)) == header
    except OSError:
        return False
