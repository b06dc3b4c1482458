"""Migrations: the tables are what the program thinks, up and down, once, and never without a copy."""

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, String, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.core.calendar.periods import Period
from bot.core.errors import BackupFailed, DatabaseTooNew, DatabaseUnavailable
from bot.store.database import Database
from bot.store.engine.engines import parse_url
from bot.store.schema import migration_scripts, migrations, revisions
from bot.store.schema.migrations import current_revision, upgrade
from bot.store.schema.revisions import HEAD
from bot.store.schema.tables import metadata
from tests.store.samples import NOW, spend

REVISIONS = migration_scripts.known_revisions()

CLUSTERED = {
    "conversations",
    "turns",
    "turn_images",
    "turn_files",
    "turn_messages",
    "reservations",
    "counters",
    "limits",
    "draws",
    "blocks",
    "preferences",
    "estimates",
    "questions",
    "watermarks",
    "leases",
    "claims",
    "deferrals",
    "delegates",
    "delegations",
}

# One row for each new table; a revision that changes a table brings that one's row anew.
_ROWS = {
    "0001": {
        "conversations": "('message:1', 9, 5, :now, :now, 1)",
        "turns": "('message:1', 0, 9, 'user', 'hello', 1, NULL, 11, 'Ada', :now)",
        "turn_images": "('message:1', 0, 0, 9, 'ab', 'image/png', 1, 1, 'cat', '', :no)",
        "turn_messages": "(2, 'message:1', 0, 9)",
        "reservations": "(1, 9, 5, NULL, 11, 10, 'm', 'o', :now, :now, :now, :now, NULL, NULL, NULL)",
        "ledger": "(1, 'usage', 1, 9, 5, 11, 'm', 1, 0, 1, 0, 2, NULL, :no, 'failed', :now, :now, :now)",
        "counters": "(9, 'user', 11, :now, 2, 0, 1)",
        "limits": "(9, 'user', 11, NULL, 99, :now, '')",
        "audit": "(1, 9, :now, 99, 'reset', 'user', 11, NULL, NULL, '')",
    },
    "0002": {
        "preferences": "(9, 'channel', 5, 'model', 'm', 99, :now)",
    },
    "0003": {
        "estimates": "('api.example', 'm', 5, 1100, 50, 0, 1000, 0, 62)",
    },
    "0004": {
        "turn_files": "('message:1', 0, 0, 9, 'text', 'ab', 'a.log', 'x', '', 1, 1, 0, '', 0, :no)",
    },
    "0005": {
        "reservations": "(1, 9, 5, NULL, 11, 7, 10, 20, 'm', 'o', :now, :now, :now, :now, :now, :now, "
        "NULL, NULL, NULL, NULL)",
        "ledger": "(1, 'usage', 1, 9, 5, 11, 'm', 1, 0, 1, 0, 2, NULL, :no, 'failed', :now, :now, :now, "
        "4, 7, 1, :now, :now, :now)",
        "counters": "(9, 'user', 11, 'day', :now, 2, 0, 1, 1, 0, 0)",
        "limits": "(9, 'role', 7, 'dollars', 'month', 5, 99, :now, '')",
        "audit": "(1, 9, :now, 99, 'reset', 'user', 11, NULL, NULL, '', NULL)",
        "grants": "(1, 9, 'role', 7, 'tokens', 50, 'exam', 99, :now, :now, NULL)",
        "draws": "(1, 11, 1, 9, 2)",
        "blocks": "(9, 'server', 9, NULL, 99, :now, '')",
    },
    "0006": {
        "ledger": "(1, 'usage', NULL, 9, 5, 11, 'm', 1, 0, 1, 0, 2, NULL, :no, 'interrupted', :now, :now, :now, "
        "4, 7, 0, :now, :now, :now, 8)",
        "counters": "(9, 'user', 11, 'day', :now, 2, 0, 1, 3, 0, 0)",
        "questions": "(1, 9, 5, NULL, 11, 'o', 'owed', :now, 1, '[1]', '[2]', '[\"hi\"]', NULL)",
        "watermarks": "('gateway', 8, :now)",
        "leases": "('o', 'ab12', :now, :now, :now)",
        "claims": "(4, :now)",
    },
    "0007": {
        "delegations": "(9, :now, :now)",
        "delegates": "(9, 'quota', 'role', 7, :no)",
    },
    "0008": {
        "questions": "(1, 9, 5, NULL, 11, 'o', 'owed', :now, 1, '[1]', '[2]', '[\"hi\"]', NULL, 1)",
        "owed_files": "(1, 0, 9, 'picture-1.png', 'A cat', 3, 'png')",
    },
    "0009": {
        "deferrals": "(4, 'ab12', 'token', :no, :now)",
    },
}


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(parse_url(url))
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


