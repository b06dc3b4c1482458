"""A database that is full, read-only, locked or gone: whole answers stay whole, and are charged."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import pytest

from bot.core import wording
from bot.core.answers.events import Completed, TextDelta
from bot.store.database import Database
from tests.chat.conftest import MakeRoom, message, until
from tests.fakes import USAGE, FakeModel
from tests.store.full_disk import no_file_grows_beyond

Fault = Callable[[Database, Path], AbstractAsyncContextManager[object]]


@pytest.fixture
async def database(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Nobody waits long for a lock."""
    file = Path(shutil.copy(migrated_file, tmp_path / "glimpse.db"))
    async with Database.open(f"sqlite:///{file}", patience=0.05) as opened:
        yield opened


@asynccontextmanager
async def full(_database: Database, file: Path) -> AsyncIterator[None]:
    """Not even SQLite's log may grow."""
    log = file.with_name(f"{file.name}-wal")
    with no_file_grows_beyond(log.stat().st_size):
        yield


@asynccontextmanager
async def read_only(database: Database, _file: Path) -> AsyncIterator[None]:
    await _pragma(database, "query_only = ON")
    yield
    await _pragma(database, "query_only = OFF")


@asynccontextmanager
async def locked(_database: Database, file: Path) -> AsyncIterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
        while not other.in_transaction:
            with suppress(sqlite3.OperationalError):  # the bot is writing
                other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(0.005)
        yield


@asynccontextmanager
async def gone(_database: Database, file: Path) -> AsyncIterator[None]:
    moved = _move(file, "moved.db")
    yield
    _move(moved, file.name)


def _move(file: Path, name: str) -> Path:
    return file.rename(file.with_name(name))


async def _pragma(database: Database, pragma: str) -> None:
    """Outside of any transaction: none can begin while the database is read-only."""
    writer: Any = database._writer
    connection = await writer._connection.get_raw_connection()
    await connection.driver_connection.execute(f"PRAGMA {pragma}")


FAULTS = pytest.mark.parametrize(
    "fault", [full, read_only, locked, gone], ids=lambda each: each.__name__
)


@FAULTS
async def test_answer_stays_whole_and_is_charged_once(
    make_room: MakeRoom, tmp_path: Path, fault: Fault
) -> None:
    """15 of 20 whole answers were marked as interrupted after a full disk."""
    goes_on = asyncio.Event()
    room = make_room(FakeModel((TextDelta(text="Whole."), goes_on, Completed(usage=USAGE))))
    asking = asyncio.get_running_loop().create_task(room.ask(message("hello")))
    await until(lambda: room.model.requests)
    async with fault(room.using.database, tmp_path / "glimpse.db"):
        goes_on.set()
        surface = await asking
        owed = len(room.using.backlog)
    await room.using.backlog.drain(within=60)

    assert surface.shown.startswith("Whole.")
    assert wording.interrupted_mark(has_text=True) not in surface.shown
    assert (owed, len(room.using.backlog)) == (1, 0)
    (row,) = await room.ledger_rows()
    assert (row["ending"], row["tokens"]) == ("completed", USAGE.total_tokens)
    await room.assert_accounts_agree()


@FAULTS
async def test_question_gets_a_sentence_and_the_next_an_answer(
    make_room: MakeRoom, tmp_path: Path, fault: Fault
) -> None:
    room = make_room()
    async with fault(room.using.database, tmp_path / "glimpse.db"):
        refused = await room.ask(message("hello"))

    answered = await room.ask(message("hello"))

    assert refused.shown.startswith(wording.store_error(incident="")[:20])
    assert answered.shown.startswith("Hello.")
    assert len(room.model.requests) == 1
    await room.assert_accounts_agree()
