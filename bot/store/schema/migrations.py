"""Bring a database to the shape that this program knows.

A database that is already there costs one SELECT; alembic is imported only where there is work.
All steps run in one transaction, under a lock that a second process waits for, and a SQLite file
is copied before. A new revision is made like this; the highest number is HEAD:

    alembic -c migrations/alembic.ini -x url=sqlite:///scratch.db upgrade head
    alembic -c migrations/alembic.ini -x url=sqlite:///scratch.db revision --autogenerate
        --rev-id 0002 -m "say what changes"
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import DatabaseTooNew, DatabaseUnavailable
from bot.store.engine.driver_errors import translated
from bot.store.engine.engines import (
    create_engines,
    create_postgres_pool,
    create_sqlite_writer,
    parse_url,
    sqlite_file,
)
from bot.store.engine.rotation import delete_older, upgrade_copies
from bot.store.engine.sqlite_copy import copy_database
from bot.store.schema.revisions import HEAD

_KEPT_COPIES = 3  # of those made before upgrades
_READ_PATIENCE = 30.0  # seconds
_WRITE_PATIENCE = 600.0  # seconds; another process may be migrating a large database
_LOCK = 0x676C696D707365  # "glimpse": PostgreSQL's advisory locks are numbers
# Rebuilding a table drops the old one, which would cascade; checked afterwards instead.
_PRAGMAS = ("synchronous = FULL", "foreign_keys = OFF")


@dataclass(frozen=True, kw_only=True, slots=True)
class Upgrade:
    """`before` and `after` are revisions; None: the database was empty."""

    before: str | None
    after: str
    backup: Path | None  # the copy made before; only of a SQLite file that was changed


async def current_revision(url: str) -> str | None:
    """The database's revision; None where it is empty or not there. Creates nothing."""
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    if file is not None and not file.exists():
        return None
    async with _connected(create_engines(parsed, patience=_READ_PATIENCE).reader) as connection:
        return await _read_revision(connection)


async def upgrade(url: str, *, now: datetime) -> Upgrade:
    """Bring the database to HEAD, all or nothing.

    Raises DatabaseTooNew for a revision that this program does not know, DatabaseUnavailable
    where the database can't be used, BackupFailed where no copy can be made.
    """
    if await current_revision(url) == HEAD:
        return Upgrade(before=HEAD, after=HEAD, backup=None)
    parsed = parse_url(url)
    async with _connected(_migrating_engine(parsed)) as connection, connection.begin():
        await _lock(connection)
        # Another process may have done it while this one waited for the lock.
        before = await _read_revision(connection)
        if before == HEAD:
            return Upgrade(before=HEAD, after=HEAD, backup=None)
        _check_is_known(before)
        backup = await _back_up(parsed, before, now)
        await connection.run_sync(_run_scripts)
        await _check_references(connection)
    return Upgrade(before=before, after=HEAD, backup=backup)


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    with translated():
        try:
            async with engine.connect() as connection:
                yield connection
        finally:
            await engine.dispose()


def _migrating_engine(url: URL) -> AsyncEngine:
    if sqlite_file(url) is None:
        return create_postgres_pool(url, patience=_WRITE_PATIENCE, size=1)
    return create_sqlite_writer(url, patience=_WRITE_PATIENCE, pragmas=_PRAGMAS)


async def _lock(connection: AsyncConnection) -> None:
    """Let one process migrate at a time; SQLite's transaction has taken the write lock already."""
    if connection.dialect.name != "sqlite":
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


async def _read_revision(connection: AsyncConnection) -> str | None:
    if not await connection.run_sync(_has_versions):
        return None
    found = await connection.execute(text("SELECT version_num FROM alembic_version"))
    revision: str | None = found.scalar_one_or_none()
    return revision


def _has_versions(connection: Connection) -> bool:
    return inspect(connection).has_table("alembic_version")


def _check_is_known(revision: str | None) -> None:
    if revision is not None and not is_known(revision):
        raise DatabaseTooNew(
            f"the database is at revision `{revision}`, this Glimpse knows none above `{HEAD}`: "
            "run the version that wrote it, or restore a backup"
        )


def is_known(revision: str) -> bool:
    """Whether this program can bring such a database up to date."""
    from bot.store.schema import migration_scripts

    return revision in migration_scripts.known_revisions()


def _run_scripts(connection: Connection) -> None:
    from bot.store.schema import migration_scripts

    migration_scripts.upgrade(connection, HEAD)


async def _check_references(connection: AsyncConnection) -> None:
    if connection.dialect.name != "sqlite":
        return  # checks as it goes
    dangling = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
    if dangling:
        raise DatabaseUnavailable(
            f"after migrating, {len(dangling)} rows of `{dangling[0][0]}` and perhaps others "
            "refer to rows that are not there; nothing was changed"
        )


async def _back_up(url: URL, revision: str | None, now: datetime) -> Path | None:
    file = sqlite_file(url)
    if file is None or revision is None:
        return None
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    backup = file.with_name(f"{file.name}.backup-{revision}-{stamp}")
    await asyncio.to_thread(copy_database, file, backup)
    delete_older(upgrade_copies(file), keep=_KEPT_COPIES)
    return backup
