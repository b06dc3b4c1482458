"""Waits until a condition holds."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

from bot.standins.playground.world.state import World

T = TypeVar("T")

_LOOK_AGAIN = 0.05  # seconds; some things become so by time alone


async def wait_for(world: World, find: Callable[[], T], timeout: float) -> T:
    """Wait until `find` gives something truthy, and return it. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + timeout
    while not (found := find()):
        left = ends_at - loop.time()
        if left <= 0:
            raise TimeoutError(f"it did not become so within {timeout} s")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(world.change(), min(left, _LOOK_AGAIN))
    return found
