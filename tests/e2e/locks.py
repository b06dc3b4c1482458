"""Somebody else who holds the bot's database up, on either engine."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import asyncpg

from tests.e2e.conftest import Town


@asynccontextmanager
async def locked(town: Town) -> AsyncIterator[None]:
    """Nothing can be claimed meanwhile: with SQLite, nothing be written at all."""
    url = str(town.config["database"]["url"])
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(town.folder / "glimpse.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE claims IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()