async def _fill(connection: AsyncConnection, revision: str) -> None:
    """A row for every table there is at `revision`."""
    rows: dict[str, str] = {}
    for each in REVISIONS[: REVISIONS.index(revision) + 1]:
        rows |= _ROWS.get(each, {})
    for table, values in rows.items():
        whole = values[:-1] + ", :now" * await connection.run_sync(_count_left_out, table, values)
        literal = whole.replace(":now", f"'{NOW:%Y-%m-%d %H:%M:%S.%f}'").replace(":no", "FALSE")
        await connection.execute(text(f"INSERT INTO {table} VALUES {literal})"))  # noqa: S608


def _count_left_out(connection: Connection, table: str, values: str) -> int:
    """Columns that a revision without rows has added, as one for a new period does: instants."""
    return len(inspect(connection).get_columns(table)) - values.count(",") - 1


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def test_head_is_the_newest_of_the_scripts() -> None:
    assert REVISIONS[-1] == HEAD


async def test_migrations_make_the_tables_that_the_program_knows(empty_url: str) -> None:
    await upgrade(empty_url, now=NOW)

    async with _connected(empty_url) as connection:
        assert await connection.run_sync(_differences) == []


def test_values_of_periods_fit_their_columns() -> None:
    columns = [metadata.tables[table].c.period.type for table in ("counters", "limits")]

    lengths = {column.length or 0 for column in columns if isinstance(column, String)}

    assert max(len(period) for period in Period) <= min(lengths)


async def test_comparison_of_tables_finds_a_column_that_is_missing(empty_url: str) -> None:
    await upgrade(empty_url, now=NOW)

    async with _connected(empty_url) as connection:
        await connection.execute(text("ALTER TABLE audit DROP COLUMN reason"))
        assert len(await connection.run_sync(_differences)) == 1


@pytest.mark.parametrize("revision", REVISIONS)
async def test_revision_goes_up_down_and_up_again_with_rows(empty_url: str, revision: str) -> None:
    below = dict(zip(REVISIONS[1:], REVISIONS, strict=False)).get(revision, "base")
    async with _connected(empty_url) as connection:
        await connection.run_sync(migration_scripts.upgrade, revision)
        await _fill(connection, revision)

    async with _connected(empty_url) as connection:
        await connection.run_sync(migration_scripts.downgrade, below)
    async with _connected(empty_url) as connection:
        await connection.run_sync(migration_scripts.upgrade, HEAD)

        assert await connection.run_sync(_differences) == []


async def test_downgrade_of_files_takes_the_pictures_of_their_pages_along(empty_url: str) -> None:
    page = "('message:1', 0, 1, 9, 'cd', 'image/png', 1, 1, 'a.pdf', 'page 1 of 1 of a PDF', FALSE)"
    async with _connected(empty_url) as connection:
        await connection.run_sync(migration_scripts.upgrade, "0004")
        await _fill(connection, "0004")
        await connection.execute(text(f"INSERT INTO turn_images VALUES {page}"))  # noqa: S608
        await connection.execute(text("UPDATE turn_files SET page_images = 1"))

    async with _connected(empty_url) as connection:
        await connection.run_sync(migration_scripts.downgrade, "0003")

        left = await connection.execute(text("SELECT name FROM turn_images"))
        assert left.scalars().all() == ["cat"]


