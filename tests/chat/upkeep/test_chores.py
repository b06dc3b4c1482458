"""Chores that go on, whatever becomes of one of them."""

import asyncio

import pytest

from bot.chat.upkeep.chores import run_chores
from bot.core.errors import DatabaseUnavailable


async def test_failing_chore_does_not_stop_the_others() -> None:
    done, twice = 0, asyncio.Event()

    async def broken() -> None:
        raise ZeroDivisionError

    async def good() -> None:
        nonlocal done
        done += 1
        if done == 2:
            twice.set()

    keeping = asyncio.get_running_loop().create_task(run_chores([broken, good], every=0.0))
    async with asyncio.timeout(5):
        await twice.wait()
    keeping.cancel()

    assert done >= 2


async def test_chores_wait_for_the_database_with_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each of them left a traceback every quarter of a minute while the database was away."""
    rounds = asyncio.Semaphore(0)

    async def look() -> None:
        rounds.release()
        raise DatabaseUnavailable("the server is down")

    keeping = asyncio.get_running_loop().create_task(run_chores([look, look], every=0.0))
    for _ in range(6):
        await rounds.acquire()
    keeping.cancel()

    (said,) = caplog.records
    assert (said.getMessage(), said.exc_info) == ("chores have to wait", None)
