"""Whether a SQLite file is whole, asked of SQLite itself."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Final

from bot.core.errors import DatabaseUnavailable
from bot.store.engine.driver_errors import hint

_MOST_FINDINGS: Final = 20
_PATIENCE: Final = 30.0  # seconds that another process's lock is waited for
_STEPS: Final = 100  # of SQLite's machine, between two looks at the clock
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def quick_check(file: Path, *, within: float) -> list[str] | None:
    """Look for damaged pages: what was found, or None where `within` seconds were not enough.

    About two seconds for a gigabyte that the system has in memory. Indices are not compared with
    their tables. Blocks; raises DatabaseUnavailable where the file can't be read or is locked.
    """
    return _run(file, "PRAGMA quick_check(1)", within=within)


def check_whole(file: Path) -> list[str]:
    """Compare everything with everything, foreign keys too: what was found, a line each.

    About six seconds for a gigabyte. Blocks; raises as `quick_check` does.
    """
    return check_pages(file) or _run(file, "PRAGMA foreign_key_check") or []


def check_pages(file: Path, *, is_immutable: bool = False) -> list[str]:
    """Compare every page and every index, as `check_whole` does.

    `is_immutable`: nobody writes to the file, and nothing may be made beside it.
    """
    whole = f"PRAGMA integrity_check({_MOST_FINDINGS})"
    return _run(file, whole, is_immutable=is_immutable) or []


def open_existing(file: Path, *, is_immutable: bool = False) -> sqlite3.Connection:
    """Connect to a file that is there; never makes one. Raises sqlite3.Error."""
    mode = "mode=ro&immutable=1" if is_immutable else "mode=rw"
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?{mode}", uri=True, timeout=_PATIENCE, isolation_level=None
    )


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is to blame: not a lock, a full disk or a missing folder."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def _run(
    file: Path, statement: str, *, within: float | None = None, is_immutable: bool = False
) -> list[str] | None:
    try:
        with closing(open_existing(file, is_immutable=is_immutable)) as connection:
            return _ask(connection, statement, within)
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return None
        if is_damage(error):
            return [str(error)]
        raise DatabaseUnavailable(f"the database can't be used: {error}{hint(error)}") from error


def _ask(connection: sqlite3.Connection, statement: str, within: float | None) -> list[str]:
    if within is None:
        return _findings(connection.execute(statement).fetchall())
    until = time.monotonic() + within
    # Older versions of SQLite do not call the handler while they walk through a table.
    interrupt = Timer(within, connection.interrupt)
    interrupt.daemon = True
    connection.set_progress_handler(lambda: time.monotonic() >= until, _STEPS)
    interrupt.start()
    try:
        return _findings(connection.execute(statement).fetchall())
    finally:
        interrupt.cancel()
        interrupt.join()


def _findings(rows: list[tuple[object, ...]]) -> list[str]:
    if rows == [("ok",)]:
        return []
    return [_finding(row) for row in rows]


def _finding(row: tuple[object, ...]) -> str:
    if len(row) > 1:  # of the foreign keys: table, row, the table it refers to
        return f"a row of `{row[0]}` refers to one of `{row[2]}` that is not there"
    return " ".join(str(row[0]).replace("*** in database main ***", "").split())
