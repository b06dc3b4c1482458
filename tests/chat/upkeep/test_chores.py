"""Chores that go on, whatever becomes of one of them."""

import asyncio

from bot.chat.upkeep.chores import run_chores


async def test_chore_that_fails_does_not_keep_the_others_from_being_done() -> None:
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
