"""What has to be done now and then, whether anybody asks or not."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

log = logging.getLogger(__name__)

EVERY = 3_600.0  # seconds

Chore = Callable[[], Awaitable[object]]


async def keep_house(chores: Sequence[Chore], *, every: float = EVERY) -> None:
    """Do all chores, wait, and again, until cancelled.

    The other one of the two places where an unforeseen error is caught: a chore that fails is
    logged and done again next time, and the bot goes on answering.
    """
    while True:
        for chore in chores:
            try:
                await chore()
            except Exception:
                log.exception("a chore failed")
        await asyncio.sleep(every)
