"""A drill: a database in use is backed up, destroyed, restored and proved, by the real commands."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.conversation.turns import Role, Turn
from bot.store.conversations.history import History
from bot.store.database import Connection, Database
from bot.store.schema.migrations import upgrade
from tests.store.conftest import ENGINES, Postgres
from tests.store.samples import ADA, NOW, PLACE, ask, charge, ledger

pytestmark = [pytest.mark.proof, pytest.mark.usefixtures("postgres_tools")]

ANSWERS = 300  # before the backup


@dataclass
class Bot:
    """Answers as the real one does: a reservation, its settlement, and the turns, in one transaction."""

    database: Database
    answered: int = 0
    has_answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self) -> None:
        number = self.answered + 1
        async with self.database.transaction() as tx:
            await ledger(None).reserve(tx, ask(number), now=NOW)
            await ledger(None).settle(tx, number, charge(100), now=NOW)
            await remember(tx, number)
        self.answered = number
        self.has_answered.set()

    async def keep_answering(self) -> None:
        while True:
            await self.answer()
            await asyncio.sleep(0)


async def remember(tx: Connection, number: int) -> None:
    asked = Turn(
        role=Role.USER, text="why?" * 50, message_id=number, author_id=ADA, author_name="Ada"
    )
    await History().append(tx, f"message:{number}", place=PLACE, turns=(asked,), now=NOW)


@asynccontextmanager
async def running(url: str) -> AsyncIterator[Bot]:
    """A bot that goes on answering."""
    async with Database.open(url) as database:
        found = (await count(database))[0]
        bot = Bot(database, answered=found)
        for _ in range(ANSWERS if not found else 0):
            await bot.answer()
        task = asyncio.get_running_loop().create_task(bot.keep_answering())
        try:
            yield bot
        finally:
            task.cancel()
            await asyncio.wait([task])


async def count(database: Database) -> tuple[int, ...]:
    """Answers charged, answers counted, turns remembered: all the same number."""
    counts = (
        "SELECT COUNT(*) FROM ledger",
        "SELECT COALESCE(SUM(answers), 0) FROM counters "
        "WHERE subject_kind = 'user' AND period = 'day'",
        "SELECT COUNT(*) FROM turns",
    )
    async with database.reading() as connection:
        return tuple([int((await connection.execute(text(each))).scalar_one()) for each in counts])


async def glimpse(url: str, *arguments: str) -> tuple[int | None, str]:
    """Run `glimpse database …` as a process: its exit code, and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "database", *arguments),
        # asyncio's debug mode is for the tests' own loop; it would say what takes long.
        env={**os.environ, "PYTHONASYNCIODEBUG": "", "GLIMPSE_DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(300):
        said, _ = await process.communicate()
    return process.returncode, said.decode()


def destroy(url: str, postgres: Postgres) -> None:
    """Overwrite the middle of the file; on PostgreSQL, drop a table."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        with file.open("r+b") as opened:
            opened.seek(file.stat().st_size // 4)
            opened.write(b"\xa5" * (file.stat().st_size // 2))
    else:
        name = url.partition("?")[0].rpartition("/")[2]
        postgres.run(f"\\connect {name}\nDROP TABLE ledger CASCADE;")


@pytest.mark.parametrize("engine", ENGINES)
async def test_destroyed_database_is_restored_from_a_backup_of_its_use(
    engine: str, request: pytest.FixtureRequest, postgres: Postgres, tmp_path: Path
) -> None:
    url: str = request.getfixturevalue(f"{engine}_own_url")
    backup = str(tmp_path / "backup")
    await upgrade(url, now=NOW)
    async with running(url) as bot:
        before = bot.answered
        made = await glimpse(url, "backup", backup)
        after = bot.answered
        bot.has_answered.clear()
        await asyncio.wait_for(bot.has_answered.wait(), timeout=60)
        refused = await glimpse(url, "restore", backup)
    destroy(url, postgres)
    verified = await glimpse(url, "verify")
    restored = await glimpse(url, "restore", backup)
    proved = await glimpse(url, "verify")
    async with Database.open(url) as database:
        counts = await count(database)

    assert made[0] == 0, made
    assert refused[0] == 2
    assert "is in use: stop the bot first" in refused[1]
    assert verified[0] != 0
    assert restored[0] == 0, restored
    assert proved == (
        0,
        "Every table can be read.\nEvery counter equals the sum of its ledger entries.\n",
    )
    assert before <= counts[0] <= after
    assert len(set(counts)) == 1
    async with running(url) as bot:
        await asyncio.wait_for(bot.has_answered.wait(), timeout=60)