async def test_downgrade_charges_members_what_the_operator_bore(empty_url: str) -> None:
    async with _connected(empty_url) as connection:
        await connection.run_sync(migration_scripts.upgrade, "0006")
        await _fill(connection, "0006")

    async with _connected(empty_url) as connection:
        await connection.run_sync(migration_scripts.downgrade, "0005")

        exempt = await connection.execute(text("SELECT exempt_tokens FROM counters"))
        assert exempt.scalars().all() == [1]


async def test_downgrade_to_nothing_leaves_no_table(empty_url: str) -> None:
    await upgrade(empty_url, now=NOW)

    async with _connected(empty_url) as connection:
        await connection.run_sync(migration_scripts.downgrade, "base")

        assert await connection.run_sync(_names) == ["alembic_version"]


async def test_upgrade_of_an_empty_database_copies_nothing(
    empty_url: str,
) -> None:
    done = await upgrade(empty_url, now=NOW)

    assert (done.before, done.after, done.backup) == (None, HEAD, None)
    assert await current_revision(empty_url) == HEAD


async def test_upgrade_of_a_current_database_changes_nothing(url: str) -> None:
    done = await upgrade(url, now=NOW)

    assert (done.before, done.after, done.backup) == (HEAD, HEAD, None)


async def test_upgrade_in_many_processes_at_once_happens_once(empty_url: str) -> None:
    done = await asyncio.gather(*(upgrade(empty_url, now=NOW) for _ in range(4)))

    assert sorted(str(each.before) for each in done) == [HEAD, HEAD, HEAD, "None"]


async def test_upgrade_that_fails_leaves_nothing_half_done(empty_url: str) -> None:
    async with _connected(empty_url) as connection:
        await connection.execute(text("CREATE TABLE turns (theirs INTEGER)"))

    with pytest.raises(DatabaseUnavailable, match="turns"):
        await upgrade(empty_url, now=NOW)

    async with _connected(empty_url) as connection:
        assert await connection.run_sync(_names) == ["turns"]


async def test_current_revision_of_no_file_creates_none(tmp_path: Path) -> None:
    file = tmp_path / "glimpse.db"

    assert await current_revision(f"sqlite:///{file}") is None
    assert not file.exists()


async def test_database_of_a_newer_version_is_refused_and_left_alone(
    empty_url: str,
) -> None:
    await upgrade(empty_url, now=NOW)
    async with _connected(empty_url) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseTooNew, match="`9999`"):
        await upgrade(empty_url, now=NOW)

    assert await current_revision(empty_url) == "9999"


NextRevision = Callable[[str], None]


@pytest.fixture
def release_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> NextRevision:
    """Release a Glimpse that brings one revision more, whose upgrade does what is given."""

    def release(body: str) -> None:
        scripts = tmp_path / "next"
        shutil.copytree(revisions.SCRIPTS, scripts)
        (scripts / "versions" / "next.py").write_text(
            f"""
from alembic import op

revision = "next"
down_revision = "{HEAD}"

def upgrade():
    {body}
"""
        )
        monkeypatch.setattr(migration_scripts, "SCRIPTS", scripts)
        monkeypatch.setattr(migrations, "HEAD", "next")

    return release


