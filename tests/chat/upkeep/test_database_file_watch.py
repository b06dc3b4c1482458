"""A database that is moved away or replaced under the running bot is noticed, and said once."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.chat.upkeep import database_file_watch
from bot.chat.upkeep.database_file_watch import watch_file
from bot.core import wording
from bot.core.answers.events import Completed, TextDelta
from bot.store.database import Database
from tests.chat.conftest import MakeRoom, Room, message, until
from tests.fakes import USAGE, FakeModel


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of the room's database."""
    monkeypatch.setattr(database_file_watch, "LOOK_EVERY", 0.001)
    return tmp_path / "glimpse.db"


@asynccontextmanager
async def watching(database: Database) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.get_running_loop().create_task(watch_file(database))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


def move(file: Path, name: str) -> Path:
    return file.rename(file.with_name(name))


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def count_answers(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        found: int = connection.execute("SELECT COUNT(*) FROM ledger").fetchone()[0]
        return found


async def is_answered(room: Room) -> bool:
    surface = await room.ask(message("hello"))
    return surface.shown.startswith("Hello.")


async def test_nobody_is_answered_while_the_database_is_gone(
    make_room: MakeRoom, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room()
    async with watching(room.using.database):
        assert await is_answered(room)
        moved = move(file, "moved.db")
        surface = await room.ask(message("hello"))
        await until(lambda: "the database's file is gone" in caplog.text)
        move(moved, file.name)
        await until(lambda: "the database's file is back" in caplog.text)

        assert await is_answered(room)

    assert len(room.model.requests) == 2
    assert surface.shown.startswith(wording.store_error(incident="")[:20])
    assert caplog.text.count("the database's file is gone") == 1
    assert count_answers(file) == 2


async def test_replaced_file_ends_the_watch_and_keeps_its_own_log(
    make_room: MakeRoom, file: Path
) -> None:
    """The old file's log would be played into the new file at the next start."""
    room = make_room()
    shutil.copy(file, copy := file.with_name("copy.db"))
    await room.ask(message("hello"))
    moved = move(file, "moved.db")
    move(copy, file.name)

    async with asyncio.timeout(10):
        await watch_file(room.using.database)

    assert not await is_answered(room)
    assert count_answers(moved) == 1
    assert count_answers(file) == 0


async def test_file_that_is_gone_is_not_made_anew(make_room: MakeRoom, file: Path) -> None:
    room = make_room()
    await room.ask(message("hello"))
    deleted = move(file, "deleted.db")

    assert not await is_answered(room)
    assert names(deleted.parent) == {"deleted.db", "glimpse.db-wal", "glimpse.db-shm"}


async def test_answer_is_settled_once_the_file_is_back(make_room: MakeRoom, file: Path) -> None:
    moves = asyncio.Event()
    room = make_room(FakeModel((TextDelta(text="Whole."), moves, Completed(usage=USAGE))))
    asking = asyncio.get_running_loop().create_task(room.ask(message("hello")))
    await until(lambda: room.model.requests)
    moved = move(file, "moved.db")
    moves.set()
    surface = await asking
    owed = len(room.using.backlog)
    move(moved, file.name)
    await room.using.backlog.drain(within=30)

    assert surface.shown.startswith("Whole.")
    assert (owed, len(room.using.backlog)) == (1, 0)
    (row,) = await room.ledger_rows()
    assert (row["ending"], row["tokens"]) == ("completed", USAGE.total_tokens)
