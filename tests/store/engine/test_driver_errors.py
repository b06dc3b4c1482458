"""Foreign errors become the project's own: one sentence, no secret."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.core.errors import DatabaseBusy, DatabaseDamaged, DatabaseUnavailable
from bot.store.database import Database
from bot.store.engine.driver_errors import translated
from tests.store.conftest import Postgres
from tests.store.limit_rows import count_limits, insert_limit


async def test_row_that_breaks_a_rule_is_its_writers_error(database: Database) -> None:
    async with database.transaction() as tx:
        await insert_limit(tx)

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await insert_limit(tx)

    assert await count_limits(database) == 1


def _remove_folder(file: Path) -> None:
    shutil.rmtree(file.parent)


def _write_nonsense(file: Path) -> None:
    file.write_bytes(b"no database " * 1_000)


def _make_directory(file: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize("harm", [_remove_folder, _write_nonsense, _make_directory])
async def test_open_of_no_database_is_one_sentence(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    file = tmp_path / "folder" / "glimpse.db"
    file.parent.mkdir()
    harm(file)

    with pytest.raises(DatabaseUnavailable, match="the database can't be used") as refusal:
        async with Database.open(f"sqlite:///{file}"):
            pass

    assert len(str(refusal.value).splitlines()) == 1


def test_server_that_does_not_answer_in_time_is_said_in_words() -> None:
    """`the database can't be used: TimeoutError` was the whole sentence."""
    with pytest.raises(DatabaseUnavailable, match="can't be used: no answer in time"), translated():
        raise TimeoutError


async def test_file_that_can_not_be_opened_says_what_to_look_at(tmp_path: Path) -> None:
    """`unable to open database file` was all that an operator could go by."""
    with pytest.raises(DatabaseUnavailable, match="is its folder there, and may the bot write"):
        async with Database.open(f"sqlite:///{tmp_path}/none/glimpse.db"):
            pass


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
        with pytest.raises(DatabaseDamaged, match=r"malformed .*`glimpse database restore FILE`"):
            await count_limits(database)
        assert database.damage is not None


async def test_damage_that_a_server_meets_is_remembered(postgresql_url: str) -> None:
    met = text("DO $$ BEGIN RAISE EXCEPTION 'invalid page' USING ERRCODE = 'XX001'; END $$")
    async with Database.open(postgresql_url) as database:
        with pytest.raises(DatabaseDamaged, match="invalid page"):
            async with database.reading() as connection:
                await connection.execute(met)
        assert database.damage is not None


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://glimpse:hunter2@127.0.0.1:1/glimpse", id="nobody listens"),
        pytest.param("postgresql://glimpse:hunter2@/x?host=/nowhere", id="no socket"),
        pytest.param("postgresql://glimpse:hunter2@glimpse.invalid/x", id="no such host"),
    ],
)
async def test_open_of_no_server_says_so_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseUnavailable) as refusal:
        async with Database.open(url, patience=5):
            pass

    assert "hunter2" not in str(refusal.value)


async def test_open_of_a_missing_database_names_it(
    postgres: Postgres,
) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"can't be used: .*glimpse_missing"):
        async with Database.open(postgres.url("glimpse_missing")):
            pass


async def test_lock_of_somebody_else_is_told_apart_from_a_failure(url: str) -> None:
    async with (
        Database.open(url) as other,
        Database.open(url, patience=0.2) as database,
        other.transaction() as held,
    ):
        await insert_limit(held)
        with pytest.raises(DatabaseBusy):
            async with database.transaction() as tx:
                await insert_limit(tx)