async def test_upgrade_of_a_sqlite_file_copies_it_first(
    sqlite_url: str, release_next: NextRevision
) -> None:
    async with Database.open(sqlite_url) as database:
        await spend(database, 1, 100)
    release_next('op.execute("DELETE FROM counters")')

    done = await upgrade(sqlite_url, now=datetime(2026, 12, 1, 8, 5, tzinfo=UTC))

    assert (done.before, done.after) == (HEAD, "next")
    assert done.backup is not None
    assert done.backup.name == f"glimpse.db.backup-{HEAD}-20261201T080500Z"
    assert _ask(done.backup, "SELECT DISTINCT spent_tokens FROM counters") == [(100,)]
    assert _ask(done.backup, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert _ask(_file(sqlite_url), "SELECT DISTINCT spent_tokens FROM counters") == []


async def test_upgrade_keeps_the_newest_three_copies(
    sqlite_url: str, release_next: NextRevision
) -> None:
    file = _file(sqlite_url)
    older = [file.with_name(f"{file.name}.backup-0001-2026010{day}T000000Z") for day in range(1, 5)]
    for each in older:
        shutil.copy(file, each)
    release_next('op.execute("DELETE FROM counters")')

    done = await upgrade(sqlite_url, now=NOW)

    assert done.backup is not None
    assert sorted(_copies(file)) == sorted([*older[-2:], done.backup])


def _copies(file: Path) -> list[Path]:
    return list(file.parent.glob(f"{file.name}.backup-*"))


async def test_upgrade_copies_the_write_ahead_log_too(
    sqlite_url: str, release_next: NextRevision
) -> None:
    release_next('op.execute("DELETE FROM counters")')

    async with Database.open(sqlite_url) as running:
        await spend(running, 1, 100)
        done = await upgrade(sqlite_url, now=NOW)

    assert done.backup is not None
    assert _ask(done.backup, "SELECT DISTINCT spent_tokens FROM counters") == [(100,)]


async def test_upgrade_of_a_server_makes_no_copy(
    postgresql_own_url: str, release_next: NextRevision
) -> None:
    await upgrade(postgresql_own_url, now=NOW)
    release_next('op.execute("DELETE FROM counters")')

    done = await upgrade(postgresql_own_url, now=NOW)

    assert (done.before, done.after, done.backup) == (HEAD, "next", None)


async def test_upgrade_that_fails_keeps_the_old_tables(
    empty_url: str, release_next: NextRevision
) -> None:
    await upgrade(empty_url, now=NOW)
    release_next('op.execute("DROP TABLE audit"); op.execute("DROP TABLE no_such_table")')

    with pytest.raises(DatabaseUnavailable, match="no_such_table"):
        await upgrade(empty_url, now=NOW)

    async with _connected(empty_url) as connection:
        assert "audit" in await connection.run_sync(_names)
    assert await current_revision(empty_url) == HEAD


async def test_upgrade_that_would_leave_dangling_rows_on_sqlite_is_undone(
    sqlite_url: str, release_next: NextRevision
) -> None:
    async with _connected(sqlite_url) as connection:
        await _fill(connection, HEAD)
    release_next('op.execute("DELETE FROM turns")')

    with pytest.raises(DatabaseUnavailable, match="nothing was changed"):
        await upgrade(sqlite_url, now=NOW)

    assert _ask(_file(sqlite_url), "SELECT text FROM turns") == [("hello",)]


async def test_upgrade_whose_copy_can_not_be_made_changes_nothing(
    sqlite_url: str, release_next: NextRevision
) -> None:
    release_next('op.execute("DROP TABLE audit")')
    in_the_way = f"glimpse.db.backup-{HEAD}-20261121T153000Z"
    _file(sqlite_url).with_name(in_the_way).mkdir()

    with pytest.raises(BackupFailed):
        await upgrade(sqlite_url, now=NOW)

    assert await current_revision(sqlite_url) == HEAD


async def test_tables_with_an_own_key_are_clustered_on_sqlite(sqlite_url: str) -> None:
    found = _ask(_file(sqlite_url), "SELECT name, sql FROM sqlite_master WHERE type = 'table'")

    assert {name for name, sql in found if sql.rstrip().endswith("WITHOUT ROWID")} == CLUSTERED


async def test_upgrade_of_a_current_database_does_not_load_alembic(url: str) -> None:
    script = (
        "import asyncio, sys; from datetime import datetime, UTC;"
        "from bot.store.schema.migrations import upgrade;"
        f"asyncio.run(upgrade({url!r}, now=datetime(2026, 11, 21, tzinfo=UTC)));"
        "print('alembic' in sys.modules)"
    )

    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await run.communicate()

    assert printed.decode().strip() == "False"


def _names(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


def _ask(file: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(question).fetchall()


async def test_upgrade_waits_for_a_process_making_the_same_file(
    sqlite_own_url: str,
) -> None:
    """At the switch to a write-ahead log SQLite itself says "database is locked" at once."""
    with closing(sqlite3.connect(_file(sqlite_own_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE theirs (number INTEGER)")
        async with asyncio.TaskGroup() as tasks:
            upgrading = tasks.create_task(upgrade(sqlite_own_url, now=NOW))
            await asyncio.sleep(0.3)
            other.execute("ROLLBACK")

    assert upgrading.result().after == HEAD
