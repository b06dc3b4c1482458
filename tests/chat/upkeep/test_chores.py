"""Chores that go on, whatever becomes of one of them."""

import asyncio

from bot.chat.upkeep.chores import run_chores


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
