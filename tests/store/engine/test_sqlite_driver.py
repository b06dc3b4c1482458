"""SQLite as the driver sets it up."""

from sqlalchemy import text

from bot.store.database import Database


async def test_sqlite_file_is_set_up_to_lose_nothing(sqlite_url: str) -> None:
    async with Database.open(sqlite_url) as database, database.transaction() as tx:
        pragmas = {
            name: (await tx.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    # synchronous 2 is FULL.
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }
