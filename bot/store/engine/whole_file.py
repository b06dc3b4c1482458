"""A file that is whole or not there: it gets its name once everything is on the disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_OWNER_ONLY: Final = 0o600
_COMPANIONS: Final = ("", "-journal", "-wal", "-shm")  # that SQLite makes beside a file


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Give a path to write to; left normally, what was written becomes `target`, whatever was there.

    Only its owner may read it. Left by an exception, nothing is left behind. Raises OSError.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    _remove(unfinished)
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
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


def _remove(unfinished: Path) -> None:
    for suffix in _COMPANIONS:
        unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
