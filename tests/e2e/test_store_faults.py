"""The database of the running bot is moved away, put back, damaged and replaced."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.conftest import PATIENCE, Town, end
from tests.store.damage import damage_page

pytestmark = pytest.mark.proof

ANSWER = "I see no picture."
NO_COUNT = "I can't keep count at the moment, so I can't answer."


def database(town: Town) -> Path:
    return town.folder / "glimpse.db"


def move(file: Path, name: str) -> Path:
    return file.rename(file.with_name(name))


async def test_question_is_answered_again_once_the_database_is_back(town: Town) -> None:
    async with town.running():
        assert ANSWER in await town.answered(await town.ask(town.general, "one"))
        moved = move(database(town), "moved.db")
        await town.reply_saying(await town.ask(town.general, "two"), NO_COUNT)
        await town.wait(lambda: "the database's file is gone" in town.log, "the log says so")
        move(moved, "glimpse.db")
        assert ANSWER in await town.answered(await town.ask(town.general, "three"))

    assert town.log.count("the database's file is gone") == 1


async def test_bot_ends_where_its_database_is_replaced_and_starts_with_the_new(town: Town) -> None:
    async with town.running(exit_code=1) as process:
        await town.answered(await town.ask(town.general, "one"))
        backup = await town.command("database", "backup", str(town.folder / "backup.db"))
        move(database(town), "moved.db")
        shutil.copy(town.folder / "backup.db", database(town))
        await town.wait(lambda: process.returncode is not None, "the bot ends", timeout=PATIENCE)

    assert backup.code == 0
    assert "another file stands in the database's place" in town.log
    async with town.running():
        assert ANSWER in await town.answered(await town.ask(town.general, "two"))
    assert (await town.command("database", "verify")).code == 0


async def test_backup_is_restored_over_the_damaged_database_of_a_bot(town: Town) -> None:
    backup = str(town.folder / "backup.db")
    async with town.running() as process:
        await town.answered(await town.ask(town.general, "one"))
        made = await town.command("database", "backup", backup)
        refused = await town.command("database", "restore", backup)
        await end(process)
    damage_page(database(town), "counters")

    damaged = await town.command("run")
    restored = await town.command("database", "restore", backup)

    assert (made.code, refused.code, damaged.code, restored.code) == (0, 2, 2, 0)
    assert "is in use: stop the bot first" in refused.err
    assert "restore a backup with `glimpse database restore FILE`" in damaged.err
    async with town.running():
        assert ANSWER in await town.answered(await town.ask(town.general, "two"))
