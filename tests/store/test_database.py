"""Transactions: all or nothing, also when cancelled; errors in our own words, without secrets."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.errors import ConfigurationError, DatabaseUnavailable
from bot.store.database import Database
from bot.store.schema.tables import limits
from tests.store.conftest import Postgres
from tests.store.samples import ADA, NOW, SHOP

# Seconds of work for the engine, so that a cancellation meets it in the middle of a statement.
SLOW = {
    "sqlite": """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
        SELECT count(*) FROM n
    """,
    "postgresql": "SELECT pg_sleep(5)",
}


async def _insert(tx: AsyncConnection, *, user_id: int = ADA, at: datetime = NOW) -> None:
    await tx.execute(
        insert(limits),
        {
            "guild_id": SHOP,
            "subject_kind": "user",
            "subject_id": user_id,
            "unit": "tokens",
            "period": "day",
            "amount": 1,
            "set_by": 1,
            "set_at": at,
            "reason": "",
        },
    )


async def _count(database: Database) -> int:
    async with database.reading() as conn:
        found: int = (await conn.execute(select(func.count()).select_from(limits))).scalar_one()
    return found


async def test_transaction_that_ends_well_is_seen_by_readers(database: Database) -> None:
    async with database.transaction() as tx:
        await _insert(tx)

    assert await _count(database) == 1


async def test_transaction_is_not_seen_by_readers_before_it_ends(database: Database) -> None:
    async with database.transaction() as tx:
        await _insert(tx)

        assert await _count(database) == 0


async def test_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as tx:
            await _insert(tx)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await _count(database) == 0


async def test_transaction_cancelled_while_waiting_leaves_nothing_and_can_be_repeated(
    database: Database,
) -> None:
    reached = asyncio.Event()

    async def write() -> None:
        async with database.transaction() as tx:
            await _insert(tx)
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await _count(database) == 0
    async with database.transaction() as tx:
        await _insert(tx)
    assert await _count(database) == 1


@pytest.mark.parametrize("cancellations", [1, 2])
async def test_transaction_cancelled_in_a_statement_leaves_nothing_and_can_be_repeated(
    database: Database, cancellations: int
) -> None:
    reached = asyncio.Event()

    async def write() -> None:
        async with database.transaction() as tx:
            await _insert(tx)
            reached.set()
            await tx.execute(text(SLOW[tx.dialect.name]))

    task = asyncio.create_task(write())
    await reached.wait()
    await asyncio.sleep(0.02)
    for _ in range(cancellations):
        task.cancel()
        await asyncio.sleep(0.005)
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await _count(database) == 0
    async with database.transaction() as tx:
        await _insert(tx)
    assert await _count(database) == 1


async def test_transaction_cancelled_in_a_statement_lets_go_of_the_lock_while_its_error_is_kept(
    sqlite_url: str,
) -> None:
    async def write(database: Database) -> None:
        async with database.transaction() as tx:
            await _insert(tx)
            await tx.execute(text(SLOW["sqlite"]))

    async with Database.open(sqlite_url, patience=2) as database:
        for _ in range(5):
            task = asyncio.create_task(write(database))
            await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as kept:
                await task

            async with database.transaction() as tx:
                assert kept.traceback  # keeps the cursor alive
                await tx.execute(text("SELECT 1"))


async def test_transaction_cancelled_before_its_turn_lets_the_next_one_through(
    database: Database,
) -> None:
    async def write(user_id: int) -> None:
        async with database.transaction() as tx:
            await _insert(tx, user_id=user_id)

    async with database.transaction() as tx:
        await _insert(tx)
        impatient, patient = asyncio.create_task(write(1)), asyncio.create_task(write(2))
        await asyncio.sleep(0.01)
        impatient.cancel()
    await patient

    assert await _count(database) >= 2


async def test_cancelling_at_any_moment_never_leaves_half_a_transaction(
    database: Database,
) -> None:
    async def write_two(first: int) -> None:
        async with database.transaction() as tx:
            await _insert(tx, user_id=first)
            await _insert(tx, user_id=first + 1)

    for attempt in range(40):
        task = asyncio.create_task(write_two(attempt * 2))
        for _ in range(attempt):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert await _count(database) % 2 == 0
    async with database.transaction() as tx:
        await _insert(tx, user_id=1_000)


async def test_transactions_of_sqlite_are_served_in_order_of_arrival(sqlite_url: str) -> None:
    order = []

    async with Database.open(sqlite_url) as database:

        async def write(number: int) -> None:
            async with database.transaction():
                order.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(write(number) for number in range(20)))

    assert order == list(range(20))


async def test_transaction_that_is_not_reached_in_time_is_refused(sqlite_url: str) -> None:
    async with Database.open(sqlite_url, patience=0.05) as database, database.transaction():
        with pytest.raises(DatabaseUnavailable, match=r"busy: no turn in 0\.05 seconds"):
            async with database.transaction():
                pass


async def test_transaction_while_another_process_writes_for_too_long_is_refused(
    sqlite_url: str,
) -> None:
    async with Database.open(sqlite_url) as other, other.transaction() as tx:
        await _insert(tx)
        with pytest.raises(DatabaseUnavailable, match="database is locked"):
            async with Database.open(sqlite_url, patience=0.05):
                pass


async def test_reading_while_another_process_writes_does_not_wait(sqlite_url: str) -> None:
    async with Database.open(sqlite_url, patience=0.05) as database, database.transaction() as tx:
        await _insert(tx)

        assert await _count(database) == 0


async def test_reading_refuses_to_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"readonly|read-only"):
        async with database.reading() as conn:
            await _insert(conn)


async def test_row_that_breaks_a_rule_is_left_to_whoever_wrote_it(database: Database) -> None:
    async with database.transaction() as tx:
        await _insert(tx)

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await _insert(tx)

    assert await _count(database) == 1


async def test_statement_that_takes_too_long_on_postgresql_is_given_up(
    postgresql_url: str,
) -> None:
    async with Database.open(postgresql_url, patience=0.3) as database:
        with pytest.raises(DatabaseUnavailable):
            async with database.transaction() as tx:
                await tx.execute(text("SELECT pg_sleep(5)"))

        assert await _count(database) == 0


async def test_server_that_closed_our_connections_costs_nobody_an_answer(
    postgresql_url: str, postgres: Postgres
) -> None:
    async with Database.open(postgresql_url) as database:
        assert await _count(database) == 0
        postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'glimpse';"
        )

        assert await _count(database) == 0


async def test_instant_of_another_zone_comes_back_as_the_same_instant_in_utc(
    database: Database,
) -> None:
    tokyo = timezone(timedelta(hours=9))
    instant = datetime(2026, 11, 22, 0, 30, 0, 123456, tzinfo=tokyo)
    async with database.transaction() as tx:
        await _insert(tx, at=instant)

    async with database.reading() as conn:
        found = (await conn.execute(select(limits.c.set_at))).scalar_one()
        same = await conn.execute(select(limits).where(limits.c.set_at == instant))

    assert found == instant
    assert found.tzinfo is UTC
    assert same.first() is not None


async def test_instant_without_an_offset_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="has no offset"):
        async with database.transaction() as tx:
            await _insert(tx, at=NOW.replace(tzinfo=None))

    assert await _count(database) == 0


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


def _remove_folder(file: Path) -> None:
    shutil.rmtree(file.parent)


def _write_nonsense(file: Path) -> None:
    file.write_bytes(b"no database " * 1_000)


def _make_directory(file: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize("harm", [_remove_folder, _write_nonsense, _make_directory])
async def test_open_of_a_file_that_is_no_database_is_one_sentence(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    file = tmp_path / "folder" / "glimpse.db"
    file.parent.mkdir()
    harm(file)

    with pytest.raises(DatabaseUnavailable, match="the database can't be used") as refusal:
        async with Database.open(f"sqlite:///{file}"):
            pass

    assert len(str(refusal.value).splitlines()) == 1


@pytest.fixture
def damaged_url(sqlite_url: str) -> str:
    """A database whose table of limits was overwritten by something else."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as conn:
        (page,) = conn.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'limits'"
        ).fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(content)
    return sqlite_url


