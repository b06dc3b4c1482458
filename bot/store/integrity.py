"""Whether the database is whole: a quick look at each start, and a thorough one when asked for."""

import asyncio
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core import wording
from bot.core.errors import DatabaseDamaged
from bot.store.engine import sqlite_integrity
from bot.store.engine.driver_errors import translated
from bot.store.engine.engines import create_engines, parse_url, sqlite_file

AT_START: Final = 10.0  # seconds
_PATIENCE: Final = 3600.0  # seconds; a large table takes its time
_LONGEST_CAUSE: Final = 200  # characters

_TABLES = text(
    "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name"
)


async def check_quickly(url: str, *, within: float = AT_START) -> bool:
    """Whether there was time to look at everything. PostgreSQL looks after itself.

    Raises DatabaseDamaged, and DatabaseUnavailable where the file can't be read.
    """
    file = sqlite_file(parse_url(url))
    if file is None or not file.exists():
        return True
    found = await asyncio.to_thread(sqlite_integrity.quick_check, file, within=within)
    if found:
        raise damaged(file, found)
    return found is not None


async def find_damage(url: str) -> list[str]:
    """Read everything: a line for each damage. Raises DatabaseUnavailable.

    On PostgreSQL every table is read; its indices are not.
    """
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    if file is not None:
        return await asyncio.to_thread(sqlite_integrity.check_whole, file)
    engines = create_engines(parsed, patience=_PATIENCE)
    try:
        with translated():
            return await _read_every_table(engines.reader)
    finally:
        await engines.dispose()


def damaged(file: Path, found: list[str]) -> DatabaseDamaged:
    return DatabaseDamaged(wording.database_damaged(str(file), found[0]))


async def _read_every_table(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        names = (await connection.execute(_TABLES)).scalars().all()
    found = []
    for name in names:
        async with engine.connect() as connection:
            cause = await _read_table(connection, name)
        if cause:
            found.append(f"the table `{name}` can't be read: {cause}")
    return found


async def _read_table(connection: AsyncConnection, name: str) -> str:
    """Why it can't be read; empty: it can. The length needs every value, also those kept apart."""
    quoted = connection.dialect.identifier_preparer.quote(name)
    statement = f"SELECT COALESCE(SUM(LENGTH(CAST(each.* AS TEXT))), 0) FROM {quoted} AS each"  # noqa: S608
    try:
        await connection.execute(text(statement))
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        cause = str(error.orig).partition(">: ")[2] or str(error.orig)
        return cause.splitlines()[0][:_LONGEST_CAUSE]
    return ""
