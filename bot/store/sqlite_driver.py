"""SQLite's driver connection, with a close that lets go of the database at once."""

import sqlite3
from functools import partial
from pathlib import Path

import aiosqlite

_ROWS_A_TRIP = 64  # only used by cursors that stream, which SQLAlchemy's are not


class SqliteConnection(aiosqlite.Connection):
    """Rolls back before it closes.

    A cancelled statement can outlive its connection: as long as a traceback holds its cursor,
    SQLite keeps the closed connection as a zombie, and with it the write lock of its transaction.
    """

    async def close(self) -> None:
        try:
            await self.rollback()
        finally:
            await super().close()


async def connect(file: Path, *, patience: float) -> SqliteConnection:
    """Open `file`; `patience` is how many seconds another process's lock is waited for."""
    # isolation_level None: the driver begins nothing by itself.
    connector = partial(sqlite3.connect, file, timeout=patience, isolation_level=None)
    return await SqliteConnection(connector, _ROWS_A_TRIP)
