"""A database in which something was used, and commands that look into it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.core.messages.incoming_message import Place
from bot.store.database import Database
from bot.store.schema.migrations import upgrade
from tests.store.spending import use


async def fill(file: Path) -> None:
    now = datetime.now(UTC)
    await upgrade(f"sqlite:///{file}", now=now)
    async with Database.open(f"sqlite:///{file}") as database:
        await use(database, 100, at=now, cost=2_000_000)
        await use(database, 50, at=now, place=Place(guild_id=0, channel_id=1))


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement).rowcount
