"""The heartbeat file: real files, also where none can be written."""

import asyncio
import logging
import os
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path

import pytest

from bot.chat.upkeep.heartbeat import beat, read_status, write_status
from bot.core.health import PartState, Status, settlements_state
from tests.store.full_disk import no_file_grows_beyond

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
STATUS = Status(at=NOW, parts=(settlements_state(3),))


def block(file: Path) -> None:
    """What is written beside the file meets a folder, as it would a full disk."""
    (file.parent / f"{file.name}.new").mkdir()


def test_status_that_was_written_is_read(tmp_path: Path) -> None:
    assert write_status(tmp_path / "alive", STATUS)

    assert read_status(tmp_path / "alive") == STATUS
    assert [each.name for each in tmp_path.iterdir()] == ["alive"]


def test_status_is_written_over_the_old_on_a_full_disk(tmp_path: Path) -> None:
    """For a minute, the bot was called ready by what it had written before the disk was full."""
    file, news = tmp_path / "alive", Status(at=NOW, parts=())
    write_status(file, STATUS)
    block(file)

    assert write_status(file, news)

    assert read_status(file) == news


def test_file_is_touched_where_it_can_not_be_written(tmp_path: Path) -> None:
    file = tmp_path / "alive"
    write_status(file, Status(at=NOW, parts=()))
    os.utime(file, (1, 1))

    with no_file_grows_beyond(0):
        assert not write_status(file, STATUS)

    assert file.stat().st_mtime > 1


async def test_file_goes_with_the_bot(tmp_path: Path) -> None:
    """A bot that had ended in order was alive and ready for another minute."""
    file, beats = tmp_path / "alive", asyncio.Semaphore(0)

    def now() -> datetime:
        beats.release()
        return NOW

    beating = asyncio.get_running_loop().create_task(beat(file, (), now, every=0))
    for _ in range(2):  # the second begins once the first is written
        await beats.acquire()
    was_there = file.exists()
    beating.cancel()
    await asyncio.wait({beating})

    assert was_there
    assert not file.exists()


async def test_beat_says_once_that_it_can_not_write(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, beats = tmp_path / "alive", asyncio.Semaphore(0)
    block(file)

    def now() -> datetime:
        beats.release()
        return NOW

    async with asyncio.TaskGroup() as tasks:
        beating = tasks.create_task(beat(file, (), now, every=0))
        for _ in range(4):
            await beats.acquire()
        beating.cancel()

    warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert warnings == ["the heartbeat file could not be written"]


async def test_beat_goes_on_with_what_is_observed(tmp_path: Path) -> None:
    file, beats, waiting = tmp_path / "alive", asyncio.Semaphore(0), chain((0,), repeat(5))

    def observe() -> PartState:
        beats.release()
        return settlements_state(next(waiting))

    async with asyncio.TaskGroup() as tasks:
        beating = tasks.create_task(beat(file, [observe], lambda: NOW, every=0))
        for _ in range(3):  # the third begins once the second is written
            await beats.acquire()
        written = read_status(file)
        beating.cancel()

    assert written == Status(at=NOW, parts=(settlements_state(5),))
