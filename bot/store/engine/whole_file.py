"""A file that is whole or not there: it gets its name once everything is on the disk."""

import glob
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_OWNER_ONLY: Final = 0o600
_UNFINISHED: Final = ".unfinished"
_LEFT_BEHIND: Final = 86_400.0  # seconds without a write: nobody is at it any more
_COMPANIONS: Final = ("", "-journal", "-wal", "-shm")  # that SQLite makes beside a file


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Give a path to write to; left normally, what was written becomes `target`, whatever was there.

    Only its owner may read it. Left by an exception, nothing is left behind. Raises OSError.
    """
    # A name of its own: two that write to one target at once must not write into one file.
    unfinished = target.with_name(f"{target.name}.{secrets.token_hex(4)}{_UNFINISHED}")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
        _remove_left_behind(target, before=unfinished.stat().st_mtime - _LEFT_BEHIND)
        yield unfinished
        sync(unfinished)
        unfinished.replace(target)
        sync(target.parent)
    finally:
        _remove(unfinished)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk. Raises OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _remove_left_behind(target: Path, *, before: float) -> None:
    """What a crash left of earlier attempts that were written to last before that time."""
    for name in glob.glob(f"{glob.escape(target.name)}.*{_UNFINISHED}", root_dir=target.parent):
        unfinished = target.with_name(name)
        with suppress(OSError):
            if unfinished.stat().st_mtime < before:
                _remove(unfinished)


def _remove(unfinished: Path) -> None:
    for suffix in _COMPANIONS:
        unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
