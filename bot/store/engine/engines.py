"""The two engines, set up so that they behave alike.

SQLite: one connection writes, some others read. More writers would only wait for each other.
PostgreSQL: one pool for both; what reads cannot write there either.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.core.errors import ConfigurationError
from bot.store.engine.sqlite_driver import connect
from bot.store.engine.storable_text import clean_all_parameters

_READERS = 4
_POOL = 10  # PostgreSQL connections of one process at most

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}

# FULL: an answer that was shown has been charged, even if the power fails right after.
_WRITER_PRAGMAS = ("synchronous = FULL", "foreign_keys = ON")
_READER_PRAGMAS = ("query_only = ON",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Engines:
    writer: AsyncEngine
    reader: AsyncEngine
    has_one_writer: bool

    async def dispose(self) -> None:
        await self.reader.dispose()
        await self.writer.dispose()


def parse_url(url: str) -> URL:
    """Read `sqlite:///FILE` or `postgresql://…`; raises ConfigurationError without the password."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(("`database.url` is not a database URL",)) from None
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        problem = f"`database.url` names `{parsed.drivername}`; sqlite and postgresql are known"
        raise ConfigurationError((problem,))
    if driver.startswith("sqlite") and parsed.database in {None, "", ":memory:"}:
        raise ConfigurationError(("`database.url` names no file: sqlite:///glimpse.db",))
    return parsed.set(drivername=driver)


def sqlite_file(url: URL) -> Path | None:
    """The database's file; None for a server."""
    return Path(url.database or "") if url.drivername.startswith("sqlite") else None


def create_engines(url: URL, *, patience: float) -> Engines:
    """Make the engines; nothing connects yet. `patience` is in seconds."""
    if sqlite_file(url) is not None:
        writer = create_sqlite_writer(url, patience=patience)
        return Engines(
            writer=writer, reader=_sqlite_reader(url, patience=patience), has_one_writer=True
        )
    pool = create_postgres_pool(url, patience=patience, size=_POOL)
    reader = pool.execution_options(postgresql_readonly=True)
    return Engines(writer=pool, reader=reader, has_one_writer=False)


def create_sqlite_writer(
    url: URL, *, patience: float, pragmas: tuple[str, ...] = _WRITER_PRAGMAS
) -> AsyncEngine:
    engine = _create_sqlite(url, patience=patience, size=1, pragmas=pragmas, is_writer=True)
    # A transaction that begins by reading and writes later fails at once when another process
    # has written in between: so the write lock is taken at the beginning, where it is waited for.
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def create_postgres_pool(url: URL, *, patience: float, size: int) -> AsyncEngine:
    try:
        engine = create_async_engine(
            url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=patience,
            pool_pre_ping=True,  # a restarted server costs nobody an answer
            isolation_level="READ COMMITTED",
            hide_parameters=True,
            connect_args={
                "timeout": patience,
                "command_timeout": patience,
                "server_settings": {"application_name": "glimpse"},
            },
        )
    except ModuleNotFoundError as error:
        problem = "`database.url` names PostgreSQL, which needs the extra `glimpse[postgres]`"
        raise ConfigurationError((problem,)) from error
    clean_all_parameters(engine)
    return engine


def _sqlite_reader(url: URL, *, patience: float) -> AsyncEngine:
    # No BEGIN: each statement sees one consistent state by itself, and most readers ask once.
    return _create_sqlite(url, patience=patience, size=_READERS, pragmas=_READER_PRAGMAS)


def _create_sqlite(
    url: URL, *, patience: float, size: int, pragmas: tuple[str, ...], is_writer: bool = False
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience,
        hide_parameters=True,
        async_creator=partial(
            connect, Path(url.database or ""), patience=patience, is_writer=is_writer
        ),
    )

    def set_pragmas(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", set_pragmas)
    clean_all_parameters(engine)
    return engine


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
