"""A copy of a SQLite file while others use it: one moment of it, complete and checked."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.core import wording
from bot.core.errors import BackupFailed
from bot.store.engine.sqlite_integrity import check_pages, open_existing
from bot.store.engine.whole_file import written_whole

_PAGES: Final = 2_000  # copied between two calls of `progress`

Progress = Callable[[int, int], object]  # pages copied, pages in all


def copy_database(file: Path, target: Path, *, progress: Progress | None = None) -> None:
    """Copy `file` to `target`, and check the copy thoroughly before it gets its name.

    Writers go on meanwhile, and the copy has none of what they write. Blocks; raises BackupFailed,
    and then there is no copy.
    """
    try:
        with written_whole(target) as unfinished:
            with closing(open_existing(file)) as reading:
                _copy(reading, unfinished, progress)
            if found := check_pages(unfinished, is_immutable=True):
                raise BackupFailed(wording.copy_damaged(str(file), found[0]))
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(wording.copy_failed(str(file), str(target), reason(error))) from error


def copy_backup(backup: Path, target: Path, *, progress: Progress | None = None) -> list[str]:
    """Copy a file that nobody writes to; returns what is damaged. Makes nothing beside `backup`.

    Blocks; raises OSError, sqlite3.Error.
    """
    with closing(open_existing(backup, is_immutable=_is_at_rest(backup))) as reading:
        _copy(reading, target, progress)
    return check_pages(target, is_immutable=True)


def _copy(reading: sqlite3.Connection, target: Path, progress: Progress | None) -> None:
    def report(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    with closing(sqlite3.connect(target, isolation_level=None)) as writing:
        writing.execute("PRAGMA journal_mode = OFF")
        writing.execute("PRAGMA synchronous = OFF")  # synchronised as a whole, at the end
        # Holds on to this moment: otherwise every write of another process starts the copy anew.
        reading.execute("BEGIN")
        reading.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        reading.backup(writing, pages=_PAGES, progress=report)


def _is_at_rest(file: Path) -> bool:
    """Whether all of it stands in the file, and nothing in a log beside it."""
    log = file.with_name(f"{file.name}-wal")
    return not log.exists() or not log.stat().st_size


def reason(error: Exception) -> str:
    """In a few words, without the path."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
