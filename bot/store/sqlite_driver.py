"""SQLite's driver connection, with an end that leaves nothing behind."""

import asyncio
import sqlite3
from pathlib import Path

import aiosqlite

_ROWS_A_TRIP = 64  # only used by cursors that stream, which SQLAlchemy's are not


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


async def connect(file: Path, *, patience: float) -> aiosqlite.Connection:
    """Open `file`; `patience` is how many seconds another process's lock is waited for."""
    opened: list[sqlite3.Connection] = []

    def connector() -> sqlite3.Connection:
        # isolation_level None: the driver begins nothing by itself.
        # The connection is used by its thread alone, and after the thread's end closed here.
        opened.append(
            sqlite3.connect(file, timeout=patience, isolation_level=None, check_same_thread=False)
        )
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
