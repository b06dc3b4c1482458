"""Where a write transaction comes from: SQLite's one writing connection, or PostgreSQL's pool."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import DatabaseBusy, DatabaseUnavailable


class Writer(Protocol):
    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction: left normally it commits, by any exception it rolls back."""
        ...

    async def checkpoint(self) -> None:
        """Write what the log ahead holds into the file that is open, and empty the log."""
        ...

    async def close(self) -> None: ...


class PooledWriter:
    """Transactions run side by side; rows lock each other out where they must."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._engine.begin()

    async def checkpoint(self) -> None:
        """A server does it by itself."""

    async def close(self) -> None:
        """Nothing is held between transactions."""


class OneWriter:
    """Transactions run one after the other, in order of arrival, on one connection kept open.

    More of them would only wait inside SQLite, which lets the lucky one through, not the next.
    """

    def __init__(self, engine: AsyncEngine, *, patience: float) -> None:
        self._engine = engine
        self._patience = patience  # seconds
        self._turn = asyncio.Lock()
        self._is_closed = False
        self._connection: AsyncConnection | None = None
        self._closing = AsyncExitStack()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with self._in_turn():
            if self._is_closed:
                raise DatabaseUnavailable("the database can't be used: it is closed, the bot ends")
            connection = self._connection or await self._connect()
            try:
                async with connection.begin():
                    yield connection
            finally:
                # A cancellation in the middle of a statement leaves a connection nobody can trust.
                if connection.invalidated or connection.in_transaction():
                    await self._disconnect()

    async def checkpoint(self) -> None:
        """Never opens the file anew: another one may stand in its place."""
        async with self._in_turn():
            if self._connection is None:
                return
            pooled = await self._connection.get_raw_connection()
            if pooled.driver_connection is not None:
                await pooled.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """For good: whoever still waits for a turn would connect anew, and nobody close that."""
        self._is_closed = True
        await self._disconnect()

    async def _disconnect(self) -> None:
        self._connection = None
        await self._closing.aclose()

    async def _connect(self) -> AsyncConnection:
        # Entered, not just opened: the exit then closes the connection even when cancelled twice.
        self._connection = await self._closing.enter_async_context(self._engine.connect())
        return self._connection

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience):
                await self._turn.acquire()
        except TimeoutError as error:
            waited = f"{self._patience:g} seconds"
            raise DatabaseBusy(f"the database is busy: no turn in {waited}") from error
        try:
            yield
        finally:
            self._turn.release()