async def test_damaged_page_in_use_is_reported_as_unavailable(damaged_url: str) -> None:
    async with Database.open(damaged_url) as database:
        with pytest.raises(DatabaseUnavailable, match="malformed"):
            await _count(database)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://glimpse:hunter2@127.0.0.1:1/glimpse", id="nobody listens"),
        pytest.param("postgresql://glimpse:hunter2@/x?host=/nowhere", id="no socket"),
        pytest.param("postgresql://glimpse:hunter2@glimpse.invalid/x", id="no such host"),
    ],
)
async def test_open_of_a_server_that_is_not_there_says_so_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseUnavailable) as refusal:
        async with Database.open(url, patience=5):
            pass

    assert "hunter2" not in str(refusal.value)


async def test_open_of_a_database_that_the_server_does_not_have_names_it(
    postgres: Postgres,
) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"can't be used: .*glimpse_missing"):
        async with Database.open(postgres.url("glimpse_missing")):
            pass


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("hunter2", "not a database URL"),
        ("mysql://root:hunter2@localhost/x", "`mysql`"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
async def test_open_of_an_unusable_url_is_a_mistake_in_the_configuration(
    url: str, complaint: str
) -> None:
    with pytest.raises(ConfigurationError, match=complaint) as refusal:
        async with Database.open(url):
            pass

    assert "hunter2" not in str(refusal.value)


def test_store_with_sqlite_loads_neither_alembic_nor_what_only_postgresql_needs() -> None:
    script = (
        "import sys, bot.store.database, bot.store.quota.ledger, bot.store.conversations.history, bot.store.schema.migrations;"
        "print([m for m in ('alembic', 'asyncpg', 'sqlalchemy.dialects.postgresql')"
        " if m in sys.modules])"
    )

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert loaded.stdout.decode().strip() == "[]"
