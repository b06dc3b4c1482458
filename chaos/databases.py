"""An episode's database, on either engine: made from a migrated one, locked at times, read at the end."""

import asyncio
import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from bot.clock import clock
from bot.store.schema.migrations import upgrade
from tests.store.conftest import Postgres

_SAMPLE = "template.db"
_LOCKED = "reservations, ledger, counters, turns, questions"

Row = dict[str, Any]


class EpisodeDatabase(Protocol):
    """One episode's own."""

    @property
    def url(self) -> str:
        """As the bot's configuration takes it."""
        ...

    @property
    def locks_everything(self) -> bool:
        """Whether nothing at all can be written while it is locked."""
        ...

    async def lock(self, seconds: float) -> None:
        """Keep all others from writing for so long. Raises nothing where it can't be had."""
        ...

    async def rows(self, statement: str) -> list[Row]:
        """Read with a connection of its own."""
        ...


class Engine(Protocol):
    """Makes databases for episodes."""

    def open(self, folder: Path) -> contextlib.AbstractAsyncContextManager[EpisodeDatabase]:
        """A migrated database, gone afterwards."""
        ...


# SQLite


class SqliteFile:
    locks_everything = True

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def url(self) -> str:
        return f"sqlite+aiosqlite:///{self._file}"

    async def lock(self, seconds: float) -> None:
        with contextlib.closing(self._connect()) as connection:
            try:
                await asyncio.to_thread(connection.execute, "BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                return
            await asyncio.sleep(seconds)
            connection.rollback()

    async def rows(self, statement: str) -> list[Row]:
        return await asyncio.to_thread(self._rows, statement)

    def _rows(self, statement: str) -> list[Row]:
        with contextlib.closing(self._connect()) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(statement)]

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self._file, timeout=10, check_same_thread=False, isolation_level=None
        )


class SqliteEngine:
    def __init__(self, folder: Path) -> None:
        self._template = folder / _SAMPLE

    async def prepare(self) -> None:
        await upgrade(f"sqlite:///{self._template}", now=clock())

    @asynccontextmanager
    async def open(self, folder: Path) -> AsyncIterator[EpisodeDatabase]:
        file = folder / "glimpse.db"
        shutil.copy(self._template, file)
        yield SqliteFile(file)


# PostgreSQL


class PostgresDatabase:
    locks_everything = False  # a few tables

    def __init__(self, address: str) -> None:
        self._address = address

    @property
    def url(self) -> str:
        return self._address.replace("postgresql://", "postgresql+asyncpg://", 1)

    async def lock(self, seconds: float) -> None:
        connection = await asyncpg.connect(self._address)
        try:
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {_LOCKED} IN ACCESS EXCLUSIVE MODE")
                await asyncio.sleep(seconds)
        finally:
            await connection.close()

    async def rows(self, statement: str) -> list[Row]:
        connection = await asyncpg.connect(self._address)
        try:
            return [dict(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()


class PostgresEngine:
    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._template = ""

    async def prepare(self) -> None:
        self._template = await asyncio.to_thread(self._server.create)
        await upgrade(self._server.url(self._template), now=clock())

    @asynccontextmanager
    async def open(self, folder: Path) -> AsyncIterator[EpisodeDatabase]:
        name = f"{self._template}_{folder.name.replace('-', '_').lower()}"
        await self._run(f"CREATE DATABASE {name} TEMPLATE {self._template};")
        try:
            yield PostgresDatabase(self._server.url(name))
        finally:
            await self._run(f"DROP DATABASE {name} WITH (FORCE);")

    async def _run(self, statement: str) -> None:
        await asyncio.to_thread(self._server.run, statement)


@contextmanager
def opened_engines(names: Sequence[str]) -> Iterator[dict[str, Engine]]:
    """Those of these names, ready to make databases."""
    with tempfile.TemporaryDirectory(prefix="glimpse-chaos-", ignore_cleanup_errors=True) as where:
        folder = Path(where)
        engines: dict[str, Engine] = {}
        if "sqlite" in names:
            sqlite = SqliteEngine(folder)
            asyncio.run(sqlite.prepare())
            engines["sqlite"] = sqlite
        if "postgresql" not in names:
            yield engines
            return
        folder.chmod(0o755)  # PostgreSQL runs as another user where this runs as root
        server = Postgres(folder)
        try:
            postgres = PostgresEngine(server)
            asyncio.run(postgres.prepare())
            engines["postgresql"] = postgres
            yield engines
        finally:
            server.stop()
