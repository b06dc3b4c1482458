"""SQLite's driver connection, with an end that leaves nothing behind."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import aiosqlite

_ROWS_A_TRIP = 64  # only used by cursors that stream, which SQLAlchemy's are not
_LONGEST_SWITCH: Final = 30.0  # seconds in which another process makes the database at the latest
_LOOK_AGAIN: Final = 0.02  # seconds


class SqliteConnection(aiosqlite.Connection):
    """Rolls back before it closes, and stops its thread once.

    A cancelled statement can outlive its connection: as long as a traceback holds its cursor,
    SQLite keeps the closed connection as a zombie, and with it the write lock of its transaction.
    """

    _stopped: asyncio.Future[object] | None = None

    async def close(self) -> None:
        try:
            await self.rollback()
        finally:
            if self._stopped is None:
                await super().close()
            else:  # stopping closes too, unless it finds the connection forgotten
                await self._stopped

    def stop(self) -> asyncio.Future[object] | None:
        """Stop the thread after what it has been given to do; done when it has.

        The second of two stops would never be done: nobody is left to say so.
        """
        if self._stopped is None:
            self._stopped = super().stop()
        return self._stopped


async def connect(file: Path, *, patience: float, is_writer: bool) -> aiosqlite.Connection:
    """Open `file`; `patience` is how many seconds another process's lock is waited for.

    A writer switches the file to a write-ahead log, which stays so for everybody.
    """
    opened: list[sqlite3.Connection] = []

    def connector() -> sqlite3.Connection:
        # isolation_level None: the driver begins nothing by itself.
        # The connection is used by its thread alone, and after the thread's end closed here.
        opened.append(
            sqlite3.connect(file, timeout=patience, isolation_level=None, check_same_thread=False)
        )
        if is_writer:
            _log_ahead(opened[0], patience=min(patience, _LONGEST_SWITCH))
        return opened[0]

    connection = SqliteConnection(connector, _ROWS_A_TRIP)
    try:
        return await connection
    except BaseException:
        # The thread would otherwise report its end to a loop that may be closed by then, and what
        # it opened for somebody who was cancelled would stay open.
        if stopped := connection.stop():
            await stopped
        for left in opened:
            left.close()
        raise


def _log_ahead(connection: sqlite3.Connection, *, patience: float) -> None:
    """Switch to WAL. SQLite does not wait for others here, whatever its timeout: it fails at once.

    Runs in the connection's own thread, which may sleep.
    """
    until = time.monotonic() + patience
    while True:
        try:
            with closing(connection.execute("PRAGMA journal_mode = WAL")):
                return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_LOOK_AGAIN)
