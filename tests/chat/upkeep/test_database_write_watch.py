"""The database, tried by a write: a real file that is locked, or broken, and comes back."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.upkeep.database_write_watch import DatabaseWriteWatch
from bot.core.health import LONGEST_WRITE, PartState
from bot.store.database import Database

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def file(migrated_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_file, tmp_path / "glimpse.db"))


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    async with Database.open(f"sqlite:///{file}") as opened:
        yield opened


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def looked(watch: DatabaseWriteWatch) -> PartState:
    await watch.look()
    return watch.state()


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute(statement)
        other.commit()


async def test_database_that_takes_a_write_is_well(database: Database) -> None:
    observed = await looked(DatabaseWriteWatch(database, lambda: NOON, Seconds()))

    assert observed.is_well
    assert observed.sentence == "The database takes writes."


async def test_write_that_fails_is_told_until_one_succeeds(database: Database, file: Path) -> None:
    watch = DatabaseWriteWatch(database, lambda: NOON, Seconds())

    change(file, "ALTER TABLE claims RENAME TO gone")
    failed = await looked(watch)
    change(file, "ALTER TABLE gone RENAME TO claims")
    recovered = await looked(watch)

    assert not failed.is_well
    assert failed.sentence.startswith("No write succeeds: the database can't be used: no such")
    assert recovered.is_well


async def test_write_that_waits_for_a_lock_is_told_before_it_ends(
    database: Database, file: Path
) -> None:
    seconds = Seconds()
    watch = DatabaseWriteWatch(database, lambda: NOON, seconds)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        looking = asyncio.get_running_loop().create_task(watch.look())
        await asyncio.sleep(0)
        seconds.now = LONGEST_WRITE + 1
        locked = watch.state()
        other.execute("ROLLBACK")
    await looking

    assert locked.sentence == "No write succeeds: the database has not taken one for 11 s."
    assert watch.state().is_well


async def test_trial_leaves_no_rows(database: Database, file: Path) -> None:
    await looked(DatabaseWriteWatch(database, lambda: NOON, Seconds()))

    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT COUNT(*) FROM claims").fetchone() == (0,)
